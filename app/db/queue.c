#include "db/queue.h"

#include <stddef.h>

#define LIMIT		512	/* jobs waiting in one lane of one worker */
#define OWNER_LIMIT	128	/* of one owner */

void
queue_init(struct db_queue *queue)
{
	TAILQ_INIT(&queue->waiting[DB_ANSWER]);
	TAILQ_INIT(&queue->waiting[DB_BULK]);
	TAILQ_INIT(&queue->running);
	queue->count = 0;
	queue->turn = 0;
}

bool
queue_full(const struct db_queue *queue, enum db_lane lane, unsigned long long owner)
{
	const struct db_job *job;
	int of_all = 0, of_owner = 0;

	TAILQ_FOREACH(job, &queue->waiting[lane], link) {
		of_all++;
		of_owner += owner != 0 && job->owner == owner;
	}
	/* Who has nothing waiting is next but few: those who fill the queue must not keep others out. */
	return of_all >= (owner != 0 && of_owner == 0 ? LIMIT * 2 : LIMIT) || of_owner >= OWNER_LIMIT;
}

/*
 * One turn behind the last job of its owner, and nobody is let in before who is being served already: a newcomer goes ahead
 * of the second job of whoever asks for much.
 */
void
queue_put(struct db_queue *queue, struct db_job *job)
{
	struct db_jobs *waiting = &queue->waiting[job->lane];
	struct db_job *other;

	job->turn = queue->turn;
	TAILQ_FOREACH(other, waiting, link)
		if (job->owner != 0 && other->owner == job->owner && other->turn >= job->turn)
			job->turn = other->turn + 1;
	TAILQ_FOREACH(other, waiting, link)
		if (other->turn > job->turn)
			break;
	if (other != NULL)
		TAILQ_INSERT_BEFORE(other, job, link);
	else
		TAILQ_INSERT_TAIL(waiting, job, link);
	queue->count++;
}

void
queue_put_back(struct db_queue *queue, struct db_job *job)
{
	TAILQ_REMOVE(&queue->running, job, link);
	TAILQ_INSERT_HEAD(&queue->waiting[job->lane], job, link);
	queue->count++;
}

/* How many jobs of a lane and an owner (0: of all owners) run. */
static int
running(const struct db_queue *queue, enum db_lane lane, unsigned long long owner)
{
	const struct db_job *job;
	int n = 0;

	TAILQ_FOREACH(job, &queue->running, link)
		n += job->lane == lane && (owner == 0 || job->owner == owner);
	return n;
}

/* The only connection is never given to an export while people wait. */
static struct db_job *
next(const struct db_queue *queue, int connections)
{
	struct db_job *job = TAILQ_FIRST(&queue->waiting[DB_BULK]);

	if (job != NULL && running(queue, DB_BULK, 0) == 0 && (connections > 1 || TAILQ_EMPTY(&queue->waiting[DB_ANSWER])))
		return job;
	TAILQ_FOREACH(job, &queue->waiting[DB_ANSWER], link)
		if (job->owner == 0 || running(queue, DB_ANSWER, job->owner) < (connections + 1) / 2)
			return job;
	return NULL;
}

struct db_job *
queue_take(struct db_queue *queue, int connections)
{
	struct db_job *job = next(queue, connections);

	if (job == NULL)
		return NULL;
	queue_drop(queue, job);
	TAILQ_INSERT_TAIL(&queue->running, job, link);
	if (job->turn > queue->turn)
		queue->turn = job->turn;
	return job;
}

void
queue_done(struct db_queue *queue, struct db_job *job)
{
	TAILQ_REMOVE(&queue->running, job, link);
}

void
queue_drop(struct db_queue *queue, struct db_job *job)
{
	TAILQ_REMOVE(&queue->waiting[job->lane], job, link);
	queue->count--;
}
