#include "openapi.h"

#include <stdlib.h>
#include <string.h>

#include "http/config.h"
#include "http/reply.h"
#include "view/json.h"

static json_t *
value_schema(const struct input *input)
{
	json_t *schema = json_object(), *choices;
	size_t i;

	json_object_set_new(schema, "type", json_string(input->type == INPUT_NUMBER ? "integer" : "string"));
	switch (input->type) {
	case INPUT_TEXT:
		json_object_set_new(schema, "maxLength", json_integer(input->max));
		break;
	case INPUT_NUMBER:
		json_object_set_new(schema, "minimum", json_integer(input->min));
		json_object_set_new(schema, "maximum", json_integer(input->max));
		break;
	case INPUT_CHOICE:
		choices = json_array();
		for (i = 0; input->choices[i] != NULL; i++)
			json_array_append_new(choices, json_string(input->choices[i]));
		json_object_set_new(schema, "enum", choices);
		break;
	case INPUT_CODE:
		json_object_set_new(schema, "pattern", json_string("^[a-z0-9_-]{1,40}$"));
		break;
	case INPUT_STANDARD:
		json_object_set_new(schema, "pattern", json_string("^[A-Z][0-9]{2}$"));
		break;
	case INPUT_SLUG:
		json_object_set_new(schema, "pattern", json_string("^[a-z0-9-]{1,100}$"));
		break;
	case INPUT_AGS:
		json_object_set_new(schema, "pattern", json_string("^[0-9]{5}$"));
		break;
	case INPUT_STATE:
		json_object_set_new(schema, "pattern", json_string("^[A-Z]{2}$"));
		break;
	}
	if (input->fallback != NULL)
		json_object_set_new(schema, "default", input->type == INPUT_NUMBER
		    ? json_integer(strtol(input->fallback, NULL, 10)) : json_string(input->fallback));
	return schema;
}

static json_t *
parameter(const struct route *route, const struct input *input)
{
	bool in_path = input_in_path(route->pattern, input->name);
	json_t *object = json_object(), *schema = value_schema(input);

	if (input->repeated)
		schema = json_pack("{s:s, s:o}", "type", "array", "items", schema);
	json_object_set_new(object, "name", json_string(input->name));
	json_object_set_new(object, "in", json_string(in_path ? "path" : "query"));
	json_object_set_new(object, "required", json_boolean(in_path || input->required));
	json_object_set_new(object, "description", json_sprintf("%s. %s", input->label, input->help));
	json_object_set_new(object, "schema", schema);
	if (input->repeated) {
		json_object_set_new(object, "style", json_string("form"));
		json_object_set_new(object, "explode", json_true());
	}
	return object;
}

/* "/anbieter/:slug" -> "/anbieter/{slug}" */
static const char *
path_of(struct arena *arena, const struct route *route, const char *suffix)
{
	struct buffer out;
	const char *p = route->pattern;

	buffer_init(&out, arena, 64);
	while (*p != '\0') {
		if (*p == ':') {
			size_t length = strcspn(p + 1, "/");

			/* raw: the table's own patterns, written into JSON by jansson */
			buffer_printf(&out, "{%.*s}", (int)length, p + 1);
			p += 1 + length;
		} else {
			buffer_putc(&out, *p++);	/* raw: the same */
		}
	}
	buffer_puts(&out, suffix);	/* raw: of the table of views */
	return buffer_text(&out);
}

static json_t *
problem_response(const char *description)
{
	return json_pack("{s:s, s:{s:{s:{s:s}}}}", "description", description, "content", "application/problem+json",
	    "schema", "$ref", "#/components/schemas/Problem");
}

static json_t *
operation(const struct route *route, enum view view)
{
	json_t *object = json_object(), *parameters = json_array(), *responses = json_object();
	const struct input *input;

	for (input = route->inputs; input != NULL && input->name != NULL; input++)
		json_array_append_new(parameters, parameter(route, input));
	json_object_set_new(object, "summary", json_string(route->title));
	json_object_set_new(object, "parameters", parameters);
	json_object_set_new(responses, "200", json_pack("{s:s, s:{s:{}}}", "description", route->title, "content",
	    view == VIEW_COUNT ? "application/octet-stream" : view_media_type(view)));
	if (route->inputs != NULL)
		json_object_set_new(responses, "400", problem_response("Eingabe nicht verständlich; das Feld ist genannt."));
	json_object_set_new(responses, "404", problem_response("Nicht gefunden."));
	if (route->statement != NULL)
		json_object_set_new(responses, "503", problem_response("Datenbank nicht erreichbar; Retry-After nennt die Wartezeit."));
	json_object_set_new(object, "responses", responses);
	return object;
}

static void
add_route(json_t *paths, struct arena *arena, const struct route *route)
{
	enum view view;

	if (route->leads_to != NULL)
		return;
	if (route->views == 0) {
		json_object_set_new(paths, path_of(arena, route, ""), json_pack("{s:o}", "get", operation(route, VIEW_COUNT)));
		return;
	}
	for (view = 0; view < VIEW_COUNT; view++)
		if (route->views & VIEW_BIT(view))
			json_object_set_new(paths, path_of(arena, route, route_suffix(route, view)),
			    json_pack("{s:o}", "get", operation(route, view)));
}

static json_t *
problem_schema(void)
{
	return json_pack("{s:s, s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}}, s:[s,s,s,s]}",
	    "type", "object", "properties", "type", "type", "string", "title", "type", "string", "status", "type", "integer",
	    "detail", "type", "string", "code", "type", "string", "field", "type", "string",
	    "required", "type", "title", "status", "detail");
}

bool
openapi_answer(struct request *request)
{
	json_t *paths = json_object(), *document = json_object();
	const struct route *route;
	struct buffer out;
	struct body *body;

	for (route = routes; route->pattern != NULL; route++)
		add_route(paths, &request->arena, route);
	json_object_set_new(document, "openapi", json_string("3.1.0"));
	json_object_set_new(document, "info", json_pack("{s:s, s:s, s:s}", "title", "JobcoachingAP-Register", "version", "1",
	    "description", "Lesender Zugriff auf das Register, ohne Schlüssel. Unbekannte Angaben werden mit 400 beantwortet."));
	json_object_set_new(document, "servers", json_pack("[{s:s}]", "url", config.base_url));
	json_object_set_new(document, "paths", paths);
	json_object_set_new(document, "components", json_pack("{s:{s:o}}", "schemas", "Problem", problem_schema()));
	buffer_init(&out, &request->arena, (size_t)64 * 1024);
	json_write(&out, document);
	json_decref(document);
	body = body_new(out.data, out.length, view_content_type(VIEW_JSON));
	reply_body(request, body, CACHE_NONE);
	body_unref(body);
	return true;
}
