#include "http/head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/problem.h"

#define EMPTY_LINES	4	/* bytes of line ends before a request that are let pass (RFC 9112 section 2.2) */
#define LENGTH_DIGITS	15

enum rule {
	RULE_ONCE,	/* a second line is ambiguous: refused */
	RULE_LIST,	/* several lines are one list (RFC 9110 section 5.3) */
};

/* What the house reads of a request. Everything else (user agent, referrer, cookies, ...) is dropped on the doorstep. */
static const struct {
	const char	*name;
	enum rule	 rule;
} known[] = {
	{ "host", RULE_ONCE },
	{ "content-length", RULE_ONCE },
	{ "content-type", RULE_ONCE },
	{ "connection", RULE_LIST },
	{ "accept", RULE_LIST },
	{ "accept-encoding", RULE_LIST },
	{ "if-none-match", RULE_LIST },
	{ "x-forwarded-for", RULE_LIST },
};
#define KNOWN	(sizeof(known) / sizeof(known[0]))
enum { HOST, CONTENT_LENGTH, CONTENT_TYPE, CONNECTION, ACCEPT };

static const struct {
	const char	*name;
	bool		 body;
} methods[] = {
	{ "GET", false }, { "HEAD", false }, { "OPTIONS", false }, { "POST", true }, { "PUT", true }, { "PATCH", true },
	{ "DELETE", false },
};
enum { GET, HEAD, OPTIONS, POST };

struct text {
	const char	*at;
	size_t		 length;
};

/* A header of the house; its lines in order. */
struct field {
	struct text	 lines[HEAD_LINES + 1];
	size_t		 count;
};

struct reading {
	struct head	*head;
	struct text	 target, authority;
	int		 method;	/* index into methods; -1: none of them */
	bool		 http10, transfer_encoding;
	bool		 forwarded;	/* a line of X-Forwarded-For has come */
	struct field	 fields[KNOWN];
	size_t		 lines;
};

/* tchar of RFC 9110 section 5.6.2 */
static bool
is_token(struct text text)
{
	size_t i;

	for (i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL)))
			return false;
	}
	return text.length > 0;
}

/* No control bytes but the tab: none may hide what follows it (kore.md 18). */
static bool
is_value(struct text text)
{
	size_t i;

	for (i = 0; i < text.length; i++)
		if (((unsigned char)text.at[i] < 0x20 && text.at[i] != '\t') || text.at[i] == 0x7f)
			return false;
	return true;
}

static struct text
trim(struct text text)
{
	while (text.length > 0 && (text.at[0] == ' ' || text.at[0] == '\t')) {
		text.at++;
		text.length--;
	}
	while (text.length > 0 && (text.at[text.length - 1] == ' ' || text.at[text.length - 1] == '\t'))
		text.length--;
	return text;
}

static bool
equals(struct text text, const char *word)
{
	return text.length == strlen(word) && strncasecmp(text.at, word, text.length) == 0;
}

/* Splits at the first `c`; false if there is none. */
static bool
cut(struct text *rest, char c, struct text *part)
{
	const char *found = memchr(rest->at, c, rest->length);

	if (found == NULL)
		return false;
	part->at = rest->at;
	part->length = (size_t)(found - rest->at);
	rest->length -= part->length + 1;
	rest->at = found + 1;
	return true;
}

/* host [":" port] of RFC 3986 as far as it matters: nothing that could end a line, a path or a word. */
static bool
is_authority(struct text text)
{
	size_t i;

	for (i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    (c != '\0' && strchr("-._~%:[]!$&'()*+,;=", c) != NULL)))
			return false;
	}
	return text.length > 0 && text.length < 250 && (text.at[0] != '[' || memchr(text.at, ']', text.length) != NULL);
}

/*
 * origin-form, absolute-form (its authority replaces Host, RFC 9112 section 3.2.2) or "*" of OPTIONS. Bytes above 127
 * stay: people type addresses with umlauts into programs that do not encode them.
 */
static const struct problem *
read_target(struct reading *reading, struct text target)
{
	static const char *const schemes[] = { "http://", "https://" };
	size_t i;

	for (i = 0; i < target.length; i++)
		if ((unsigned char)target.at[i] <= 0x20 || target.at[i] == 0x7f)
			return &problem_bad_request;
	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t length = strlen(schemes[i]);

		if (target.length > length && strncasecmp(target.at, schemes[i], length) == 0) {
			reading->authority.at = target.at + length;
			reading->authority.length = 0;
			while (length < target.length && strchr("/?#", target.at[length]) == NULL) {
				reading->authority.length++;
				length++;
			}
			if (!is_authority(reading->authority))
				return &problem_bad_request;
			target.at += length;
			target.length -= length;
			reading->target = target;
			break;
		}
	}
	if (reading->authority.at == NULL && (target.length == 0 || target.at[0] != '/') &&
	    !(equals(target, "*") && reading->method >= 0 && strcmp(methods[reading->method].name, "OPTIONS") == 0))
		return &problem_bad_request;
	if (target.length >= HEAD_TARGET)
		return &problem_target_too_long;
	reading->target = target;
	return NULL;
}

