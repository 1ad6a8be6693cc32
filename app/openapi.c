#include "openapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health.h"
#include "http/assets.h"
#include "http/config.h"
#include "http/problem.h"
#include "page.h"

#define SCHEMAS	"#/components/schemas/"

static json_t *schemas;	/* name -> schema; made once, before workers start */

/* What a request can meet beside 200. Bodies are problems, but for the two that have none. */
static const struct outcome {
	int		 status;
	const char	*description;
	const char	*header;	/* that comes with it, or NULL */
	bool		 anywhere;	/* may come before the address is known, from the guard at the wire or the proxy in front: as a page, too */
} outcomes[] = {
	{ 304, "Unverändert: Der ETag aus If-None-Match gilt noch.", "ETag", false },
	{ 308, "Zu finden unter der Adresse in Location: ohne Schrägstrich am Ende, ohne Angaben zur Verfolgung (utm_source und ähnliche), "
	    "statt des Anfangs einer Adresse die Liste.", "Location", false },
	{ 400, "Eine Angabe ist unbekannt, doppelt oder nicht verständlich; sie ist genannt. Oder die Anfrage ist nicht eindeutig.", NULL, true },
	{ 404, "Unter dieser Adresse gibt es nichts.", NULL, false },
	{ 405, "Diese Adresse kann nur gelesen werden.", "Allow", true },
	{ 406, "In keinem der Formate aus Accept zu haben.", NULL, false },
	{ 408, "Die Anfrage kam nicht vollständig an.", NULL, true },
	{ 410, "Der Anbieter hat das Register verlassen.", NULL, false },
	{ 411, "Daten ohne Angabe ihrer Länge.", NULL, true },
	{ 413, "Zu viele Daten.", NULL, true },
	{ 414, "Die Adresse ist zu lang.", NULL, true },
	{ 429, "Zu viele Anfragen oder große Downloads aus einem Netz.", "Retry-After", true },
	{ 431, "Zu viele oder zu lange Kopfzeilen.", NULL, true },
	{ 500, "Fehler in diesem Dienst.", NULL, false },
	{ 503, "Gerade nicht erreichbar oder überlastet.", "Retry-After", true },
	{ 504, "Die Datenbank hat zu lange gebraucht.", "Retry-After", true },
	{ 505, "Eine Fassung von HTTP, die dieser Dienst nicht spricht.", NULL, true },
};
#define OUTCOMES	(sizeof(outcomes) / sizeof(outcomes[0]))

static const struct {
	const char	*nav;
	const char	*name, *description;
} tags[] = {
	{ "nav_start", "Start", "Das Register in Zahlen" },
	{ "nav_suche", "Suche und Anbieter", "Wer kommt an einen Arbeitsort, und was ist über ihn bekannt" },
	{ "nav_standards", "Standards", "Der Katalog der Qualitätsstandards" },
	{ "nav_phasen", "Phasen", "Das Phasenmodell" },
	{ "nav_abdeckung", "Regionen", "Kreise, Länder und weiße Flecken" },
	{ "nav_leistungstraeger", "Leistungsträger", "Wer bezahlt, wer ist zuständig" },
	{ NULL, "Allgemeines", "Hilfen, Daten, rechtliche Angaben, Betrieb" },	/* the last: all the rest */
};

/* Start-up ------------------------------------------------------------------------------------------------------------ */

/* True if all "$ref"s below lead to a schema. Those of lists are made from the database. */
static bool
references_resolve(const char *name, const json_t *value)
{
	const char *key, *target;
	json_t *member;
	bool ok = true;
	size_t i;

	if (json_is_array(value))
		json_array_foreach(value, i, member)
			ok &= references_resolve(name, member);
	if (!json_is_object(value))
		return ok;
	json_object_foreach((json_t *)value, key, member) {
		ok &= references_resolve(name, member);
		if (strcmp(key, "$ref") != 0 || (target = json_string_value(member)) == NULL)
			continue;
		if (strncmp(target, SCHEMAS, strlen(SCHEMAS)) == 0) {
			target += strlen(SCHEMAS);
			if (strncmp(target, "list.", 5) == 0 || strncmp(target, "word.", 5) == 0 || json_object_get(schemas, target) != NULL)
				continue;
		}
		fprintf(stderr, "sql/documents/%s.json verweist auf %s, das es nicht gibt.\n", name, target);
		ok = false;
	}
	return ok;
}

