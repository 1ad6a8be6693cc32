/*
 * A libpq that does what the test says; included by test_pool.c alone. Each connection is in `fake.conns` in the order of
 * its making; the test sets its answer and raises an event. What is sent, prepared and freed is counted and checked.
 */
#ifndef JCAP_FAKE_LIBPQ_H
#define JCAP_FAKE_LIBPQ_H

#include <libpq-fe.h>

#include "kore_stubs.h"
#include "unit.h"

#define CONNS	16

struct pg_conn {
	ConnStatusType	 status;
	int		 fd;
	int		 polls;			/* PQconnectPoll calls until it is up */
	bool		 refuse;		/* ... or down */
	bool		 busy;			/* a command was sent and not answered yet */
	PGresult	*result;		/* answer, given once */
	bool		 answered;
	bool		 dead;			/* PQconsumeInput fails */
	char		 sent[64];		/* last command: "prepare NAME" or "execute NAME" */
	const char	*param;			/* first parameter of the last execute */
	const char	*notify;
	const char	*notify_behind;	/* parsed only once the result was taken */
	char		 options[1024];
};
struct pg_result {
	ExecStatusType	 status;
	const char	*text, *sqlstate;
};

static struct {
	PGconn	*conns[CONNS];
	int	 started, finished, results;
	bool	 refuse, refuse_start, refuse_send;
	int	 polls;
} fake;

PGconn *
PQconnectStartParams(const char *const *keywords, const char *const *values, int expand)
{
	PGconn *conn = calloc(1, sizeof(*conn));
	int i;

	assert_true(expand);
	conn->status = fake.refuse_start ? CONNECTION_BAD : CONNECTION_STARTED;
	conn->refuse = fake.refuse;
	conn->polls = fake.polls;
	for (i = 0; keywords[i] != NULL; i++)
		if (strcmp(keywords[i], "options") == 0)
			snprintf(conn->options, sizeof(conn->options), "%s", values[i]);
	for (i = 0; fake.conns[i] != NULL; i++)
		;
	assert_true(i < CONNS);
	fake.conns[i] = conn;
	conn->fd = fake.started++ % KORE_FDS;
	return conn;
}

PostgresPollingStatusType
PQconnectPoll(PGconn *conn)
{
	if (conn->polls-- > 0)
		return PGRES_POLLING_READING;
	conn->status = conn->refuse ? CONNECTION_BAD : CONNECTION_OK;
	return conn->refuse ? PGRES_POLLING_FAILED : PGRES_POLLING_OK;
}

void
PQfinish(PGconn *conn)
{
	int i;

	for (i = 0; fake.conns[i] != conn; i++)
		assert_true(i < CONNS);
	for (; i < CONNS - 1; i++)
		fake.conns[i] = fake.conns[i + 1];
	fake.conns[CONNS - 1] = NULL;
	PQclear(conn->result);
	free(conn);
	fake.finished++;
}

ConnStatusType PQstatus(const PGconn *conn) { return conn->status; }
int PQsocket(const PGconn *conn) { return conn->fd; }
int PQsetnonblocking(PGconn *conn, int on) { (void)conn; return on - 1; }
int PQflush(PGconn *conn) { (void)conn; return 0; }
int PQconsumeInput(PGconn *conn) { return !conn->dead; }
int PQisBusy(PGconn *conn) { return conn->busy && !conn->answered; }

HELPER int
sent(PGconn *conn, const char *what, const char *name)
{
	if (fake.refuse_send)
		return 0;
	assert_false(conn->busy);
	snprintf(conn->sent, sizeof(conn->sent), "%s %s", what, name);
	conn->busy = true;
	conn->answered = false;
	return 1;
}

int
PQsendPrepare(PGconn *conn, const char *name, const char *sql, int n, const Oid *types)
{
	assert_true(sql != NULL && n == 0 && types == NULL);
	return sent(conn, "prepare", name);
}

int
PQsendQueryPrepared(PGconn *conn, const char *name, int n, const char *const *values, const int *lengths, const int *formats, int format)
{
	assert_true(lengths == NULL && formats == NULL && format == 0);
	/* reading what was cancelled would be a use after free */
	conn->param = n > 0 && values[0] != NULL ? arena_strdup(&arena, values[0]) : NULL;
	return sent(conn, "execute", name);
}

PGresult *
PQgetResult(PGconn *conn)
{
	PGresult *result = conn->result;

	conn->result = NULL;
	if (result == NULL) {
		conn->busy = false;
		if (conn->notify_behind != NULL)
			conn->notify = conn->notify_behind;
		conn->notify_behind = NULL;
	}
	return result;
}

void
PQclear(PGresult *result)
{
	if (result != NULL)
		fake.results--;
	free(result);
}

ExecStatusType PQresultStatus(const PGresult *result) { return result->status; }
char *PQresultErrorField(const PGresult *result, int field) { return field == PG_DIAG_SQLSTATE ? (char *)(uintptr_t)result->sqlstate : NULL; }
int PQntuples(const PGresult *result) { return result->text != NULL || result->sqlstate != NULL ? 1 : 0; }
int PQgetisnull(const PGresult *result, int row, int column) { (void)row; (void)column; return result->text == NULL; }
char *PQgetvalue(const PGresult *result, int row, int column) { (void)row; (void)column; return (char *)(uintptr_t)result->text; }
int PQgetlength(const PGresult *result, int row, int column) { (void)row; (void)column; return (int)strlen(result->text); }
void PQfreemem(void *memory) { free(memory); }

PGnotify *
PQnotifies(PGconn *conn)
{
	PGnotify *notify;

	if (conn->notify == NULL)
		return NULL;
	notify = calloc(1, sizeof(*notify));
	notify->extra = (char *)(uintptr_t)conn->notify;
	conn->notify = NULL;
	return notify;
}

/* The socket has something to say. */
HELPER void
event(PGconn *conn)
{
	struct kore_event *watcher = kore_watched[conn->fd];

	watcher->handle(watcher, 0);
}

HELPER void
give(PGconn *conn, ExecStatusType status, const char *text, const char *sqlstate)
{
	PGresult *result = calloc(1, sizeof(*result));

	fake.results++;
	*result = (struct pg_result){ status, text, sqlstate };
	conn->result = result;
	conn->answered = true;
	event(conn);
}

HELPER void answer(PGconn *conn, const char *text) { give(conn, PGRES_TUPLES_OK, text, NULL); }
HELPER void refuse(PGconn *conn, const char *sqlstate) { give(conn, PGRES_FATAL_ERROR, NULL, sqlstate); }
HELPER void prepared(PGconn *conn) { give(conn, PGRES_COMMAND_OK, NULL, NULL); }

/* The connection breaks, as libpq tells it. */
HELPER void
break_off(PGconn *conn)
{
	conn->dead = true;
	conn->status = CONNECTION_BAD;
	event(conn);
}

#endif
