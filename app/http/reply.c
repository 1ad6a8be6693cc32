#include "http/reply.h"

#include <sys/uio.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "http/config.h"
#include "http/text.h"

/* Everything comes from this host; Leaflet sets styles through the CSSOM, which style-src does not concern. */
#define POLICY	"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; " \
		"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

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
	if (strncmp(content_type, "text/html", 9) == 0 || strncmp(content_type, "image/svg", 9) == 0)
		head_add(head, "content-security-policy", policy());
	else
		head_add(head, "access-control-allow-origin", "*");
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

/* The head of a body's variant: made once, kept with it. */
static const char *
head_of(struct request *request, const struct body *body, struct variant *variant, enum cache_class class)
{
	struct buffer head;

	if (variant->head != NULL)
		return variant->head;
	buffer_init(&head, &request->arena, 1024);
	common_headers(&head, body->content_type);
	head_add(&head, "etag", variant->etag);
	head_add(&head, "vary", "accept, accept-encoding");
	head_add(&head, "cache-control", class == CACHE_IMMUTABLE ? "public, max-age=31536000, immutable" : "no-cache");
	if (encoding_name(variant->encoding) != NULL)
		head_add(&head, "content-encoding", encoding_name(variant->encoding));
	download_name(request, &head);
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

/*
 * Writes as much as the socket takes of the head and the body behind it in one call. Kore's own net_write sends the
 * head alone and then at most 8 kB at a time, which costs a large page a dozen calls and more than half of its speed.
 */
static int
write_together(struct connection *connection, size_t length, size_t *written)
{
	struct netbuf *first = connection->snb, *next = TAILQ_NEXT(first, list);
	struct iovec parts[2] = { { first->buf + first->s_off, first->b_len - first->s_off } };
	int count = 1;
	ssize_t sent;

	(void)length;
	*written = 0;
	if (next != NULL && !(next->flags & NETBUF_IS_FILEREF)) {
		parts[1].iov_base = next->buf + next->s_off;
		parts[1].iov_len = next->b_len - next->s_off;
		count = 2;
	}
	/* The first part went with the one before it. */
	if (parts[0].iov_len == 0)
		return KORE_RESULT_OK;
	sent = writev(connection->fd, parts, count);
	if (sent == -1) {
		if (errno == EAGAIN)
			connection->evt.flags &= ~KORE_EVENT_WRITE;
		return errno == EAGAIN || errno == EINTR ? KORE_RESULT_OK : KORE_RESULT_ERROR;
	}
	*written = (size_t)sent < parts[0].iov_len ? (size_t)sent : parts[0].iov_len;
	if ((size_t)sent > *written)
		next->s_off += (size_t)sent - *written;
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
	if (request->http->owner->ssl == NULL)
		request->http->owner->write = write_together;
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
