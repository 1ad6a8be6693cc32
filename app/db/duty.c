#include "db/duty.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/clock.h"
#include "http/config.h"

#define HOLD_MS		2000	/* answers wait no longer than this for the rows of a new day, */
#define HOLD_SHARE	2	/* and no longer than half of the time they have */
#define MANY		1024	/* more than this are not waited for */
#define BUSY_MS		50	/* while they wait: somebody else is at work, ask again soon */
#define PAUSE_MS	100	/* between two batches, so that requests and writers have their turn */
#define RETRY_MS	2000	/* after an error, or when nothing could be done */
#define POLL_MS		2000	/* nothing is due, and no connection listens: the version is asked for */
#define CHECK_MS	60000	/* nothing is due, and new versions are told by NOTIFY */
#define STALLED_S	60	/* no batch by anybody for so long: nobody is catching up */
#define FAIL_MS		300000	/* from then on /ready says no */
#define BATCH		256	/* providers in one transaction; a tenth to half a second */

static struct {
	char			 day[CLOCK_DAY_SIZE];	/* of the service, for which `hold_until` was set */
	char			 right[CLOCK_DAY_SIZE];	/* for which all rows are known to be right */
	unsigned long long	 hold_until;
	unsigned long long	 next;		/* when to run again */
	unsigned long long	 well;		/* when all was right last, or somebody was catching up */
	bool			 running;
	bool			 again;		/* what the run under way tells may be too old */
	bool			 listening;
	bool			 failed;	/* the last run */
	long long		 due;		/* by the last run */
	char			 since[CLOCK_DAY_SIZE];
	char			 db_day[CLOCK_DAY_SIZE];
	int			 batch;		/* halved by a failure, so that a slow database gets on, too */
	char			 batch_text[16];
	const char		*params[DUTY_PARAMS];
} duty;

void
duty_start(void)
{
	memset(&duty, 0, sizeof(duty));
	duty.well = clock_ms();
	duty.batch = BATCH;
}

/* A new day begins: answers wait, and the rows are looked at. */
static void
notice_day(void)
{
	int hold = config.db_timeout_ms / HOLD_SHARE;

	if (strcmp(duty.day, clock_today()) == 0)
		return;
	memcpy(duty.day, clock_today(), CLOCK_DAY_SIZE);
	duty.hold_until = clock_ms() + (unsigned long long)(hold < HOLD_MS ? hold : HOLD_MS);
	duty.next = 0;
}

bool
duty_is_due(void)
{
	notice_day();
	return !duty.running && clock_ms() >= duty.next;
}

bool
duty_holds_answers(void)
{
	notice_day();
	return strcmp(duty.right, duty.day) != 0 && clock_ms() < duty.hold_until;
}

const char *const *
duty_begin(void)
{
	assert(!duty.running);
	duty.running = true;
	snprintf(duty.batch_text, sizeof(duty.batch_text), "%d", duty.batch);
	duty.params[0] = duty.batch_text;
	return duty.params;
}

static void
again_in(unsigned long long ms)
{
	duty.next = duty.again ? 0 : clock_ms() + ms;
	duty.again = false;
}

static long long
run_failed(void)
{
	duty.failed = true;
	duty.hold_until = 0;
	duty.batch = duty.batch > 1 ? duty.batch / 2 : 1;
	again_in(RETRY_MS);
	return -1;
}

/* The next field of the statement's text, up to a space; false if it is not of that kind. */
static bool
take_number(const char **at, long long *out)
{
	char *end;

	*out = strtoll(*at, &end, 10);
	if (end == *at || (*end != ' ' && *end != '\0'))
		return false;
	*at = *end == ' ' ? end + 1 : end;
	return true;
}

static bool
take_day(const char **at, char out[CLOCK_DAY_SIZE])
{
	size_t length = strcspn(*at, " ");

	if (length == 0 || length >= CLOCK_DAY_SIZE || (*at)[length] != ' ')
		return false;
	memcpy(out, *at, length);
	out[length] = '\0';
	*at += length + 1;
	return true;
}

long long
duty_end(const char *text)
{
	long long version, refreshed, idle;

	duty.running = false;
	if (text == NULL || !take_number(&text, &version) || !take_day(&text, duty.db_day) || !take_number(&text, &duty.due) ||
	    !take_day(&text, duty.since) || !take_number(&text, &refreshed) || !take_number(&text, &idle))
		return run_failed();
	duty.failed = false;
	if (duty.due == 0 && strcmp(duty.db_day, clock_today()) == 0) {
		memcpy(duty.right, duty.db_day, CLOCK_DAY_SIZE);
		duty.well = clock_ms();
		duty.batch = BATCH;
		again_in(duty.listening ? CHECK_MS : POLL_MS);
		return version;
	}
	/* Rows are due, or the clocks of service and database say different days: then the database's midnight is waited for. */
	if (duty.due > 0 && idle < STALLED_S)
		duty.well = clock_ms();
	if (refreshed > 0) {
		duty.batch = duty.batch < BATCH / 2 ? duty.batch * 2 : BATCH;
		if (duty.due > MANY)
			duty.hold_until = 0;
		again_in(duty_holds_answers() ? 0 : PAUSE_MS);
	} else if (refreshed < 0) {
		duty.hold_until = 0;
		again_in(RETRY_MS);
	} else {
		again_in(duty_holds_answers() ? BUSY_MS : RETRY_MS);
	}
	return version;
}

void
duty_listening(bool listening)
{
	if (listening == duty.listening)
		return;
	/* What nobody heard is asked for once. */
	duty.listening = listening;
	duty.next = 0;
	duty.again = duty.running;
}

bool
duty_report(char *out, size_t size)
{
	out[0] = '\0';
	if (duty.due > 0)
		snprintf(out, size, "stale: %lld rows due since %s%s", duty.due, duty.since, duty.failed ? ", refreshing fails" : "");
	else if (duty.failed)
		snprintf(out, size, "stale: looking for due rows fails");
	else if (duty.db_day[0] != '\0' && strcmp(duty.db_day, clock_today()) != 0)
		snprintf(out, size, "clock: the service says %s, the database %s", clock_today(), duty.db_day);
	return clock_ms() - duty.well < FAIL_MS;
}
