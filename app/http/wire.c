#include "http/wire.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <linux/sockios.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "http/clock.h"
#include "http/config.h"
#include "http/head.h"
#include "http/limit.h"
#include "http/problem.h"

#define TICK_MS		500
#define FORGET_MS	10000
#define IDLE_MS		16500	/* between requests; a little more than conf/kore.conf.in announces (http_keepalive_time) */
#define HEAD_MS		10000	/* for a head, from its first byte */
#define BODY_MS		15000	/* for a body; longer as long as it keeps to RATE */
#define STALL_MS	30000	/* without a byte of a reply taken */
#define GRACE_MS	60000	/* before the rate of a reply is looked at */
#define RATE		1024	/* bytes a second that a client must send and take in the long run */
#define DRAIN		(256 * 1024)	/* bytes thrown away at the end, so that a refusal is not lost by a reset */

enum wire_state {
	WIRE_HEAD,	/* a head is awaited; Kore has an empty buffer for it */
	WIRE_BODY,	/* Kore has the head; `body_left` bytes are awaited */
	WIRE_BUSY,	/* the house has the request; nothing is read */
	WIRE_SENDING,	/* the house is through; what it wrote is on its way out, then WIRE_HEAD */
};

struct wire {
	struct connection	*connection;
	enum wire_state		 state;
	unsigned long long	 since;		/* when the state began; WIRE_HEAD: or the first byte came */
	client_network		 network;	/* whose connection is counted; 0: nobody's */
	char			*in;		/* read ahead: HEAD_MAX bytes, NULL while empty */
	size_t			 have;
	size_t			 body_left, body_size;
	const struct problem	*verdict;	/* the next request will be refused for this */
	bool			 late;		/* ... without waiting for the rest of it */
	bool			 draining;	/* the request sleeps until the send queue is empty */
	const struct problem	*refused;	/* the request that Kore has stands for a refused one */
	unsigned long long	 written;	/* bytes given to the kernel */
	unsigned long long	 taken;		/* of these, acknowledged by the client at the last look */
	unsigned long long	 moved;		/* when `taken` last grew */
	unsigned long long	 began, began_at;	/* `taken` and the time when the request came */
	LIST_ENTRY(wire)	 link;
};

static LIST_HEAD(, wire) wires = LIST_HEAD_INITIALIZER(wires);

static struct wire *
wire_of(struct connection *connection)
{
	return connection->hdlr_extra;
}

static void
enter(struct wire *wire, enum wire_state state)
{
	wire->state = state;
	wire->since = clock_ms();
}

/* Bytes that were read ahead and belong to what comes next. */
static void
keep(struct wire *wire, const char *data, size_t length)
{
	if (length == 0) {
		free(wire->in);
		wire->in = NULL;
	} else if (wire->in == NULL) {
		wire->in = malloc(HEAD_MAX);
		if (wire->in == NULL)
			abort();
	}
	if (length > 0)
		memmove(wire->in, data, length);
	wire->have = length;
}

/* As Kore's net_read does at the end of the stream: the connection goes with the present turn of the event loop. */
static int
gone(struct connection *connection)
{
	connection->evt.flags &= ~KORE_EVENT_READ;
	kore_connection_disconnect(connection);
	return KORE_RESULT_OK;
}

/* recv() as Kore's net_read understands it: -1 without bytes, after the flags were set; 0 bytes are the end. */
static ssize_t
receive(struct connection *connection, void *data, size_t size)
{
	ssize_t got;

	do
		got = recv(connection->fd, data, size, 0);
	while (got == -1 && errno == EINTR);
	if (got == -1 && errno == EAGAIN) {
		connection->evt.flags &= ~KORE_EVENT_READ;
		return -1;
	}
	if (got <= 0) {
		gone(connection);
		return -1;
	}
	return got;
}

