#include "view/xml.h"

#include <string.h>

#include <libxml/xmlwriter.h>
#include <qrencode.h>

#include "view/format.h"

#define X(text)	((const xmlChar *)(text))

static int
to_buffer(void *context, const char *data, int length)
{
	buffer_append(context, data, (size_t)length);
	return length;
}

/* Writes to a buffer, or for the time being nowhere. */
struct tap {
	struct buffer	*out;
	bool		 shut;
};

static int
to_tap(void *context, const char *data, int length)
{
	struct tap *tap = context;

	if (!tap->shut)
		buffer_append(tap->out, data, (size_t)length);
	return length;
}

/* What was written so far goes where the tap stands; what comes, where it is turned now. */
static void
turn(xmlTextWriterPtr writer, struct tap *tap, bool shut)
{
	xmlTextWriterFlush(writer);
	tap->shut = shut;
}

static xmlTextWriterPtr
open_writer(struct buffer *out)
{
	xmlTextWriterPtr writer = xmlNewTextWriter(xmlOutputBufferCreateIO(to_buffer, NULL, out, NULL));

	xmlTextWriterStartDocument(writer, "1.0", "UTF-8", NULL);
	return writer;
}

static void
close_writer(xmlTextWriterPtr writer)
{
	xmlTextWriterEndDocument(writer);
	xmlFreeTextWriter(writer);
}

/*
 * Text for XML 1.0 (section 2.2, Char): control characters, U+FFFE and U+FFFF, which it cannot hold, are left out.
 * Everything here was UTF-8 in PostgreSQL.
 */
static const char *
xml_text(struct buffer *scratch, const char *text)
{
	scratch->length = 0;
	for (; *text != '\0'; text++) {
		if (strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0)
			text += 2;
		else if ((unsigned char)*text >= 0x20 || *text == '\n' || *text == '\t')
			buffer_putc(scratch, *text);
	}
	return buffer_text(scratch);
}

static void
attribute(xmlTextWriterPtr writer, struct buffer *scratch, const char *name, const char *text)
{
	xmlTextWriterWriteAttribute(writer, X(name), X(xml_text(scratch, text)));
}

static void
element(xmlTextWriterPtr writer, struct buffer *scratch, const char *name, const char *text)
{
	xmlTextWriterWriteElement(writer, X(name), X(xml_text(scratch, text)));
}

/* A member of a row as text; lists joined. In the arena. */
static const char *
row_text(struct arena *arena, const json_t *row, const char *path)
{
	const json_t *value = column_value(row, path);
	struct buffer text;
	size_t i;

	if (value == NULL)
		return "";
	buffer_init(&text, arena, 64);
	if (json_is_array(value)) {
		for (i = 0; i < json_array_size(value); i++) {
			if (i > 0)
				buffer_puts(&text, ", ");
			format_value(&text, json_array_get(value, i), FORMAT_NONE);
		}
	} else if (json_is_boolean(value)) {
		buffer_puts(&text, json_is_true(value) ? "ja" : "nein");
	} else {
		format_value(&text, value, FORMAT_NONE);
	}
	return buffer_text(&text);
}

static void
placemark(xmlTextWriterPtr writer, struct buffer *scratch, const json_t *row, const struct kml_map *map)
{
	struct arena *arena = scratch->arena;
	const json_t *lat = column_value(row, map->lat), *lon = column_value(row, map->lon);
	const struct column *column;

	xmlTextWriterStartElement(writer, X("Placemark"));
	element(writer, scratch, "name", row_text(arena, row, map->name));
	xmlTextWriterStartElement(writer, X("atom:link"));
	attribute(writer, scratch, "href", row_text(arena, row, map->url));
	xmlTextWriterEndElement(writer);
	element(writer, scratch, "description", row_text(arena, row, map->description));
	xmlTextWriterStartElement(writer, X("ExtendedData"));
	for (column = map->data; column->key != NULL; column++) {
		xmlTextWriterStartElement(writer, X("Data"));
		xmlTextWriterWriteAttribute(writer, X("name"), X(column->key));
		element(writer, scratch, "displayName", column->header);
		element(writer, scratch, "value", row_text(arena, row, column->path));
		xmlTextWriterEndElement(writer);
	}
	xmlTextWriterEndElement(writer);
	if (json_is_number(lat) && json_is_number(lon)) {
		xmlTextWriterStartElement(writer, X("Point"));
		element(writer, scratch, "coordinates",
		    arena_printf(arena, "%.5f,%.5f", json_number_value(lon), json_number_value(lat)));
		xmlTextWriterEndElement(writer);
	}
	xmlTextWriterEndElement(writer);
}

void
kml_write(struct buffer *out, const char *title, const json_t *rows, const struct kml_map *map, unsigned part)
{
	struct tap tap = { out, !(part & PART_FIRST) };
	xmlTextWriterPtr writer = xmlNewTextWriter(xmlOutputBufferCreateIO(to_tap, NULL, &tap, NULL));
	struct buffer scratch;
	size_t i;

	buffer_init(&scratch, out->arena, 256);
	xmlTextWriterStartDocument(writer, "1.0", "UTF-8", NULL);
	xmlTextWriterStartElement(writer, X("kml"));
	xmlTextWriterWriteAttribute(writer, X("xmlns"), X("http://www.opengis.net/kml/2.2"));
	xmlTextWriterWriteAttribute(writer, X("xmlns:atom"), X("http://www.w3.org/2005/Atom"));
	xmlTextWriterStartElement(writer, X("Document"));
	element(writer, &scratch, "name", title);
	/* every part stands in the whole document; what belongs to others is not let out */
	turn(writer, &tap, false);
	for (i = 0; i < json_array_size(rows); i++)
		placemark(writer, &scratch, json_array_get(rows, i), map);
	turn(writer, &tap, !(part & PART_LAST));
	close_writer(writer);
}

