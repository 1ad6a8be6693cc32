/*
 * serve.c, page.c, http/reply: the one way through the house, with Kore and the database played by the test. What Kore
 * would be told is in kore_reply.
 */
#include "serve_driver.h"

#define SEARCH	"{\"place\":{\"label\":\"Kassel\",\"kind\":\"place\",\"lat\":51.3,\"lon\":9.4},\"matches\":[],\"spellings\":[],\"radius_km\":50,\"total\":1,\"covering\":1,\"nearby\":0,\"page\":1,\"pages\":1," \
		"\"per_page\":20,\"results\":[{\"slug\":\"a\",\"name\":\"A <b> & \\\"C\\\"\",\"covers\":true,\"distance_km\":null,\"site\":{\"city\":\"Kassel\",\"lat\":51.3,\"lon\":9.4}," \
		"\"capacity\":{\"code\":\"frei\",\"label\":\"frei\"},\"fields_of_action\":[],\"is_demo\":true,\"number\":1}]," \
		"\"facets\":{\"anlass\":{\"label\":\"Anlass\",\"list\":\"occasion\",\"combine\":\"any\",\"active\":0,\"values\":[{\"value\":\"x\",\"label\":\"X\",\"count\":3,\"active\":false}]}}," \
		"\"nobody\":null,\"map\":{\"viewbox\":\"0 0 645 875\",\"place\":null,\"districts\":[],\"states\":[],\"clusters\":[]},\"demo\":true}"

/* Tests --------------------------------------------------------------------------------------------------------------- */
static void
a_page_comes_with_its_headers(void **state)
{
	(void)state;
	assert_int_equal(get("/impressum", NULL, NULL, NULL), 200);
	assert_string_equal(kore_header("content-type"), "text/html; charset=utf-8");
	assert_string_equal(kore_header("x-content-type-options"), "nosniff");
	assert_non_null(strstr(kore_header("content-security-policy"), "default-src 'none'"));
	assert_null(strstr(kore_header("content-security-policy"), "unsafe"));
	assert_non_null(kore_header("etag"));
	assert_string_equal(kore_header("vary"), "accept, accept-encoding");
	assert_null(kore_header("set-cookie"));
	assert_null(kore_header("content-encoding"));
	assert_non_null(strstr(kore_reply.body, "<title>Impressum"));
	/* small enough that Kore drops none (kore.md 2 is about requests; ours stay few all the same) */
	assert_true(kore_reply.header_count < 16);
}

static void
the_search_page_keeps_its_title(void **state)
{
	(void)state;
	assert_int_equal(get("/suche", "ort=Kassel", SEARCH, NULL), 200);
	assert_non_null(strstr(kore_reply.body, "<title>Kassel: Anbieter von JobcoachingAP"));
	assert_non_null(strstr(kore_reply.body, "A &lt;b&gt; &amp; &quot;C&quot;"));
	assert_null(strstr(kore_reply.body, "A <b>"));
}

