#include "http/reply.h"

#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "http/config.h"
#include "http/squeeze.h"
#include "http/text.h"
#include "http/wire.h"

/* Everything comes from this host; Leaflet sets styles through the CSSOM, which style-src does not concern. */
#define POLICY	"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; " \
		"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/* What is no page needs nothing of it: should a browser ever take it for one, it loads, runs and sends nothing. */
#define POLICY_OTHERS	"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

static const char *const fixed_headers[][2] = {
	{ "x-content-type-options", "nosniff" },
	{ "referrer-policy", "same-origin" },
	{ "cross-origin-opener-policy", "same-origin" },
	{ "permissions-policy", "geolocation=(), camera=(), microphone=(), interest-cohort=()" },
};

void
reply_header(struct request *request, const char *name, const char *value)
{
	if (text_has_control(value, strlen(value))) {
		kore_log(LOG_ERR, "header %s held control bytes and was left out", name);
		return;
	}
	http_response_header(request->http, name, value);
}

/* The content security policy; an operator's tile server is the only host that may be added. */
static const char *
policy(void)
{
	static char text[1024];
	const char *end;

	if (text[0] != '\0')
		return text;
	if (config.tile_url == NULL || (end = strchr(config.tile_url + strcspn(config.tile_url, ":") + 3, '/')) == NULL) {
		snprintf(text, sizeof(text), "%s", POLICY);
		return text;
	}
	snprintf(text, sizeof(text), "%s; img-src 'self' data: %.*s", "default-src 'none'; style-src 'self'; "
	    "script-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
	    "base-uri 'none'; frame-ancestors 'none'", (int)(end - config.tile_url), config.tile_url);
	return text;
}

/*
 * The head of a reply is gathered as text and given to Kore as one header: it copies and prints every header by itself,
 * which costs a cached page a fifth of its speed. Values with control bytes are left out here as in reply_header().
 */
static void
head_add(struct buffer *head, const char *name, const char *value)
{
	if (text_has_control(value, strlen(value))) {
		kore_log(LOG_ERR, "header %s held control bytes and was left out", name);
		return;
	}
	buffer_printf(head, "%s%s: %s", head->length > 0 ? "\r\n" : "", name, value);	/* raw: checked above */
}

static void
head_send(struct request *request, const char *head)
{
	const char *colon = strchr(head, ':');

	http_response_header(request->http, arena_strndup(&request->arena, head, (size_t)(colon - head)), colon + 2);
}

static void
common_headers(struct buffer *head, const char *content_type)
{
	size_t i;

	head_add(head, "content-type", content_type);
	for (i = 0; i < sizeof(fixed_headers) / sizeof(fixed_headers[0]); i++)
		head_add(head, fixed_headers[i][0], fixed_headers[i][1]);
	if (strncmp(content_type, "text/html", 9) == 0 || strncmp(content_type, "image/svg", 9) == 0) {
		head_add(head, "content-security-policy", policy());
	} else {
		head_add(head, "content-security-policy", POLICY_OTHERS);
		head_add(head, "access-control-allow-origin", "*");
	}
}

/* Formats that a browser should save rather than show get the name of their address: "suche.csv". */
static void
download_name(struct request *request, struct buffer *head)
{
	static const unsigned saved = VIEW_BIT(VIEW_CSV) | VIEW_BIT(VIEW_GEOJSON) | VIEW_BIT(VIEW_KML) | VIEW_BIT(VIEW_VCF);
	const char *path, *name;

	if (request->route->views == 0 || !(VIEW_BIT(request->view) & saved))
		return;
	path = request_url(request, request->view, NULL, 0);
	name = strrchr(arena_strndup(&request->arena, path, strcspn(path, "?")), '/') + 1;
	head_add(head, "content-disposition", arena_printf(&request->arena, "attachment; filename=\"%s\"", name));
}

/* The headers of what clients may keep and ask about again. */
static void
kept_headers(struct request *request, struct buffer *head, const char *content_type, const char *etag, enum encoding encoding,
    enum cache_class class)
{
	common_headers(head, content_type);
	if (etag != NULL)
		head_add(head, "etag", etag);
	head_add(head, "vary", "accept, accept-encoding");
	head_add(head, "cache-control", class == CACHE_IMMUTABLE ? "public, max-age=31536000, immutable" : "no-cache");
	if (encoding_name(encoding) != NULL)
		head_add(head, "content-encoding", encoding_name(encoding));
	download_name(request, head);
}

/* The head of a body's variant: made once, kept with it. */
static const char *
head_of(struct request *request, const struct body *body, struct variant *variant, enum cache_class class)
{
	struct buffer head;

	if (variant->head != NULL)
		return variant->head;
	buffer_init(&head, &request->arena, 1024);
	kept_headers(request, &head, body->content_type, variant->etag, variant->encoding, class);
	variant->head = strdup(buffer_text(&head));
	if (variant->head == NULL)
		abort();
	return variant->head;
}

