/* directory/sitemap: entries become addresses of the table's pages, many parts a list of them. */
#include "unit.h"

#include "directory/sitemap.h"
#include "http/config.h"
#include "http/negotiate.h"

static struct value none[8];

/* What is written for a document. */
static const char *
written(const char *document)
{
	static const char *items[1];
	struct capture captures[ROUTE_CAPTURES];
	struct request request = { .view = VIEW_XML, .values = none };
	json_t *json = json_of(document);
	struct buffer *out = new_buffer();
	enum view suffix;

	config.base_url = "https://register.example";
	none[0].items = items;
	arena_init(&request.arena);
	request.route = route_find("/sitemap.xml", &suffix, captures);
	assert_non_null(request.route);
	sitemap_represent(&request, json, out);
	json_decref(json);
	arena_free(&request.arena);
	return buffer_text(out);
}

static int
times(const char *text, const char *part)
{
	int n = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		n++;
	return n;
}

static void
entries_become_addresses(void **state)
{
	const char *xml = written("{\"part\":null,\"parts\":1,\"entries\":[{\"kind\":\"provider\",\"key\":\"a-b\",\"on\":\"2026-01-02\"},"
	    "{\"kind\":\"district\",\"key\":\"06611\",\"on\":null},{\"kind\":\"state\",\"key\":\"HE\"},{\"kind\":\"standard\",\"key\":\"S&<02\"},"
	    "{\"kind\":\"search\",\"key\":\"x\"},{\"kind\":\"gibt es nicht\",\"key\":\"x\"}]}");

	(void)state;
	assert_non_null(strstr(xml, "<url><loc>https://register.example/anbieter/a-b</loc><lastmod>2026-01-02</lastmod></url>"));
	assert_non_null(strstr(xml, "<url><loc>https://register.example/kreis/06611</loc></url>"));
	assert_non_null(strstr(xml, "<url><loc>https://register.example/land/HE</loc></url>"));
	assert_non_null(strstr(xml, "<url><loc>https://register.example/standards/S%26%3C02</loc></url>"));
	assert_non_null(strstr(xml, "<url><loc>https://register.example/</loc></url>"));
	assert_non_null(strstr(xml, "<url><loc>https://register.example/impressum</loc></url>"));
	/* no kinds that have no page, no pages that nobody should find, no second names */
	assert_null(strstr(xml, "/vergleich"));
	assert_null(strstr(xml, "/x<"));
	assert_null(strstr(xml, ".example/anbieter<"));
	assert_null(strstr(xml, "robots"));
	assert_null(strstr(xml, ":slug"));
	assert_int_equal(times(xml, "<urlset"), 1);
}

static void
later_parts_hold_their_entries_only(void **state)
{
	const char *xml = written("{\"part\":2,\"parts\":3,\"entries\":[{\"kind\":\"provider\",\"key\":\"z\",\"on\":\"2026-01-02\"}]}");

	(void)state;
	assert_int_equal(times(xml, "<url>"), 1);
	xml = written("{\"part\":1,\"parts\":3,\"entries\":[]}");
	assert_true(times(xml, "<url>") > 5);
}

static void
many_parts_are_a_list(void **state)
{
	const char *xml = written("{\"part\":null,\"parts\":3,\"entries\":null}");

	(void)state;
	assert_non_null(strstr(xml, "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
	    "<sitemap><loc>https://register.example/sitemap.xml?teil=1</loc></sitemap>"
	    "<sitemap><loc>https://register.example/sitemap.xml?teil=2</loc></sitemap>"
	    "<sitemap><loc>https://register.example/sitemap.xml?teil=3</loc></sitemap></sitemapindex>"));
	assert_int_equal(times(xml, "<url"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("sitemap: entries become addresses of the pages of the table", entries_become_addresses),
		TEST("sitemap: only the first part holds the pages that are always there", later_parts_hold_their_entries_only),
		TEST("sitemap: several parts are listed", many_parts_are_a_list),
	};

	return cmocka_run_group_tests_name("sitemap", tests, NULL, NULL);
}
