#include "db/pool.h"

#include <assert.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kore/kore.h>

#include "db/duty.h"
#include "db/queue.h"
#include "http/clock.h"
#include "http/config.h"

#define BULK_PATIENCE		6	/* times config.db_timeout_ms: a piece of an export may wait longer than a person */
#define TICK_MS			50
#define RECONNECT_MS		200
#define CONNECT_TIMEOUT_MS	3000
#define WAIT_WHILE_DOWN_MS	700	/* how long a job waits for a database that is away */
#define LISTEN_AGAIN_MS	10000	/* after a LISTEN that failed (a standby refuses it) */
#define GRACE_MS		300	/* the server's own statement_timeout comes first */

enum conn_state {
	CONN_DOWN,		/* no PGconn; `due` says when to try again */
	CONN_CONNECTING,	/* PQconnectPoll not finished; `due` is the time limit */
	CONN_IDLE,		/* ready for a job */
	CONN_BUSY,		/* `job` is running; `due` is its time limit */
};

enum step {
	STEP_PREPARE,
	STEP_EXECUTE,
};

/* A statement of the house's own: for the connection or for the read model, not for a request. */
struct house {
	const char	*name;
	db_done		 done;		/* told its connection as `arg` */
	bool		 complained;	/* it failed and will be tried again: said once until it works */
};

struct db_conn {
	struct kore_event	 evt;		/* first: Kore's event loop knows only this */
	enum conn_state		 state;
	enum step		 step;
	PGconn			*pg;
	struct db_job		*job;
	unsigned long long	 due;
	bool			 harmless;	/* its login may do no more than it must (check_login) */
	bool			 listening;	/* the server has said so */
	unsigned long long	 listen_due;	/* when to try */
	PGresult		*result;	/* last result of the running step */
	bool			*prepared;	/* one per statement */
};

static struct {
	struct db_conn		*conns;
	int			 count;
	struct db_queue		 queue;
	unsigned long long	 down_since;	/* 0 while a connection is up */
	bool			 refused;	/* a login was, and that was said */
	void			(*on_version)(long long);
	struct kore_timer	*timer;
} pool;

static void	conn_next(struct db_conn *);
static void	conn_down(struct db_conn *, bool lost);

/* The job that a connection ran, now nobody's; NULL if it ran none. */
static struct db_job *
conn_release(struct db_conn *conn)
{
	struct db_job *job = conn->job;

	conn->job = NULL;
	if (job != NULL && !job->house)
		queue_done(&pool.queue, job);
	return job;
}

static void
job_finish(struct db_job *job, enum db_status status, const char *text, size_t length)
{
	if (job->done != NULL)
		job->done(job->arg, status, text, length);
	free(job);
}

/*
 * Session settings: those of the operator's URL, then ours. False if the URL cannot be read or its options are too long:
 * without all of them no connection must be made.
 */
static bool
session_options(char *out, size_t size)
{
	PQconninfoOption *options = PQconninfoParse(config.database_url, NULL), *option;
	const char *given = "";
	int length;

	for (option = options; option != NULL && option->keyword != NULL; option++)
		if (strcmp(option->keyword, "options") == 0 && option->val != NULL)
			given = option->val;
	length = snprintf(out, size, "%s -c statement_timeout=%d -c TimeZone=Europe/Berlin", given, config.db_timeout_ms);
	PQconninfoFree(options);
	return options != NULL && length > 0 && (size_t)length < size;
}

static void
conn_connect(struct db_conn *conn)
{
	char session[1024];
	const char *keywords[] = { "dbname", "password", "options", "application_name", "client_encoding", NULL };
	const char *values[] = { config.database_url, config.database_password, session, "jcap", "UTF8", NULL };

	if (!session_options(session, sizeof(session))) {
		kore_log(LOG_ERR, "JCAP_DATABASE_URL is no connection string");
		conn_down(conn, false);
		return;
	}
	conn->due = clock_ms() + CONNECT_TIMEOUT_MS;
	conn->pg = PQconnectStartParams(keywords, values, 1);
	if (conn->pg == NULL || PQstatus(conn->pg) == CONNECTION_BAD) {
		conn_down(conn, false);
		return;
	}
	conn->state = CONN_CONNECTING;
	kore_platform_schedule_write(PQsocket(conn->pg), conn);
}