static bool
load_schemas(void)
{
	const struct document_source *source;
	json_error_t error;
	json_t *schema;
	const char *name;
	bool ok = true;

	json_decref(schemas);
	schemas = json_object();
	for (source = document_sources; source->name != NULL; source++) {
		schema = json_loads(source->text, JSON_REJECT_DUPLICATES, &error);
		if (schema == NULL) {
			fprintf(stderr, "sql/documents/%s.json, Zeile %d: %s\n", source->name, error.line, error.text);
			ok = false;
			continue;
		}
		json_object_set_new(schemas, source->name, schema);
	}
	json_object_foreach(schemas, name, schema)
		ok &= references_resolve(name, schema);
	return ok;
}

#define SCHEMA_NAME	100	/* bytes of the name of a schema, with its end */

/* Name of the schema of a view that is JSON. */
static void
view_schema(const struct route *route, enum view view, char name[SCHEMA_NAME])
{
	snprintf(name, SCHEMA_NAME, "%s%s", route->statement != NULL ? route->statement : "", view == VIEW_JSON ? "" : view_dot_suffix(view));
}

/* Of a file that is JSON: "manifest" for "manifest.webmanifest" and "manifest.0123456789.webmanifest". */
static void
file_schema(const char *file, char name[SCHEMA_NAME])
{
	snprintf(name, SCHEMA_NAME, "%.*s", (int)strcspn(file, "."), file);
}

static bool
is_json(const char *media)
{
	size_t length = strcspn(media, ";");

	return length > 5 && strncmp(media + length - 4, "json", 4) == 0 && strchr("/+", media[length - 5]) != NULL;
}

/* JSON must be described. */
static bool
check_schema(const struct route *route, const char *media, const char *name)
{
	if (!is_json(media) || json_object_get(schemas, name) != NULL)
		return true;
	fprintf(stderr, "Der Route %s fehlt die Beschreibung sql/documents/%s.json.\n", route->pattern, name);
	return false;
}

bool
openapi_check(void)
{
	const struct route *route;
	char name[SCHEMA_NAME];
	const char *file, *type;
	enum view view;
	size_t i;
	bool ok = load_schemas();

	for (route = routes; route->pattern != NULL; route++) {
		if (route->leads_to != NULL)
			continue;
		if (route->views == 0 && route->media == NULL && route->answer != assets_answer) {
			fprintf(stderr, "Die Route %s nennt keinen Medientyp.\n", route->pattern);
			ok = false;
		}
		for (view = 0; view < VIEW_COUNT; view++) {
			view_schema(route, view, name);
			ok &= !(route->views & VIEW_BIT(view)) || check_schema(route, view_media_type(view), name);
		}
		file_schema(route->pattern + 1, name);
		ok &= route->media == NULL || check_schema(route, route->media, name);
		for (i = 0; route->answer == assets_answer && (file = assets_name(i, &type)) != NULL; i++) {
			file_schema(file, name);
			ok &= check_schema(route, type, name);
		}
	}
	return ok;
}

/* Parameters ---------------------------------------------------------------------------------------------------------- */

/* All values that an input can take, where they can be counted. A new reference, or NULL. `facts`: what the statement knows. */
static json_t *
input_values(const struct route *route, const struct input *input, const json_t *facts)
{
	const json_t *inputs = json_object_get(facts, "inputs");
	const char *name, *type;
	json_t *list;
	size_t i;

	switch (input->type) {
	case INPUT_CHOICE:
		list = json_array();
		for (i = 0; input->choices[i] != NULL; i++)
			json_array_append_new(list, json_string(input->choices[i]));
		return list;
	case INPUT_CODE:
		return json_incref(json_object_get(inputs, input->name));
	case INPUT_STANDARD:
		return json_incref(json_object_get(inputs, "standard"));
	case INPUT_STATE:
		return json_incref(json_object_get(inputs, "land"));
	case INPUT_TEXT:
		if (route->answer != assets_answer)
			return NULL;
		list = json_array();
		for (i = 0; (name = assets_name(i, &type)) != NULL; i++)
			json_array_append_new(list, json_string(name));
		return list;
	default:
		return NULL;
	}
}