static void
every_view_of_the_search_is_written(void **state)
{
	static const char *const views[][2] = {
		{ "/suche.json", "application/json" }, { "/suche.geojson", "application/geo+json" }, { "/suche.csv", "text/csv" },
		{ "/suche.kml", "application/vnd.google-earth.kml+xml" }, { "/suche.atom", "application/atom+xml" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		assert_int_equal(get(views[i][0], "ort=Kassel", SEARCH, NULL), 200);
		assert_int_equal(strncmp(kore_header("content-type"), views[i][1], strlen(views[i][1])), 0);
		assert_non_null(strstr(kore_reply.body, "Kassel"));
	}
}

static void
a_second_request_comes_from_the_cache(void **state)
{
	static const char *const gzip[] = { "accept-encoding", "gzip", NULL };
	const char *const match[] = { "if-none-match", arena_alloc(&arena, 200), NULL };

	(void)state;
	assert_int_equal(get("/suche", "ort=Kassel", SEARCH, NULL), 200);
	assert_int_equal(submits, 1);
	strcpy((char *)(uintptr_t)match[1], kore_header("etag"));
	assert_int_equal(get("/suche", "umkreis=50&ort=Kassel", NULL, NULL), 200);
	assert_true(kore_reply.stream);
	assert_int_equal(get("/suche", "ort=Kassel", NULL, match), 304);
	assert_int_equal(kore_reply.length, 0);
	assert_string_equal(kore_header("etag"), match[1]);
	assert_int_equal(get("/suche", "ort=Kassel", NULL, gzip), 200);
	assert_string_equal(kore_header("content-encoding"), "gzip");
	assert_string_not_equal(kore_header("etag"), match[1]);
	assert_int_equal(submits, 1);
	/* another address, another view: not the same reply */
	assert_int_equal(get("/suche", "ort=Fulda", SEARCH, NULL), 200);
	assert_int_equal(get("/suche", "ort=Kassel", SEARCH, json_wanted), 200);
	assert_string_equal(kore_header("content-type"), "application/json");
	assert_int_equal(submits, 3);
	/* with the database away, what is kept goes on */
	queue_full = true;
	assert_int_equal(get("/suche", "ort=Kassel", NULL, NULL), 200);
	assert_int_equal(get("/suche", "ort=Berlin", NULL, NULL), 503);
}

static void
a_change_while_the_database_works_is_not_missed(void **state)
{
	(void)state;
	assert_int_equal(begin(HTTP_METHOD_GET, "/suche", "ort=Kassel", NULL), KORE_RESULT_RETRY);
	cache_version(++version);
	database(DB_OK, SEARCH);
	serve(&http);
	let_go();
	assert_int_equal(kore_reply.status, 200);
	assert_int_equal(get("/suche", "ort=Kassel", SEARCH, NULL), 200);
	assert_int_equal(submits, 2);
}

static void
counted_searches_are_not_kept(void **state)
{
	json_t *document = json_of(SEARCH);
	char *text;

	(void)state;
	json_object_set_new(document, "counted", json_true());
	text = json_dumps(document, 0);
	assert_int_equal(get("/suche", "ort=Kassel", text, NULL), 200);
	assert_int_equal(get("/suche", "ort=Kassel", text, NULL), 200);
	assert_int_equal(submits, 2);
	free(text);
	json_decref(document);
}

static void
a_client_that_goes_takes_its_query_along(void **state)
{
	int wakeups = kore_wakeups;

	(void)state;
	assert_int_equal(begin(HTTP_METHOD_GET, "/suche", "ort=Kassel", NULL), KORE_RESULT_RETRY);
	http.owner = NULL;
	let_go();
	assert_int_equal(cancels, 1);
	assert_int_equal(kore_reply.count, 0);
	/* gone after the answer came, before it was sent */
	begin(HTTP_METHOD_GET, "/suche", "ort=Kassel", NULL);
	database(DB_OK, SEARCH);
	assert_int_equal(kore_wakeups, wakeups + 1);
	http.owner = NULL;
	let_go();
	assert_int_equal(cancels, 1);
}

static void
what_the_database_says_becomes_a_status(void **state)
{
	static const struct { enum db_status status; const char *text; int http; const char *code; } cases[] = {
		{ DB_NULL, NULL, 404, "not_found" }, { DB_UNAVAILABLE, NULL, 503, "unavailable" }, { DB_OVERLOADED, NULL, 503, "overloaded" },
		{ DB_TIMEOUT, NULL, 504, "timeout" }, { DB_FAILED, NULL, 500, "internal" }, { DB_OK, "[]", 500, "internal" },
		{ DB_OK, "nonsense", 500, "internal" }, { DB_OK, "", 500, "internal" }, { DB_OK, "null", 500, "internal" },
		{ DB_OK, "{\"problem\":{\"code\":\"gone\"}}", 410, "gone" },
		{ DB_OK, "{\"problem\":{\"code\":\"unknown_value\",\"field\":\"anlass\",\"value\":\"<x>\"}}", 400, "unknown_value" },
		{ DB_OK, "{\"problem\":{\"code\":\"gibt_es_nicht\"}}", 500, "internal" },
	};
	size_t i;
	int html;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (html = 0; html < 2; html++) {
			json_t *problem;

			assert_int_equal(begin(HTTP_METHOD_GET, html ? "/suche" : "/suche.json", "ort=Kassel", NULL), KORE_RESULT_RETRY);
			database(cases[i].status, cases[i].text);
			assert_int_equal(serve(&http), KORE_RESULT_OK);
			let_go();
			assert_int_equal(kore_reply.count, 1);
			if (kore_reply.status != cases[i].http)
				fail_msg("case %zu: %d", i, kore_reply.status);
			assert_int_equal(kore_header("retry-after") != NULL, cases[i].http >= 503);
			assert_string_equal(kore_header("cache-control"), "no-store");
			if (html) {
				assert_int_equal(strncmp(kore_header("content-type"), "text/html", 9), 0);
				continue;
			}
			assert_string_equal(kore_header("content-type"), "application/problem+json");
			problem = json_of(kore_reply.body);
			assert_string_equal(json_string_value(json_object_get(problem, "code")), cases[i].code);
			assert_int_equal(json_integer_value(json_object_get(problem, "status")), cases[i].http);
			assert_non_null(json_object_get(problem, "type"));
			json_decref(problem);
		}
}

static void
bad_requests_are_answered_not_reflected(void **state)
{
	static const struct { const char *path, *query; int status; } cases[] = {
		{ "/nirgends", NULL, 404 }, { "/such/", NULL, 404 }, { "/suche", "foo=1", 400 }, { "/suche", "umkreis=7", 400 },
		{ "/suche", "ort=%ff", 400 }, { "/suche", "ort=<script>alert(1)</script>&ort=2", 400 }, { "/suche", "<script>=1", 400 },
		{ "/suche", "umkreis=\"><script>", 400 }, { "/suche", "ort=91,0", 400 }, { "/suche", "ort=a%0d%0ab", 400 },
		{ "/anbieter/%20", NULL, 404 }, { "/anbieter/A", NULL, 404 }, { "/anbieter/%00", NULL, 404 }, { "/assets/%20", NULL, 404 },
		{ "/assets/..%2f..%2fetc%2fpasswd", NULL, 404 }, { "/assets/fehlt.css", NULL, 404 }, { "/kreis/%20", NULL, 404 },
		{ "/standards/<script>", NULL, 404 }, { "/karte/mars.geojson", NULL, 404 }, { "/anbieter/%20/qr.svg", NULL, 404 },
		{ "/live", "x=1", 400 }, { "/", "region=an", 400 }, { "/land/%20%20", NULL, 404 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status = get(cases[i].path, cases[i].query, NULL, NULL);

		if (status != cases[i].status)
			fail_msg("%s?%s gives %d", cases[i].path, cases[i].query != NULL ? cases[i].query : "", status);
		assert_null(strstr(kore_reply.body, "<script>"));
		assert_true(text_is_utf8(kore_reply.body, kore_reply.length));
	}
}

/* Another spelling of one of our addresses leads to it; what leads nowhere is told at once. */
static void
other_spellings_lead_to_the_address(void **state)
{
	static const struct { const char *path, *query, *location; } cases[] = {
		{ "/suche/", NULL, "/suche" }, { "//suche//", "", "/suche" }, { "/suche", "utm_source=x", "/suche" },
		{ "/suche", "utm_source=x&ort=K%C3%B6ln+S%FC", NULL }, { "/suche", "seite=2&ort=K%c3%b6ln+a%26b&fbclid", "/suche?ort=K%C3%B6ln%20a%26b&seite=2" },
		{ "/suche.csv/", "ort=Kassel", "/suche.csv?ort=Kassel" }, { "/anbieter", NULL, "/suche" }, { "/anbieter.json/", "ort=Ulm", "/suche.json?ort=Ulm" },
		{ "/anbieter", "umkreis=7", NULL }, { "/anbieter.vcf", NULL, NULL }, { "/kreis", NULL, "/abdeckung" }, { "/land.csv", NULL, "/abdeckung.csv" },
		{ "/suche", "utm_source=x&foo=1", NULL }, { "//evil.example/", NULL, NULL }, { "/\\evil.example", "utm_a", NULL },
		{ "/%2f%2fevil.example/", "utm_a", NULL }, { "/anbieter/%2f%2fevil/", NULL, NULL }, { "/such/", NULL, NULL },
		{ "/live/", NULL, "/live" }, { "/impressum", "Fbclid=1&_GA=2", "/impressum" }, { "/", "region=aus&mtm_kwd=", "/?region=aus" }, { "//", NULL, "/" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status = get(cases[i].path, cases[i].query, NULL, NULL);
		const char *location = kore_header("location");

		if (status != (cases[i].location != NULL ? 308 : status == 400 ? 400 : 404))
			fail_msg("%s?%s gives %d", cases[i].path, cases[i].query, status);
		if (cases[i].location == NULL)
			assert_null(location);
		else
			assert_string_equal(location, cases[i].location);
	}
	assert_int_equal(get("/suche/", NULL, NULL, NULL), 308);
	assert_string_equal(kore_header("cache-control"), "public, max-age=86400");
	assert_int_equal(submits, 0);
}

/* Only the database knows whether there is an entry of a name: no redirect to a page that is not there. */
static void
entries_are_looked_for_before_the_redirect(void **state)
{
	(void)state;
	assert_int_equal(get("/anbieter/a/", NULL, "{\"problem\":{\"code\":\"gone\"}}", NULL), 410);
	assert_null(kore_header("location"));
	assert_int_equal(get("/anbieter/a.json/", "utm_source=x", "{\"slug\":\"a\",\"name\":\"A\"}", NULL), 308);
	assert_string_equal(kore_header("location"), "/anbieter/a.json");
	/* the answer was kept: for the redirect as for the page */
	assert_int_equal(get("/anbieter/a.json", "gclid", NULL, NULL), 308);
	assert_int_equal(get("/anbieter/a.json", NULL, NULL, NULL), 200);
	assert_null(kore_header("location"));
	assert_int_equal(submits, 2);
}

static json_t *
problem_of(const char *path, const char *query)
{
	assert_int_equal(get(path, query, NULL, NULL), 400);
	return json_of(kore_reply.body);
}

static void
an_unknown_parameter_is_named(void **state)
{
	json_t *problem;

	(void)state;
	problem = problem_of("/suche.json", "Ort=a&ort=Kassel&gclid=1&bar");
	assert_string_equal(json_string_value(json_object_get(problem, "field")), "Ort");
	assert_string_equal(json_string_value(json_object_get(problem, "instead")), "/suche.json?ort=Kassel");
	assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(problem, "known_fields"), 0), "label")), "Arbeitsort");
	json_decref(problem);
	/* nothing is offered that does not work either */
	problem = problem_of("/suche.json", "foo=1&ort=91,0");
	assert_null(json_object_get(problem, "instead"));
	json_decref(problem);
	/* names may be missing; a path that nothing can have is what is wrong */
	problem = problem_of("/standards.json", "=1");
	assert_string_equal(json_string_value(json_object_get(problem, "field")), "");
	assert_int_equal(json_array_size(json_object_get(problem, "known_fields")), 0);
	assert_string_equal(json_string_value(json_object_get(problem, "instead")), "/standards.json");
	json_decref(problem);
	assert_int_equal(get("/anbieter/A", "foo=1", NULL, NULL), 404);
	assert_int_equal(get("/anbieter/a/qr.svg", "foo=1", NULL, json_wanted), 400);
	assert_int_equal(get("/suche", "f%22%3Coo=1&ort=a%26b", NULL, NULL), 400);
	assert_non_null(strstr(kore_reply.body, "<bdi>f&quot;&lt;oo</bdi>"));
	assert_non_null(strstr(kore_reply.body, "href=\"/suche?ort=a%26b\""));
	assert_non_null(strstr(kore_reply.body, "Vergleichsliste"));
	assert_int_equal(get("/impressum", "a=1", NULL, NULL), 400);
	assert_non_null(strstr(kore_reply.body, "href=\"/impressum\""));
	assert_int_equal(submits, 0);
}

