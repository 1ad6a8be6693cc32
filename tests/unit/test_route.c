/* http/route and the real table of app/routes.c: paths, and that everything the table names exists. */
#include "unit.h"

#include "db/statement.h"
#include "http/input.h"
#include "http/negotiate.h"
#include "http/route.h"
#include "view/template.h"

static enum view view;
static struct capture captures[ROUTE_CAPTURES];

static const char *
pattern_of(const char *path)
{
	const struct route *route = route_find(path, &view, captures);

	return route != NULL ? route->pattern : "(none)";
}

static void
paths_find_their_route(void **state)
{
	static const struct { const char *path, *pattern; enum view view; const char *capture; } cases[] = {
		{ "/", "/", VIEW_COUNT, NULL },
		{ "/suche", "/suche", VIEW_COUNT, NULL },
		{ "/suche.json", "/suche", VIEW_JSON, NULL },
		{ "/suche.geojson", "/suche", VIEW_GEOJSON, NULL },
		{ "/suche.atom", "/suche", VIEW_ATOM, NULL },
		{ "/anbieter/muster-ggmbh", "/anbieter/:slug", VIEW_COUNT, "muster-ggmbh" },
		{ "/anbieter/muster-ggmbh.vcf", "/anbieter/:slug", VIEW_VCF, "muster-ggmbh" },
		{ "/anbieter/muster/qr.svg", "/anbieter/:slug/qr.svg", VIEW_COUNT, "muster" },
		{ "/standards/S02.json", "/standards/:code", VIEW_JSON, "S02" },
		{ "/kreis/06611", "/kreis/:ags", VIEW_COUNT, "06611" },
		{ "/openapi.json", "/openapi.json", VIEW_COUNT, NULL },
		{ "/assets/app.4f3a.css", "/assets/:name", VIEW_COUNT, "app.4f3a.css" },
		{ "/karte/laender.geojson", NULL, VIEW_GEOJSON, "laender" },
		{ "/vorschlaege", "/vorschlaege", VIEW_COUNT, NULL },
		/* a suffix that the route does not offer belongs to the segment */
		{ "/anbieter/muster.svg", "/anbieter/:slug", VIEW_COUNT, "muster.svg" },
		{ "/anbieter/muster.html", "/anbieter/:slug", VIEW_COUNT, "muster.html" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *pattern = pattern_of(cases[i].path);

		if (cases[i].pattern != NULL && strcmp(pattern, cases[i].pattern) != 0)
			fail_msg("%s goes to %s", cases[i].path, pattern);
		if (view != cases[i].view)
			fail_msg("%s is view %d", cases[i].path, (int)view);
		if (cases[i].capture == NULL) {
			assert_null(captures[0].name);
			continue;
		}
		assert_int_equal(captures[0].length, strlen(cases[i].capture));
		assert_memory_equal(captures[0].text, cases[i].capture, captures[0].length);
		assert_null(captures[1].name);
	}
}

static void
other_paths_find_nothing(void **state)
{
	static const char *const paths[] = { "", "suche", "//", "/suche/", "/suche.", "/suche.svg", "/suche.html", "/suche.exe", "/SUCHE",
	    "/suche%2ejson", "/anbieter/", "/anbieter/.json/x", "/anbieter/a/b", "/anbieter//qr.svg", "/anbieter/a/qr.svg/", "/leichte-sprache.json",
	    "/assets/", "/assets/a/b", "/../etc/passwd", "/.json", "/kreis/", "/impressum.kml", "/suchex", "/such" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (strcmp(pattern_of(paths[i]), "(none)") != 0)
			fail_msg("%s goes to %s", paths[i], pattern_of(paths[i]));
}

/* What prepare() of the routes binds beside the inputs (app/directory/search.c). */
static bool
is_bound(const struct route *route, const char *param)
{
	static const char *const house[] = { "view", "today", "count_miss", NULL };
	static const char *const place[] = { "place_kind", "place_postcode", "place_lat", "place_lon", NULL };
	int i;

	for (i = 0; house[i] != NULL; i++)
		if (strcmp(param, house[i]) == 0)
			return true;
	for (i = 0; route->prepare != NULL && place[i] != NULL; i++)
		if (strcmp(param, place[i]) == 0)
			return true;
	return input_index(route->inputs, param) >= 0;
}

static void
everything_the_table_names_exists(void **state)
{
	const struct route *route;
	const struct statement *statement;
	int i;

	(void)state;
	assert_true(template_load_all());
	for (route = routes; route->pattern != NULL; route++) {
		if (route->leads_to != NULL) {
			assert_string_not_equal(pattern_of(route->leads_to), "(none)");
			continue;
		}
		if (route->statement != NULL) {
			statement = statement_find(route->statement);
			if (statement == NULL)
				fail_msg("%s: sql/queries/%s.sql is missing", route->pattern, route->statement);
			assert_string_equal(statement->role, "web");
			for (i = 0; i < statement->param_count; i++)
				if (!is_bound(route, statement->params[i]))
					fail_msg("%s: nothing gives :%s to %s.sql", route->pattern, statement->params[i], route->statement);
		}
		if (route->template != NULL && template_find(route->template) == NULL)
			fail_msg("%s: template %s is missing", route->pattern, route->template);
		if ((route->views & VIEW_BIT(VIEW_HTML)) && route->template == NULL)
			fail_msg("%s offers HTML without a template", route->pattern);
		if ((route->views & ~(VIEW_BIT(VIEW_HTML) | VIEW_BIT(VIEW_JSON) | (route->template != NULL ? VIEW_BIT(VIEW_TEXT) : 0))) && route->represent == NULL && route->answer == NULL)
			fail_msg("%s offers views that nobody writes", route->pattern);
		if ((route->views & VIEW_BIT(VIEW_JSON)) && route->statement == NULL && route->answer == NULL)
			fail_msg("%s offers JSON without a document", route->pattern);
		if (route->statement == NULL && route->template == NULL && route->answer == NULL)
			fail_msg("%s is answered by nobody", route->pattern);
		assert_non_null(route->title);
	}
}

static void
every_input_is_declared_in_full(void **state)
{
	const struct route *route;
	const struct input *input;

	(void)state;
	for (route = routes; route->pattern != NULL; route++) {
		const char *p = route->pattern;

		for (; (p = strchr(p, ':')) != NULL; p++) {
			size_t length = strcspn(p + 1, "/");

			if (input_index(route->inputs, arena_strndup(&arena, p + 1, length)) < 0)
				fail_msg("%s: the path input is not declared", route->pattern);
		}
		for (input = route->inputs; input != NULL && input->name != NULL; input++) {
			struct value value = { .items = arena_alloc(&arena, sizeof(char *) * INPUT_VALUES) };
			const struct input one[] = { *input, { .name = NULL } };
			const struct capture none[ROUTE_CAPTURES] = { { .name = NULL } };
			struct problem_at at;

			assert_non_null(input->label);
			assert_non_null(input->help);
			assert_int_equal(input->type == INPUT_CHOICE, input->choices != NULL);
			if (input->type == INPUT_TEXT || input->type == INPUT_NUMBER)
				assert_true(input->max > 0);
			if (input->repeated && input->fallback != NULL)
				fail_msg("%s: %s is repeated and has a fallback", route->pattern, input->name);
			/* a fallback is a value that the field itself would take */
			if (input->fallback != NULL && !input_read(&arena, one, none,
			    arena_printf(&arena, "%s=%s", input->name, input->fallback), &value, &at))
				fail_msg("%s: the fallback of %s is not allowed", route->pattern, input->name);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("routes: paths and suffixes find their route", paths_find_their_route),
		TEST("routes: other paths find nothing", other_paths_find_nothing),
		TEST("routes: statements, parameters and templates that the table names exist", everything_the_table_names_exists),
		TEST("routes: every input has label, help and bounds", every_input_is_declared_in_full),
	};

	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
