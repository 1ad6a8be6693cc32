#include "directory/export.h"

#include <string.h>

#include "http/clock.h"
#include "view/csv.h"
#include "view/geojson.h"
#include "view/template.h"
#include "view/xml.h"

#define AUTHOR	"JobcoachingAP-Register"

static const struct column columns[] = {
	{ "slug", "Kennung", "slug" },
	{ "name", "Name", "name" },
	{ "url", "Adresse im Register", "url" },
	{ "covers", "Einsatzgebiet umfasst den Ort", "covers" },
	{ "distance_km", "Entfernung in km", "distance_km" },
	{ "reason", "Grund", "reason" },
	{ "postcode", "PLZ", "site.postcode" },
	{ "city", "Ort", "site.city" },
	{ "district", "Kreis", "site.district" },
	{ "phone", "Telefon", "phone" },
	{ "email", "E-Mail", "email" },
	{ "lat", "Breite", "site.lat" },
	{ "lon", "Länge", "site.lon" },
	{ "area", "Einsatzgebiet", "area" },
	{ "fields_of_action", "Handlungsfelder", "fields_of_action" },
	{ "capacity", "Kapazität", "capacity.label" },
	{ "capacity_as_of", "Stand der Kapazität", "capacity.as_of" },
	{ "verified", "Geprüfte Standards", "verified" },
	{ "confirmed_on", "Zuletzt bestätigt", "confirmed_on" },
	{ "is_demo", "Beispieldaten", "is_demo" },
	{ NULL, NULL, NULL }
};

void
export_add_urls(struct request *request, json_t *rows)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		const char *slug = json_string_value(json_object_get(row, "slug"));

		if (slug != NULL)
			json_object_set_new(row, "url", json_string(request_absolute(request,
			    arena_printf(&request->arena, "/anbieter/%s", slug))));
	}
}

/* The youngest of the rows' dates; a feed without rows is as old as the day. */
static const char *
newest(const json_t *rows)
{
	const char *best = NULL;
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		const char *day = json_string_value(json_object_get(json_array_get(rows, i), "updated_on"));

		if (day != NULL && (best == NULL || strcmp(day, best) > 0))
			best = day;
	}
	return best != NULL ? best : clock_today();
}

/* What the client asked for where the route offers a choice; RFC 4180 otherwise. */
static enum csv_style
csv_style(const struct request *request)
{
	if (input_index(request->route->inputs, "trenner") < 0)
		return CSV_RFC4180;
	return strcmp(request_value(request, "trenner"), "semikolon") == 0 ? CSV_GERMAN : CSV_RFC4180;
}

/* What the provider offers, where, and what changed: the words are in the template. */
static json_t *
summary(struct arena *arena, const json_t *row)
{
	struct buffer out;

	buffer_init(&out, arena, 512);
	template_render(template_find("feed_entry"), row, NULL, &out);
	return json_stringn(out.data, out.length);
}

/* Each row gets its summary. Which rows a feed has and in which order is the statement's affair (directory.rank_newest). */
static void
add_summaries(struct arena *arena, const json_t *rows)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
		json_object_set_new(row, "feed_summary", summary(arena, row));
}

void
export_rows(struct request *request, const char *title, const json_t *rows, const json_t *members, struct buffer *out)
{
	const struct kml_map kml = { "name", "reason", "site.lat", "site.lon", "url", columns };
	const struct atom_map atom = { "name", "feed_summary", "url", "listed_on", "updated_on" };
	struct atom_feed feed;

	switch (request->view) {
	case VIEW_CSV:
		csv_write(out, columns, rows, csv_style(request), request->part);
		break;
	case VIEW_GEOJSON:
		geojson_write(out, columns, rows, "slug", "site.lat", "site.lon", members, request->part);
		break;
	case VIEW_KML:
		kml_write(out, title, rows, &kml, request->part);
		break;
	default:
		feed.title = title;
		feed.self = request_absolute(request, request_url(request, VIEW_ATOM, NULL, 0));
		feed.alternate = request_absolute(request, request_url(request, VIEW_HTML, NULL, 0));
		feed.author = AUTHOR;
		feed.updated = newest(rows);
		add_summaries(&request->arena, rows);
		atom_write(out, &feed, rows, &atom);
		break;
	}
}