static void
a_visiting_card_holds_the_contacts(void **state)
{
	(void)state;
	assert_int_equal(get("/anbieter/a.vcf", NULL, "{\"slug\":\"a\",\"name\":\"A; B\",\"is_demo\":true,\"sites\":[{\"street\":\"Weg 1\","
	    "\"city\":\"Kassel\",\"postcode\":\"34117\",\"lat\":51.3,\"lon\":9.4}],\"contacts\":[{\"kind\":\"phone\",\"value\":\"0561 123-45\"},"
	    "{\"kind\":\"email\",\"value\":\"a,b@example.org\"},{\"kind\":\"web\",\"value\":\"https://example.org/?a=1,2\"},"
	    "{\"kind\":\"web\",\"value\":\"https://x/\\nX:1\"},{\"kind\":\"fax\"}]}", NULL), 200);
	assert_string_equal(kore_reply.body, "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nFN:A\\; B\r\nORG:A\\; B\r\n"
	    "UID:https://register.example/anbieter/a\r\nSOURCE:https://register.example/anbieter/a.vcf\r\nADR:;;Weg 1;Kassel;;34117;Deutschland\r\n"
	    "GEO:geo:51.30000,9.40000\r\nTEL:0561 123-45\r\nEMAIL:a\\,b@example.org\r\nURL:https://example.org/?a=1,2\r\nNOTE:Beispieldaten\r\nEND:VCARD\r\n");
	assert_int_equal(get("/anbieter/b.vcf", NULL, "{\"slug\":\"b\",\"name\":\"B\",\"sites\":[{\"lat\":null}]}", NULL), 200);
	assert_null(strstr(kore_reply.body, "GEO"));
	assert_non_null(strstr(kore_reply.body, "ADR:;;;;;;Deutschland\r\n"));
}