static json_t *
value_schema(const struct route *route, const struct input *input, const json_t *facts)
{
	static const char *const patterns[] = {
		[INPUT_CODE] = "^[a-z0-9_-]{1,40}$", [INPUT_STANDARD] = "^[A-Z][0-9]{2}$", [INPUT_SLUG] = "^[a-z0-9-]{1,100}$",
		[INPUT_AGS] = "^[0-9]{5}$", [INPUT_STATE] = "^[A-Z]{2}$",
	};
	json_t *schema = json_object(), *values = input_values(route, input, facts);
	bool number = input->type == INPUT_NUMBER;

	json_object_set_new(schema, "type", json_string(number ? "integer" : "string"));
	if (input->type == INPUT_TEXT && values == NULL)
		json_object_set_new(schema, "maxLength", json_integer(input->max));
	if (number) {
		json_object_set_new(schema, "minimum", json_integer(input->min));
		json_object_set_new(schema, "maximum", json_integer(input->max));
	}
	if (values != NULL)
		json_object_set_new(schema, "enum", values);
	else if (patterns[input->type] != NULL)
		json_object_set_new(schema, "pattern", json_string(patterns[input->type]));
	if (input->fallback != NULL)
		json_object_set_new(schema, "default",
		    number ? json_integer(strtol(input->fallback, NULL, 10)) : json_string(input->fallback));
	return schema;
}

/* A value that gives an answer. A new reference; NULL if there is none (an empty register). */
static json_t *
input_example(const struct route *route, const struct input *input, const json_t *facts)
{
	const json_t *examples = json_object_get(facts, "examples");
	json_t *values = input_values(route, input, facts), *example;

	if (input->fallback != NULL)
		example = input->type == INPUT_NUMBER ? json_integer(strtol(input->fallback, NULL, 10)) : json_string(input->fallback);
	else if (values != NULL)
		example = json_incref(json_array_get(values, 0));
	else if (input->type == INPUT_NUMBER)
		example = json_integer(input->min);
	else
		example = json_incref(json_object_get(examples,
		    input->type == INPUT_SLUG ? "slug" : input->type == INPUT_AGS ? "ags" : "ort"));
	json_decref(values);
	if (json_is_null(example)) {
		json_decref(example);
		return NULL;
	}
	return example;
}

static json_t *
parameter(const struct route *route, const struct input *input, const json_t *facts)
{
	bool in_path = input_in_path(route->pattern, input->name);
	json_t *object = json_object(), *schema = value_schema(route, input, facts), *example = input_example(route, input, facts);

	json_object_set_new(object, "name", json_string(input->name));
	json_object_set_new(object, "in", json_string(in_path ? "path" : "query"));
	json_object_set_new(object, "required", json_boolean(in_path || input->required));
	json_object_set_new(object, "description", json_sprintf("%s. %s", input->label, input->help));
	if (input->repeated) {
		schema = json_pack("{s:s, s:i, s:o}", "type", "array", "maxItems", INPUT_VALUES, "items", schema);
		example = example != NULL ? json_pack("[o]", example) : NULL;
		json_object_set_new(object, "style", json_string("form"));
		json_object_set_new(object, "explode", json_true());
	}
	json_object_set_new(object, "schema", schema);
	if (example != NULL)
		json_object_set_new(object, "example", example);
	return object;
}

/* Addresses ----------------------------------------------------------------------------------------------------------- */

/* The pattern with its inputs replaced: by "{slug}", or by examples. In the arena. */
static const char *
fill(struct arena *arena, const struct route *route, const char *suffix, const json_t *facts)
{
	const char *p = route->pattern;
	struct buffer out;

	buffer_init(&out, arena, 64);
	while (*p != '\0') {
		size_t length = strcspn(p, ":");

		buffer_append(&out, p, length);	/* raw: the table's own patterns, written into JSON by jansson */
		p += length;
		if (*p == ':') {
			const char *name = arena_strndup(arena, p + 1, strcspn(p + 1, "/"));
			json_t *example = facts != NULL ? input_example(route, &route->inputs[input_index(route->inputs, name)], facts) : NULL;

			if (facts == NULL)
				buffer_printf(&out, "{%s}", name);	/* raw: the same */
			else if (example != NULL)
				buffer_puts(&out, json_string_value(example));	/* raw: a slug, code or file name */
			json_decref(example);
			p += 1 + strlen(name);
		}
	}
	buffer_puts(&out, suffix);	/* raw: of the table of views */
	return buffer_text(&out);
}