static const struct problem *
read_request_line(struct reading *reading, struct text line)
{
	struct text method, target;
	size_t i;

	if (!is_value(line) || !cut(&line, ' ', &method) || !cut(&line, ' ', &target) || !is_token(method))
		return &problem_bad_request;
	/* what is left is the version; only the major number changes the way of reading */
	if (line.length != 8 || strncmp(line.at, "HTTP/", 5) != 0 || line.at[6] != '.' ||
	    line.at[5] < '0' || line.at[5] > '9' || line.at[7] < '0' || line.at[7] > '9')
		return &problem_bad_request;
	if (line.at[5] != '1')
		return &problem_version_not_supported;
	reading->http10 = line.at[7] == '0';
	reading->method = -1;
	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (method.length == strlen(methods[i].name) && strncmp(method.at, methods[i].name, method.length) == 0)
			reading->method = (int)i;
	return read_target(reading, target);
}

static const struct problem *
read_header(struct reading *reading, struct text line)
{
	struct text name;
	size_t i;

	/* a line that begins with a blank would continue the one before (obs-fold): refused with the empty name */
	if (!is_value(line) || !cut(&line, ':', &name) || !is_token(name))
		return &problem_bad_request;
	line = trim(line);
	if (equals(name, "transfer-encoding"))
		reading->transfer_encoding = true;
	for (i = 0; i < KNOWN; i++) {
		struct field *field = &reading->fields[i];

		if (!equals(name, known[i].name))
			continue;
		if (field->count > 0 && known[i].rule == RULE_ONCE)
			return &problem_bad_request;
		if (line.length == 0 && known[i].rule == RULE_ONCE)
			return &problem_bad_request;
		if (line.length > 0 && field->count < HEAD_LINES + 1)
			field->lines[field->count++] = line;
		break;
	}
	/* the proxy adds one line of its own to what it let through */
	if (!reading->forwarded && equals(name, "x-forwarded-for"))
		reading->forwarded = true;
	else
		reading->lines++;
	return reading->lines > HEAD_LINES ? &problem_bad_request : NULL;
}

/* How many bytes of body follow: RFC 9112 section 6, without guessing. */
static const struct problem *
read_length(struct reading *reading, size_t body_max)
{
	const struct field *field = &reading->fields[CONTENT_LENGTH];
	struct head *head = reading->head;
	size_t i;

	head->has_body = reading->method >= 0 && methods[reading->method].body;
	if (reading->transfer_encoding && (!head->has_body || field->count > 0 || reading->http10))
		return &problem_bad_request;
	if (reading->transfer_encoding)
		return &problem_length_required;
	if (field->count == 0)
		return NULL;
	for (i = 0; i < field->lines[0].length; i++)
		if (field->lines[0].at[i] < '0' || field->lines[0].at[i] > '9')
			return &problem_bad_request;
	if (field->lines[0].length > LENGTH_DIGITS)
		return head->has_body ? &problem_too_large : &problem_bad_request;
	for (i = 0; i < field->lines[0].length; i++)
		head->body = head->body * 10 + (size_t)(field->lines[0].at[i] - '0');
	/* "0" says in so many words that nothing follows: some libraries send it with everything */
	if (!head->has_body && head->body > 0)
		return &problem_bad_request;
	return head->body > body_max ? &problem_too_large : NULL;
}

/* Appends; false when the head for Kore is full. */
static bool
put(struct head *head, struct text text)
{
	size_t i;

	if (head->length + text.length >= sizeof(head->text))
		return false;
	for (i = 0; i < text.length; i++)
		head->text[head->length++] = text.at[i] == '\t' ? ' ' : text.at[i];
	return true;
}

static bool
puts_head(struct head *head, const char *text)
{
	return put(head, (struct text){ text, strlen(text) });
}

/* A header with all its lines as one; bytes that Kore refuses (above 127) do not belong into those the house reads. */
static bool
put_field(struct head *head, const char *name, const struct field *field)
{
	size_t i, k;

	if (field->count == 0)
		return true;
	if (!puts_head(head, name) || !puts_head(head, ": "))
		return false;
	for (i = 0; i < field->count; i++) {
		for (k = 0; k < field->lines[i].length; k++)
			if ((unsigned char)field->lines[i].at[k] > 0x7e)
				return false;
		if ((i > 0 && !puts_head(head, ", ")) || !put(head, field->lines[i]))
			return false;
	}
	return puts_head(head, "\r\n");
}

/* True if one of the words in the lines of a list header is this one. */
static bool
has_word(const struct field *field, const char *word)
{
	size_t i;

	for (i = 0; i < field->count; i++) {
		struct text rest = field->lines[i], one;

		while (cut(&rest, ',', &one))
			if (equals(trim(one), word))
				return true;
		if (equals(trim(rest), word))
			return true;
	}
	return false;
}