/* Goes on with connecting; the socket may change on the way (several addresses), so it is watched anew. */
static void
conn_continue_connecting(struct db_conn *conn)
{
	switch (PQconnectPoll(conn->pg)) {
	case PGRES_POLLING_OK:
		PQsetnonblocking(conn->pg, 1);
		/*
		 * Level-triggered: libpq stops reading after a last message although the end of the connection may lie
		 * right behind it. What could not be sent at once, tick() sends.
		 */
		kore_platform_event_level_read(PQsocket(conn->pg), conn);
		conn->state = CONN_IDLE;
		conn->listen_due = 0;
		conn_next(conn);
		break;
	case PGRES_POLLING_FAILED:
		conn_down(conn, false);
		break;
	case PGRES_POLLING_READING:
		/* Only what libpq waits for: a socket that may always be written would wake us without end. */
		kore_platform_schedule_read(PQsocket(conn->pg), conn);
		break;
	default:
		kore_platform_schedule_write(PQsocket(conn->pg), conn);
		break;
	}
}

/* Whether a connection listens; the house is told whether any does. */
static void
conn_listening(struct db_conn *conn, bool listening)
{
	int i;

	if (conn->listening == listening)
		return;
	conn->listening = listening;
	for (i = 0; i < pool.count && !pool.conns[i].listening; i++)
		;
	duty_listening(i < pool.count);
}

/*
 * Closes a connection; it will be opened again by the timer. A job under way goes back to the head of the queue
 * once if the connection was `lost`.
 */
static void
conn_down(struct db_conn *conn, bool lost)
{
	struct db_job *job = conn->job;
	int i;

	if (lost && job != NULL && !job->house && job->done != NULL && !job->retried) {
		conn->job = NULL;
		job->retried = true;
		queue_put_back(&pool.queue, job);
	}
	job = conn_release(conn);
	PQclear(conn->result);
	conn->result = NULL;
	if (conn->pg != NULL)
		PQfinish(conn->pg);
	conn->pg = NULL;
	conn->state = CONN_DOWN;
	conn->due = clock_ms() + RECONNECT_MS;
	memset(conn->prepared, 0, sizeof(bool) * (size_t)statement_total());
	conn->harmless = false;
	conn_listening(conn, false);

	for (i = 0; i < pool.count && !pool.conns[i].harmless; i++)
		;
	if (i == pool.count && pool.down_since == 0)
		pool.down_since = clock_ms();

	if (job != NULL)
		job_finish(job, lost ? DB_UNAVAILABLE : DB_TIMEOUT, NULL, 0);
}

/* Sends the next step of the running job. */
static void
conn_send(struct db_conn *conn)
{
	const struct statement *statement = conn->job->statement;
	int ok;

	if (!conn->prepared[statement_index(statement)]) {
		conn->step = STEP_PREPARE;
		ok = PQsendPrepare(conn->pg, statement->name, statement->sql, 0, NULL);
	} else {
		conn->step = STEP_EXECUTE;
		ok = PQsendQueryPrepared(conn->pg, statement->name, statement->param_count, conn->job->params,
		    NULL, NULL, 0);
	}
	if (!ok || PQflush(conn->pg) < 0)
		conn_down(conn, true);
}

static void
conn_run(struct db_conn *conn, struct db_job *job)
{
	assert(conn->state == CONN_IDLE && conn->job == NULL);
	conn->state = CONN_BUSY;
	conn->job = job;
	conn->due = clock_ms() + (unsigned long long)config.db_timeout_ms + GRACE_MS;
	conn_send(conn);
}

/* A login that could do more than the service needs serves nobody. The database may have been away when the parent asked. */
static void
check_done(void *arg, enum db_status status, const char *text, size_t length)
{
	struct db_conn *conn = arg;

	(void)length;
	if (status == DB_OK && !pool.refused)
		kore_log(LOG_ERR, "%s", text);
	pool.refused |= status == DB_OK;
	conn->harmless = status == DB_NULL;
	if (conn->harmless)
		pool.down_since = 0;
	else if (conn->state == CONN_IDLE)
		conn_down(conn, false);
}

static void
listen_done(void *arg, enum db_status status, const char *text, size_t length)
{
	struct db_conn *conn = arg;

	(void)text;
	(void)length;
	conn->listen_due = clock_ms() + LISTEN_AGAIN_MS;
	conn_listening(conn, status == DB_OK || status == DB_NULL);
}

/* Whatever went wrong, the connection serves on: old answers are better than none, and it is tried again. */
static void
refresh_done(void *arg, enum db_status status, const char *text, size_t length)
{
	long long version = duty_end(status == DB_OK ? text : NULL);

	(void)arg;
	(void)length;
	if (version >= 0)
		pool.on_version(version);
}

static struct house check_house = { .name = "check_login", .done = check_done };
static struct house listen_house = { .name = "listen", .done = listen_done };
static struct house refresh_house = { .name = "refresh_due", .done = refresh_done };

