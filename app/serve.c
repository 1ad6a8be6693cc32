#include "serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "ask.h"
#include "http/limit.h"
#include "http/problem.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/wire.h"
#include "openapi.h"
#include "page.h"
#include "stream.h"
#include "view/columns.h"
#include "view/json.h"
#include "view/template.h"

#define ALLOW	"GET, HEAD, OPTIONS"

/* Kore frees the request (answered, or the client has gone): so do we, and the database forgets us. */
static void
gone(struct http_request *http)
{
	struct request *request = http->hdlr_extra;

	if (request->job != NULL)
		db_cancel(request->job);
	stream_end(request);
	ask_forget(request);
	arena_free(&request->arena);
	free(request);
	http->hdlr_extra = NULL;
	wire_done(http->owner);
}

static struct request *
begin(struct http_request *http)
{
	struct request *request = calloc(1, sizeof(*request));
	const char *accept = NULL, *accept_encoding = NULL;

	if (request == NULL)
		return NULL;
	arena_init(&request->arena);
	arena_init(&request->answer);
	request->part = PART_WHOLE;
	request->http = http;
	http->hdlr_extra = request;
	http->flags |= HTTP_REQUEST_RETAIN_EXTRA;
	http->onfree = gone;
	http_request_header(http, "accept", &accept);
	http_request_header(http, "accept-encoding", &accept_encoding);
	request->wants_json = negotiate_wants_json(accept);
	request->encoding = negotiate_encoding(accept_encoding);
	return request;
}

/* Sends a finished representation and keeps it for the next one who asks. */
static void
deliver(struct request *request, const char *text, size_t length)
{
	struct body *body = body_new(text, length, view_content_type(request->view));

	if (request->route->cache == CACHE_DIRECTORY && !request->transient)
		cache_put(request_cache_key(request), body, request->mark);
	reply_body(request, body, request->route->cache);
	body_unref(body);
}

/* Document -> view. Takes over the document's reference (may be NULL). */
static void
represent(struct request *request, json_t *document)
{
	struct buffer out;

	if (document != NULL && request->route->decorate != NULL)
		request->route->decorate(request, document);
	if (request->route->pieces != NULL && stream_begin(request, document)) {
		json_decref(document);
		return;
	}
	buffer_init(&out, &request->arena, (size_t)32 * 1024);
	if (request->view == VIEW_HTML) {
		page_render(request, document, &out);
	} else if (request->view == VIEW_JSON) {
		json_write(&out, document);
	} else {
		request->route->represent(request, document, &out);
	}
	json_decref(document);
	deliver(request, out.data, out.length);
}

/* The statement itself may answer with an entry of the error catalogue. */
static bool
statement_problem(struct request *request, const json_t *document)
{
	const json_t *object = json_object_get(document, "problem");
	const char *field = json_string_value(json_object_get(object, "field"));
	const char *code = json_string_value(json_object_get(object, "code"));
	struct problem_at at = { .field = field };
	int index;

	if (code == NULL)
		return false;
	at.problem = problem_by_code(code);
	if (at.problem == NULL)
		at.problem = &problem_internal;
	index = field != NULL ? input_index(request->route->inputs, field) : -1;
	if (index >= 0) {
		at.label = request->route->inputs[index].label;
		at.help = request->route->inputs[index].help;
	}
	page_problem(request, &at);
	return true;
}

/* The database has answered. */
static void
finish(struct request *request)
{
	json_t *document;

	switch (request->db_status) {
	case DB_OK:
		break;
	case DB_NULL:
		page_fail(request, &problem_not_found);
		return;
	case DB_UNAVAILABLE:
		page_fail(request, &problem_unavailable);
		return;
	case DB_OVERLOADED:
		page_fail(request, &problem_overloaded);
		return;
	case DB_TIMEOUT:
		page_fail(request, &problem_timeout);
		return;
	default:
		page_fail(request, &problem_internal);
		return;
	}
	document = json_loadb(request->db_text, request->db_length, JSON_DECODE_ANY, NULL);
	if (!json_is_object(document)) {
		kore_log(LOG_ERR, "statement %s gave no JSON object", request->route->statement);
		page_fail(request, &problem_internal);
	} else if (!statement_problem(request, document)) {
		json_incref(document);
		represent(request, document);
	}
	json_decref(document);
}

