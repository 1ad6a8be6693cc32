#include "page.h"

#include <stdio.h>
#include <string.h>

#include "geo/geoip.h"
#include "http/assets.h"
#include "http/clock.h"
#include "http/config.h"
#include "http/reply.h"
#include "http/text.h"
#include "view/json.h"
#include "view/template.h"

#define SITE_NAME	"JobcoachingAP-Register"
#define ABOUT_MAX	160	/* characters of a description: what search engines show */
#define FIELD_MAX	60	/* characters of an unknown parameter that are shown */
#define EXPIRES_DAYS	180	/* how long security.txt may be believed; RFC 9116 section 2.5.5: less than a year */

static json_t *shared;	/* what all pages know; made once, before workers start */

static json_t *
optional_text(const char *text)
{
	return text != NULL ? json_string(text) : json_null();
}

/* Where weaknesses are reported: what the operator set for that, or the mail address or page of the Impressum. */
static json_t *
security_contact(void)
{
	const char *email = json_string_value(json_object_get(json_object_get(shared, "operator"), "email"));

	if (config.security_contact != NULL)
		return json_string(config.security_contact);
	if (email != NULL && strchr(email, '@') != NULL)
		return json_sprintf("mailto:%s", email);
	return json_sprintf("%s/impressum", config.base_url);
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
	json_object_set_new(shared, "security_contact", security_contact());
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
	const char *path;

	if (error || request->route == NULL)
		return page;
	path = request_url(request, VIEW_HTML, NULL, 0);
	/* Indexed is what has a name of its own; what answers a question is found by asking. */
	json_object_set_new(page, "noindex", json_boolean(request->route->unlisted || strchr(path, '?') != NULL));
	json_object_set_new(page, "path", json_string(path));
	json_object_set_new(page, "canonical", json_string(request_absolute(request, path)));
	if (request->route->views != VIEW_BIT(VIEW_HTML))
		json_object_set_new(page, "formats", formats(request));
	if (request->route->nav != NULL)
		json_object_set_new(page, request->route->nav, json_true());
	return page;
}

const struct template *
page_about(const char *name)
{
	char about[80];

	snprintf(about, sizeof(about), "about_%s", name);
	return template_find(about);
}

/* What the page shows, in a sentence or two on one line. In the arena. */
static const char *
description(struct request *request, const char *name, const json_t *document, const json_t *globals)
{
	struct buffer text;
	char *from, *to;

	buffer_init(&text, &request->arena, 512);
	template_render_plain(page_about(name), document, globals, &text);
	buffer_text(&text);
	for (from = to = text.data; *from != '\0'; from++) {
		if (*from == '\n' || *from == '\t')
			*from = ' ';
		if (*from != ' ' || (to > text.data && to[-1] != ' '))
			*to++ = *from;
	}
	*to = '\0';
	return text_cut(&request->arena, text_trim(text.data), ABOUT_MAX);
}

static void
render(struct request *request, const char *name, const char *title, const json_t *document, bool error,
    struct buffer *out)
{
	json_t *globals = json_copy(shared), *page = page_object(request, title, error);

	json_object_set_new(globals, "page", page);
	json_object_set_new(globals, "today", json_string(clock_today()));
	if (request->view == VIEW_TEXT && !error) {
		json_object_set_new(globals, "expires", json_string(clock_in_days(EXPIRES_DAYS)));
		template_render_plain(template_find(name), document, globals, out);
	} else {
		json_object_set_new(page, "description", json_string(description(request, name, document, globals)));
		template_render(template_find(name), document, globals, out);
	}
	json_decref(globals);
}

void
page_render(struct request *request, const json_t *document, struct buffer *out)
{
	const char *title = json_string_value(json_object_get(document, "page_title"));

	render(request, request->route->template, title != NULL ? title : request->route->title, document, false, out);
}

/* Which parameters an address of this route may have: what the client could have meant. */
static json_t *
known_fields(const struct route *route)
{
	json_t *list = json_array();
	const struct input *input;

	for (input = route->inputs; input != NULL && input->name != NULL; input++)
		if (!input_in_path(route->pattern, input->name))
			json_array_append_new(list, json_pack("{s:s, s:s}", "name", input->name, "label", input->label));
	return list;
}

json_t *
page_problem_document(struct request *request, const struct problem_at *at)
{
	const struct problem *problem = at->problem;
	json_t *document = json_object();

	json_object_set_new(document, "type", json_sprintf("urn:jcap:problem:%s", problem->code));
	json_object_set_new(document, "title", json_string(problem->title));
	json_object_set_new(document, "status", json_integer(problem->status));
	json_object_set_new(document, "detail", json_string(problem->detail));
	json_object_set_new(document, "code", json_string(problem->code));
	if (problem->retry_after > 0)
		json_object_set_new(document, "retry", json_true());
	if (at->field != NULL)
		json_object_set_new(document, "field", json_string(text_cut(&request->arena, at->field, FIELD_MAX)));
	if (problem == &problem_unknown_parameter)
		json_object_set_new(document, "known_fields", known_fields(request->route));
	if (at->instead != NULL)
		json_object_set_new(document, "instead", json_string(at->instead));
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
	json_t *document = page_problem_document(request, at);
	struct buffer out;

	if (problem->retry_after > 0) {
		reply_header(request, "retry-after", arena_printf(&request->arena, "%d", problem->retry_after));
	}
	buffer_init(&out, &request->arena, 8192);
	if (request->wants_json) {
		json_write(&out, document);
		reply_bytes(request, problem->status, "application/problem+json", out.data, out.length);
	} else {
		const char *place = typed_place(request, at);

		json_object_set_new(document, "unknown", json_boolean(problem == &problem_unknown_parameter));
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