static void
conn_run_house(struct db_conn *conn, struct house *house, const char *const *params)
{
	struct db_job *job = calloc(1, sizeof(*job));

	if (job == NULL)
		abort();
	job->statement = statement_find(house->name);
	assert(job->statement != NULL && job->statement->param_count == (params != NULL ? DUTY_PARAMS : 0));
	job->params = params;
	job->done = house->done;
	job->arg = conn;
	job->house = house;
	conn_run(conn, job);
}

/* What an idle connection does next: its own duties first, then the queue. One that was refused meanwhile does nothing. */
static void
conn_next(struct db_conn *conn)
{
	struct db_job *job;

	if (conn->state != CONN_IDLE)
		return;
	if (!conn->harmless) {
		conn_run_house(conn, &check_house, NULL);
		return;
	}
	if (!conn->listening && clock_ms() >= conn->listen_due) {
		conn_run_house(conn, &listen_house, NULL);
		return;
	}
	if (duty_is_due()) {
		conn_run_house(conn, &refresh_house, duty_begin());
		return;
	}
	if (!duty_holds_answers() && (job = queue_take(&pool.queue, pool.count)) != NULL)
		conn_run(conn, job);
}

/* Says what went wrong without a word that a visitor sent: only the statement's name and the SQLSTATE. */
static enum db_status
failure(struct db_conn *conn, const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	bool late = sqlstate != NULL && strcmp(sqlstate, "57014") == 0;
	struct house *house = conn->job->house;

	if (house != NULL ? !house->complained : !late)
		kore_log(LOG_ERR, "statement %s failed with SQLSTATE %s", conn->job->statement->name,
		    sqlstate != NULL ? sqlstate : "unknown");
	if (house != NULL)
		house->complained = true;
	return late ? DB_TIMEOUT : DB_FAILED;
}

/*
 * True for errors that say "this session is over": shutdown, crash, start-up, a connection error of libpq's own (no
 * SQLSTATE), or a plan that a migration made invalid.
 */
static bool
session_over(const PGresult *result)
{
	static const char *const codes[] = { "57P01", "57P02", "57P03", "08006", "26000", "0A000" };
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	size_t i;

	if (sqlstate == NULL)
		return true;
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(sqlstate, codes[i]) == 0)
			return true;
	return false;
}

/* A step is through: prepare leads to execute, execute to the callback. */
static void
conn_step_done(struct db_conn *conn)
{
	PGresult *result = conn->result;
	ExecStatusType status = PQresultStatus(result);
	struct db_job *job = conn->job;

	conn->result = NULL;
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		enum db_status why;

		if (PQstatus(conn->pg) == CONNECTION_BAD || session_over(result)) {
			PQclear(result);
			conn_down(conn, true);
			return;
		}
		why = failure(conn, result);
		PQclear(result);
		conn_release(conn);
		conn->state = CONN_IDLE;
		job_finish(job, why, NULL, 0);
		conn_next(conn);
		return;
	}
	if (conn->step == STEP_PREPARE) {
		PQclear(result);
		conn->prepared[statement_index(job->statement)] = true;
		if (job->done != NULL) {
			conn_send(conn);
			return;
		}
		/* Cancelled meanwhile: its parameters are gone. */
		conn_release(conn);
		conn->state = CONN_IDLE;
		free(job);
		conn_next(conn);
		return;
	}
	conn_release(conn);
	conn->state = CONN_IDLE;
	if (job->house != NULL)
		job->house->complained = false;
	if (status == PGRES_TUPLES_OK && PQntuples(result) == 1 && !PQgetisnull(result, 0, 0))
		job_finish(job, DB_OK, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0));
	else
		job_finish(job, DB_NULL, NULL, 0);
	PQclear(result);
	conn_next(conn);
}

static void
conn_notifications(struct db_conn *conn)
{
	PGnotify *notify;

	while ((notify = PQnotifies(conn->pg)) != NULL) {
		pool.on_version(strtoll(notify->extra, NULL, 10));
		PQfreemem(notify);
	}
}

/* Reads what has come, as far as it goes without waiting. */
static void
conn_read(struct db_conn *conn)
{
	if (!PQconsumeInput(conn->pg) || PQflush(conn->pg) < 0) {
		conn_down(conn, true);
		return;
	}
	conn_notifications(conn);
	while (conn->state == CONN_BUSY && !PQisBusy(conn->pg)) {
		PGresult *result = PQgetResult(conn->pg);

		if (result != NULL) {
			PQclear(conn->result);
			conn->result = result;
		} else if (conn->result != NULL) {
			conn_step_done(conn);
		} else {
			conn_down(conn, true);
		}
		if (conn->pg == NULL)
			return;
	}
	/* Those that came right behind a result show only now. */
	conn_notifications(conn);
	if (conn->state == CONN_IDLE && PQstatus(conn->pg) == CONNECTION_BAD)
		conn_down(conn, true);
}