static void
methods(void **state)
{
	static const int refused[] = { HTTP_METHOD_POST, HTTP_METHOD_PUT, HTTP_METHOD_DELETE, HTTP_METHOD_PATCH };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		begin(refused[i], "/suche", NULL, NULL);
		let_go();
		assert_int_equal(kore_reply.status, 405);
		assert_string_equal(kore_header("allow"), "GET, HEAD, OPTIONS");
	}
	begin(HTTP_METHOD_OPTIONS, "/suche", NULL, NULL);
	let_go();
	assert_int_equal(kore_reply.status, 204);
	assert_string_equal(kore_header("allow"), "GET, HEAD, OPTIONS");
	begin(HTTP_METHOD_HEAD, "/impressum", NULL, NULL);
	let_go();
	assert_int_equal(kore_reply.status, 200);
	assert_false(kore_reply.stream);
	assert_true(kore_reply.length > 0);
	begin(HTTP_METHOD_POST, "/nirgends", NULL, NULL);
	let_go();
	assert_int_equal(kore_reply.status, 404);
}

static void
representations_nobody_offers(void **state)
{
	static const char *const png[] = { "accept", "image/png", NULL };

	(void)state;
	assert_int_equal(get("/impressum", NULL, NULL, png), 406);
	assert_int_equal(get("/impressum", NULL, NULL, json_wanted), 406);
	assert_string_equal(kore_header("content-type"), "application/problem+json");
	assert_int_equal(get("/nirgends", NULL, NULL, json_wanted), 404);
	assert_string_equal(kore_header("content-type"), "application/problem+json");
}

