#include "directory/sitemap.h"

#include <string.h>

#include "http/text.h"
#include "view/xml.h"

/* A page that search engines may list, by its row of the table. */
static bool
is_listed(const struct route *route)
{
	return route->views & VIEW_BIT(VIEW_HTML) && route->leads_to == NULL && !route->unlisted;
}

/* The address of the page of a kind with this key in its path; NULL if no page is made of that statement. */
static const char *
entry_url(struct request *request, const char *kind, const char *key)
{
	const struct route *route;
	struct buffer path;

	for (route = routes; route->pattern != NULL; route++) {
		const char *capture = strchr(route->pattern, ':');

		if (!is_listed(route) || capture == NULL || strcmp(route->statement, kind) != 0)
			continue;
		buffer_init(&path, &request->arena, 128);
		buffer_append(&path, route->pattern, (size_t)(capture - route->pattern));	/* raw: of the table */
		text_url_encode(&path, key);
		return request_absolute(request, buffer_text(&path));
	}
	return NULL;
}

static void
add(json_t *rows, const char *url, json_t *on)
{
	json_t *row = json_pack("{s:s}", "loc", url);

	if (json_is_string(on))
		json_object_set(row, "lastmod", on);
	json_array_append_new(rows, row);
}

/* One part: in the first, the pages that are always there. */
static void
write_part(struct request *request, const json_t *document, bool first, struct buffer *out)
{
	const struct route *route;
	json_t *rows = json_array(), *entry;
	size_t i;

	for (route = routes; first && route->pattern != NULL; route++)
		if (is_listed(route) && strchr(route->pattern, ':') == NULL)
			add(rows, request_absolute(request, route->pattern), NULL);
	json_array_foreach(json_object_get(document, "entries"), i, entry) {
		const char *url = entry_url(request, json_string_value(json_object_get(entry, "kind")),
		    json_string_value(json_object_get(entry, "key")));

		if (url != NULL)
			add(rows, url, json_object_get(entry, "on"));
	}
	sitemap_write(out, SITEMAP_PAGES, rows);
	json_decref(rows);
}

void
sitemap_represent(struct request *request, const json_t *document, struct buffer *out)
{
	json_int_t part = json_integer_value(json_object_get(document, "part"));
	json_int_t parts = json_integer_value(json_object_get(document, "parts")), i;
	json_t *rows;

	if (part > 0 || parts == 1) {
		write_part(request, document, part <= 1, out);
		return;
	}
	rows = json_array();
	for (i = 1; i <= parts; i++) {
		struct change change = { CHANGE_SET, "teil", arena_printf(&request->arena, "%" JSON_INTEGER_FORMAT, i) };

		add(rows, request_absolute(request, request_url(request, VIEW_XML, &change, 1)), NULL);
	}
	sitemap_write(out, SITEMAP_PARTS, rows);
	json_decref(rows);
}