/* Kore is through with a streamed body. */
static int
sent(struct netbuf *netbuf)
{
	body_unref(netbuf->extra);
	return KORE_RESULT_OK;
}

void
reply_redirect(struct request *request, const char *location)
{
	struct buffer head;

	request->state = REQUEST_REPLIED;
	buffer_init(&head, &request->arena, 1024);
	common_headers(&head, view_content_type(VIEW_TEXT));
	head_add(&head, "location", location);
	head_add(&head, "cache-control", "public, max-age=86400");
	head_send(request, buffer_text(&head));
	http_response(request->http, 308, NULL, 0);
}

void
reply_body(struct request *request, struct body *body, enum cache_class class)
{
	const char *if_none_match = NULL;
	struct variant *variant;

	if (request->moved_to != NULL) {
		reply_redirect(request, request->moved_to);
		return;
	}
	variant = body_variant(body, request->encoding, EFFORT_PAGE);
	request->state = REQUEST_REPLIED;
	http_request_header(request->http, "if-none-match", &if_none_match);
	head_send(request, head_of(request, body, variant, class));
	if (etag_matches(if_none_match, variant->etag)) {
		request->http->flags |= HTTP_REQUEST_NO_CONTENT_LENGTH;
		http_response(request->http, 304, NULL, 0);
		return;
	}
	if (request->http->method == HTTP_METHOD_HEAD || variant->length == 0) {
		http_response(request->http, 200, variant->data, variant->length);
		return;
	}
	/* Kore calls sent() once the stream is in its queue; without a connection it never is. */
	if (request->http->owner == NULL)
		return;
	http_response_stream(request->http, 200, variant->data, variant->length, sent, body_ref(body));
}

void
reply_bytes(struct request *request, int status, const char *content_type, const void *data, size_t length)
{
	struct buffer head;

	request->state = REQUEST_REPLIED;
	buffer_init(&head, &request->arena, 1024);
	if (status != 204)
		common_headers(&head, content_type);
	head_add(&head, "cache-control", "no-store");
	head_send(request, buffer_text(&head));
	http_response(request->http, status, data, length);
}

struct reply_stream {
	struct squeeze	*squeeze;
	bool		 chunked;	/* HTTP/1.1; before, the end of the connection ends the body */
	bool		 close;		/* the connection ends with the reply */
};

struct reply_stream *
reply_stream_begin(struct request *request)
{
	struct connection *connection = request->http->owner;
	struct reply_stream *stream;
	const char *if_none_match = NULL, *etag;
	struct buffer head;
	int status;

	request->state = REQUEST_REPLIED;
	if (connection == NULL)
		return NULL;
	http_request_header(request->http, "if-none-match", &if_none_match);
	etag = cache_tag(&request->arena, request->mark, view_suffix(request->view), encoding_name(request->encoding));
	status = etag != NULL && etag_matches(if_none_match, etag) ? 304 : 200;
	buffer_init(&head, &request->arena, 1024);
	kept_headers(request, &head, view_content_type(request->view), etag, request->encoding, CACHE_DIRECTORY);
	stream = calloc(1, sizeof(*stream));
	if (stream == NULL)
		abort();
	stream->chunked = !(request->http->flags & HTTP_VERSION_1_0);
	if (stream->chunked && status == 200)
		head_add(&head, "transfer-encoding", "chunked");
	head_send(request, buffer_text(&head));
	request->http->flags |= HTTP_REQUEST_NO_CONTENT_LENGTH;
	http_response(request->http, status, NULL, 0);
	if (status == 304 || request->http->method == HTTP_METHOD_HEAD) {
		free(stream);
		return NULL;
	}
	/* Kore would close as soon as its queue is empty, which it is between two pieces. */
	stream->close = (connection->flags & CONN_CLOSE_EMPTY) != 0;
	connection->flags &= ~CONN_CLOSE_EMPTY;
	stream->squeeze = squeeze_new(request->encoding);
	return stream;
}

bool
reply_piece(struct request *request, struct reply_stream *stream, const void *data, size_t length, bool last)
{
	struct connection *connection = request->http->owner;
	struct buffer body, wire;

	if (connection == NULL)
		return false;
	buffer_init(&body, &request->answer, length + 64);
	squeeze_put(stream->squeeze, data, length, last, &body);
	buffer_init(&wire, &request->answer, body.length + 64);
	if (stream->chunked && body.length > 0)
		buffer_printf(&wire, "%zx\r\n", body.length);
	buffer_append(&wire, body.data, body.length);
	if (stream->chunked && body.length > 0)
		buffer_puts(&wire, "\r\n");
	if (stream->chunked && last)
		buffer_puts(&wire, "0\r\n\r\n");
	if (last && stream->close)
		connection->flags |= CONN_CLOSE_EMPTY;
	return wire.length == 0 || wire_send(connection, wire.data, wire.length) || last;
}

void
reply_stream_end(struct reply_stream *stream)
{
	if (stream == NULL)
		return;
	squeeze_free(stream->squeeze);
	free(stream);
}