/* "/anbieter/:slug" and ".json" -> "anbieter_slug_json": it stays as long as the address does. */
static const char *
operation_id(struct arena *arena, const struct route *route, const char *suffix)
{
	char *id = arena_printf(arena, "%s%s", route->pattern + 1, suffix), *p, *q = id;

	for (p = id; *p != '\0'; p++)
		if (*p != ':')
			*q++ = strchr("/.-", *p) != NULL ? '_' : *p;
	*q = '\0';
	return *id != '\0' ? id : "start";
}

/* An example as an address has it. In the arena. */
static const char *
example_text(struct arena *arena, const json_t *example)
{
	return json_is_integer(example) ? arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(example)) : json_string_value(example);
}

/* Where an answer can be looked at: with the first of the inputs that has no value by itself. */
static json_t *
live_example(struct arena *arena, const struct route *route, const char *suffix, const json_t *facts)
{
	const struct input *input;
	const char *path = fill(arena, route, suffix, facts), *query = "";

	for (input = route->inputs; input != NULL && input->name != NULL && *query == '\0'; input++) {
		json_t *example = input_in_path(route->pattern, input->name) || input->fallback != NULL ? NULL : input_example(route, input, facts);

		if (example != NULL)
			query = arena_printf(arena, "?%s=%s", input->name, example_text(arena, example));
		json_decref(example);
	}
	return json_pack("{s:{s:s, s:o}}", "live", "summary", "Die Antwort dieses Registers",
	    "externalValue", json_sprintf("%s%s%s", config.base_url, path, query));
}

/* Responses ----------------------------------------------------------------------------------------------------------- */

static json_t *
header_reference(const char *name)
{
	return json_pack("{s:o}", "$ref", json_sprintf("#/components/headers/%s", name));
}

/* One media type of a good answer: JSON by the name of its schema, the rest as text. */
static json_t *
content_of(struct arena *arena, const struct route *route, const char *media, const char *name, const char *suffix, const json_t *facts)
{
	json_t *schema;

	if (is_json(media))
		schema = json_pack("{s:o}", "$ref", json_sprintf(SCHEMAS "%s", name));
	else
		schema = json_pack("{s:s, s:s}", "type", "string", "contentMediaType", media);
	if (route->answer == assets_answer)
		return json_pack("{s:o}", "schema", schema);
	return json_pack("{s:o, s:o}", "schema", schema, "examples", live_example(arena, route, suffix, facts));
}

/* 200. `views`: what this address can give. */
static json_t *
good_response(struct arena *arena, const struct route *route, unsigned views, const char *suffix, const json_t *facts)
{
	json_t *content = json_object(), *headers = json_object();
	char name[SCHEMA_NAME];
	const char *file, *type;
	enum view view;
	size_t i;

	for (view = 0; view < VIEW_COUNT; view++) {
		view_schema(route, view, name);
		if (views & VIEW_BIT(view))
			json_object_set_new(content, view_media_type(view), content_of(arena, route, view_media_type(view), name,
			    *suffix == '\0' && view != VIEW_HTML ? route_suffix(route, view) : suffix, facts));
	}
	file_schema(route->pattern + 1, name);
	if (route->media != NULL)
		json_object_set_new(content, route->media, content_of(arena, route, route->media, name, suffix, facts));
	for (i = 0; route->answer == assets_answer && (file = assets_name(i, &type)) != NULL; i++) {
		const char *media = arena_strndup(arena, type, strcspn(type, ";"));

		file_schema(file, name);
		json_object_set_new(content, media, content_of(arena, route, media, name, suffix, facts));
	}
	if (route->cache != CACHE_NONE) {
		json_object_set_new(headers, "ETag", header_reference("ETag"));
		json_object_set_new(headers, "Vary", header_reference("Vary"));
	}
	json_object_set_new(headers, "Cache-Control", header_reference("Cache-Control"));
	return json_pack("{s:s, s:o, s:o}", "description", route->title, "headers", headers, "content", content);
}

