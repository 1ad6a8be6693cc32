#include "kore_stubs.h"

#include <stdlib.h>
#include <string.h>

struct kore_reply kore_reply;
const char *const *kore_request_headers;
void (*kore_timer_function)(void *, u_int64_t);
void *kore_watched[KORE_FDS];
char kore_watched_for[KORE_FDS];
int kore_sleeps, kore_wakeups, kore_logs;

void
kore_forget(void)
{
	if (kore_reply.stream)
		kore_reply.sent(&kore_reply.netbuf);
	free(kore_reply.body);
	free(kore_reply.pieces);
	memset(&kore_reply, 0, sizeof(kore_reply));
}

const char *
kore_header(const char *name)
{
	const char *found = NULL;
	int i;

	for (i = 0; i < kore_reply.header_count; i++)
		if (strcmp(kore_reply.headers[i].name, name) == 0) {
			if (found != NULL)
				abort();
			found = kore_reply.headers[i].value;
		}
	return found;
}

static void
keep(int status, const void *data, size_t length)
{
	kore_reply.count++;
	kore_reply.status = status;
	free(kore_reply.body);
	kore_reply.body = NULL;
	kore_reply.length = length;
	if (data != NULL) {
		kore_reply.body = malloc(length + 1);
		if (kore_reply.body == NULL)
			abort();
		memcpy(kore_reply.body, data, length);
		kore_reply.body[length] = '\0';
	}
}

void
http_response(struct http_request *req, int status, const void *data, size_t length)
{
	(void)req;
	keep(status, data, length);
}

void
http_response_stream(struct http_request *req, int status, void *base, size_t length, int (*cb)(struct netbuf *), void *arg)
{
	(void)req;
	keep(status, base, length);
	kore_reply.stream = true;
	kore_reply.sent = cb;
	kore_reply.netbuf.extra = arg;
}

static void
note_header(const char *name, size_t name_length, const char *value, size_t length)
{
	if (kore_reply.header_count == KORE_HEADERS || name_length >= sizeof(kore_reply.headers[0].name) ||
	    length >= sizeof(kore_reply.headers[0].value))
		abort();
	snprintf(kore_reply.headers[kore_reply.header_count].name, name_length + 1, "%s", name);
	snprintf(kore_reply.headers[kore_reply.header_count].value, length + 1, "%s", value);
	kore_reply.header_count++;
}

/* A value may carry further lines "name: value", as reply.c gathers them. */
void
http_response_header(struct http_request *req, const char *name, const char *value)
{
	size_t length = strcspn(value, "\r");

	(void)req;
	note_header(name, strlen(name), value, length);
	for (value += length; *value != '\0'; value += length) {
		const char *colon;

		if (value[1] != '\n' || (colon = strstr(value, ": ")) == NULL)
			abort();
		value += 2;
		length = strcspn(colon + 2, "\r");
		note_header(value, (size_t)(colon - value), colon + 2, length);
		value = colon + 2;
	}
}

int
http_request_header(struct http_request *req, const char *name, const char **out)
{
	const char *const *header;

	(void)req;
	for (header = kore_request_headers; header != NULL && *header != NULL; header += 2)
		if (strcasecmp(header[0], name) == 0) {
			*out = header[1];
			return KORE_RESULT_OK;
		}
	return KORE_RESULT_ERROR;
}

void
http_request_sleep(struct http_request *req)
{
	(void)req;
	kore_sleeps++;
}

void
http_request_wakeup(struct http_request *req)
{
	(void)req;
	kore_wakeups++;
}

void
kore_log(int level, const char *format, ...)
{
	(void)level;
	(void)format;
	kore_logs++;
}

struct kore_timer *
kore_timer_add(void (*function)(void *, u_int64_t), u_int64_t interval, void *arg, int flags)
{
	static struct kore_timer timer;

	(void)interval;
	(void)arg;
	(void)flags;
	kore_timer_function = function;
	return &timer;
}

void
kore_timer_remove(struct kore_timer *timer)
{
	(void)timer;
	kore_timer_function = NULL;
}

static void
watch(int fd, void *data, char what)
{
	if (fd < 0 || fd >= KORE_FDS)
		abort();
	kore_watched[fd] = data;
	kore_watched_for[fd] = what;
}

void
kore_platform_event_all(int fd, void *data)
{
	watch(fd, data, 'a');
}

void
kore_platform_event_level_read(int fd, void *data)
{
	watch(fd, data, 'l');
}

void
kore_platform_schedule_read(int fd, void *data)
{
	watch(fd, data, 'r');
}

void
kore_platform_schedule_write(int fd, void *data)
{
	watch(fd, data, 'w');
}

/* What the wire asks of Kore; the tests of requests have no wire under them. */
u_int16_t http_header_max = 16384;
size_t http_body_max = 4096;

void *
kore_calloc(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (memory == NULL)
		abort();
	return memory;
}

void
kore_connection_disconnect(struct connection *connection)
{
	if (connection->state == CONN_STATE_DISCONNECTING)
		return;
	connection->state = CONN_STATE_DISCONNECTING;
	if (connection->disconnect != NULL)
		connection->disconnect(connection);
}

int
kore_connection_handle(struct connection *connection)
{
	(void)connection;
	return KORE_RESULT_OK;
}

void
net_recv_queue(struct connection *connection, size_t length, int flags, int (*cb)(struct netbuf *))
{
	(void)connection;
	(void)length;
	(void)flags;
	(void)cb;
}

int
net_recv_flush(struct connection *connection)
{
	(void)connection;
	return KORE_RESULT_OK;
}

int
http_header_recv(struct netbuf *buffer)
{
	(void)buffer;
	return KORE_RESULT_OK;
}

void
http_start_recv(struct connection *connection)
{
	(void)connection;
}

void
net_send_queue(struct connection *connection, const void *data, size_t length)
{
	(void)connection;
	kore_reply.pieces = realloc(kore_reply.pieces, kore_reply.pieces_length + length + 1);
	if (kore_reply.pieces == NULL)
		abort();
	memcpy(kore_reply.pieces + kore_reply.pieces_length, data, length);
	kore_reply.pieces_length += length;
	kore_reply.pieces[kore_reply.pieces_length] = '\0';
}

int
net_send_flush(struct connection *connection)
{
	(void)connection;
	return KORE_RESULT_OK;
}

void
http_server_version(const char *version)
{
	(void)version;
}