static void
assets_are_kept_for_a_year(void **state)
{
	(void)state;
	assert_int_equal(get("/assets/app.99afaa19fe.css", NULL, NULL, NULL), 200);
	assert_string_equal(kore_header("content-type"), "text/css; charset=utf-8");
	assert_non_null(strstr(kore_header("cache-control"), "immutable"));
	assert_string_equal(kore_reply.body, "body { color: black }\n");
	assert_int_equal(get("/assets/manifest.json", NULL, NULL, NULL), 404);
}

static void
outlines_and_qr_codes_find_their_way(void **state)
{
	(void)state;
	assert_int_equal(get("/karte/laender.geojson", NULL, "{\"type\":\"FeatureCollection\",\"features\":[]}", NULL), 200);
	assert_string_equal(asked->name, "outlines");
	assert_string_equal(kore_header("content-type"), "application/geo+json");
	assert_int_equal(get("/anbieter/a/qr.svg", NULL, "{\"slug\":\"a\",\"name\":\"A\"}", NULL), 200);
	assert_string_equal(kore_header("content-type"), "image/svg+xml");
	assert_non_null(kore_header("content-security-policy"));
	assert_int_equal(get("/live", NULL, NULL, NULL), 200);
	assert_int_equal(get("/ready", NULL, NULL, NULL), 200);
	assert_string_equal(kore_reply.body, "ready\n");
	/* rows that wait to be brought up to date: told at once, 503 when it lasts */
	duty_line = "stale: 9 rows due since 2026-04-01";
	assert_int_equal(get("/ready", NULL, NULL, NULL), 200);
	assert_string_equal(kore_reply.body, "ready\nstale: 9 rows due since 2026-04-01\n");
	duty_well = false;
	assert_int_equal(get("/ready", NULL, NULL, NULL), 503);
	assert_string_equal(kore_reply.body, "not ready\nstale: 9 rows due since 2026-04-01\n");
	assert_int_equal(get("/live", NULL, NULL, NULL), 200);
	duty_line = "";
	duty_well = true;
	queue_full = true;
	assert_int_equal(get("/ready", NULL, NULL, NULL), 503);
	assert_string_equal(kore_reply.body, "database away\n");
	queue_full = false;
}