/* Puts a head into Kore's buffer: its parser runs when we return. */
static void
hand_over(struct wire *wire, const struct head *head, size_t *bytes)
{
	struct connection *connection = wire->connection;
	struct netbuf *buffer = connection->rnb;

	assert(buffer->s_off == 0 && head->length <= buffer->b_len);
	memcpy(buffer->buf, head->text, head->length);
	*bytes = head->length;
	wire->refused = head->problem;
	wire->body_left = wire->body_size = head->body;
	wire->began = wire->taken;
	wire->began_at = clock_ms();
	connection->flags |= CONN_IS_BUSY;	/* Kore reads on only when wire_done() says so */
	enter(wire, head->body > 0 ? WIRE_BODY : WIRE_BUSY);
}

/* Decides about a head that reads well. Result: how many of the bytes behind it are kept. */
static size_t
judge(struct wire *wire, struct head *head, size_t behind)
{
	if (wire->verdict != NULL)
		head->problem = wire->verdict;
	/* Nobody pipelines behind a body: bytes beyond its announced length are a lie about one of the two. */
	else if (head->has_body && behind > head->body)
		head->problem = &problem_bad_request;
	return head->problem != NULL && behind > head->body ? head->body : behind;
}

static int
read_head(struct wire *wire, size_t *bytes)
{
	static struct head head;
	static char incoming[HEAD_MAX];
	struct connection *connection = wire->connection;
	enum head_status status = HEAD_MORE;
	char *data = wire->in != NULL ? wire->in : incoming;
	size_t have = wire->have;
	ssize_t got;

	if (wire->late) {
		head_refuse(&head, wire->verdict, "GET", NULL);
		keep(wire, NULL, 0);
		hand_over(wire, &head, bytes);
		return KORE_RESULT_OK;
	}
	if (have > 0)
		status = head_read(data, have, http_body_max, &head);
	while (status == HEAD_MORE) {
		got = receive(connection, data + have, HEAD_MAX - have);
		if (got == -1) {
			if (have > 0 && connection->state != CONN_STATE_DISCONNECTING)
				keep(wire, data, have);
			return KORE_RESULT_OK;
		}
		if (have == 0)
			wire->since = clock_ms();
		have += (size_t)got;
		status = head_read(data, have, http_body_max, &head);
	}
	keep(wire, data + head.consumed, status == HEAD_READY ? judge(wire, &head, have - head.consumed) : 0);
	hand_over(wire, &head, bytes);
	return KORE_RESULT_OK;
}

