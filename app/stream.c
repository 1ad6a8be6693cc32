#include "stream.h"

#include <stdlib.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "ask.h"
#include "http/limit.h"
#include "http/problem.h"
#include "http/reply.h"
#include "page.h"
#include "view/columns.h"

#define TRIES	10	/* of one piece, while the database is away or busy: some seconds */

struct stream {
	json_t		*pieces;
	size_t		 next;		/* the piece to ask for */
	int		 tries;
	int		 bindings;	/* of the request, without the piece */
	struct reply_stream *reply;
};

/* Asks for the next piece, or ends the reply. */
static bool
go_on(struct request *request)
{
	struct stream *stream = request->stream;

	ask_forget(request);
	if (stream->next == json_array_size(stream->pieces)) {
		request->state = REQUEST_REPLIED;
		return true;
	}
	request->binding_count = stream->bindings;
	request_bind(request, "piece", json_string_value(json_array_get(stream->pieces, stream->next)));
	return ask(request, request->route->pieces, DB_BULK);
}

/* Writes the rows of a document as this part of the reply and sends them; sleeps if the client is not ready for more. */
static bool
deliver(struct request *request, const json_t *document)
{
	struct stream *stream = request->stream;
	struct buffer out;

	buffer_init(&out, &request->answer, (size_t)64 * 1024);
	request->route->represent(request, document, &out);
	if (!reply_piece(request, stream->reply, out.data, out.length, (request->part & PART_LAST) != 0)) {
		request->state = REQUEST_DRAINING;
		http_request_sleep(request->http);
		return true;
	}
	return go_on(request);
}

bool
stream_begin(struct request *request, json_t *document)
{
	json_t *pieces = json_object_get(document, "pieces");
	struct stream *stream;
	bool any = json_array_size(pieces) > 0;

	json_incref(pieces);
	json_object_del(document, "pieces");
	if (!any) {
		json_decref(pieces);
		return false;
	}
	if (!limit_export_begin(request_network(request))) {
		json_decref(pieces);
		page_fail(request, &problem_too_many_exports);
		return true;
	}
	stream = calloc(1, sizeof(*stream));
	if (stream == NULL)
		abort();
	stream->pieces = pieces;
	stream->bindings = request->binding_count;
	request->stream = stream;
	stream->reply = reply_stream_begin(request);
	if (stream->reply == NULL) {	/* HEAD, or the client has it */
		request->state = REQUEST_REPLIED;
		return true;
	}
	request->part = PART_FIRST;
	if (!deliver(request, document))
		request->state = REQUEST_BROKEN;
	return true;
}

/* The answer to a piece. */
static bool
take(struct request *request)
{
	struct stream *stream = request->stream;
	json_t *document;
	bool ok;

	if (request->db_status == DB_UNAVAILABLE || request->db_status == DB_OVERLOADED || request->db_status == DB_TIMEOUT)
		return ++stream->tries < TRIES && go_on(request);
	document = request->db_status == DB_OK ? json_loadb(request->db_text, request->db_length, 0, NULL) : NULL;
	if (document == NULL)
		return false;
	stream->tries = 0;
	stream->next++;
	request->part = stream->next == json_array_size(stream->pieces) ? PART_LAST : 0;
	ok = deliver(request, document);
	json_decref(document);
	return ok;
}

bool
stream_go_on(struct request *request)
{
	if (request->state == REQUEST_RESULT)
		return take(request);
	return request->state == REQUEST_DRAINING ? go_on(request) : true;
}

void
stream_end(struct request *request)
{
	struct stream *stream = request->stream;

	if (stream == NULL)
		return;
	limit_export_end(request_network(request));
	json_decref(stream->pieces);
	reply_stream_end(stream->reply);
	free(stream);
	request->stream = NULL;
}