/* The first question of a request, within what its network may ask. */
static void
ask_database(struct request *request)
{
	request->mark = cache_mark();
	if (limit_query(request_network(request)) > 0)
		page_fail(request, &problem_too_many_requests);
	else if (!ask(request, request->route->statement, DB_ANSWER))
		page_fail(request, &problem_overloaded);
}

/* Errors of an address that never gives something to look at are for programs. */
static bool
for_programs(const struct route *route, enum view suffix)
{
	unsigned views = suffix != VIEW_COUNT ? VIEW_BIT(suffix) : route->views;

	return views != 0 && !(views & (VIEW_BIT(VIEW_HTML) | VIEW_BIT(VIEW_SVG)));
}

/* Method and representation. False after an answer was given. */
static bool
negotiate(struct request *request, enum view suffix)
{
	const struct route *route = request->route;
	const char *accept = NULL;

	http_request_header(request->http, "accept", &accept);
	request->wants_json |= for_programs(route, suffix);
	if (request->http->method == HTTP_METHOD_OPTIONS) {
		reply_header(request, "allow", ALLOW);
		reply_bytes(request, 204, NULL, NULL, 0);
		return false;
	}
	if (request->http->method != HTTP_METHOD_GET && request->http->method != HTTP_METHOD_HEAD) {
		reply_header(request, "allow", ALLOW);
		page_fail(request, &problem_method_not_allowed);
		return false;
	}
	if (route->views == 0)
		return true;
	request->view = suffix != VIEW_COUNT ? suffix : negotiate_view(accept, route->views);
	if (request->view == VIEW_COUNT) {
		page_fail(request, &problem_not_acceptable);
		return false;
	}
	request->wants_json |= for_programs(route, request->view);
	return true;
}

/* What the guard at the wire refused gets its answer here, like everything else. */
static bool
refused(struct request *request)
{
	const struct problem *problem = wire_refusal(request->http->owner);

	if (problem == NULL)
		return false;
	if (problem == &problem_method_not_allowed)
		reply_header(request, "allow", ALLOW);
	page_fail(request, problem);
	return true;
}

static void
dispatch(struct request *request)
{
	struct capture captures[ROUTE_CAPTURES];
	struct problem_at at;
	struct body *body;
	enum view suffix;

	if (refused(request))
		return;
	request->route = route_find(request->http->path, &suffix, captures);
	if (request->route == NULL) {
		page_fail(request, &problem_not_found);
		return;
	}
	if (!negotiate(request, suffix))
		return;
	request->values = arena_alloc(&request->arena, sizeof(struct value) * (input_count(request->route->inputs) + 1));
	if (!input_read(&request->arena, request->route->inputs, captures, request->http->query_string,
	    request->values, &at)) {
		page_problem(request, &at);
		return;
	}
	if (request->route->prepare != NULL && !request->route->prepare(request, &at)) {
		page_problem(request, &at);
		return;
	}
	if (request->route->cache == CACHE_DIRECTORY && (body = cache_get(request_cache_key(request))) != NULL) {
		reply_body(request, body, CACHE_DIRECTORY);
		return;
	}
	if (request->route->answer != NULL) {
		if (!request->route->answer(request))
			page_fail(request, &problem_not_found);
	} else if (request->route->statement != NULL) {
		ask_database(request);
	} else {
		request->mark = cache_mark();
		represent(request, NULL);
	}
}

bool
serve_check(void)
{
	const struct route *route;
	bool ok = true;

	for (route = routes; route->pattern != NULL; route++)
		if ((route->statement != NULL && statement_find(route->statement) == NULL) ||
		    (route->pieces != NULL && statement_find(route->pieces) == NULL) ||
		    (route->template != NULL && template_find(route->template) == NULL)) {
			fprintf(stderr, "Die Route %s nennt eine Anweisung oder Vorlage, die es nicht gibt.\n", route->pattern);
			ok = false;
		}
	return openapi_check() && ok;
}

int
serve(struct http_request *http)
{
	struct request *request = http->hdlr_extra;

	if (request == NULL) {
		request = begin(http);
		if (request == NULL)
			return KORE_RESULT_ERROR;
		dispatch(request);
	} else if (request->stream != NULL) {
		if (!stream_go_on(request))
			request->state = REQUEST_BROKEN;
	} else if (request->state == REQUEST_RESULT) {
		finish(request);
	}
	switch (request->state) {
	case REQUEST_WAITING:
	case REQUEST_DRAINING:
		return KORE_RESULT_RETRY;
	case REQUEST_BROKEN:
		return KORE_RESULT_ERROR;
	default:
		return KORE_RESULT_OK;
	}
}
