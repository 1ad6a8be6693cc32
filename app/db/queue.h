/*
 * Whose turn it is: the jobs that wait for a connection of the pool. Jobs of one owner wait for each other, those of different
 * owners take turns (start-time fair queuing), no owner gets more than half of the connections, and of large exports one piece
 * runs at a time. Knows nothing of connections or libpq.
 */
#ifndef JCAP_QUEUE_H
#define JCAP_QUEUE_H

#include <sys/queue.h>

#include <stdbool.h>

#include "db/pool.h"

struct house;

struct db_job {
	const struct statement	*statement;
	const char *const	*params;
	db_done			 done;		/* NULL: cancelled */
	void			*arg;
	enum db_lane		 lane;
	unsigned long long	 owner;		/* 0: nobody's, never held back for another */
	unsigned long long	 turn;		/* jobs of a lane start in this order */
	unsigned long long	 queued;	/* when it entered the queue first, ms */
	bool			 retried;
	struct house		*house;		/* the pool's own, in no queue; NULL: of a request */
	TAILQ_ENTRY(db_job)	 link;
};
TAILQ_HEAD(db_jobs, db_job);

struct db_queue {
	struct db_jobs		 waiting[DB_LANES];	/* by turn */
	struct db_jobs		 running;
	int			 count;		/* of those that wait */
	unsigned long long	 turn;		/* of the job that started last */
};

void	queue_init(struct db_queue *);
/* True if no further job of this owner is taken. A lane is not full because another is: an export under way would break. */
bool	queue_full(const struct db_queue *, enum db_lane, unsigned long long owner);
/* A new job; it is the caller's again after queue_take() and queue_done(), or queue_drop(). */
void	queue_put(struct db_queue *, struct db_job *);
/* A running job that must be run anew: it goes first. */
void	queue_put_back(struct db_queue *, struct db_job *);
/* The job that a free connection of so many takes, now running; NULL if none may. */
struct db_job	*queue_take(struct db_queue *, int connections);
/* A running job is through. */
void	queue_done(struct db_queue *, struct db_job *);
/* A waiting job leaves. */
void	queue_drop(struct db_queue *, struct db_job *);

#endif