static void
conn_event(void *arg, int error)
{
	struct db_conn *conn = arg;

	(void)error;	/* a hang-up shows in PQconsumeInput */
	switch (conn->state) {
	case CONN_DOWN:
		break;
	case CONN_CONNECTING:
		conn_continue_connecting(conn);
		break;
	case CONN_IDLE:
	case CONN_BUSY:
		conn_read(conn);
		break;
	}
}

/* Jobs that waited too long get their answer. */
static void
expire_queue(enum db_lane lane, unsigned long long now)
{
	unsigned long long patience = (unsigned long long)config.db_timeout_ms * (lane == DB_BULK ? BULK_PATIENCE : 1);
	struct db_job *job, *next;

	for (job = TAILQ_FIRST(&pool.queue.waiting[lane]); job != NULL; job = next) {
		unsigned long long since = job->queued > pool.down_since ? job->queued : pool.down_since;
		bool down = pool.down_since != 0 && now - since > WAIT_WHILE_DOWN_MS;
		bool late = now - job->queued > patience;

		next = TAILQ_NEXT(job, link);
		if (!down && !late)
			continue;
		queue_drop(&pool.queue, job);
		job_finish(job, down ? DB_UNAVAILABLE : DB_OVERLOADED, NULL, 0);
	}
}

static void
tick(void *arg, u_int64_t now_kore)
{
	unsigned long long now = clock_ms();
	int i;

	(void)arg;
	(void)now_kore;
	for (i = 0; i < pool.count; i++) {
		struct db_conn *conn = &pool.conns[i];

		if (conn->state == CONN_BUSY && PQflush(conn->pg) < 0)
			conn_down(conn, true);
		else if (conn->state == CONN_IDLE)
			conn_next(conn);
		else if (now < conn->due)
			continue;
		else if (conn->state == CONN_DOWN)
			conn_connect(conn);
		else
			conn_down(conn, false);
	}
	expire_queue(DB_ANSWER, now);
	expire_queue(DB_BULK, now);
}

void
db_start(void (*on_version)(long long))
{
	int i;

	pool.count = config.db_connections;
	pool.on_version = on_version;
	pool.down_since = clock_ms();
	duty_start();
	pool.conns = calloc((size_t)pool.count, sizeof(struct db_conn));
	queue_init(&pool.queue);
	if (pool.conns == NULL)
		abort();
	for (i = 0; i < pool.count; i++) {
		struct db_conn *conn = &pool.conns[i];

		conn->evt.handle = conn_event;
		conn->prepared = calloc((size_t)statement_total(), sizeof(bool));
		if (conn->prepared == NULL)
			abort();
		conn_connect(conn);
	}
	pool.timer = kore_timer_add(tick, TICK_MS, NULL, 0);
}

void
db_stop(void)
{
	int i;

	if (pool.timer != NULL)
		kore_timer_remove(pool.timer);
	for (i = 0; i < pool.count; i++) {
		conn_down(&pool.conns[i], false);
		free(pool.conns[i].prepared);
	}
	free(pool.conns);
	memset(&pool, 0, sizeof(pool));
}

struct db_job *
db_submit(const struct statement *statement, const char *const *params, enum db_lane lane, unsigned long long owner,
    db_done done, void *arg)
{
	struct db_job *job;
	int i;

	if (queue_full(&pool.queue, lane, owner) || (job = calloc(1, sizeof(*job))) == NULL)
		return NULL;
	job->statement = statement;
	job->params = params;
	job->lane = lane;
	job->owner = owner;
	job->done = done;
	job->arg = arg;
	job->queued = clock_ms();
	queue_put(&pool.queue, job);
	for (i = 0; i < pool.count; i++)
		if (pool.conns[i].state == CONN_IDLE) {
			conn_next(&pool.conns[i]);
			break;
		}
	return job;
}

void
db_cancel(struct db_job *job)
{
	int i;

	for (i = 0; i < pool.count; i++)
		if (pool.conns[i].job == job) {
			job->done = NULL;
			return;
		}
	queue_drop(&pool.queue, job);
	free(job);
}

int
db_is_up(void)
{
	return pool.down_since == 0;
}
