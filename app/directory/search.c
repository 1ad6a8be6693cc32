#include "directory/search.h"

#include <string.h>

#include "directory/export.h"
#include "directory/search_form.h"
#include "geo/place.h"
#include "http/limit.h"
#include "http/problem.h"
#include "view/columns.h"

/* What a search in vain is counted for, as text. */
static const char *
wish(struct request *request)
{
	const struct value *fields = request_values(request, "handlungsfeld");
	const char *ort = request_value(request, "ort"), *kreis = request_value(request, "kreis");
	struct buffer text;
	size_t i;

	buffer_init(&text, &request->arena, 128);
	buffer_printf(&text, "%s\n%s", ort != NULL ? ort : "", kreis != NULL ? kreis : "");	/* raw: only compared */
	for (i = 0; i < fields->count; i++)
		buffer_printf(&text, "\n%s", fields->items[i]);	/* raw: only compared */
	return buffer_text(&text);
}

void
search_before_query(struct request *request)
{
	/* One network asks in vain once a day, whatever it reloads: the published numbers are about people. */
	if (limit_counted(request_network(request), wish(request)))
		request_bind(request, "count_miss", "false");
}

bool
search_prepare(struct request *request, struct problem_at *at)
{
	const char *text = request_value(request, "ort");
	struct place_query query;

	if (text == NULL)
		return true;
	if (!place_parse(text, &query)) {
		const struct input *input = &request->route->inputs[input_index(request->route->inputs, "ort")];

		*at = (struct problem_at){ .problem = &problem_invalid_value, .field = input->name, .label = input->label,
		    .help = input->help, .value = text };
		return false;
	}
	request_bind(request, "place_kind", place_kind_name(query.kind));
	if (query.kind == PLACE_POSTCODE || query.kind == PLACE_POSTCODE_PREFIX)
		request_bind(request, "place_postcode", arena_strdup(&request->arena, query.postcode));
	if (query.kind == PLACE_POINT) {
		request_bind(request, "place_lat", arena_printf(&request->arena, "%.6f", query.lat));
		request_bind(request, "place_lon", arena_printf(&request->arena, "%.6f", query.lon));
	}
	return true;
}

/* "Kassel – Anbieter von JobcoachingAP" */
static const char *
title_of(struct request *request, const json_t *document)
{
	const char *label = json_string_value(json_object_get(json_object_get(document, "place"), "label"));

	if (label == NULL)
		return "Anbieter suchen";
	return arena_printf(&request->arena, "%s: Anbieter von JobcoachingAP", label);
}

static void
set_page_link(struct request *request, json_t *links, const char *name, json_int_t page, bool exists)
{
	struct change change = { CHANGE_SET, "seite", arena_printf(&request->arena, "%" JSON_INTEGER_FORMAT, page) };

	json_object_set_new(links, name, exists
	    ? json_string(request_absolute(request, request_url(request, request->view, &change, 1))) : json_null());
}

/* Absolute addresses of this search: itself, its neighbours, its other formats. */
static json_t *
links_of(struct request *request, const json_t *document)
{
	const struct change all[] = { { CHANGE_DROP, "seite", NULL }, { CHANGE_DROP, "anzahl", NULL } };
	static const enum view formats[] = { VIEW_HTML, VIEW_JSON, VIEW_GEOJSON, VIEW_CSV, VIEW_KML, VIEW_ATOM };
	json_int_t page = json_integer_value(json_object_get(document, "page"));
	json_int_t pages = json_integer_value(json_object_get(document, "pages"));
	json_t *links = json_object();
	size_t i;

	set_page_link(request, links, "self", page, true);
	set_page_link(request, links, "first", 1, pages > 0);
	set_page_link(request, links, "prev", page - 1, page > 1);
	set_page_link(request, links, "next", page + 1, page < pages);
	set_page_link(request, links, "last", pages, pages > 0);
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		bool paged = formats[i] == VIEW_HTML || formats[i] == VIEW_JSON;

		json_object_set_new(links, view_suffix(formats[i]), json_string(request_absolute(request,
		    request_url(request, formats[i], all, paged ? 0 : 2))));
	}
	return links;
}

void
search_decorate(struct request *request, json_t *document)
{
	export_add_urls(request, json_object_get(document, "results"));
	json_object_set_new(document, "page_title", json_string(title_of(request, document)));
	json_object_set_new(document, "links", links_of(request, document));
	/* A search in vain is counted by the statement: it must run every time. */
	request->transient = json_is_true(json_object_get(document, "counted"));
	if (request->transient)
		limit_count(request_network(request), wish(request));
	if (request->view == VIEW_HTML)
		search_form_decorate(request, document);
	else
		json_object_del(document, "page_title");
}

void
search_represent(struct request *request, const json_t *document, struct buffer *out)
{
	json_t *members = json_object();

	/* what comes behind was not decorated */
	if (!(request->part & PART_FIRST))
		export_add_urls(request, json_object_get(document, "results"));
	json_object_set(members, "place", json_object_get(document, "place"));
	json_object_set(members, "total", json_object_get(document, "total"));
	json_object_set(members, "links", json_object_get(document, "links"));
	export_rows(request, title_of(request, document), json_object_get(document, "results"), members, out);
	json_decref(members);
}