/* A list of filters that no input is declared for (a row in register.code_list came first) must not stop the worker. */
static void
a_filter_without_input_is_left_out(void **state)
{
	json_t *document = json_of(SEARCH), *facet = json_deep_copy(json_object_get(json_object_get(document, "facets"), "anlass"));
	char *text;

	(void)state;
	json_object_set_new(json_array_get(json_object_get(facet, "values"), 0), "active", json_true());
	json_object_set_new(json_object_get(document, "facets"), "neue_liste", facet);
	text = json_dumps(document, 0);
	assert_int_equal(get("/suche", "ort=Kassel", text, NULL), 200);
	assert_null(strstr(kore_reply.body, "neue_liste"));
	free(text);
	json_decref(document);
}

static void
openapi_describes_every_route(void **state)
{
	const struct route *route;
	json_t *document;
	const json_t *paths;

	(void)state;
	assert_int_equal(get("/openapi.json", NULL, "{\"inputs\":{\"anlass\":[\"krise\"]},\"lists\":{\"list.form\":{\"type\":\"string\",\"enum\":[\"ifd\"]}},"
	    "\"examples\":{\"slug\":\"muster\"}}", NULL), 200);
	assert_string_equal(asked->name, "openapi");
	document = json_of(kore_reply.body);
	assert_null(json_object_get(document, "inputs"));
	assert_non_null(json_object_get(json_object_get(json_object_get(document, "components"), "schemas"), "list.form"));
	assert_non_null(json_object_get(json_object_get(json_object_get(document, "components"), "schemas"), "search"));
	assert_non_null(strstr(kore_reply.body, "\"enum\":[\"krise\"]"));
	assert_non_null(strstr(kore_reply.body, "/anbieter/muster.vcf\""));
	paths = json_object_get(document, "paths");
	assert_string_equal(json_string_value(json_object_get(document, "openapi")), "3.1.0");
	assert_non_null(json_object_get(paths, "/suche.geojson"));
	assert_non_null(json_object_get(paths, "/anbieter/{slug}.vcf"));
	assert_non_null(json_object_get(paths, "/anbieter/{slug}/qr.svg"));
	for (route = routes; route->pattern != NULL; route++)
		if (strchr(route->pattern, ':') == NULL && route->leads_to == NULL && (route->views & VIEW_BIT(VIEW_HTML)) && json_object_get(paths, route->pattern) == NULL)
			fail_msg("%s is not described", route->pattern);
	json_decref(document);
}

