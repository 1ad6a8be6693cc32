/*
 * Any JSON as rows for CSV, GeoJSON, KML, Atom and vCard. What is written must be readable again: XML by libxml2, JSON by
 * jansson, CSV with as many fields as there are columns and none a formula, vCard in short lines of whole characters.
 */
#include "fuzz.h"

#include <ctype.h>
#include <libxml/parser.h>

#include "http/text.h"
#include "view/csv.h"
#include "view/geojson.h"
#include "view/vcard.h"
#include "view/xml.h"

static const struct column columns[] = {
	{ "a", "A, mit Komma", "a" }, { "b", "B", "b.c" }, { "l", "L", "l" }, { NULL, NULL, NULL },
};
static const struct kml_map kml = { "a", "l", "lat", "lon", "url", columns };
static const struct atom_map atom = { "a", "l", "url", "published", "updated" };

/* Steps over one CSV field; returns what ends it (',', '\r' or 0) and where the next begins. */
static int
field(const char **text, const char **first)
{
	const char *p = *text;
	int end;

	*first = *p == '"' ? p + 1 : p;
	if (*p == '"') {
		for (p++; *p != '\0'; p++)
			if (*p == '"' && *++p != '"')
				break;
	} else {
		while (*p != '\0' && *p != ',' && *p != '\r') {
			PROMISE(*p != '"' && *p != '\n');
			p++;
		}
	}
	end = (unsigned char)*p;
	PROMISE(end == ',' || end == '\r');
	PROMISE(end != '\r' || p[1] == '\n');
	*text = p + (end == '\r' ? 2 : 1);
	return end;
}

static void
check_csv(struct arena *arena, const json_t *rows)
{
	const char *text, *first;
	struct buffer out;
	size_t i, k;

	buffer_init(&out, arena, 0);
	csv_write(&out, columns, rows, CSV_RFC4180, PART_WHOLE);
	text = buffer_text(&out);
	for (i = 0; i < json_array_size(rows) + 1; i++)
		for (k = 0; k < 3; k++) {
			PROMISE(field(&text, &first) == (k == 2 ? '\r' : ','));
			/* a number may begin with a minus sign, a text may not */
			PROMISE(strchr("=+@\t", *first) == NULL || *first == '\0');
			PROMISE(*first != '-' || isdigit((unsigned char)first[1]));
		}
	PROMISE(*text == '\0');
}

static void
check_xml(struct buffer *out)
{
	xmlDocPtr doc = xmlReadMemory(out->data, (int)out->length, "x", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	PROMISE(doc != NULL);
	xmlFreeDoc(doc);
}

/* Whatever the addresses hold, it is one well-formed document with an entry for each. */
static void
check_sitemap(struct arena *arena, const json_t *rows)
{
	json_t *entries = json_array();
	struct buffer out;
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		json_t *url = json_object_get(json_array_get(rows, i), "url");

		if (json_is_string(url))
			json_array_append_new(entries, json_pack("{s:O, s:O}", "loc", url, "lastmod", url));
	}
	buffer_init(&out, arena, 0);
	sitemap_write(&out, SITEMAP_PAGES, entries);
	check_xml(&out);
	json_decref(entries);
}

static void
check_vcard(struct arena *arena, const json_t *rows)
{
	const char *values[2] = { json_string_value(json_object_get(json_array_get(rows, 0), "a")),
	    json_string_value(json_object_get(json_array_get(rows, 0), "url")) };
	const char *line, *end;
	struct buffer out;
	int properties = 0;

	buffer_init(&out, arena, 0);
	vcard_property(&out, "ADR", values, 2);
	if (values[1] != NULL)
		vcard_uri(&out, "URL", values[1]);
	for (line = buffer_text(&out); *line != '\0'; line = end + 2) {
		end = strstr(line, "\r\n");
		PROMISE(end != NULL && end - line <= 75);
		PROMISE(memchr(line, '\n', (size_t)(end - line)) == NULL && text_is_utf8(line, (size_t)(end - line)));
		properties += *line != ' ';
	}
	PROMISE(properties == 1 || (properties == 2 && values[1] != NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct atom_feed feed = { "T", "https://x/a.atom", "https://x/a", "R", "2026-01-01" };
	struct arena arena;
	struct buffer out;
	json_t *rows, *back;

	if (size > 8192 || (rows = json_loadb((const char *)data, size, 0, NULL)) == NULL)
		return 0;
	arena_init(&arena);
	check_csv(&arena, rows);
	buffer_init(&out, &arena, 0);
	kml_write(&out, "Titel", rows, &kml, PART_WHOLE);
	check_xml(&out);
	out.length = 0;
	atom_write(&out, &feed, rows, &atom);
	check_xml(&out);
	out.length = 0;
	geojson_write(&out, columns, rows, "a", "lat", "lon", NULL, PART_WHOLE);
	back = json_loads(buffer_text(&out), 0, NULL);
	PROMISE(back != NULL && json_array_size(json_object_get(back, "features")) == json_array_size(rows));
	json_decref(back);
	check_sitemap(&arena, rows);
	check_vcard(&arena, rows);
	json_decref(rows);
	arena_free(&arena);
	return 0;
}