static int
read_body(struct wire *wire, size_t *bytes)
{
	struct connection *connection = wire->connection;
	struct netbuf *buffer = connection->rnb;
	size_t want = buffer->b_len - buffer->s_off;
	ssize_t got;
	char next;

	if (want > wire->body_left)
		want = wire->body_left;
	if (wire->have > 0) {
		got = (ssize_t)(wire->have < want ? wire->have : want);
		memcpy(buffer->buf + buffer->s_off, wire->in, (size_t)got);
		keep(wire, wire->in + got, wire->have - (size_t)got);
	} else if ((got = receive(connection, buffer->buf + buffer->s_off, want)) == -1) {
		return KORE_RESULT_OK;
	}
	*bytes = (size_t)got;
	wire->body_left -= (size_t)got;
	if (wire->body_left == 0) {
		if (recv(connection->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
			wire->refused = &problem_bad_request;
		enter(wire, WIRE_BUSY);
	}
	return KORE_RESULT_OK;
}

/* connection->read: Kore calls it while it has a buffer and the socket may hold something. */
static int
wire_read(struct connection *connection, size_t *bytes)
{
	struct wire *wire = wire_of(connection);

	*bytes = 0;
	if (wire->state == WIRE_HEAD)
		return read_head(wire, bytes);
	if (wire->state == WIRE_BODY)
		return read_body(wire, bytes);
	connection->evt.flags &= ~KORE_EVENT_READ;
	return KORE_RESULT_OK;
}

/*
 * connection->write: as much as the socket takes of the head and the body behind it in one call. Kore's own net_write sends
 * the head alone and then at most 8 kB at a time, which costs a large page a dozen calls and more than half of its speed.
 */
static int
wire_write(struct connection *connection, size_t length, size_t *written)
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
	wire_of(connection)->written += (unsigned long long)sent;
	*written = (size_t)sent < parts[0].iov_len ? (size_t)sent : parts[0].iov_len;
	if ((size_t)sent > *written)
		next->s_off += (size_t)sent - *written;
	return KORE_RESULT_OK;
}

/* The reply has gone out: on to the next request, some of which may have been read ahead. */
static void
next_request(struct wire *wire)
{
	struct connection *connection = wire->connection;

	enter(wire, WIRE_HEAD);
	connection->flags &= ~CONN_IS_BUSY;
	connection->evt.flags |= KORE_EVENT_READ;
	http_start_recv(connection);
	connection->http_timeout = 0;	/* the time limits are ours */
}

/* connection->handle: after Kore's turn, what a drained queue allows. */
static int
wire_handle(struct connection *connection)
{
	struct wire *wire = wire_of(connection);
	struct http_request *request;

	if (!kore_connection_handle(connection))
		return KORE_RESULT_ERROR;
	if (connection->state != CONN_STATE_ESTABLISHED || !TAILQ_EMPTY(&connection->send_queue))
		return KORE_RESULT_OK;
	if (wire->state == WIRE_SENDING)
		next_request(wire);
	else if (wire->draining && (request = TAILQ_FIRST(&connection->http_requests)) != NULL) {
		wire->draining = false;
		http_request_wakeup(request);
	}
	return KORE_RESULT_OK;
}

/* connection->disconnect: told once, before the socket is closed. */
static void
wire_end(struct connection *connection)
{
	struct wire *wire = wire_of(connection);
	bool whole = TAILQ_EMPTY(&connection->send_queue) && (wire->state != WIRE_BUSY || (connection->flags & CONN_CLOSE_EMPTY));
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	static char waste[16 * 1024];
	size_t total = 0;
	ssize_t got;

	/* An orderly end would make half a reply look whole where the end of the connection is the end of the body. */
	if (!whole)
		(void)setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	/* Unread bytes would turn the close into a reset, which may overtake the reply. */
	else if (shutdown(connection->fd, SHUT_WR) == 0)
		while (total < DRAIN && (got = recv(connection->fd, waste, sizeof(waste), MSG_DONTWAIT)) > 0)
			total += (size_t)got;
	LIST_REMOVE(wire, link);
	limit_disconnect(wire->network);
	keep(wire, NULL, 0);
}

void
wire_begin(struct connection *connection)
{
	struct wire *wire = kore_calloc(1, sizeof(*wire));	/* Kore frees it with the connection */
	const struct sockaddr *peer = (const struct sockaddr *)&connection->addr;
	enum limit_answer answer;

	wire->connection = connection;
	wire->moved = clock_ms();
	enter(wire, WIRE_HEAD);
	if (!client_is_proxy(peer, config.trusted_proxies))
		wire->network = client_network_of(peer);
	answer = limit_connect(wire->network);
	if (answer == LIMIT_FLOOD)
		wire->network = 0;
	if (answer == LIMIT_BUSY)
		wire->verdict = &problem_too_many_requests;
	connection->hdlr_extra = wire;
	connection->proto = CONN_PROTO_HTTP;
	connection->read = wire_read;
	connection->write = wire_write;
	connection->handle = wire_handle;
	connection->disconnect = wire_end;
	connection->http_timeout = 0;
	connection->idle_timer.length = 24ULL * 3600 * 1000;
	LIST_INSERT_HEAD(&wires, wire, link);
	net_recv_queue(connection, http_header_max, NETBUF_CALL_CB_ALWAYS, http_header_recv);
	if (answer == LIMIT_FLOOD)
		kore_connection_disconnect(connection);
}

const struct problem *
wire_refusal(struct connection *connection)
{
	struct wire *wire = connection != NULL ? wire_of(connection) : NULL;

	if (wire == NULL || wire->refused == NULL)
		return NULL;
	connection->flags |= CONN_CLOSE_EMPTY;
	return wire->refused;
}

void
wire_done(struct connection *connection)
{
	struct wire *wire = connection != NULL ? wire_of(connection) : NULL;

	if (wire == NULL || connection->state == CONN_STATE_DISCONNECTING)
		return;
	enter(wire, WIRE_SENDING);
	wire->draining = false;
	if (!TAILQ_EMPTY(&connection->send_queue) || (connection->flags & CONN_CLOSE_EMPTY))
		return;
	next_request(wire);
	/* Kore looks at a request that it was given just now only after its next wait: this ends that wait at once. */
	if (wire->state != WIRE_HEAD)
		kore_platform_event_all(connection->fd, connection);
}

bool
wire_send(struct connection *connection, const void *data, size_t length)
{
	net_send_queue(connection, data, length);
	if (!net_send_flush(connection))
		kore_connection_disconnect(connection);
	wire_of(connection)->draining = !TAILQ_EMPTY(&connection->send_queue);
	return !wire_of(connection)->draining;
}

/* Lets Kore read at once what was decided about the connection. */
static void
read_now(struct wire *wire)
{
	wire->connection->evt.flags |= KORE_EVENT_READ;
	if (!net_recv_flush(wire->connection))
		kore_connection_disconnect(wire->connection);
}

/* The rest of a body did not come: the request is answered as it is. */
static void
end_body(struct wire *wire)
{
	struct http_request *request = TAILQ_FIRST(&wire->connection->http_requests);

	wire->refused = &problem_request_timeout;
	enter(wire, WIRE_BUSY);
	if (request == NULL) {
		kore_connection_disconnect(wire->connection);
		return;
	}
	wire->connection->http_timeout = 0;
	request->flags |= HTTP_REQUEST_COMPLETE;
	http_request_wakeup(request);
}

/* Is the reply taken, and not by drips only? */
static bool
taken(struct wire *wire, unsigned long long now)
{
	int waiting = 0;
	unsigned long long taken;

	(void)ioctl(wire->connection->fd, SIOCOUTQ, &waiting);
	taken = wire->written - (unsigned long long)(waiting > 0 ? waiting : 0);
	if (taken != wire->taken) {
		wire->taken = taken;
		wire->moved = now;
	}
	if (now - wire->moved > STALL_MS)
		return false;
	return now - wire->began_at < GRACE_MS || taken - wire->began > (now - wire->began_at) / 1000 * RATE;
}

static void
look_after(struct wire *wire, unsigned long long now)
{
	unsigned long long waited = now - wire->since;

	wire->connection->http_timeout = 0;
	if (!TAILQ_EMPTY(&wire->connection->send_queue)) {
		if (!taken(wire, now))
			kore_connection_disconnect(wire->connection);
		return;
	}
	wire->moved = now;
	if (wire->state == WIRE_HEAD && wire->have == 0 && waited > IDLE_MS) {
		kore_connection_disconnect(wire->connection);
	} else if (wire->state == WIRE_HEAD && wire->have > 0 && waited > HEAD_MS) {
		wire->verdict = &problem_request_timeout;
		wire->late = true;
		read_now(wire);
	} else if (wire->state == WIRE_BODY && waited > BODY_MS &&
	    wire->body_size - wire->body_left < waited / 1000 * RATE) {
		end_body(wire);
	}
}

/* Kore's own replies say the time as well: the line with its name is the one thing that stands in all of them. */
static void
set_date(void)
{
	char line[64], date[40];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	snprintf(line, sizeof(line), "jcap\r\ndate: %s", date);
	http_server_version(line);
}

static void
tick(void *arg, u_int64_t now_kore)
{
	static unsigned long long forgot;
	unsigned long long now = clock_ms();
	struct wire *wire, *next;

	(void)arg;
	(void)now_kore;
	set_date();
	if (now - forgot > FORGET_MS) {
		forgot = now;
		limit_forget();
	}
	for (wire = LIST_FIRST(&wires); wire != NULL; wire = next) {
		next = LIST_NEXT(wire, link);
		look_after(wire, now);
	}
}

void
wire_start(void)
{
	set_date();
	kore_timer_add(tick, TICK_MS, NULL, 0);
}
