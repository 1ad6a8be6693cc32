/* http/input: what a client sends, against the list that a route declares. */
#include "unit.h"

#include "http/input.h"

static const char *const choices[] = { "5", "10", "50", NULL };
static const struct input inputs[] = {
	{ .name = "ort", .type = INPUT_TEXT, .max = 10, .label = "Ort", .help = "Bitte Ort." },
	{ .name = "umkreis", .type = INPUT_CHOICE, .choices = choices, .fallback = "50", .label = "Umkreis", .help = "H" },
	{ .name = "seite", .type = INPUT_NUMBER, .min = 1, .max = 100000, .fallback = "1", .label = "Seite", .help = "H" },
	{ .name = "anlass", .type = INPUT_CODE, .repeated = true, .label = "Anlass", .help = "H" },
	{ .name = "standard", .type = INPUT_STANDARD, .repeated = true, .label = "Standard", .help = "H" },
	{ .name = "slug", .type = INPUT_SLUG, .label = "Kennung", .help = "H" },
	{ .name = "ags", .type = INPUT_AGS, .label = "Kreis", .help = "H" },
	{ .name = "land", .type = INPUT_STATE, .label = "Land", .help = "H" },
	{ .name = NULL }
};
static const struct input needed[] = {
	{ .name = "ort", .type = INPUT_TEXT, .max = 10, .required = true, .label = "Ort", .help = "H" }, { .name = NULL }
};
enum { ORT, UMKREIS, SEITE, ANLASS, STANDARD, SLUG, AGS, LAND, COUNT };

static const struct capture no_captures[ROUTE_CAPTURES];
static struct value values[COUNT];
static struct problem_at at;

static bool
read_query(const char *query)
{
	memset(values, 0xee, sizeof(values));
	memset(&at, 0xee, sizeof(at));
	return input_read(&arena, inputs, no_captures, query, values, &at);
}

static const char *
canonical(void)
{
	struct buffer *out = new_buffer();

	input_canonical(out, "/suche", inputs, values);
	return buffer_text(out);
}

static void
must_fail(const char *query, const struct problem *problem, const char *field)
{
	if (read_query(query))
		fail_msg("%s passed", query);
	if (at.problem != problem)
		fail_msg("%s gives %s, not %s", query, at.problem->code, problem->code);
	if (field != NULL)
		assert_string_equal(at.field, field);
}

static void
absent_inputs_take_their_fallback(void **state)
{
	static const char *const empty[] = { NULL, "", "&", "&&&", "ort", "ort=", "ort=&ort=", "ort=+++&seite=", "ort=%20" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		assert_true(read_query(empty[i]));
		assert_int_equal(values[ORT].count, 0);
		assert_false(values[ORT].given);
		assert_string_equal(values[UMKREIS].items[0], "50");
		assert_false(values[UMKREIS].given);
		assert_string_equal(values[SEITE].items[0], "1");
		assert_string_equal(canonical(), "");
	}
}

static void
values_get_their_canonical_spelling(void **state)
{
	(void)state;
	assert_true(read_query("land=he&standard=s02&ort=+K%C3%B6ln+&seite=007&ags=06611&slug=a-1"));
	assert_string_equal(values[LAND].items[0], "HE");
	assert_string_equal(values[STANDARD].items[0], "S02");
	assert_string_equal(values[ORT].items[0], "Köln");
	assert_string_equal(values[SEITE].items[0], "7");
	assert_string_equal(canonical(), "ort=K%C3%B6ln&seite=7&standard=S02&slug=a-1&ags=06611&land=HE");
}

static void
repeated_inputs_keep_each_value_once(void **state)
{
	(void)state;
	assert_true(read_query("anlass=b&anlass=a&anlass=b&anlass=&standard=s01&standard=S01"));
	assert_int_equal(values[ANLASS].count, 2);
	assert_string_equal(values[ANLASS].items[0], "b");
	assert_string_equal(values[ANLASS].items[1], "a");
	assert_int_equal(values[STANDARD].count, 1);
	assert_string_equal(canonical(), "anlass=b&anlass=a&standard=S01");
}

