/* view/xml: KML, Atom and QR codes, read back by libxml2's parser. */
#include "unit.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <qrencode.h>

#include "view/xml.h"

#define NASTY	"A & B <script>\\u0001\\u0008\\u000b\\u001f\\r\\\"'\\ufffe\\uffff]]> ä\\ud83d\\ude00\\nz"
#define CLEAN	"A & B <script>\"']]> ä\U0001F600\nz"

static const struct column columns[] = { { "city", "Ort", "site.city" }, { "covers", "Umfasst", "covers" }, { NULL, NULL, NULL } };
static const struct kml_map kml = { "name", "reason", "site.lat", "site.lon", "url", columns };
static const struct atom_map atom = { "name", "reason", "url", "listed_on", "updated_on" };

static xmlDocPtr
parse(struct buffer *out)
{
	xmlDocPtr doc = xmlReadMemory(out->data, (int)out->length, "test", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	if (doc == NULL)
		fail_msg("not well-formed: %s", buffer_text(out));
	return doc;
}

/* The string value of an XPath expression, in the arena. k: KML, a: Atom, s: SVG. */
static const char *
value(xmlDocPtr doc, const char *path)
{
	xmlXPathContextPtr context = xmlXPathNewContext(doc);
	xmlXPathObjectPtr found;
	xmlChar *text;
	const char *copy;

	xmlXPathRegisterNs(context, (const xmlChar *)"k", (const xmlChar *)"http://www.opengis.net/kml/2.2");
	xmlXPathRegisterNs(context, (const xmlChar *)"a", (const xmlChar *)"http://www.w3.org/2005/Atom");
	xmlXPathRegisterNs(context, (const xmlChar *)"s", (const xmlChar *)"http://www.w3.org/2000/svg");
	found = xmlXPathEvalExpression((const xmlChar *)path, context);
	assert_non_null(found);
	text = xmlXPathCastToString(found);
	copy = arena_strdup(&arena, (char *)text);
	xmlFree(text);
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
	return copy;
}

static xmlDocPtr
kml_of(const char *rows)
{
	struct buffer *out = new_buffer();
	json_t *json = json_of(rows);

	kml_write(out, "Suche <Kassel> & Umgebung", json, &kml, PART_WHOLE);
	json_decref(json);
	return parse(out);
}

static void
kml_holds_any_text(void **state)
{
	xmlDocPtr doc = kml_of("[{\"name\":\"" NASTY "\",\"reason\":\"" NASTY "\",\"url\":\"https://x/?a=1&b=" NASTY "\","
	    "\"covers\":true,\"site\":{\"city\":[\"" NASTY "\",5],\"lat\":51.3127,\"lon\":9.4797}}]");

	(void)state;
	assert_string_equal(value(doc, "/k:kml/k:Document/k:name"), "Suche <Kassel> & Umgebung");
	assert_string_equal(value(doc, "//k:Placemark/k:name"), CLEAN);
	assert_string_equal(value(doc, "//k:Placemark/k:description"), CLEAN);
	assert_string_equal(value(doc, "//k:Data[@name='city']/k:value"), CLEAN ", 5");
	assert_string_equal(value(doc, "//k:Data[@name='city']/k:displayName"), "Ort");
	assert_string_equal(value(doc, "//k:Data[@name='covers']/k:value"), "ja");
	assert_string_equal(value(doc, "//k:Point/k:coordinates"), "9.47970,51.31270");
	assert_non_null(strstr(value(doc, "//a:link/@href"), "https://x/?a=1&b=A & B"));
	xmlFreeDoc(doc);
}

static void
kml_without_place_has_no_point(void **state)
{
	xmlDocPtr doc = kml_of("[{\"name\":\"a\"},{},null,[],{\"site\":{\"lat\":\"x\",\"lon\":1}}]");

	(void)state;
	assert_string_equal(value(doc, "count(//k:Placemark)"), "5");
	assert_string_equal(value(doc, "count(//k:Point)"), "0");
	xmlFreeDoc(doc);
	doc = kml_of("[]");
	assert_string_equal(value(doc, "count(//k:Placemark)"), "0");
	xmlFreeDoc(doc);
}

static xmlDocPtr
atom_of(const char *rows, const char *updated)
{
	const struct atom_feed feed = { .title = "T & <U>", .self = "https://x/s.atom?a=1&b=2", .alternate = "https://x/s?a=1&b=2",
	    .author = "Register", .updated = updated };
	struct buffer *out = new_buffer();
	json_t *json = json_of(rows);

	atom_write(out, &feed, json, &atom);
	json_decref(json);
	return parse(out);
}

static void
atom_has_what_rfc_4287_asks_for(void **state)
{
	xmlDocPtr doc = atom_of("[{\"name\":\"" NASTY "\",\"reason\":\"" NASTY "\",\"url\":\"https://x/anbieter/a\",\"listed_on\":\"2025-12-31\",\"updated_on\":\"2026-01-02\"},"
	    "{\"name\":\"b\",\"url\":\"https://x/anbieter/b\",\"updated_on\":\"2026-01-02T03:04:05Z\"},{}]", "2026-01-02");

	(void)state;
	assert_string_equal(value(doc, "/a:feed/a:title"), "T & <U>");
	assert_string_equal(value(doc, "/a:feed/a:id"), "https://x/s.atom?a=1&b=2");
	assert_string_equal(value(doc, "/a:feed/a:link[@rel='self']/@href"), "https://x/s.atom?a=1&b=2");
	assert_string_equal(value(doc, "/a:feed/a:link[@rel='alternate']/@href"), "https://x/s?a=1&b=2");
	assert_string_equal(value(doc, "/a:feed/a:updated"), "2026-01-02T00:00:00Z");
	assert_string_equal(value(doc, "/a:feed/a:author/a:name"), "Register");
	assert_string_equal(value(doc, "//a:entry[1]/a:title"), CLEAN);
	assert_string_equal(value(doc, "//a:entry[1]/a:summary"), CLEAN);
	assert_string_equal(value(doc, "//a:entry[1]/a:summary/@type"), "html");
	assert_string_equal(value(doc, "//a:entry[1]/a:published"), "2025-12-31T00:00:00Z");
	assert_string_equal(value(doc, "count(//a:published)"), "1");
	assert_string_equal(value(doc, "//a:entry[1]/a:id"), "https://x/anbieter/a");
	assert_string_equal(value(doc, "//a:entry[1]/a:updated"), "2026-01-02T00:00:00Z");
	assert_string_equal(value(doc, "//a:entry[2]/a:updated"), "2026-01-02T03:04:05Z");
	assert_string_equal(value(doc, "//a:entry[3]/a:updated"), "1970-01-01T00:00:00Z");
	assert_string_equal(value(doc, "count(//a:entry/a:updated)"), "3");
	xmlFreeDoc(doc);
}

/* The modules that our SVG draws must be those of libqrencode, in the same places and with a quiet zone of four. */
static void
qr_code_draws_the_modules_of_the_library(void **state)
{
	static const char address[] = "https://register.example/anbieter/muster-ggmbh-kassel";
	struct buffer *out = new_buffer();
	QRcode *code = QRcode_encodeString8bit(address, 0, QR_ECLEVEL_M);
	unsigned char *drawn = arena_alloc(&arena, (size_t)code->width * (size_t)code->width);
	xmlDocPtr doc;
	const char *path;
	int x, y, used, size = code->width + 8;

	(void)state;
	assert_true(qr_write(out, address, "Titel & <mehr>"));
	doc = parse(out);
	assert_string_equal(value(doc, "/s:svg/@viewBox"), arena_printf(&arena, "0 0 %d %d", size, size));
	assert_string_equal(value(doc, "/s:svg/s:title"), "Titel & <mehr>");
	assert_string_equal(value(doc, "/s:svg/s:path[1]/@fill"), "#fff");
	path = value(doc, "/s:svg/s:path[2]/@d");
	while (*path != '\0') {
		assert_int_equal(sscanf(path, "M%d %dh1v1h-1z%n", &x, &y, &used), 2);
		assert_in_range(x, 4, code->width + 3);
		assert_in_range(y, 4, code->width + 3);
		drawn[(y - 4) * code->width + x - 4] = 1;
		path += used;
	}
	for (y = 0; y < code->width; y++)
		for (x = 0; x < code->width; x++)
			if (drawn[y * code->width + x] != (code->data[y * code->width + x] & 1))
				fail_msg("module %d, %d differs", x, y);
	/* three finder patterns, none in the fourth corner */
	assert_true(drawn[0] && drawn[code->width - 1] && drawn[(code->width - 1) * code->width]);
	xmlFreeDoc(doc);
	QRcode_free(code);
}

static void
qr_code_of_too_long_a_text_is_none(void **state)
{
	char *text = arena_alloc(&arena, 4001);

	(void)state;
	memset(text, 'a', 4000);
	assert_false(qr_write(new_buffer(), text, "t"));
	assert_true(qr_write(new_buffer(), "https://x/", "t"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("KML: any text comes back, control characters and U+FFFE left out", kml_holds_any_text),
		TEST("KML: a row without coordinates has no point", kml_without_place_has_no_point),
		TEST("Atom: what RFC 4287 asks for, any text comes back", atom_has_what_rfc_4287_asks_for),
		TEST("QR: the SVG draws the library's modules with a quiet zone", qr_code_draws_the_modules_of_the_library),
		TEST("QR: too long a text gives none", qr_code_of_too_long_a_text_is_none),
	};
	int failed;

	xmlInitParser();
	failed = cmocka_run_group_tests_name("xml", tests, NULL, NULL);
	xmlCleanupParser();
	return failed;
}
