/* http/negotiate: which representation and which encoding a client wants. */
#include "unit.h"

#include "http/negotiate.h"

#define HTML	VIEW_BIT(VIEW_HTML)
#define JSON	VIEW_BIT(VIEW_JSON)
#define CSV	VIEW_BIT(VIEW_CSV)
#define KML	VIEW_BIT(VIEW_KML)

static void
views_by_accept(void **state)
{
	static const struct { const char *accept; unsigned offered; enum view view; } cases[] = {
		{ NULL, HTML | JSON, VIEW_HTML },
		{ NULL, JSON, VIEW_JSON },
		{ "*/*", HTML | JSON, VIEW_HTML },
		{ "*/*", CSV | KML, VIEW_CSV },
		{ "application/json", HTML | JSON, VIEW_JSON },
		{ "APPLICATION/JSON", HTML | JSON, VIEW_JSON },
		{ "application/json", HTML, VIEW_COUNT },
		{ "image/png", HTML | JSON, VIEW_COUNT },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", HTML | JSON | CSV, VIEW_HTML },
		{ "application/json, text/html;q=0.9", HTML | JSON, VIEW_JSON },
		{ "text/html;q=0.9, application/json", HTML | JSON, VIEW_JSON },
		{ "text/html;q=0.5, application/json;q=0.5", HTML | JSON, VIEW_HTML },
		{ "text/*", HTML | JSON | CSV, VIEW_HTML },
		{ "text/*;q=0.5, text/html;q=0.1", HTML | CSV, VIEW_CSV },
		{ "*/*, text/html;q=0", HTML | JSON, VIEW_JSON },
		{ "*/*;q=0", HTML | JSON, VIEW_COUNT },
		{ "text/html;q=0", HTML, VIEW_COUNT },
		{ "text/html ; q=0.2 , application/json ; q = 0.1", HTML | JSON, VIEW_JSON },
		{ "application/json;charset=utf-8;q=0.3, text/html;q=0.2", HTML | JSON, VIEW_JSON },
		{ "application/vnd.google-earth.kml+xml", HTML | KML, VIEW_KML },
		{ "text/htmlx", HTML, VIEW_COUNT },
		{ "text/htm", HTML, VIEW_COUNT },
		{ "*", HTML, VIEW_COUNT },
		{ ",,;;, ,", HTML, VIEW_COUNT },
		{ ";q=1", HTML, VIEW_COUNT },
		{ "text/html;q=nan", HTML, VIEW_COUNT },
		{ "text/html;q=-1", HTML, VIEW_COUNT },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum view view = negotiate_view(cases[i].accept, cases[i].offered);

		if (view != cases[i].view)
			fail_msg("Accept: %s gives view %d", cases[i].accept, (int)view);
	}
}

static void
errors_as_json(void **state)
{
	(void)state;
	assert_false(negotiate_wants_json(NULL));
	assert_false(negotiate_wants_json("*/*"));
	assert_false(negotiate_wants_json("text/html,application/xhtml+xml,*/*;q=0.8"));
	assert_true(negotiate_wants_json("application/json"));
	assert_true(negotiate_wants_json("application/problem+json"));
	assert_true(negotiate_wants_json("application/json, text/html;q=0.9"));
	assert_false(negotiate_wants_json("application/json;q=0.5, text/html"));
}

static void
encodings(void **state)
{
	static const struct { const char *accept; enum encoding encoding; } cases[] = {
		{ NULL, ENCODING_IDENTITY }, { "", ENCODING_IDENTITY }, { "gzip", ENCODING_GZIP }, { "br", ENCODING_BROTLI },
		{ "gzip, deflate, br, zstd", ENCODING_BROTLI }, { "GZIP", ENCODING_GZIP }, { "br;q=0, gzip", ENCODING_GZIP },
		{ "br;q=0, gzip;q=0.0", ENCODING_IDENTITY }, { "gzip;q=0.001", ENCODING_GZIP }, { "brotli", ENCODING_IDENTITY },
		{ "x-gzip", ENCODING_IDENTITY }, { "identity", ENCODING_IDENTITY }, { "deflate", ENCODING_IDENTITY },
		{ "gzip ;q=1 , br ;q=0", ENCODING_GZIP },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (negotiate_encoding(cases[i].accept) != cases[i].encoding)
			fail_msg("Accept-Encoding: %s gives %d", cases[i].accept, (int)negotiate_encoding(cases[i].accept));
}

static void
names_of_views(void **state)
{
	enum view view, other;

	(void)state;
	for (view = 0; view < VIEW_COUNT; view++) {
		assert_int_equal(view_by_suffix(view_suffix(view)), view);
		assert_int_equal(strncmp(view_content_type(view), view_media_type(view), strlen(view_media_type(view))), 0);
		for (other = 0; other < view; other++)
			assert_string_not_equal(view_media_type(view), view_media_type(other));
	}
	assert_int_equal(view_by_suffix("exe"), VIEW_COUNT);
	assert_int_equal(view_by_suffix(""), VIEW_COUNT);
	assert_int_equal(view_by_suffix("JSON"), VIEW_COUNT);
	assert_null(encoding_name(ENCODING_IDENTITY));
	assert_string_equal(encoding_name(ENCODING_GZIP), "gzip");
	assert_string_equal(encoding_name(ENCODING_BROTLI), "br");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("Accept: q values, wildcards, most specific wins, nothing acceptable", views_by_accept),
		TEST("Accept: errors as JSON only for those who prefer it", errors_as_json),
		TEST("Accept-Encoding: brotli before gzip, q=0 is no", encodings),
		TEST("views: suffix and media type of each are its own", names_of_views),
	};

	return cmocka_run_group_tests_name("negotiate", tests, NULL, NULL);
}
