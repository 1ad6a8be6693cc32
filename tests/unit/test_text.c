/* http/text: UTF-8 and percent encoding. */
#include "unit.h"

#include "http/text.h"

static bool
utf8(const char *text)
{
	return text_is_utf8(text, strlen(text));
}

static void
accepts_well_formed_utf8(void **state)
{
	(void)state;
	assert_true(utf8(""));
	assert_true(utf8("Köln, Straße, 日本, \U0001F600, \xc2\x80 \u07ff \u0800 \ud7ff \ue000 \U00010000 \U0010ffff"));
}

static void
refuses_broken_utf8(void **state)
{
	static const char *const broken[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe2\x82", "\xe2(\xa1",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", "gut\xc3",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		if (utf8(broken[i]))
			fail_msg("broken sequence no. %zu passed", i);
}

/* A second, naive decoder: every code point encoded by the book is accepted, every single changed byte is judged alike. */
static bool
naive_utf8(const unsigned char *s, size_t n)
{
	size_t i = 0, k, need;
	unsigned long code, least;

	while (i < n) {
		if (s[i] < 0x80) {
			i++;
			continue;
		}
		need = (s[i] & 0xe0) == 0xc0 ? 1 : (s[i] & 0xf0) == 0xe0 ? 2 : (s[i] & 0xf8) == 0xf0 ? 3 : 0;
		if (need == 0 || i + need >= n)
			return false;
		code = s[i] & (0x3fu >> need);
		for (k = 1; k <= need; k++) {
			if ((s[i + k] & 0xc0) != 0x80)
				return false;
			code = code << 6 | (s[i + k] & 0x3fu);
		}
		least = need == 1 ? 0x80 : need == 2 ? 0x800 : 0x10000;
		if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
			return false;
		i += need + 1;
	}
	return true;
}

static void
agrees_with_a_naive_decoder(void **state)
{
	unsigned char s[4];
	unsigned a, b, c, d;
	static const unsigned char tails[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff };
	const unsigned n = sizeof(tails);

	(void)state;
	for (a = 0; a < 256; a++)
		for (b = 0; b < 256; b++)
			for (c = 0; c < n; c++)
				for (d = 0; d < n; d++) {
					s[0] = (unsigned char)a;
					s[1] = (unsigned char)b;
					s[2] = tails[c];
					s[3] = tails[d];
					if (text_is_utf8((char *)s, 4) != naive_utf8(s, 4))
						fail_msg("%02x %02x %02x %02x is judged differently", a, b, s[2], s[3]);
				}
}

static void
sees_control_characters(void **state)
{
	static const char *const control[] = { "\x01", "a\nb", "\r", "\t", "\x1f", "\x7f", "\xc2\x80", "a\xc2\x9f" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(control) / sizeof(control[0]); i++)
		assert_true(text_has_control(control[i], strlen(control[i])));
	assert_true(text_has_control("a\0b", 3));
	assert_false(text_has_control("Straße\xc2\xa0 \xc3\x80", strlen("Straße\xc2\xa0 \xc3\x80")));
	assert_false(text_has_control("", 0));
}

static void
counts_characters(void **state)
{
	(void)state;
	assert_int_equal(text_characters("Köln", strlen("Köln")), 4);
	assert_int_equal(text_characters("\U0001F600日", strlen("\U0001F600日")), 2);
	assert_int_equal(text_characters("", 0), 0);
}

static void
decodes_percent(void **state)
{
	size_t n;

	(void)state;
	assert_string_equal(text_url_decode(&arena, "K%C3%b6ln+a%2Bb", 15, true, &n), "Köln a+b");
	assert_int_equal(n, strlen("Köln a+b"));
	assert_string_equal(text_url_decode(&arena, "a+b%41", 6, false, &n), "a+bA");
	assert_string_equal(text_url_decode(&arena, "", 0, true, &n), "");
	/* only `length` bytes count */
	assert_string_equal(text_url_decode(&arena, "ab%41", 2, true, &n), "ab");
}

static void
refuses_broken_percent(void **state)
{
	static const char *const broken[] = { "%", "%4", "a%", "%zz", "%4g", "%%41", "%00", "a%00b", "% 41", "%-1" };
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		if (text_url_decode(&arena, broken[i], strlen(broken[i]), true, &n) != NULL)
			fail_msg("%s passed", broken[i]);
	assert_null(text_url_decode(&arena, "%41", 2, true, &n));
	assert_null(text_url_decode(&arena, "a\0b", 3, true, &n));
}

static void
encodes_so_that_it_decodes(void **state)
{
	struct buffer *out = new_buffer();
	char all[256];
	size_t i, n;

	(void)state;
	for (i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	all[255] = '\0';
	text_url_encode(out, all);
	for (i = 0; i < out->length; i++)
		assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%", out->data[i]));
	assert_string_equal(text_url_decode(&arena, out->data, out->length, true, &n), all);
	assert_string_equal(text_url_decode(&arena, out->data, out->length, false, &n), all);
}

static void
trims_blanks(void **state)
{
	(void)state;
	assert_string_equal(text_trim(arena_strdup(&arena, "  a b  ")), "a b");
	assert_string_equal(text_trim(arena_strdup(&arena, "   ")), "");
	assert_string_equal(text_trim(arena_strdup(&arena, "")), "");
}

static void
long_texts_are_cut(void **state)
{
	(void)state;
	assert_string_equal(text_cut(&arena, "", 5), "");
	assert_string_equal(text_cut(&arena, "äöüß", 4), "äöüß");
	assert_string_equal(text_cut(&arena, "äöüßä", 4), "äöü…");
	assert_string_equal(text_cut(&arena, "ein zwei drei", 13), "ein zwei drei");
	assert_string_equal(text_cut(&arena, "ein zwei drei", 12), "ein zwei…");
	assert_string_equal(text_cut(&arena, "ein zwei drei", 9), "ein zwei…");
	assert_string_equal(text_cut(&arena, "ein zwei drei", 8), "ein…");
	assert_string_equal(text_cut(&arena, "einzweidrei", 4), "ein…");
	assert_string_equal(text_cut(&arena, "ab", 1), "…");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("UTF-8: well-formed text passes", accepts_well_formed_utf8),
		TEST("UTF-8: overlong, surrogate, cut and too large sequences are refused", refuses_broken_utf8),
		TEST("UTF-8: agrees with a naive decoder on eight million byte sequences", agrees_with_a_naive_decoder),
		TEST("control characters C0, DEL and C1 are seen", sees_control_characters),
		TEST("characters are counted, not bytes", counts_characters),
		TEST("percent decoding, with plus as blank only in forms", decodes_percent),
		TEST("percent decoding refuses broken sequences and NUL", refuses_broken_percent),
		TEST("percent encoding of every byte decodes to the same", encodes_so_that_it_decodes),
		TEST("a long text is cut at the end of a word, never within a character", long_texts_are_cut),
		TEST("blanks at both ends are trimmed", trims_blanks),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