static void
unknown_names_are_refused(void **state)
{
	(void)state;
	must_fail("foo=1", &problem_unknown_parameter, "foo");
	must_fail("foo", &problem_unknown_parameter, "foo");
	must_fail("Ort=Kassel", &problem_unknown_parameter, "Ort");
	must_fail("=x", &problem_unknown_parameter, "");
	must_fail("ort[]=x", &problem_unknown_parameter, "ort[]");
	must_fail("ort=a;seite=2&x=1", &problem_unknown_parameter, "x");
	assert_null(at.label);
	assert_null(at.value);
}

static void
single_inputs_may_not_repeat(void **state)
{
	(void)state;
	must_fail("ort=a&ort=b", &problem_repeated_parameter, "ort");
	must_fail("ort=a&ort=a", &problem_repeated_parameter, "ort");
	assert_string_equal(at.label, "Ort");
	assert_string_equal(at.help, "Bitte Ort.");
	assert_true(read_query("ort=a&ort=&ort=+"));
}

static void
too_many_values_are_refused(void **state)
{
	struct buffer *query = new_buffer();
	int i;

	(void)state;
	for (i = 0; i < INPUT_VALUES; i++)
		buffer_printf(query, "&anlass=a%d", i);
	assert_true(read_query(buffer_text(query)));
	assert_int_equal(values[ANLASS].count, INPUT_VALUES);
	buffer_puts(query, "&anlass=a0");
	assert_true(read_query(buffer_text(query)));
	buffer_puts(query, "&anlass=einer-mehr");
	must_fail(buffer_text(query), &problem_too_many_values, "anlass");
}

