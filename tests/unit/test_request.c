/* http/request: addresses made from inputs, names of cached replies, parameters of statements. */
#include "unit.h"

#include "http/clock.h"
#include "http/config.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "http/request.h"

static struct request request;

/* A request as serve.c makes it, for a path with its query. */
static struct request *
ask(const char *path, const char *query)
{
	struct capture captures[ROUTE_CAPTURES];
	struct problem_at at;
	enum view view;

	memset(&request, 0, sizeof(request));
	request.route = route_find(path, &view, captures);
	assert_non_null(request.route);
	request.view = view != VIEW_COUNT ? view : negotiate_view(NULL, request.route->views);
	request.values = arena_alloc(&request.arena, sizeof(struct value) * (input_count(request.route->inputs) + 1));
	if (!input_read(&request.arena, request.route->inputs, captures, query, request.values, &at))
		fail_msg("%s?%s is refused: %s", path, query, at.problem->code);
	return &request;
}

static void
done(void)
{
	arena_free(&request.arena);
}

static void
addresses_are_canonical(void **state)
{
	static const struct { const char *path, *query, *url; } cases[] = {
		{ "/suche", NULL, "/suche" },
		{ "/suche", "umkreis=50&seite=1&anzahl=20", "/suche" },
		{ "/suche.json", "ort=K%c3%b6ln", "/suche.json?ort=K%C3%B6ln" },
		{ "/suche", "standard=s02&land=he&ort=a+b", "/suche?ort=a%20b&land=HE&standard=S02" },
		{ "/anbieter/muster%2dgmbh.vcf", NULL, "/anbieter/muster-gmbh.vcf" },
		{ "/anbieter/muster/qr.svg", NULL, "/anbieter/muster/qr.svg" },
		{ "/standards/s02", NULL, "/standards/S02" },
		{ "/land/he", "", "/land/HE" },
		{ "/", "region=aus", "/?region=aus" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(cases[i].path, cases[i].query);
		assert_string_equal(request_url(&request, request.view, NULL, 0), cases[i].url);
		done();
	}
}

static void
changes_touch_only_the_address(void **state)
{
	const struct change set = { CHANGE_SET, "ort", "Kassel" }, add = { CHANGE_ADD, "merken", "b" },
	    drop = { CHANGE_DROP, "seite", NULL }, out = { CHANGE_REMOVE, "merken", "a" }, none = { CHANGE_REMOVE, "merken", "zzz" },
	    fallback = { CHANGE_SET, "umkreis", "50" }, anew = { CHANGE_ADD, "umkreis", "5" };
	const struct change two[] = { out, drop };

	(void)state;
	ask("/suche", "ort=Fulda&seite=3&merken=a");
	assert_string_equal(request_url(&request, VIEW_HTML, &set, 1), "/suche?ort=Kassel&seite=3&merken=a");
	assert_string_equal(request_url(&request, VIEW_HTML, &add, 1), "/suche?ort=Fulda&seite=3&merken=a&merken=b");
	assert_string_equal(request_url(&request, VIEW_HTML, two, 2), "/suche?ort=Fulda");
	assert_string_equal(request_url(&request, VIEW_CSV, &drop, 1), "/suche.csv?ort=Fulda&merken=a");
	assert_string_equal(request_url(&request, VIEW_HTML, &none, 1), "/suche?ort=Fulda&seite=3&merken=a");
	assert_string_equal(request_url(&request, VIEW_HTML, &fallback, 1), "/suche?ort=Fulda&seite=3&merken=a");
	assert_string_equal(request_url(&request, VIEW_HTML, &anew, 1), "/suche?ort=Fulda&umkreis=5&seite=3&merken=a");
	assert_string_equal(request_url(&request, VIEW_HTML, NULL, 0), "/suche?ort=Fulda&seite=3&merken=a");
	assert_string_equal(request_value(&request, "umkreis"), "50");
	assert_false(request_given(&request, "umkreis"));
	done();
}

static void
a_full_list_takes_no_more(void **state)
{
	struct buffer *query = new_buffer();
	const struct change add = { CHANGE_ADD, "merken", "noch-einer" };
	int i;

	(void)state;
	for (i = 0; i < INPUT_VALUES; i++)
		buffer_printf(query, "merken=a%d&", i);
	ask("/suche", buffer_text(query));
	assert_null(strstr(request_url(&request, VIEW_HTML, &add, 1), "noch-einer"));
	done();
}

static void
cached_replies_have_names_of_their_own(void **state)
{
	const char *html, *json;

	(void)state;
	ask("/suche", "ort=Kassel");
	html = arena_strdup(&arena, request_cache_key(&request));
	request.vary = "Fulda";
	assert_string_not_equal(request_cache_key(&request), html);
	done();
	ask("/suche.json", "ort=Kassel");
	json = arena_strdup(&arena, request_cache_key(&request));
	assert_string_not_equal(json, html);
	done();
	/* Accept instead of suffix, other order, fallbacks spelled out: the same reply */
	ask("/suche", "umkreis=50&ort=+Kassel");
	assert_string_equal(request_cache_key(&request), html);
	request.view = VIEW_JSON;
	assert_string_equal(request_cache_key(&request), json);
	done();
	/* no value can look like the rest of a name */
	ask("/suche", "ort=Kassel%20Fulda");
	assert_null(strstr(request_cache_key(&request), "Kassel Fulda"));
	done();
}

static void
parameters_come_by_name(void **state)
{
	static const char *const names[] = { "umkreis", "ort", "merken", "standard", "view", "today", "place_kind", "fehlt" };
	const char *const *params;

	(void)state;
	memset(&config, 0, sizeof(config));
	ask("/suche.csv", "standard=s01&standard=e03");
	request_bind(&request, "place_kind", "name");
	params = request_params(&request, names, 8);
	assert_string_equal(params[0], "50");
	assert_null(params[1]);
	assert_null(params[2]);
	assert_string_equal(params[3], "{\"S01\",\"E03\"}");
	assert_string_equal(params[4], "csv");
	assert_string_equal(params[5], clock_today());
	assert_string_equal(params[6], "name");
	assert_null(params[7]);
	done();
}

/* Array literals escape what PostgreSQL's array syntax knows, whatever types inputs may hold one day. */
static void
array_literals_are_quoted(void **state)
{
	static const char *const names[] = { "merken" };
	const char *items[] = { "a\"b", "c\\d", "{e,f}", "NULL", " " };

	(void)state;
	ask("/suche", NULL);
	request.values[input_index(request.route->inputs, "merken")] = (struct value){ 5, items, true };
	assert_string_equal(request_params(&request, names, 1)[0], "{\"a\\\"b\",\"c\\\\d\",\"{e,f}\",\"NULL\",\" \"}");
	done();
}

static void
absolute_addresses_begin_with_the_configured_base(void **state)
{
	(void)state;
	config.base_url = "https://register.example";
	ask("/suche", "ort=a");
	assert_string_equal(request_absolute(&request, request_url(&request, VIEW_HTML, NULL, 0)), "https://register.example/suche?ort=a");
	done();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("addresses: one canonical spelling for path, suffix and query", addresses_are_canonical),
		TEST("addresses: changes touch only the address", changes_touch_only_the_address),
		TEST("addresses: a full list takes no more", a_full_list_takes_no_more),
		TEST("cache names: view, address and what else it varies by", cached_replies_have_names_of_their_own),
		TEST("parameters: by name from bindings, inputs and the house", parameters_come_by_name),
		TEST("parameters: array literals are quoted", array_literals_are_quoted),
		TEST("addresses: absolute ones begin with the configured base", absolute_addresses_begin_with_the_configured_base),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
