/* view/vcard: RFC 6350 and RFC 2426, folded and escaped. */
#include "unit.h"

#include "http/text.h"
#include "view/vcard.h"

static struct buffer *
property(const char *name, const char *text)
{
	struct buffer *out = new_buffer();

	vcard_property(out, name, &text, 1);
	buffer_text(out);
	return out;
}

/* Undoes folding: CR LF and one blank go. */
static const char *
unfold(const struct buffer *out)
{
	struct buffer *plain = new_buffer();
	size_t i;

	for (i = 0; i < out->length; i++) {
		if (i + 2 < out->length && memcmp(out->data + i, "\r\n ", 3) == 0)
			i += 2;
		else
			buffer_putc(plain, out->data[i]);
	}
	return buffer_text(plain);
}

static void
values_are_escaped(void **state)
{
	(void)state;
	assert_string_equal(property("FN", "A, B; C\\D")->data, "FN:A\\, B\\; C\\\\D\r\n");
	assert_string_equal(property("FN", "a\nb")->data, "FN:a\\nb\r\n");
	assert_string_equal(property("FN", "a:b \"c\"")->data, "FN:a:b \"c\"\r\n");
	assert_string_equal(property("FN", NULL)->data, "FN:\r\n");
}

static void
several_values_are_components(void **state)
{
	const char *const parts[] = { "", NULL, "Weg 1; links", "Kassel", "", "34117", "Deutschland" };
	struct buffer *out = new_buffer();

	(void)state;
	vcard_property(out, "ADR", parts, 7);
	assert_string_equal(buffer_text(out), "ADR:;;Weg 1\\; links;Kassel;;34117;Deutschland\r\n");
}

static void
no_value_makes_a_line_of_its_own(void **state)
{
	static const char *const nasty[] = { "x\r\nEND:VCARD", "x\nBEGIN:VCARD\r", "\r\r\n\n", "a\x0b\x0c\x01" "b", "x\r\n URL:http://evil" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(nasty) / sizeof(nasty[0]); i++) {
		const char *text = unfold(property("NOTE", nasty[i]));

		assert_ptr_equal(strchr(text, '\r'), text + strlen(text) - 2);
		assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
		assert_false(text_has_control(text, strlen(text) - 2));
	}
}

static void
uris_with_control_characters_are_left_out(void **state)
{
	struct buffer *out = new_buffer();

	(void)state;
	vcard_uri(out, "URL", "https://x/\r\nTEL:1");
	vcard_uri(out, "URL", "https://x/\x7f");
	assert_string_equal(buffer_text(out), "");
	vcard_uri(out, "URL", "https://x/?a=1,2;3");
	assert_string_equal(buffer_text(out), "URL:https://x/?a=1,2;3\r\n");
}

/* Every length around the fold, with characters of one to four bytes: no line over 75 octets, no character cut, all back. */
static void
lines_fold_between_characters(void **state)
{
	static const char *const characters[] = { "a", "ä", "€", "\U0001F600", "a€" };
	size_t c, n;

	(void)state;
	for (c = 0; c < sizeof(characters) / sizeof(characters[0]); c++)
		for (n = 0; n < 120; n++) {
			struct buffer *text = new_buffer(), *out;
			const char *line, *end;
			size_t i;

			for (i = 0; i < n; i++)
				buffer_puts(text, characters[c]);
			out = property("NOTE", buffer_text(text));
			for (line = out->data; *line != '\0'; line = end + 2) {
				end = strstr(line, "\r\n");
				assert_non_null(end);
				assert_true(end - line <= 75);
				assert_true(text_is_utf8(line, (size_t)(end - line)));
			}
			assert_string_equal(unfold(out), arena_printf(&arena, "NOTE:%s\r\n", buffer_text(text)));
		}
}

static void
bytes_that_are_no_utf8_end_too(void **state)
{
	char text[400];

	(void)state;
	memset(text, 0x80, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_true(property("NOTE", text)->length >= sizeof(text));
}

static const char *
frame(enum vcard_version version, const char *name)
{
	struct buffer *out = new_buffer();

	vcard_begin(out, version, name);
	vcard_end(out);
	return buffer_text(out);
}

static void
begin_and_end_frame_the_card(void **state)
{
	(void)state;
	assert_string_equal(frame(VCARD_4, "A"), "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nEND:VCARD\r\n");
	assert_string_equal(frame(VCARD_3, "A; B, C"), "BEGIN:VCARD\r\nVERSION:3.0\r\nN:A\\; B\\, C;;;;\r\nEND:VCARD\r\n");
	assert_string_equal(frame(VCARD_3, NULL), "BEGIN:VCARD\r\nVERSION:3.0\r\nN:;;;;\r\nEND:VCARD\r\n");
}

/* RFC 2426 section 3.1.2: N is demanded in 3.0, and it folds like every other line. */
static void
the_name_of_version_3_folds_and_cannot_break_out(void **state)
{
	struct buffer *out = new_buffer(), *name = new_buffer();
	const char *line, *end;
	int i;

	(void)state;
	for (i = 0; i < 60; i++)
		buffer_puts(name, "ü;");
	buffer_puts(name, "\r\nEND:VCARD");
	vcard_begin(out, VCARD_3, buffer_text(name));
	for (line = buffer_text(out); *line != '\0'; line = end + 2) {
		end = strstr(line, "\r\n");
		assert_non_null(end);
		assert_true(end - line <= 75);
		assert_true(text_is_utf8(line, (size_t)(end - line)));
	}
	assert_null(strstr(unfold(out), "\r\nEND:VCARD"));
	assert_non_null(strstr(unfold(out), "ü\\;\\nEND:VCARD;;;;\r\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("vCard: commas, semicolons, backslashes and line ends are escaped", values_are_escaped),
		TEST("vCard: several values are components", several_values_are_components),
		TEST("vCard: no value makes a line of its own", no_value_makes_a_line_of_its_own),
		TEST("vCard: URIs with control characters are left out", uris_with_control_characters_are_left_out),
		TEST("vCard: lines fold at 75 octets, never inside a character", lines_fold_between_characters),
		TEST("vCard: bytes that are no UTF-8 do not fold forever", bytes_that_are_no_utf8_end_too),
		TEST("vCard: begins and ends as version 4 or as version 3 with N", begin_and_end_frame_the_card),
		TEST("vCard: the name of version 3 folds, its line ends and semicolons are escaped", the_name_of_version_3_folds_and_cannot_break_out),
	};

	return cmocka_run_group_tests_name("vcard", tests, NULL, NULL);
}
