#include "directory/search_form.h"

#include <string.h>

#include "http/text.h"


#define OPEN_GROUPS	2	/* filter groups shown open without being used */
#define PAGER_REACH	2	/* pages shown on each side of the current one */

/* The first page of this search after a change: new filters start a new list. */
static json_t *
href(struct request *request, enum change_kind kind, const char *name, const char *value)
{
	const struct change changes[] = { { kind, name, value }, { CHANGE_DROP, "seite", NULL } };

	return json_string(request_url(request, VIEW_HTML, changes, 2));
}

static json_t *
radius_options(struct request *request)
{
	const struct input *input = &request->route->inputs[input_index(request->route->inputs, "umkreis")];
	const char *current = request_value(request, "umkreis");
	json_t *options = json_array();
	size_t i;

	for (i = 0; input->choices[i] != NULL; i++)
		json_array_append_new(options, json_pack("{s:s, s:o, s:b}", "value", input->choices[i], "label",
		    json_sprintf("%s km", input->choices[i]), "selected", strcmp(input->choices[i], current) == 0));
	return options;
}

/* One filter group as the form shows it; active values become chips on the way. */
static json_t *
facet_group(struct request *request, const char *input, json_t *facet, size_t position, json_t *chips)
{
	json_t *group = json_object(), *values = json_array(), *value;
	size_t i, active = 0;

	json_array_foreach(json_object_get(facet, "values"), i, value) {
		bool on = json_is_true(json_object_get(value, "active"));
		const char *code = json_string_value(json_object_get(value, "value"));
		json_t *copy = json_copy(value);

		json_object_set_new(copy, "id", json_sprintf("f-%s-%s", input, code));
		json_object_set_new(copy, "empty", json_boolean(!on && json_integer_value(json_object_get(value, "count")) == 0));
		json_array_append_new(values, copy);
		if (!on)
			continue;
		active++;
		json_array_append_new(chips, json_pack("{s:o, s:o}",
		    "label", json_sprintf("%s: %s", json_string_value(json_object_get(facet, "label")),
		    json_string_value(json_object_get(value, "label"))),
		    "href", href(request, CHANGE_REMOVE, input, code)));
	}
	json_object_set_new(group, "input", json_string(input));
	json_object_set(group, "label", json_object_get(facet, "label"));
	json_object_set_new(group, "combine_all", json_boolean(
	    strcmp(json_string_value(json_object_get(facet, "combine")), "all") == 0));
	json_object_set_new(group, "open", json_boolean(active > 0 || position < OPEN_GROUPS));
	json_object_set_new(group, "active", json_integer((json_int_t)active));
	json_object_set_new(group, "has_active", json_boolean(active > 0));
	json_object_set_new(group, "values", values);
	return group;
}

/* Filter groups and chips; also whether anything at all is filtered. */
static void
add_filters(struct request *request, json_t *document)
{
	json_t *groups = json_array(), *chips = json_array(), *facet;
	struct change drops[16] = { { CHANGE_DROP, "seite", NULL } };
	const char *input;
	size_t n = 0;

	json_object_foreach(json_object_get(document, "facets"), input, facet) {
		/* A list in the database that no input is declared for yet. */
		if (input_index(request->route->inputs, input) < 0)
			continue;
		json_array_append_new(groups, facet_group(request, input, facet, n, chips));
		if (n + 1 < sizeof(drops) / sizeof(drops[0]))
			drops[++n] = (struct change){ CHANGE_DROP, input, NULL };
	}
	json_object_set_new(document, "asked", json_boolean(json_array_size(chips) > 0 || request_given(request, "ort") ||
	    request_given(request, "kreis") || request_given(request, "land")));
	json_object_set_new(document, "facet_list", groups);
	json_object_set_new(document, "chips", chips);
	json_object_set_new(document, "clear_href", json_string(request_url(request, VIEW_HTML, drops, n + 1)));
}

