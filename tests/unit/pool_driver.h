/*
 * Drives db/pool and db/duty through a libpq that does what the test says. Time and day are the test's own, so waiting costs
 * nothing. Included by test_pool.c and test_duty.c alone.
 */
#ifndef JCAP_POOL_DRIVER_H
#define JCAP_POOL_DRIVER_H

#include "unit.h"

#include "db/duty.h"
#include "db/pool.h"
#include "http/clock.h"
#include "http/config.h"
#include "fake_libpq.h"
#include "kore_stubs.h"

/* The test's own time ------------------------------------------------------------------------------------------------ */
static unsigned long long now = 1000000;
unsigned long long clock_ms(void) { return now; }
static char today[CLOCK_DAY_SIZE] = "2026-05-01";
const char *clock_today(void) { return today; }
void clock_init(void) {}

/* The statements of the test ------------------------------------------------------------------------------------------ */
static const char *const one_param[] = { "ort", NULL }, *const batch_param[] = { "batch", NULL }, *const no_params[] = { NULL };
const struct statement statements[] = {
	{ "listen", "web", "listen directory", 0, no_params },
	{ "refresh_due", "web", "select 1", 1, batch_param },
	{ "search", "web", "select 2", 1, one_param },
	{ "check_login", "web", "select 3", 0, no_params },
	{ NULL, NULL, NULL, 0, NULL }
};

/* Driving it ---------------------------------------------------------------------------------------------------------- */
struct outcome {
	int		 calls;
	enum db_status	 status;
	char		 text[64];
};

static long long told;		/* last version told */
static int told_times;
static struct outcome outcomes[600];

static void
on_version(long long version)
{
	told = version;
	told_times++;
}

static void
on_done(void *arg, enum db_status status, const char *text, size_t length)
{
	struct outcome *outcome = arg;

	outcome->calls++;
	outcome->status = status;
	assert_int_equal(status == DB_OK, text != NULL);
	if (text != NULL) {
		assert_int_equal(text[length], 0);
		snprintf(outcome->text, sizeof(outcome->text), "%s", text);
	}
}

static void
tick(unsigned long long ms)
{
	now += ms;
	kore_timer_function(NULL, 0);
}

/* What refresh_due gives: version, rows that are due, how many it did; it stands at `today`. */
static const char *
stands(int version, int due, int refreshed)
{
	return arena_printf(&arena, "%d %s %d %s %d 0", version, today, due, due > 0 ? "2026-04-01" : "-", refreshed);
}

/* Brings a connection up, and its login is found to be harmless. */
HELPER void
sign_in(PGconn *conn)
{
	event(conn);
	prepared(conn);
	assert_string_equal(conn->sent, "execute check_login");
	prepared(conn);
}

/* Brings a connection up and through its own duties. */
static void
settle(PGconn *conn)
{
	int fd = conn->fd;

	if (conn->status == CONNECTION_STARTED)
		event(conn);
	while (conn->busy && strstr(conn->sent, "search") == NULL) {
		assert_int_equal(conn->fd, fd);
		if (strcmp(conn->sent, "execute refresh_due") == 0)
			answer(conn, stands(41, 0, 0));
		else
			prepared(conn);
	}
}

static struct db_job *
ask(int n, const char *param)
{
	const char **params = arena_alloc(&arena, sizeof(char *) * 2);

	params[0] = param;
	return db_submit(&statements[2], params, DB_ANSWER, 0, on_done, &outcomes[n]);
}

/* Answers prepare and execute of the job that runs on the connection. */
static void
serve_job(PGconn *conn, const char *text)
{
	if (strncmp(conn->sent, "prepare", 7) == 0)
		prepared(conn);
	assert_string_equal(conn->sent, "execute search");
	answer(conn, text);
}

static int
start(void **state)
{
	unit_setup(state);
	memset(&config, 0, sizeof(config));
	memset(&fake, 0, sizeof(fake));
	memset(outcomes, 0, sizeof(outcomes));
	told = told_times = 0;
	strcpy(today, "2026-05-01");
	config.database_url = "postgresql:///jcap?options=-c%20role%3Djcap_web";
	config.db_connections = 2;
	config.db_timeout_ms = 5000;
	return 0;
}

static void
open_pool(void)
{
	db_start(on_version);
	while (fake.conns[0] != NULL && fake.conns[0]->status == CONNECTION_STARTED)
		settle(fake.conns[0]);
	if (fake.conns[1] != NULL)
		settle(fake.conns[1]);
}

static void
close_pool(void)
{
	db_stop();
	assert_int_equal(fake.started, fake.finished);
	assert_int_equal(fake.results, 0);
}

#define POOL_TEST(sentence, function)	{ sentence, function, start, unit_teardown, NULL }

#endif
