/* http/head: what a head on the wire becomes for Kore, and what is refused. The whole table of refusals is tested over a socket too. */
#include "unit.h"

#include "http/head.h"
#include "http/problem.h"

static struct head head;

static enum head_status
read_text(const char *text)
{
	return head_read(text, strlen(text), 4096, &head);
}

/* The head for Kore; fails if there is none. */
static const char *
ready(const char *text)
{
	if (read_text(text) != HEAD_READY)
		fail_msg("not ready: %s", text);
	assert_null(head.problem);
	return arena_strndup(&arena, head.text, head.length);
}

static const char *
refused(const char *text)
{
	if (read_text(text) != HEAD_REFUSED)
		fail_msg("not refused: %s", text);
	return head.problem->code;
}

static void
heads_are_written_anew(void **state)
{
	(void)state;
	assert_string_equal(ready("GET /a?b=c HTTP/1.1\r\nHost: x\r\nUser-Agent: y\r\nCookie: z\r\nReferer: q\r\n\r\n"),
	    "GET /a?b=c HTTP/1.1\r\nhost: x\r\n\r\n");
	assert_string_equal(ready("GET / HTTP/1.0\r\n\r\n"), "GET / HTTP/1.0\r\nhost: -\r\n\r\n");
	assert_string_equal(ready("\r\n\r\nGET / HTTP/1.7\r\nhOsT: \t x \t\r\n\r\n"), "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
	assert_string_equal(ready("GET / HTTP/1.1\r\nHost: x\r\nAccept: a\r\nX: y\r\nACCEPT: b,\tc\r\nAccept:\r\n\r\n"),
	    "GET / HTTP/1.1\r\nhost: x\r\naccept: a, b, c\r\n\r\n");
	assert_string_equal(ready("GET http://y:8/p?q HTTP/1.1\r\nHost: x\r\n\r\n"), "GET /p?q HTTP/1.1\r\nhost: y:8\r\n\r\n");
	assert_string_equal(ready("GET https://y HTTP/1.1\r\nHost: x\r\n\r\n"), "GET / HTTP/1.1\r\nhost: y\r\n\r\n");
	assert_string_equal(ready("GET https://y?q HTTP/1.1\r\nHost: x\r\n\r\n"), "GET /?q HTTP/1.1\r\nhost: y\r\n\r\n");
	assert_string_equal(ready("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), "OPTIONS / HTTP/1.1\r\nhost: x\r\n\r\n");
	assert_string_equal(ready("OPTIONS / HTTP/1.0\r\n\r\n"), "OPTIONS / HTTP/1.1\r\nhost: -\r\nconnection: close\r\n\r\n");
	assert_string_equal(ready("HEAD / HTTP/1.0\r\n\r\n"), "HEAD / HTTP/1.0\r\nhost: -\r\n\r\n");
	assert_string_equal(ready("POST / HTTP/1.1\r\nHost: x\r\n\r\n"), "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
	assert_string_equal(ready("GET / HTTP/1.1\r\nHost: x\r\nConnection: a, Close\r\nConnection: b\r\n\r\n"),
	    "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
	assert_string_equal(ready("GET / HTTP/1.1\r\nHost: x\r\nConnection: closed, keep-alive\r\n\r\n"), "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
}

static void
a_body_is_measured(void **state)
{
	const char *post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0007\r\n\r\nabcdefgh";

	(void)state;
	assert_int_equal(read_text(post), HEAD_READY);
	assert_int_equal(head.body, 7);
	assert_true(head.has_body);
	assert_int_equal(head.consumed, strlen(post) - 8);
	assert_int_equal(read_text("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), HEAD_READY);
	assert_false(head.has_body);
	assert_int_equal(head.body, 0);
	assert_int_equal(read_text("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4096\r\n\r\n"), HEAD_READY);
	assert_string_equal(refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4097\r\n\r\n"), "too_large");
	assert_string_equal(refused("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"), "bad_request");
}

/* However it is cut: nothing before the end, the same at the end. */
static void
a_head_may_come_in_pieces(void **state)
{
	const char *whole = "GET /abc HTTP/1.1\r\nHost: x\r\nAccept: a\r\n\r\n";
	size_t i;

	(void)state;
	for (i = 0; i < strlen(whole); i++)
		assert_int_equal(head_read(whole, i, 0, &head), HEAD_MORE);
	assert_int_equal(read_text(whole), HEAD_READY);
	assert_int_equal(head.consumed, strlen(whole));
}

static void
limits_are_exact(void **state)
{
	struct buffer *text = new_buffer();
	int lines, i;

	(void)state;
	for (lines = 18; lines < 22; lines++) {
		text->length = 0;
		buffer_puts(text, "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\n");
		for (i = 0; i < lines; i++)
			buffer_puts(text, "a: b\r\n");
		buffer_puts(text, "\r\n");
		assert_int_equal(read_text(buffer_text(text)), lines <= 19 ? HEAD_READY : HEAD_REFUSED);
	}
	for (i = 1990; i < 2005; i++) {
		text->length = 0;
		buffer_printf(text, "GET /%0*d HTTP/1.1\r\nHost: x\r\n\r\n", i - 1, 0);
		assert_int_equal(read_text(buffer_text(text)), i < HEAD_TARGET ? HEAD_READY : HEAD_REFUSED);
		if (i >= HEAD_TARGET)
			assert_string_equal(head.problem->code, "target_too_long");
	}
}

/* What is refused carries the client's wish for JSON, and nothing else of the request. */
static void
a_refusal_stands_for_the_request(void **state)
{
	(void)state;
	assert_string_equal(refused("GET /secret HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nContent-Length: 1\r\n\r\n"), "bad_request");
	assert_string_equal(arena_strndup(&arena, head.text, head.length),
	    "GET / HTTP/1.1\r\nhost: -\r\nconnection: close\r\naccept: application/json\r\n\r\n");
	assert_string_equal(refused("GET / HTTP/1.1\r\nHost: x\r\nAccept: \xc3\xa4\r\nContent-Length: 1\r\n\r\n"), "bad_request");
	assert_string_equal(arena_strndup(&arena, head.text, head.length), "GET / HTTP/1.1\r\nhost: -\r\nconnection: close\r\n\r\n");
	/* a mistake needs not be waited for, also when the rest of the head never comes */
	assert_string_equal(refused("GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\nB: c"), "bad_request");
	assert_string_equal(refused("GET / HTTP/3.0\r\nHost: x\r\n\r\n"), "version_not_supported");
	assert_string_equal(refused("BREW / HTTP/1.1\r\nHost: x\r\n\r\n"), "method_not_allowed");
	/* what is ambiguous about the length goes before what is merely not offered */
	assert_string_equal(refused("BREW / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"), "bad_request");
}

static void
what_the_house_reads(void **state)
{
	(void)state;
	/* each of them gets in, whatever its case; what is not among them does not (lint: nobody asks for others) */
	assert_string_equal(ready("POST / HTTP/1.1\r\nHOST: h\r\nContent-Type: t\r\nAccept: a\r\nAccept-Encoding: e\r\nIf-None-Match: i\r\n"
	    "X-Forwarded-For: x\r\nAuthorization: no\r\nCookie: no\r\nReferer: no\r\nUser-Agent: no\r\nX-Real-IP: no\r\nContent-Length: 3\r\n\r\n"),
	    "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\ncontent-type: t\r\naccept: a\r\naccept-encoding: e\r\nif-none-match: i\r\n"
	    "x-forwarded-for: x\r\n\r\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("head: one request line, one host, lists as one line, nothing the house does not read", heads_are_written_anew),
		TEST("head: the length of a body, to the byte", a_body_is_measured),
		TEST("head: in pieces", a_head_may_come_in_pieces),
		TEST("head: limits of lines and of the address are exact", limits_are_exact),
		TEST("head: a refusal stands for the request", a_refusal_stands_for_the_request),
		TEST("head: which headers the house reads", what_the_house_reads),
	};

	return cmocka_run_group_tests_name("head", tests, NULL, NULL);
}
