/*
 * A small pool of asynchronous PostgreSQL connections on Kore's event loop, one pool per worker.
 * Kore's own pgsql layer connects synchronously and has no prepared statements (kore.md 13).
 *
 * A job waits in a queue until a connection is free, is prepared once per connection, and is told its result by a
 * callback. A connection that dies gives its job back to the queue once: every statement of the service may be
 * repeated. Each connection listens for the channel "directory"; one at a time keeps the read model right (db/duty.h).
 */
#ifndef JCAP_POOL_H
#define JCAP_POOL_H

#include <stddef.h>

#include "db/statement.h"

enum db_status {
	DB_OK,			/* text holds the one value */
	DB_NULL,		/* no row, or NULL */
	DB_UNAVAILABLE,		/* no connection to be had */
	DB_OVERLOADED,		/* waited too long for a free connection, or the queue is full */
	DB_TIMEOUT,		/* the statement took too long */
	DB_FAILED,		/* the database refused the statement; logged with its SQLSTATE, never with values */
};

struct db_job;

/* Told once per job. `text` is NUL-terminated and only valid during the call. */
typedef void (*db_done)(void *arg, enum db_status status, const char *text, size_t length);

/* Opens the pool of this worker. `on_version` is told each new version of the directory. */
void	db_start(void (*on_version)(long long version));
void	db_stop(void);

/* Somebody waits for an answer, or a piece of a large export: one of those runs at a time, whatever else is queued. */
enum db_lane { DB_ANSWER, DB_BULK, DB_LANES };

/*
 * Queues a statement. `params` (param_count texts or NULL) must stay readable until `done` was called or the job
 * was cancelled. `done` is never called before db_submit returned. Jobs of one `owner` (a client network, 0: nobody's) wait
 * for each other, those of different owners take turns, and no owner gets more than half of the connections. Returns NULL
 * if the queue, or the owner's part of it, is full.
 */
struct db_job	*db_submit(const struct statement *, const char *const *params, enum db_lane, unsigned long long owner,
		    db_done done, void *arg);

/* Forgets a job: `done` will not be called and the parameters will not be read any more. */
void	db_cancel(struct db_job *);

/* True if at least one connection is up. */
int	db_is_up(void);

#endif