/* Can this status come from this address? `negotiated`: it has no suffix, and Accept decides. */
static bool
possible(const struct route *route, int status, bool negotiated)
{
	const struct input *input;
	bool named = strchr(route->pattern, ':') != NULL, provider = false;

	for (input = route->inputs; input != NULL && input->name != NULL; input++) {
		named |= input->names_part;
		provider |= input->type == INPUT_SLUG && input_in_path(route->pattern, input->name);
	}
	switch (status) {
	case 304:
		return route->cache != CACHE_NONE;
	case 404:
		return named;
	case 406:
		return negotiated && route->views != 0 && !route_names_format(route);
	case 410:
		return provider;
	case 504:
		return route->statement != NULL;
	default:
		return true;
	}
}

static json_t *
operation(struct arena *arena, const struct route *route, unsigned views, const char *suffix, bool negotiated, const json_t *facts)
{
	json_t *parameters = json_array(), *responses = json_object();
	struct capture none[ROUTE_CAPTURES];
	enum view ignored;
	const struct route *target = route->leads_to != NULL ? route_find(route->leads_to, &ignored, none) : route;
	const struct input *input;
	const char *summary = route->title;
	size_t i, tag = 0;

	while (tags[tag].nav != NULL && (target->nav == NULL || strcmp(tags[tag].nav, target->nav) != 0))
		tag++;
	for (input = target->inputs; input != NULL && input->name != NULL; input++)
		json_array_append_new(parameters, parameter(target, input, facts));
	if (target != route)
		summary = arena_printf(arena, "Führt zu %s%s", target->pattern, suffix);
	else if (*suffix != '\0')
		summary = arena_printf(arena, "%s (%s)", route->title, suffix);
	if (target == route)
		json_object_set_new(responses, "200", good_response(arena, route, views, suffix, facts));
	for (i = 0; i < OUTCOMES; i++) {
		const struct outcome *outcome = &outcomes[i];

		if (!possible(route, outcome->status, negotiated))
			continue;
		json_object_set_new(responses, arena_printf(arena, "%d", outcome->status), json_pack("{s:o}", "$ref",
		    json_sprintf("#/components/responses/%s_%d", outcome->anywhere || !route_for_programs(views) ? "page" : "problem",
		    outcome->status)));
	}
	if (route->answer == health_ready)
		json_object_set_new(responses, "503", json_pack("{s:s, s:{s:{s:{s:s}}}}", "description",
		    "Die Datenbank antwortet nicht, oder Einträge sind seit über fünf Minuten nicht auf dem Stand des Tages.",
		    "content", "text/plain", "schema", "type", "string"));
	return json_pack("{s:s, s:s, s:[s], s:o, s:o}", "operationId", operation_id(arena, route, suffix),
	    "summary", summary, "tags", tags[tag].name, "parameters", parameters, "responses", responses);
}

/*
 * The address itself, where Accept chooses among all views, and one address for each view that has an ending. A row that
 * leads elsewhere takes what its target takes, and has no answer but the way there.
 */
static void
add_route(json_t *paths, struct arena *arena, const struct route *route, const json_t *facts)
{
	enum view view;

	json_object_set_new(paths, fill(arena, route, "", NULL),
	    json_pack("{s:o}", "get", operation(arena, route, route->views, "", true, facts)));
	for (view = 0; view < VIEW_COUNT; view++) {
		const char *suffix = route_suffix(route, view);

		if (route->views & VIEW_BIT(view) && *suffix != '\0')
			json_object_set_new(paths, fill(arena, route, suffix, NULL),
			    json_pack("{s:o}", "get", operation(arena, route, VIEW_BIT(view), suffix, false, facts)));
	}
}

/* Components ---------------------------------------------------------------------------------------------------------- */

static json_t *
headers_component(void)
{
	static const char *const texts[][2] = {
		{ "ETag", "Kennung dieses Standes, bei großen Downloads eine schwache (W/); mit If-None-Match spart sie die Übertragung." },
		{ "Vary", "Wovon die Antwort außer der Adresse abhängt." },
		{ "Cache-Control", "Wie lange die Antwort ohne Rückfrage gilt." },
		{ "Location", "Die Adresse, unter der die Seite zu finden ist." },
		{ "Allow", "Die erlaubten Methoden." },
	};
	json_t *headers = json_object();
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		json_object_set_new(headers, texts[i][0], json_pack("{s:s, s:{s:s}}", "description", texts[i][1], "schema", "type", "string"));
	json_object_set_new(headers, "Retry-After", json_pack("{s:s, s:{s:s, s:i}}", "description",
	    "Sekunden bis zu einem neuen Versuch.", "schema", "type", "integer", "minimum", 1));
	return headers;
}