/* What the form does not show but a new search must keep. */
static json_t *
hidden_fields(struct request *request)
{
	static const char *const names[] = { "anzahl", "merken" };
	json_t *fields = json_array();
	size_t i, k;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct value *value = request_values(request, names[i]);

		for (k = 0; value->given && k < value->count; k++)
			json_array_append_new(fields, json_pack("{s:s, s:s}", "name", names[i], "value", value->items[k]));
	}
	return fields;
}

static json_t *
page_href(struct request *request, json_int_t page)
{
	struct change change = { CHANGE_SET, "seite", arena_printf(&request->arena, "%" JSON_INTEGER_FORMAT, page) };

	return json_string(request_url(request, VIEW_HTML, &change, 1));
}

/* First, last, and the neighbours of the current page; gaps between them. */
static json_t *
pager(struct request *request, const json_t *document)
{
	json_int_t page = json_integer_value(json_object_get(document, "page"));
	json_int_t pages = json_integer_value(json_object_get(document, "pages"));
	json_t *object = json_object(), *list = json_array();
	json_int_t n, last = 0;

	for (n = 1; n <= pages; n++) {
		if (n != 1 && n != pages && (n < page - PAGER_REACH || n > page + PAGER_REACH)) {
			n = n < page - PAGER_REACH ? page - PAGER_REACH - 1 : pages - 1;
			continue;
		}
		if (last > 0 && n > last + 1)
			json_array_append_new(list, json_pack("{s:b}", "gap", 1));
		json_array_append_new(list, json_pack("{s:I, s:o, s:b}", "n", n, "href", page_href(request, n),
		    "current", n == page));
		last = n;
	}
	json_object_set_new(object, "show", json_boolean(pages > 1));
	json_object_set_new(object, "prev", page > 1 ? page_href(request, page - 1) : json_null());
	json_object_set_new(object, "next", page < pages ? page_href(request, page + 1) : json_null());
	json_object_set_new(object, "pages", list);
	return object;
}

/* The name under which the document knows a provider that is kept for comparison. */
static const char *
kept_name(const json_t *document, const char *slug)
{
	const json_t *kept = json_object_get(document, "kept");
	size_t i;

	for (i = 0; i < json_array_size(kept); i++) {
		const json_t *item = json_array_get(kept, i);

		if (strcmp(json_string_value(json_object_get(item, "slug")), slug) == 0)
			return json_string_value(json_object_get(item, "name"));
	}
	return slug;
}

/* The list for comparison lives in the URL: no account, no cookie. */
static void
add_shortlist(struct request *request, json_t *document)
{
	const struct value *kept = request_values(request, "merken");
	struct buffer compare;
	json_t *items = json_array(), *row;
	size_t i, k;

	buffer_init(&compare, &request->arena, 256);
	for (i = 0; i < kept->count; i++) {
		/* raw: a slug, checked by input_read */
		buffer_printf(&compare, "%sanbieter=%s", i == 0 ? "/vergleich?" : "&", kept->items[i]);
		json_array_append_new(items, json_pack("{s:s, s:s, s:o}", "slug", kept->items[i],
		    "name", kept_name(document, kept->items[i]),
		    "drop_href", href(request, CHANGE_REMOVE, "merken", kept->items[i])));
	}
	if (kept->count > 0)
		json_object_set_new(document, "shortlist", json_pack("{s:I, s:s, s:o, s:o}", "count", (json_int_t)kept->count,
		    "href", buffer_text(&compare), "clear_href", href(request, CHANGE_DROP, "merken", NULL), "items", items));
	else
		json_decref(items);

	json_array_foreach(json_object_get(document, "results"), i, row) {
		const char *slug = json_string_value(json_object_get(row, "slug"));
		bool is_kept = false;

		for (k = 0; k < kept->count; k++)
			is_kept |= strcmp(kept->items[k], slug) == 0;
		json_object_set_new(row, "kept", json_boolean(is_kept));
		/* Back to the same card: nobody should have to find the place in a long list again. */
		json_object_set_new(row, is_kept ? "drop_href" : "keep_href", json_sprintf("%s#a-%s", request_url(request,
		    VIEW_HTML, &(struct change){ is_kept ? CHANGE_REMOVE : CHANGE_ADD, "merken", slug }, 1), slug));
	}
}

