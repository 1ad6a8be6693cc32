#include "page.h"

#include <stdio.h>
#include <string.h>

#include "geo/geoip.h"
#include "http/assets.h"
#include "http/clock.h"
#include "http/config.h"
#include "http/reply.h"
#include "view/json.h"
#include "view/template.h"

#define SITE_NAME	"JobcoachingAP-Register"

static json_t *shared;	/* what all pages know; made once, before workers start */

static json_t *
optional_text(const char *text)
{
	return text != NULL ? json_string(text) : json_null();
}

static json_t *
operator_object(void)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < config_operator_count; i++)
		json_object_set_new(object, config_operator_fields[i].key, optional_text(config.operator_values[i]));
	return object;
}

/* What the templates load; a manifest without one of them belongs to another version. */
static bool
assets_complete(const json_t *urls)
{
	static const char *const needed[] = { "css", "js", "map_css", "map_js", "favicon", "font_regular" };
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (json_object_get(urls, needed[i]) == NULL) {
			fprintf(stderr, "Im Verzeichnis der gebauten Dateien (%s/manifest.json) fehlt „%s“. Bitte „make build“ aufrufen.\n",
			    config.assets, needed[i]);
			return false;
		}
	return true;
}

bool
page_init(void)
{
	json_t *assets = assets_urls();

	shared = json_object();
	json_object_set_new(shared, "assets", assets);	/* shared owns it now */
	json_object_set_new(shared, "operator", operator_object());
	json_object_set_new(shared, "development", json_boolean(config.development));
	json_object_set_new(shared, "geoip_on", json_boolean(geoip_is_on()));
	json_object_set_new(shared, "site", json_pack("{s:s, s:s}", "name", SITE_NAME, "base_url", config.base_url));
	json_object_set_new(shared, "tiles", config.tile_url == NULL ? json_null() : json_pack("{s:s, s:s}",
	    "url", config.tile_url, "attribution", config.tile_attribution != NULL ? config.tile_attribution : ""));
	return assets_complete(assets);
}

/* The other representations of this page. */
static json_t *
formats(struct request *request)
{
	static const char *const labels[VIEW_COUNT] = {
		[VIEW_JSON] = "JSON", [VIEW_GEOJSON] = "GeoJSON", [VIEW_CSV] = "CSV", [VIEW_KML] = "KML",
		[VIEW_ATOM] = "Atom-Feed", [VIEW_VCF] = "Visitenkarte (vCard)",
	};
	json_t *list = json_array();
	enum view view;

	for (view = 0; view < VIEW_COUNT; view++)
		if (request->route->views & VIEW_BIT(view) && labels[view] != NULL)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "type", view_media_type(view),
			    "label", labels[view], "href", request_url(request, view, NULL, 0)));
	return list;
}

static json_t *
page_object(struct request *request, const char *title, bool error)
{
	json_t *page = json_pack("{s:s, s:b}", "title", title, "noindex", error);

	if (error || request->route == NULL)
		return page;
	json_object_set_new(page, "path", json_string(request_url(request, VIEW_HTML, NULL, 0)));
	json_object_set_new(page, "canonical",
	    json_string(request_absolute(request, request_url(request, VIEW_HTML, NULL, 0))));
	if (request->route->views != VIEW_BIT(VIEW_HTML))
		json_object_set_new(page, "formats", formats(request));
	if (request->route->nav != NULL)
		json_object_set_new(page, request->route->nav, json_true());
	return page;
}

static void
render(struct request *request, const char *name, const char *title, const json_t *document, bool error,
    struct buffer *out)
{
	json_t *globals = json_copy(shared);

	json_object_set_new(globals, "page", page_object(request, title, error));
	json_object_set_new(globals, "today", json_string(clock_today()));
	template_render(template_find(name), document, globals, out);
	json_decref(globals);
}

void
page_render(struct request *request, const json_t *document, struct buffer *out)
{
	const char *title = json_string_value(json_object_get(document, "page_title"));

	render(request, request->route->template, title != NULL ? title : request->route->title, document, false, out);
}

/* RFC 9457, with the field and its help as extension members. */
static json_t *
problem_document(const struct problem_at *at)
{
	const struct problem *problem = at->problem;
	json_t *document = json_object();

	json_object_set_new(document, "type", json_sprintf("urn:jcap:problem:%s", problem->code));
	json_object_set_new(document, "title", json_string(problem->title));
	json_object_set_new(document, "status", json_integer(problem->status));
	json_object_set_new(document, "detail", json_string(problem->detail));
	json_object_set_new(document, "code", json_string(problem->code));
	if (at->field != NULL)
		json_object_set_new(document, "field", json_string(at->field));
	if (at->label != NULL)
		json_object_set_new(document, "field_label", json_string(at->label));
	if (at->help != NULL)
		json_object_set_new(document, "advice", json_string(at->help));
	return document;
}

/* The place that was typed, right or wrong, for the search field on the error page: nothing is to be typed twice. */
static const char *
typed_place(const struct request *request, const struct problem_at *at)
{
	int index = request->route != NULL ? input_index(request->route->inputs, "ort") : -1;

	if (index < 0 || request->values == NULL)
		return NULL;
	if (at->field != NULL && strcmp(at->field, "ort") == 0)
		return at->value;
	return request->values[index].count > 0 ? request->values[index].items[0] : NULL;
}

void
page_problem(struct request *request, const struct problem_at *at)
{
	const struct problem *problem = at->problem;
	json_t *document = problem_document(at);
	struct buffer out;

	if (problem->retry_after > 0) {
		reply_header(request, "retry-after", arena_printf(&request->arena, "%d", problem->retry_after));
		json_object_set_new(document, "retry", json_true());
	}
	buffer_init(&out, &request->arena, 8192);
	if (request->wants_json) {
		json_write(&out, document);
		reply_bytes(request, problem->status, "application/problem+json", out.data, out.length);
	} else {
		const char *place = typed_place(request, at);

		if (place != NULL)
			json_object_set_new(document, "form", json_pack("{s:s}", "ort", place));
		render(request, "error", problem->title, document, true, &out);
		reply_bytes(request, problem->status, view_content_type(VIEW_HTML), out.data, out.length);
	}
	json_decref(document);
}

void
page_fail(struct request *request, const struct problem *problem)
{
	struct problem_at at = { .problem = problem };

	page_problem(request, &at);
}