/* RFC 3339: a day becomes its first second in UTC. */
static const char *
timestamp(struct arena *arena, const char *text)
{
	if (strlen(text) == 10)
		return arena_printf(arena, "%sT00:00:00Z", text);
	return strlen(text) > 10 ? text : "1970-01-01T00:00:00Z";
}

static void
atom_link(xmlTextWriterPtr writer, struct buffer *scratch, const char *rel, const char *href)
{
	xmlTextWriterStartElement(writer, X("link"));
	attribute(writer, scratch, "rel", rel);
	attribute(writer, scratch, "href", href);
	xmlTextWriterEndElement(writer);
}

void
atom_write(struct buffer *out, const struct atom_feed *feed, const json_t *rows, const struct atom_map *map)
{
	xmlTextWriterPtr writer = open_writer(out);
	struct arena *arena = out->arena;
	struct buffer scratch;
	size_t i;

	buffer_init(&scratch, arena, 256);
	xmlTextWriterStartElement(writer, X("feed"));
	xmlTextWriterWriteAttribute(writer, X("xmlns"), X("http://www.w3.org/2005/Atom"));
	xmlTextWriterWriteAttribute(writer, X("xml:lang"), X("de"));
	element(writer, &scratch, "title", feed->title);
	element(writer, &scratch, "id", feed->self);
	element(writer, &scratch, "updated", timestamp(arena, feed->updated));
	atom_link(writer, &scratch, "self", feed->self);
	atom_link(writer, &scratch, "alternate", feed->alternate);
	xmlTextWriterStartElement(writer, X("author"));
	element(writer, &scratch, "name", feed->author);
	xmlTextWriterEndElement(writer);
	for (i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *url = row_text(arena, row, map->url), *published = row_text(arena, row, map->published);

		xmlTextWriterStartElement(writer, X("entry"));
		element(writer, &scratch, "title", row_text(arena, row, map->title));
		element(writer, &scratch, "id", url);
		if (*published != '\0')
			element(writer, &scratch, "published", timestamp(arena, published));
		element(writer, &scratch, "updated", timestamp(arena, row_text(arena, row, map->updated)));
		atom_link(writer, &scratch, "alternate", url);
		xmlTextWriterStartElement(writer, X("summary"));
		xmlTextWriterWriteAttribute(writer, X("type"), X("html"));
		xmlTextWriterWriteString(writer, X(xml_text(&scratch, row_text(arena, row, map->summary))));
		xmlTextWriterEndElement(writer);
		xmlTextWriterEndElement(writer);
	}
	close_writer(writer);
}

void
sitemap_write(struct buffer *out, enum sitemap kind, const json_t *rows)
{
	xmlTextWriterPtr writer = open_writer(out);
	struct buffer scratch;
	size_t i;

	buffer_init(&scratch, out->arena, 256);
	xmlTextWriterStartElement(writer, X(kind == SITEMAP_PAGES ? "urlset" : "sitemapindex"));
	xmlTextWriterWriteAttribute(writer, X("xmlns"), X("http://www.sitemaps.org/schemas/sitemap/0.9"));
	for (i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i), *lastmod = json_object_get(row, "lastmod");

		xmlTextWriterStartElement(writer, X(kind == SITEMAP_PAGES ? "url" : "sitemap"));
		element(writer, &scratch, "loc", json_string_value(json_object_get(row, "loc")));
		if (lastmod != NULL)
			element(writer, &scratch, "lastmod", json_string_value(lastmod));
		xmlTextWriterEndElement(writer);
	}
	close_writer(writer);
}

bool
qr_write(struct buffer *out, const char *text, const char *title)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	xmlTextWriterPtr writer;
	struct buffer path;
	int x, y, size;

	if (code == NULL)
		return false;
	size = code->width + 8;	/* a quiet zone of four modules on each side */
	buffer_init(&path, out->arena, 8192);
	for (y = 0; y < code->width; y++)
		for (x = 0; x < code->width; x++)
			if (code->data[y * code->width + x] & 1)
				buffer_printf(&path, "M%d %dh1v1h-1z", x + 4, y + 4);
	QRcode_free(code);
	writer = open_writer(out);
	xmlTextWriterStartElement(writer, X("svg"));
	xmlTextWriterWriteAttribute(writer, X("xmlns"), X("http://www.w3.org/2000/svg"));
	xmlTextWriterWriteAttribute(writer, X("viewBox"), X(arena_printf(out->arena, "0 0 %d %d", size, size)));
	xmlTextWriterWriteAttribute(writer, X("role"), X("img"));
	xmlTextWriterWriteElement(writer, X("title"), X(title));
	xmlTextWriterStartElement(writer, X("path"));
	xmlTextWriterWriteAttribute(writer, X("fill"), X("#fff"));
	xmlTextWriterWriteAttribute(writer, X("d"), X(arena_printf(out->arena, "M0 0h%dv%dH0z", size, size)));
	xmlTextWriterEndElement(writer);
	xmlTextWriterStartElement(writer, X("path"));
	xmlTextWriterWriteAttribute(writer, X("d"), X(buffer_text(&path)));
	close_writer(writer);
	return true;
}