static void
broken_encoding_is_refused(void **state)
{
	static const char *const broken[] = { "ort=%", "ort=%4", "ort=%zz", "ort=%00", "ort=%ff", "ort=%c0%ae", "ort=%e0%80%af",
	    "ort=%ed%a0%80", "ort=%c3", "ort=\xff", "%ff=1", "%=1", "o%00rt=1", "ort%0a=1" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		must_fail(broken[i], &problem_broken_encoding, NULL);
	must_fail("ort=%ff", &problem_broken_encoding, "ort");
}

static void
control_characters_are_refused(void **state)
{
	static const char *const control[] = { "ort=a%0d%0aSet-Cookie:x", "ort=%09", "ort=%1b[2J", "ort=%7f", "ort=%c2%85" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(control) / sizeof(control[0]); i++) {
		must_fail(control[i], &problem_invalid_value, "ort");
		assert_null(at.value);
	}
}

static void
each_type_keeps_its_bounds(void **state)
{
	static const char *const bad[] = {
		"ort=12345678901", "ort=%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6", "seite=0", "seite=100001",
		"seite=-1", "seite=1.0", "seite=1e3", "seite=0x1", "seite=%2b1", "seite=1234567890", "seite=99999999999999999999",
		"seite=%D9%A1", "anlass=A", "anlass=a%20b", "anlass=%C3%A4", "anlass=a'b", "anlass=12345678901234567890123456789012345678901",
		"standard=S2", "standard=S002", "standard=02S", "standard=%C3%84%3102", "standard=SAB", "slug=A", "slug=a_b", "slug=../x",
		"slug=a%2fb", "slug=a.b", "ags=6611", "ags=066110", "ags=0661a", "land=H", "land=HES", "land=H1", "land=%C3%84",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		must_fail(bad[i], &problem_invalid_value, NULL);
	assert_string_equal(at.value, "Ä");
	must_fail("umkreis=6", &problem_unknown_value, "umkreis");
	must_fail("umkreis=50.0", &problem_unknown_value, "umkreis");
	/* ten characters, not ten bytes */
	assert_true(read_query("ort=%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6%C3%B6"));
	assert_true(read_query("seite=100000&anlass=a_b-9&slug=a-b-9"));
}

static void
required_inputs_must_be_there(void **state)
{
	struct value value;

	(void)state;
	assert_false(input_read(&arena, needed, no_captures, "ort=", &value, &at));
	assert_ptr_equal(at.problem, &problem_missing_value);
	assert_string_equal(at.field, "ort");
	assert_true(input_read(&arena, needed, no_captures, "ort=x", &value, &at));
}

static void
no_declared_inputs_take_nothing(void **state)
{
	(void)state;
	assert_true(input_read(&arena, NULL, no_captures, "", NULL, &at));
	assert_true(input_read(&arena, NULL, no_captures, "&", NULL, &at));
	assert_false(input_read(&arena, NULL, no_captures, "a=1", NULL, &at));
	assert_ptr_equal(at.problem, &problem_unknown_parameter);
}

static bool
read_path(const char *segment, const char *query)
{
	struct capture captures[ROUTE_CAPTURES] = { { .name = "slug/x", .name_length = 4, .text = segment, .length = strlen(segment) } };

	return input_read(&arena, inputs, captures, query, values, &at);
}

static void
path_inputs_that_nothing_can_have_are_not_found(void **state)
{
	static const char *const bad[] = { "A", "a.b", "%2e%2e", "a%2fb", "a%00", "%", "%ff", "%20", "%20%20", "+", "a+b", "%C3%A4", "a%0ab" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (read_path(bad[i], NULL))
			fail_msg("the path input %s passed", bad[i]);
		assert_ptr_equal(at.problem, &problem_not_found);
	}
	assert_true(read_path("a-b%2dc", ""));
	assert_string_equal(values[SLUG].items[0], "a-b-c");
	/* the same input in path and query is nothing that exists */
	assert_false(read_path("a", "slug=b"));
	assert_ptr_equal(at.problem, &problem_not_found);
}

static void
canonical_leaves_out_what_goes_without_saying(void **state)
{
	struct buffer *out = new_buffer();

	(void)state;
	assert_true(read_query("ort=a&land=HE&umkreis=50&seite=2&slug=x"));
	input_canonical(out, "/anbieter/:slug", inputs, values);
	assert_string_equal(buffer_text(out), "ort=a&seite=2&land=HE");
	assert_true(input_in_path("/anbieter/:slug/qr.svg", "slug"));
	assert_false(input_in_path("/anbieter/:slug", "slu"));
	assert_false(input_in_path("/anbieter/:slug", "slugs"));
	assert_false(input_in_path("/slug", "slug"));
}

static void
canonical_parsed_again_is_the_same(void **state)
{
	static const char *const queries[] = {
		"", "seite=3&ort=a%26b%3Dc%25", "land=by&ort=%C3%9F%F0%9F%98%80", "anlass=z&anlass=y&standard=e03&umkreis=5",
		"ort=%2B%20%2B", "ort=%22%27%3C%3E&slug=0&ags=00000&seite=0000002",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		const char *once, *twice;

		assert_true(read_query(queries[i]));
		once = canonical();
		assert_true(read_query(once));
		twice = canonical();
		assert_string_equal(once, twice);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("inputs: absent and empty ones take their fallback", absent_inputs_take_their_fallback),
		TEST("inputs: values get their canonical spelling", values_get_their_canonical_spelling),
		TEST("inputs: repeated values are kept once, in order", repeated_inputs_keep_each_value_once),
		TEST("inputs: unknown names are refused and named", unknown_names_are_refused),
		TEST("inputs: single ones may not repeat", single_inputs_may_not_repeat),
		TEST("inputs: too many values are refused", too_many_values_are_refused),
		TEST("inputs: broken percent encoding and overlong UTF-8 are refused", broken_encoding_is_refused),
		TEST("inputs: control characters are refused", control_characters_are_refused),
		TEST("inputs: each type keeps its bounds", each_type_keeps_its_bounds),
		TEST("inputs: required ones must be there", required_inputs_must_be_there),
		TEST("inputs: a route without inputs takes none", no_declared_inputs_take_nothing),
		TEST("inputs: a path that nothing can have is not found, also an empty one", path_inputs_that_nothing_can_have_are_not_found),
		TEST("inputs: the canonical query leaves out fallbacks and path inputs", canonical_leaves_out_what_goes_without_saying),
		TEST("inputs: the canonical query parsed again is the same", canonical_parsed_again_is_the_same),
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
