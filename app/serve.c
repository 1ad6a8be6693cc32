#include "serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "ask.h"
#include "http/clean.h"
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
	if (request->view == VIEW_HTML || request->view == VIEW_TEXT) {
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
	if (request->route->before_query != NULL)
		request->route->before_query(request);
	if (!limit_query(request_network(request)))
		page_fail(request, &problem_too_many_requests);
	else if (!ask(request, request->route->statement, DB_ANSWER))
		page_fail(request, &problem_overloaded);
}

/* Method and representation. False after an answer was given. */
static bool
negotiate(struct request *request)
{
	const struct route *route = request->route;
	const char *accept = NULL;

	http_request_header(request->http, "accept", &accept);
	request->wants_json |= route_for_programs(request->suffix != VIEW_COUNT ? VIEW_BIT(request->suffix) : route->views);
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
	if (request->suffix != VIEW_COUNT)
		request->view = request->suffix;
	else
		request->view = negotiate_view(route_names_format(route) ? NULL : accept, route->views);
	if (request->view == VIEW_COUNT) {
		page_fail(request, &problem_not_acceptable);
		return false;
	}
	request->wants_json |= route_for_programs(VIEW_BIT(request->view));
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

/* The canonical address of what was asked for, with the suffix that it came with. */
static const char *
address(struct request *request)
{
	return request_url(request, request->suffix != VIEW_COUNT ? request->suffix : VIEW_HTML, NULL, 0);
}

/*
 * An unknown parameter: offers the same address without it, if the rest makes sense. Where nothing can be at all the path
 * is what is wrong.
 */
static void
offer_without_unknown(struct request *request, const struct capture *captures, const char *query, struct problem_at *at)
{
	const struct route *route = request->route;
	struct problem_at rest;

	if (at->problem != &problem_unknown_parameter)
		return;
	if (!input_read(&request->arena, route->inputs, captures, clean_undeclared(&request->arena, route->inputs, query),
	    request->values, &rest)) {
		if (rest.problem == &problem_not_found)
			*at = rest;
	} else if (route->prepare == NULL || route->prepare(request, &rest)) {
		at->instead = address(request);
	}
}

/*
 * Path and query -> route, view and checked values, and whether that is asked for in another spelling than ours. False
 * after an answer was given.
 */
static bool
understand(struct request *request, struct capture captures[ROUTE_CAPTURES])
{
	const char *path = clean_path(&request->arena, request->http->path), *query;
	const struct route *route = route_find(path, &request->suffix, captures);
	struct capture none[ROUTE_CAPTURES];
	struct problem_at at;
	enum view ignored;
	bool moved;

	if (route != NULL && route->leads_to != NULL)
		request->route = route_find(route->leads_to, &ignored, none);
	else
		request->route = route;
	if (request->route == NULL) {
		page_fail(request, &problem_not_found);
		return false;
	}
	if (!negotiate(request))
		return false;
	query = clean_query(&request->arena, request->http->query_string, &moved);
	request->values = arena_alloc(&request->arena, sizeof(struct value) * (input_count(request->route->inputs) + 1));
	if (!input_read(&request->arena, request->route->inputs, captures, query, request->values, &at)) {
		offer_without_unknown(request, captures, query, &at);
		page_problem(request, &at);
		return false;
	}
	if (request->route->prepare != NULL && !request->route->prepare(request, &at)) {
		page_problem(request, &at);
		return false;
	}
	if (moved || request->route != route || strcmp(path, request->http->path) != 0)
		request->moved_to = address(request);
	return true;
}

static void
dispatch(struct request *request)
{
	struct capture captures[ROUTE_CAPTURES];
	struct body *body;

	if (refused(request))
		return;
	if (!understand(request, captures))
		return;
	/* A path that names an entry leads nowhere before it is known that there is one: reply_body() redirects. */
	if (request->moved_to != NULL && captures[0].name == NULL) {
		reply_redirect(request, request->moved_to);
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

/* What a row of the table promises must be there: statement, template, the route it leads to. */
static const char *
check_route(const struct route *route)
{
	struct capture captures[ROUTE_CAPTURES];
	const struct input *input;
	const struct route *target;
	enum view suffix;

	if (route->statement != NULL && statement_find(route->statement) == NULL)
		return "nennt eine Anweisung, die es nicht gibt";
	if (route->pieces != NULL && statement_find(route->pieces) == NULL)
		return "nennt eine Anweisung für Stücke, die es nicht gibt";
	if (route->template != NULL && template_find(route->template) == NULL)
		return "nennt eine Vorlage, die es nicht gibt";
	if (route->views & VIEW_BIT(VIEW_HTML) && route->template != NULL && page_about(route->template) == NULL)
		return "hat keine Beschreibung (Vorlage about_...)";
	if (route->leads_to != NULL) {
		target = route_find(route->leads_to, &suffix, captures);
		if (target == NULL || target->leads_to != NULL || target->views != route->views || captures[0].name != NULL)
			return "führt nicht zu einer Route mit denselben Formaten";
	}
	for (input = route->inputs; input != NULL && input->name != NULL; input++)
		if (clean_is_tracking(input->name))
			return "hat eine Eingabe, die als Verfolgung von Links gilt";
	return NULL;
}

bool
serve_check(void)
{
	const struct route *route;
	bool ok = true;

	for (route = routes; route->pattern != NULL; route++) {
		const char *mistake = check_route(route);

		if (mistake != NULL)
			fprintf(stderr, "Die Route %s %s.\n", route->pattern, mistake);
		ok &= mistake == NULL;
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
