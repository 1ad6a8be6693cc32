/*
 * serve.c, page.c, http/reply: the one way through the house, with Kore and the database played by the test. What Kore
 * would be told is in kore_reply.
 */
#include "unit.h"

#include <unistd.h>

#include "db/pool.h"
#include "http/cache.h"
#include "http/config.h"
#include "http/assets.h"
#include "http/text.h"
#include "kore_stubs.h"
#include "page.h"
#include "serve.h"
#include "view/template.h"

/* The database of the test -------------------------------------------------------------------------------------------- */
struct db_job {
	db_done		 done;
	void		*arg;
};
static struct db_job job;
static bool job_runs, queue_full;
static int cancels, submits;
static const struct statement *asked;

struct db_job *
db_submit(const struct statement *statement, const char *const *params, db_done done, void *arg)
{
	(void)params;
	if (queue_full)
		return NULL;
	assert_false(job_runs);
	submits++;
	asked = statement;
	job.done = done;
	job.arg = arg;
	job_runs = true;
	return &job;
}

void
db_cancel(struct db_job *cancelled)
{
	assert_ptr_equal(cancelled, &job);
	assert_true(job_runs);
	job_runs = false;
	cancels++;
}

int db_is_up(void) { return !queue_full; }

static void
database(enum db_status status, const char *text)
{
	assert_true(job_runs);
	job_runs = false;
	job.done(job.arg, status, text, text != NULL ? strlen(text) : 0);
}

/* Kore, as far as a request goes -------------------------------------------------------------------------------------- */
static struct http_request http;
static struct connection connection;
static char *path_copy, *query_copy;

/* Kore lets the request go: answered, or the client has gone. */
static void
let_go(void)
{
	if (http.onfree != NULL)
		http.onfree(&http);
	assert_null(http.hdlr_extra);
	free(path_copy);
	free(query_copy);
	path_copy = query_copy = NULL;
	memset(&http, 0, sizeof(http));
}

static int
begin(int method, const char *path, const char *query, const char *const *headers)
{
	kore_forget();
	kore_request_headers = headers;
	path_copy = strdup(path);
	query_copy = query != NULL ? strdup(query) : NULL;
	http.method = (u_int8_t)method;
	http.path = path_copy;
	http.query_string = query_copy;
	http.owner = &connection;
	return serve(&http);
}

/* A whole GET that needs no database, or one that answers `document`. Returns the status. */
static int
get(const char *path, const char *query, const char *document, const char *const *headers)
{
	if (begin(HTTP_METHOD_GET, path, query, headers) == KORE_RESULT_RETRY) {
		if (document == NULL)
			fail_msg("%s asks the database", path);
		database(DB_OK, document);
		assert_int_equal(serve(&http), KORE_RESULT_OK);
	}
	assert_int_equal(kore_reply.count, 1);
	let_go();
	return kore_reply.status;
}

#define SEARCH	"{\"place\":{\"label\":\"Kassel\",\"kind\":\"place\",\"lat\":51.3,\"lon\":9.4},\"matches\":[],\"spellings\":[],\"radius_km\":50,\"total\":1,\"covering\":1,\"nearby\":0,\"page\":1,\"pages\":1," \
		"\"per_page\":20,\"results\":[{\"slug\":\"a\",\"name\":\"A <b> & \\\"C\\\"\",\"covers\":true,\"distance_km\":null,\"site\":{\"city\":\"Kassel\",\"lat\":51.3,\"lon\":9.4}," \
		"\"capacity\":{\"code\":\"frei\",\"label\":\"frei\"},\"fields_of_action\":[],\"is_demo\":true,\"number\":1}]," \
		"\"facets\":{\"anlass\":{\"label\":\"Anlass\",\"list\":\"occasion\",\"combine\":\"any\",\"active\":0,\"values\":[{\"value\":\"x\",\"label\":\"X\",\"count\":3,\"active\":false}]}}," \
		"\"nobody\":null,\"map\":{\"viewbox\":\"0 0 645 875\",\"place\":null,\"districts\":[],\"states\":[],\"clusters\":[]},\"demo\":true}"

static const char *const json_wanted[] = { "accept", "application/json", NULL };
static long long version = 1;

static int
start(void **state)
{
	unit_setup(state);
	cache_version(++version);
	queue_full = false;
	cancels = submits = 0;
	return 0;
}
#define SERVE_TEST(sentence, function)	{ sentence, function, start, unit_teardown, NULL }

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
		{ "/nirgends", NULL, 404 }, { "/suche/", NULL, 404 }, { "/suche", "foo=1", 400 }, { "/suche", "umkreis=7", 400 },
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
	assert_int_equal(get("/openapi.json", NULL, NULL, NULL), 200);
	assert_int_equal(get("/live", NULL, NULL, NULL), 200);
	assert_int_equal(get("/ready", NULL, NULL, NULL), 200);
	queue_full = true;
	assert_int_equal(get("/ready", NULL, NULL, NULL), 503);
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
	assert_int_equal(get("/openapi.json", NULL, NULL, NULL), 200);
	document = json_of(kore_reply.body);
	paths = json_object_get(document, "paths");
	assert_string_equal(json_string_value(json_object_get(document, "openapi")), "3.1.0");
	assert_non_null(json_object_get(paths, "/suche.geojson"));
	assert_non_null(json_object_get(paths, "/anbieter/{slug}.vcf"));
	assert_non_null(json_object_get(paths, "/anbieter/{slug}/qr.svg"));
	for (route = routes; route->pattern != NULL; route++)
		if (strchr(route->pattern, ':') == NULL && (route->views & VIEW_BIT(VIEW_HTML)) && json_object_get(paths, route->pattern) == NULL)
			fail_msg("%s is not described", route->pattern);
	json_decref(document);
}

static void
write_file(const char *folder, const char *name, const char *text)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int
house(void **state)
{
	static char folder[] = "/tmp/jcap-serve-XXXXXX";

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	write_file(folder, "app.99afaa19fe.css", "body { color: black }\n");
	write_file(folder, "manifest.json", "{\"css\":\"app.99afaa19fe.css\",\"js\":\"app.99afaa19fe.css\",\"map_css\":\"app.99afaa19fe.css\","
	    "\"map_js\":\"app.99afaa19fe.css\",\"favicon\":\"app.99afaa19fe.css\",\"font_regular\":\"app.99afaa19fe.css\"}");
	memset(&config, 0, sizeof(config));
	config.base_url = "https://register.example";
	config.assets = folder;
	config.cache_bytes = 1 << 20;
	return template_load_all() && assets_load(folder) && page_init() ? 0 : -1;
}

static int
house_end(void **state)
{
	char command[200];

	(void)state;
	kore_forget();
	cache_version(++version);
	snprintf(command, sizeof(command), "rm -rf %s", config.assets);
	return system(command);
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
		SERVE_TEST("serve: a visiting card holds the contacts, escaped", a_visiting_card_holds_the_contacts),
		SERVE_TEST("serve: methods", methods),
		SERVE_TEST("serve: representations that nobody offers are 406", representations_nobody_offers),
		SERVE_TEST("serve: assets are kept for a year", assets_are_kept_for_a_year),
		SERVE_TEST("serve: outlines, QR codes, health and OpenAPI find their way", outlines_and_qr_codes_find_their_way),
		SERVE_TEST("serve: a filter without input is left out", a_filter_without_input_is_left_out),
		SERVE_TEST("serve: OpenAPI describes every route", openapi_describes_every_route),
	};

	return cmocka_run_group_tests_name("serve", tests, house, house_end);
}