static bool
write_head(struct reading *reading)
{
	struct head *head = reading->head;
	/* Kore knows these of HTTP/1.0 only; others get an answer of the house as HTTP/1.1 that closes */
	bool http10 = reading->http10 && (reading->method == GET || reading->method == HEAD || reading->method == POST);
	char length[32];
	bool ok;
	size_t i;

	ok = puts_head(head, methods[reading->method].name) && puts_head(head, " ");
	if (reading->target.length == 0 || reading->target.at[0] != '/')
		ok = ok && puts_head(head, "/");	/* "http://host", "http://host?a=b", "*" */
	if (!equals(reading->target, "*"))
		ok = ok && put(head, reading->target);
	ok = ok && puts_head(head, http10 ? " HTTP/1.0\r\nhost: " : " HTTP/1.1\r\nhost: ");
	if (reading->authority.length > 0)
		ok = ok && put(head, reading->authority);
	else if (reading->fields[HOST].count > 0)
		ok = ok && put(head, reading->fields[HOST].lines[0]);
	else
		ok = ok && puts_head(head, "-");
	ok = ok && puts_head(head, "\r\n");
	if (head->has_body) {
		snprintf(length, sizeof(length), "content-length: %zu\r\n", head->body);
		ok = ok && puts_head(head, length);
	}
	/* Kore knows "close" only where it stands alone */
	if (has_word(&reading->fields[CONNECTION], "close") || http10 != reading->http10)
		ok = ok && puts_head(head, "connection: close\r\n");
	reading->fields[CONNECTION].count = 0;
	for (i = CONTENT_TYPE; i < KNOWN && ok; i++)
		ok = put_field(head, known[i].name, &reading->fields[i]);
	return ok && puts_head(head, "\r\n");
}

/* Everything behind the last line end: what the whole head means. */
static const struct problem *
settle(struct reading *reading, size_t body_max)
{
	const struct problem *problem;

	if (reading->fields[HOST].count == 0 && !reading->http10)
		return &problem_bad_request;
	if (reading->fields[HOST].count > 0 && !is_authority(reading->fields[HOST].lines[0]))
		return &problem_bad_request;
	if ((problem = read_length(reading, body_max)) != NULL)
		return problem;
	if (reading->method < 0)
		return &problem_method_not_allowed;
	return write_head(reading) ? NULL : &problem_bad_request;
}

/* "HEAD" is answered without a body, also when it is refused. */
static void
write_refusal(struct head *head, const char *method)
{
	head->length = 0;
	puts_head(head, method);
	puts_head(head, " / HTTP/1.1\r\nhost: -\r\nconnection: close\r\n");
}

void
head_refuse(struct head *head, const struct problem *problem, const char *method, const char *accept)
{
	struct field field = { .count = 0 };

	if (accept != NULL) {
		field.lines[0] = (struct text){ accept, strlen(accept) };
		field.count = 1;
	}
	head->problem = problem;
	head->body = 0;
	head->has_body = false;
	write_refusal(head, method);
	if (!put_field(head, "accept", &field))
		write_refusal(head, method);
	puts_head(head, "\r\n");
}

/* The client's wish may be kept over the refusal: the first line of Accept, if it came before what was wrong. */
static enum head_status
refuse(struct reading *reading, const struct problem *problem)
{
	const struct field *field = &reading->fields[ACCEPT];
	bool head = reading->method >= 0 && strcmp(methods[reading->method].name, "HEAD") == 0;
	char accept[512];

	snprintf(accept, sizeof(accept), "%.*s", field->count > 0 ? (int)field->lines[0].length : 0,
	    field->count > 0 ? field->lines[0].at : "");
	head_refuse(reading->head, problem, head ? "HEAD" : "GET", *accept != '\0' ? accept : NULL);
	return HEAD_REFUSED;
}

enum head_status
head_read(const char *in, size_t length, size_t body_max, struct head *head)
{
	struct reading reading = { .head = head, .method = -1 };
	const struct problem *problem = NULL, *wrong;
	size_t at = 0, number = 0;

	head->consumed = head->body = head->length = 0;
	head->has_body = false;
	head->problem = NULL;
	while (at < length && at < EMPTY_LINES && (in[at] == '\r' || in[at] == '\n'))
		at++;
	for (;;) {
		const char *end = memchr(in + at, '\n', length - at);
		struct text line = { in + at, 0 };

		if (end == NULL) {
			if (length >= HEAD_MAX)
				return refuse(&reading, problem != NULL ? problem : number == 0 ? &problem_target_too_long :
				    &problem_head_too_large);
			/* what is wrong already need not be waited for */
			return problem != NULL ? refuse(&reading, problem) : HEAD_MORE;
		}
		line.length = (size_t)(end - line.at);
		at += line.length + 1;
		/* CR LF only: a line that ends for one reader and goes on for another is how requests are smuggled */
		if (line.length == 0 || line.at[line.length - 1] != '\r')
			return refuse(&reading, &problem_bad_request);
		line.length--;
		if (line.length == 0 && number > 0)
			break;
		wrong = number == 0 ? read_request_line(&reading, line) : read_header(&reading, line);
		if (problem == NULL)
			problem = wrong;
		number++;
	}
	head->consumed = at;
	if (at > HEAD_MAX)
		problem = &problem_head_too_large;
	if (problem == NULL)
		problem = settle(&reading, body_max);
	return problem != NULL ? refuse(&reading, problem) : HEAD_READY;
}