/* The entries of the catalogue of errors with this status, as examples. */
static json_t *
problem_examples(struct request *request, int status)
{
	const struct problem *problem;
	json_t *examples = json_object();
	size_t i;

	for (i = 0; (problem = problem_at_index(i)) != NULL; i++) {
		struct problem_at at = { .problem = problem };

		if (problem->status == status)
			json_object_set_new(examples, problem->code, json_pack("{s:o}", "value", page_problem_document(request, &at)));
	}
	return examples;
}

/* The answers that many addresses share: "problem_400" for programs, "page_400" where a browser may ask as well. */
static json_t *
responses_component(struct request *request)
{
	json_t *responses = json_object();
	size_t i;
	int page;

	for (i = 0; i < OUTCOMES; i++)
		for (page = 0; page < 2; page++) {
			const struct outcome *outcome = &outcomes[i];
			json_t *response = json_pack("{s:s}", "description", outcome->description);

			if (outcome->header != NULL)
				json_object_set_new(response, "headers", json_pack("{s:o}", outcome->header, header_reference(outcome->header)));
			if (outcome->status >= 400)
				json_object_set_new(response, "content", json_pack("{s:{s:{s:s}, s:o}}", "application/problem+json",
				    "schema", "$ref", SCHEMAS "problem", "examples", problem_examples(request, outcome->status)));
			if (outcome->status >= 400 && page)
				json_object_set_new(json_object_get(response, "content"), view_media_type(VIEW_HTML),
				    json_pack("{s:{s:s, s:s}}", "schema", "type", "string", "contentMediaType", view_media_type(VIEW_HTML)));
			if (!page && outcome->anywhere)
				json_decref(response);
			else
				json_object_set_new(responses, arena_printf(&request->arena, "%s_%d", page ? "page" : "problem", outcome->status), response);
		}
	return responses;
}

static json_t *
info(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:{s:s, s:o}, s:{s:s, s:o}}", "title", "JobcoachingAP-Register", "version", "1",
	    "summary", "Wer JobcoachingAP an einem Arbeitsort anbietet, was davon geprüft ist, und wo niemand hinkommt.",
	    "description", "Lesender Zugriff ohne Schlüssel und ohne Anmeldung, aus jedem Browser (CORS). HEAD gibt dieselben Kopfzeilen wie GET, "
	    "OPTIONS antwortet mit 204 und Allow. Endungen wie .json oder .csv wählen das Format; ohne Endung entscheidet Accept. "
	    "Unbekannte Angaben werden mit 400 beantwortet. Große Downloads kommen in Stücken (Transfer-Encoding: chunked). Fehler sind Seiten auf Deutsch oder application/problem+json (RFC 9457).",
	    "termsOfService", json_sprintf("%s/daten", config.base_url),
	    "license", "name", "Quellen und Lizenzen der Daten", "url", json_sprintf("%s/daten", config.base_url),
	    "contact", "name", "Betreiber dieses Registers", "url", json_sprintf("%s/impressum", config.base_url));
}

void
openapi_decorate(struct request *request, json_t *document)
{
	json_t *facts = json_copy(document), *paths = json_object(), *all = json_copy(schemas), *list = json_array();
	const struct route *route;
	size_t i;

	json_object_clear(document);
	json_object_update(all, json_object_get(facts, "lists"));
	for (route = routes; route->pattern != NULL; route++)
		add_route(paths, &request->arena, route, facts);
	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "name", tags[i].name, "description", tags[i].description));
	json_object_set_new(document, "openapi", json_string("3.1.0"));
	json_object_set_new(document, "info", info());
	json_object_set_new(document, "servers", json_pack("[{s:s}]", "url", config.base_url));
	json_object_set_new(document, "tags", list);
	json_object_set_new(document, "paths", paths);
	json_object_set_new(document, "components", json_pack("{s:o, s:o, s:o}", "schemas", all,
	    "responses", responses_component(request), "headers", headers_component()));
	json_decref(facts);
}