/* An empty register has no provider for an example, a broken one not even lists. */
static void
openapi_does_without_what_the_database_lacks(void **state)
{
	static const char *const poor[] = { "{}", "{\"inputs\":null,\"lists\":null,\"examples\":{\"slug\":null,\"ort\":null}}", "{\"inputs\":{\"land\":[]},\"examples\":[]}" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(poor) / sizeof(poor[0]); i++) {
		cache_version(++version);
		assert_int_equal(get("/openapi.json", NULL, poor[i], NULL), 200);
		json_decref(json_of(kore_reply.body));
	}
}

/* An address that never gives a page has errors for programs, whatever Accept says and whatever is wrong. */
static void
errors_fit_the_address(void **state)
{
	static const struct { const char *path, *type; } cases[] = {
		{ "/suche.csv", "application/problem+json" }, { "/suche.json", "application/problem+json" }, { "/vorschlaege", "application/problem+json" },
		{ "/openapi.json", "application/problem+json" }, { "/suche", "text/html; charset=utf-8" }, { "/anbieter/a/qr.svg", "text/html; charset=utf-8" },
		{ "/live", "text/html; charset=utf-8" },
	};
	static const char *const wanted[] = { "accept", "text/html, */*;q=0.1", NULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(begin(HTTP_METHOD_POST, cases[i].path, NULL, wanted), KORE_RESULT_OK);
		assert_int_equal(kore_reply.status, 405);
		assert_string_equal(kore_header("content-type"), cases[i].type);
		let_go();
		assert_int_equal(get(cases[i].path, "quatsch=1", NULL, wanted), 400);
		assert_string_equal(kore_header("content-type"), cases[i].type);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVE_TEST("serve: a page comes with its headers, without a cookie", a_page_comes_with_its_headers),
		SERVE_TEST("serve: the search page keeps its title and escapes names", the_search_page_keeps_its_title),
		SERVE_TEST("serve: every view of the search is written", every_view_of_the_search_is_written),
		SERVE_TEST("serve: a second request comes from the cache, 304 and gzip too, also without a database", a_second_request_comes_from_the_cache),
		SERVE_TEST("serve: a change while the database works is not missed", a_change_while_the_database_works_is_not_missed),
		SERVE_TEST("serve: searches that were counted are not kept", counted_searches_are_not_kept),
		SERVE_TEST("serve: a client that goes takes its query along", a_client_that_goes_takes_its_query_along),
		SERVE_TEST("serve: what the database says becomes a status, as page and as problem+json", what_the_database_says_becomes_a_status),
		SERVE_TEST("serve: bad requests are answered and not reflected", bad_requests_are_answered_not_reflected),
		SERVE_TEST("serve: other spellings of an address are redirected to it, never off this host", other_spellings_lead_to_the_address),
		SERVE_TEST("serve: entries are looked for before the redirect", entries_are_looked_for_before_the_redirect),
		SERVE_TEST("serve: an unknown parameter is named, with those that are known and an address without it", an_unknown_parameter_is_named),
		SERVE_TEST("serve: a visiting card holds the contacts, escaped", a_visiting_card_holds_the_contacts),
		SERVE_TEST("serve: methods", methods),
		SERVE_TEST("serve: representations that nobody offers are 406", representations_nobody_offers),
		SERVE_TEST("serve: assets are kept for a year", assets_are_kept_for_a_year),
		SERVE_TEST("serve: outlines, QR codes, health and OpenAPI find their way", outlines_and_qr_codes_find_their_way),
		SERVE_TEST("serve: a filter without input is left out", a_filter_without_input_is_left_out),
		SERVE_TEST("serve: OpenAPI describes every route", openapi_describes_every_route),
		SERVE_TEST("serve: OpenAPI does without what the database lacks", openapi_does_without_what_the_database_lacks),
		SERVE_TEST("serve: errors of an address without a page are for programs", errors_fit_the_address),
	};

	return cmocka_run_group_tests_name("serve", tests, house, house_end);
}
