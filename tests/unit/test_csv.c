/* view/csv: RFC 4180, and no formula for a spreadsheet. */
#include "unit.h"

#include "view/csv.h"

static const struct column columns[] = {
	{ "a", "Erste, Spalte", "a" }, { "b", "Zweite", "b.c" }, { NULL, NULL, NULL },
};
static const struct column one[] = { { "a", "A", "a" }, { NULL, NULL, NULL } };

static const char *
csv_in(enum csv_style style, const struct column *list, const char *rows)
{
	struct buffer *out = new_buffer();
	json_t *json = json_of(rows);

	csv_write(out, list, json, style, PART_WHOLE);
	json_decref(json);
	return buffer_text(out);
}

static const char *
csv(const struct column *list, const char *rows)
{
	return csv_in(CSV_RFC4180, list, rows);
}

static void
german_style_opens_by_double_click(void **state)
{
	(void)state;
	assert_string_equal(csv_in(CSV_GERMAN, columns, "[{\"a\":1.5,\"b\":{\"c\":\"x;y\"}},{\"a\":\"1.5\",\"b\":{\"c\":-2.25}}]"),
	    "\xef\xbb\xbf\"Erste, Spalte\";Zweite\r\n\"1,5\";\"x;y\"\r\n1.5;\"-2,25\"\r\n");
}

/* The only field of one row, without heading and line end. */
static const char *
field(const char *value)
{
	const char *text = csv(one, arena_printf(&arena, "[{\"a\":%s}]", value));

	assert_memory_equal(text, "A\r\n", 3);
	assert_string_equal(text + strlen(text) - 2, "\r\n");
	return arena_strndup(&arena, text + 3, strlen(text) - 5);
}

static void
heading_and_rows_end_with_cr_lf(void **state)
{
	(void)state;
	assert_string_equal(csv(columns, "[]"), "\"Erste, Spalte\",Zweite\r\n");
	assert_string_equal(csv(columns, "[{\"a\":\"x\",\"b\":{\"c\":\"y\"}},{\"a\":1},{}]"),
	    "\"Erste, Spalte\",Zweite\r\nx,y\r\n1,\r\n,\r\n");
	assert_string_equal(csv(columns, "null"), "\"Erste, Spalte\",Zweite\r\n");
}

static void
quotes_where_it_must(void **state)
{
	static const struct { const char *value, *field; } cases[] = {
		{ "\"einfach\"", "einfach" }, { "\"a,b\"", "\"a,b\"" }, { "\"a;b\"", "\"a;b\"" }, { "\"a \\\"b\\\" c\"", "\"a \"\"b\"\" c\"" },
		{ "\"a\\nb\"", "\"a\nb\"" }, { "\"a\\r\\nb\"", "\"a\r\nb\"" }, { "\"\\\"\"", "\"\"\"\"" }, { "\"\"", "" },
		{ "\"Köln 日本\"", "Köln 日本" }, { "\" blank \"", " blank " },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(field(cases[i].value), cases[i].field);
}

static void
values_of_every_type(void **state)
{
	(void)state;
	assert_string_equal(field("null"), "");
	assert_string_equal(field("true"), "ja");
	assert_string_equal(field("false"), "nein");
	assert_string_equal(field("-12"), "-12");
	assert_string_equal(field("3.5"), "3.5");
	assert_string_equal(field("51.3127"), "51.3127");
	assert_string_equal(field("{\"x\":1}"), "");
	assert_string_equal(field("[]"), "");
	assert_string_equal(field("[\"a\"]"), "a");
	assert_string_equal(field("[\"a\",\"b, c\",3]"), "\"a; b, c; 3\"");
}

static void
no_text_is_a_formula(void **state)
{
	static const char *const starts[] = { "=1+1", "+49", "-x", "@SUM(A1)", "\\t=1", "\\r=1" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		const char *text = field(arena_printf(&arena, "\"%s\"", starts[i]));
		const char *list = field(arena_printf(&arena, "[\"%s\",\"b\"]", starts[i]));

		if (text[*text == '"'] != '\'')
			fail_msg("%s is written as %s", starts[i], text);
		if (list[*list == '"'] != '\'')
			fail_msg("a list with %s is written as %s", starts[i], list);
	}
	assert_string_equal(field("\"a=b\""), "a=b");
	assert_string_equal(field("\"1-2\""), "1-2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("CSV: heading first, lines end with CR LF, missing members are empty", heading_and_rows_end_with_cr_lf),
		TEST("CSV: German style has semicolons, decimal commas and a byte order mark", german_style_opens_by_double_click),
		TEST("CSV: quotes where a separator, quote or line end is inside", quotes_where_it_must),
		TEST("CSV: values of every JSON type", values_of_every_type),
		TEST("CSV: no text starts as a formula", no_text_is_a_formula),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