/* Other places that were meant perhaps: the same search with another place. */
static void
add_place_links(struct request *request, json_t *places)
{
	json_t *place;
	size_t i;

	json_array_foreach(places, i, place)
		json_object_set_new(place, "href", href(request, CHANGE_SET, "ort",
		    json_string_value(json_object_get(place, "value"))));
}

/* Which single filter stands in the way: the same search without it. */
static void
add_without_links(struct request *request, json_t *without)
{
	json_t *item;
	size_t i;

	json_array_foreach(without, i, item) {
		const char *input = json_string_value(json_object_get(item, "input"));
		const char *value = json_string_value(json_object_get(item, "value"));

		if (input != NULL && value != NULL && input_index(request->route->inputs, input) >= 0)
			json_object_set_new(item, "href", href(request, CHANGE_REMOVE, input, value));
	}
}

/* Marks where the covering results of this page begin and where the near ones do. */
static void
mark_groups(json_t *document)
{
	bool covering = false, nearby = false;
	json_t *row;
	size_t i;

	if (!json_is_object(json_object_get(document, "place")))
		return;
	json_array_foreach(json_object_get(document, "results"), i, row) {
		bool covers = json_is_true(json_object_get(row, "covers"));

		json_object_set_new(row, "starts_covering", json_boolean(covers && !covering));
		json_object_set_new(row, "starts_nearby", json_boolean(!covers && !nearby));
		covering |= covers;
		nearby |= !covers;
	}
}

/* The table as a German spreadsheet opens it by double click. */
static json_t *
table_href(struct request *request)
{
	const struct change changes[] = { { CHANGE_SET, "trenner", "semikolon" }, { CHANGE_DROP, "seite", NULL },
	    { CHANGE_DROP, "anzahl", NULL } };

	return json_string(request_url(request, VIEW_CSV, changes, sizeof(changes) / sizeof(changes[0])));
}

/*
 * What was typed, for the fields of the form. A Kreis or Land that came by its key stands in the field as a place: what
 * is searched is seen, and another place typed over it replaces it.
 */
static json_t *
form_echo(struct request *request, const json_t *document)
{
	static const char *const names[] = { "ort", "umkreis", "kreis", "land" };
	json_t *form = json_object();
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = request_value(request, names[i]);

		json_object_set_new(form, names[i], value != NULL ? json_string(value) : json_null());
	}
	if (!request_given(request, "ort"))
		json_object_set(form, "ort", json_object_get(json_object_get(document, "place"), "value"));
	return form;
}

void
search_form_decorate(struct request *request, json_t *document)
{
	json_object_set_new(document, "form", form_echo(request, document));
	json_object_set_new(document, "radius_options", radius_options(request));
	json_object_set_new(document, "hidden", hidden_fields(request));
	json_object_set_new(document, "pager", pager(request, document));
	add_filters(request, document);
	add_shortlist(request, document);
	add_place_links(request, json_object_get(document, "matches"));
	add_place_links(request, json_object_get(document, "spellings"));
	/* A section shows for 0, too; "0 outside" is nothing to say. */
	if (json_integer_value(json_object_get(json_object_get(document, "map"), "outside")) == 0)
		json_object_del(json_object_get(document, "map"), "outside");
	add_without_links(request, json_object_get(json_object_get(document, "filtered_out"), "without"));
	mark_groups(document);
	json_object_set_new(document, "table_href", table_href(request));
	json_object_set_new(document, "beyond", json_boolean(json_array_size(json_object_get(document, "results")) == 0 &&
	    json_integer_value(json_object_get(document, "total")) > 0));
	json_object_set_new(document, "first_href", page_href(request, 1));
	json_object_set_new(document, "none", json_boolean(json_integer_value(json_object_get(document, "total")) == 0));
	json_object_set_new(document, "whole_germany", json_boolean(!json_is_object(json_object_get(document, "place"))));
}
