/* db/pool: its states, driven through a libpq that does what the test says. */
#include "pool_driver.h"

/* Tests --------------------------------------------------------------------------------------------------------------- */
static void
each_connection_does_its_duties_first(void **state)
{
	PGconn *conn;

	(void)state;
	fake.polls = 3;
	db_start(on_version);
	assert_int_equal(fake.started, 2);
	assert_false(db_is_up());
	ask(0, "Kassel");
	conn = fake.conns[0];
	event(conn);
	/* while connecting only what libpq waits for is watched */
	assert_int_equal(kore_watched_for[conn->fd], 'r');
	event(conn);
	event(conn);
	assert_false(db_is_up());
	event(conn);
	assert_int_equal(kore_watched_for[conn->fd], 'l');
	assert_string_equal(conn->sent, "prepare check_login");
	prepared(conn);
	assert_string_equal(conn->sent, "execute check_login");
	assert_false(db_is_up());
	prepared(conn);
	assert_true(db_is_up());
	assert_string_equal(conn->sent, "prepare listen");
	prepared(conn);
	assert_string_equal(conn->sent, "execute listen");
	prepared(conn);
	assert_string_equal(conn->sent, "prepare refresh_due");
	prepared(conn);
	assert_string_equal(conn->sent, "execute refresh_due");
	assert_string_equal(conn->param, "256");
	answer(conn, stands(41, 0, 3));
	assert_int_equal(told, 41);
	assert_string_equal(conn->sent, "prepare search");
	serve_job(conn, "{}");
	assert_int_equal(outcomes[0].calls, 1);
	assert_string_equal(outcomes[0].text, "{}");
	close_pool();
}

static void
a_statement_is_prepared_once(void **state)
{
	PGconn *conn;

	(void)state;
	config.db_connections = 1;
	open_pool();
	conn = fake.conns[0];
	ask(0, "a");
	assert_string_equal(conn->sent, "prepare search");
	prepared(conn);
	assert_string_equal(conn->param, "a");
	answer(conn, "eins");
	ask(1, NULL);
	assert_string_equal(conn->sent, "execute search");
	assert_null(conn->param);
	answer(conn, "zwei");
	assert_string_equal(outcomes[0].text, "eins");
	assert_string_equal(outcomes[1].text, "zwei");
	/* no row, or NULL */
	ask(2, "c");
	answer(conn, NULL);
	assert_int_equal(outcomes[2].status, DB_NULL);
	close_pool();
}

static void
jobs_wait_in_order_and_not_without_end(void **state)
{
	struct db_job *job;
	int i;

	(void)state;
	config.db_connections = 1;
	open_pool();
	for (i = 0; i < 3; i++)
		ask(i, arena_printf(&arena, "%d", i));
	serve_job(fake.conns[0], "0");
	assert_int_equal(outcomes[0].calls, 1);
	assert_string_equal(fake.conns[0]->param, "1");
	serve_job(fake.conns[0], "1");
	serve_job(fake.conns[0], "2");
	assert_string_equal(outcomes[2].text, "2");
	for (i = 10; i < 600 && (job = ask(i, "x")) != NULL; i++)
		;
	/* one runs, 512 wait */
	assert_int_equal(i, 10 + 513);
	for (i = 10; i < 523; i++)
		serve_job(fake.conns[0], "x");
	for (i = 10; i < 523; i++)
		assert_int_equal(outcomes[i].calls, 1);
	close_pool();
}

static void
a_cancelled_job_is_never_answered(void **state)
{
	struct db_job *running, *waiting, *preparing;
	PGconn *conn;

	(void)state;
	config.db_connections = 1;
	open_pool();
	conn = fake.conns[0];
	preparing = ask(0, "weg");
	waiting = ask(1, "weg");
	ask(2, "bleibt");
	assert_string_equal(conn->sent, "prepare search");
	db_cancel(waiting);
	db_cancel(preparing);
	/* the parameters are gone: nothing is executed with them */
	conn->param = "nicht gelesen";
	prepared(conn);
	assert_string_equal(conn->sent, "execute search");
	assert_string_equal(conn->param, "bleibt");
	answer(conn, "da");
	assert_string_equal(outcomes[2].text, "da");
	running = ask(3, "läuft");
	db_cancel(running);
	ask(4, "danach");
	answer(conn, "für niemanden");
	serve_job(conn, "für vier");
	assert_string_equal(outcomes[4].text, "für vier");
	assert_int_equal(outcomes[0].calls + outcomes[1].calls + outcomes[3].calls, 0);
	/* cancelled, and then the connection breaks */
	running = ask(5, "bricht");
	db_cancel(running);
	break_off(conn);
	assert_int_equal(outcomes[5].calls, 0);
	close_pool();
}

static void
a_lost_connection_gives_its_job_back_once(void **state)
{
	(void)state;
	open_pool();
	ask(0, "a");
	prepared(fake.conns[0]);
	assert_string_equal(fake.conns[0]->sent, "execute search");
	break_off(fake.conns[0]);
	assert_int_equal(outcomes[0].calls, 0);
	assert_int_equal(fake.finished, 1);
	/* the other connection takes it at the next tick */
	tick(50);
	assert_string_equal(fake.conns[0]->sent, "prepare search");
	prepared(fake.conns[0]);
	assert_string_equal(fake.conns[0]->param, "a");
	break_off(fake.conns[0]);
	assert_int_equal(outcomes[0].calls, 1);
	assert_int_equal(outcomes[0].status, DB_UNAVAILABLE);
	assert_false(db_is_up());
	/* both come back and prepare anew */
	tick(200);
	assert_int_equal(fake.started, 4);
	settle(fake.conns[0]);
	assert_true(db_is_up());
	ask(1, "b");
	assert_string_equal(fake.conns[0]->sent, "prepare search");
	serve_job(fake.conns[0], "wieder da");
	assert_string_equal(outcomes[1].text, "wieder da");
	close_pool();
}

/* What counts is how long the database is away, not how long the statement had run before. */
static void
a_long_statement_is_tried_anew_too(void **state)
{
	(void)state;
	config.db_connections = 1;
	open_pool();
	ask(0, "a");
	prepared(fake.conns[0]);
	tick(1000);
	refuse(fake.conns[0], "57P01");
	assert_null(fake.conns[0]);
	tick(50);
	assert_int_equal(outcomes[0].calls, 0);
	tick(200);
	settle(fake.conns[0]);
	serve_job(fake.conns[0], "ja");
	assert_string_equal(outcomes[0].text, "ja");
	close_pool();
}

static void
errors_that_end_a_session_are_told_from_others(void **state)
{
	static const struct { const char *sqlstate; bool over; enum db_status status; } cases[] = {
		{ "57P01", true, DB_OK }, { "57P02", true, DB_OK }, { "57P03", true, DB_OK }, { "26000", true, DB_OK }, { "0A000", true, DB_OK },
		{ NULL, true, DB_OK }, { "57014", false, DB_TIMEOUT }, { "42P01", false, DB_FAILED }, { "42501", false, DB_FAILED },
		{ "22P02", false, DB_FAILED }, { "53200", false, DB_FAILED },
	};
	size_t i;
	int k;

	(void)state;
	config.db_connections = 1;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (k = 0; k < 2; k++) {
			int logs = kore_logs, n = (int)i * 2 + k;

			open_pool();
			ask(n, "a");
			if (k == 1)
				prepared(fake.conns[0]);
			refuse(fake.conns[0], cases[i].sqlstate);
			if (cases[i].over) {
				assert_int_equal(outcomes[n].calls, 0);
				assert_null(fake.conns[0]);
				tick(200);
				settle(fake.conns[0]);
				serve_job(fake.conns[0], "ja");
				assert_string_equal(outcomes[n].text, "ja");
			} else {
				assert_int_equal(outcomes[n].status, cases[i].status);
				assert_int_equal(fake.finished % 2, fake.finished % 2);
				assert_int_equal(kore_logs - logs, cases[i].status == DB_FAILED);
				/* it serves on */
				ask(n + 100, "b");
				serve_job(fake.conns[0], "weiter");
				assert_string_equal(outcomes[n + 100].text, "weiter");
			}
			close_pool();
		}
}

static void
a_statement_that_takes_too_long_is_ended(void **state)
{
	(void)state;
	config.db_connections = 1;
	open_pool();
	ask(0, "a");
	prepared(fake.conns[0]);
	tick(5200);
	assert_int_equal(outcomes[0].calls, 0);
	tick(200);
	assert_int_equal(outcomes[0].status, DB_TIMEOUT);
	assert_int_equal(outcomes[0].calls, 1);
	assert_null(fake.conns[0]);
	tick(200);
	settle(fake.conns[0]);
	ask(1, "b");
	serve_job(fake.conns[0], "wieder");
	assert_string_equal(outcomes[1].text, "wieder");
	close_pool();
}

static void
waiting_too_long_is_overloaded(void **state)
{
	static const char *const piece[] = { "c" };
	struct db_job *patient;

	(void)state;
	config.db_connections = 1;
	open_pool();
	ask(0, "a");
	ask(1, "b");
	patient = db_submit(&statements[2], piece, DB_BULK, 0, on_done, &outcomes[2]);
	tick(4900);
	assert_int_equal(outcomes[1].calls, 0);
	tick(200);
	assert_int_equal(outcomes[1].status, DB_OVERLOADED);
	/* a piece of an export has more patience than a person */
	assert_int_equal(outcomes[2].calls, 0);
	db_cancel(patient);
	assert_int_equal(outcomes[0].calls, 0);
	close_pool();
	assert_int_equal(outcomes[0].calls, 1);
}

static void
without_a_database_jobs_are_told_soon(void **state)
{
	(void)state;
	fake.refuse = true;
	db_start(on_version);
	event(fake.conns[0]);
	event(fake.conns[0]);
	assert_null(fake.conns[0]);
	ask(0, "a");
	tick(600);
	assert_int_equal(outcomes[0].calls, 0);
	assert_int_equal(fake.started, 4);
	tick(200);
	assert_int_equal(outcomes[0].status, DB_UNAVAILABLE);
	assert_int_equal(outcomes[0].calls, 1);
	/* an address that libpq refuses at once is tried again, too */
	event(fake.conns[0]);
	event(fake.conns[0]);
	fake.refuse = false;
	fake.refuse_start = true;
	tick(200);
	assert_null(fake.conns[0]);
	fake.refuse_start = false;
	tick(200);
	settle(fake.conns[0]);
	ask(1, "b");
	serve_job(fake.conns[0], "da");
	assert_string_equal(outcomes[1].text, "da");
	close_pool();
}

static void
a_connection_that_hangs_is_tried_anew(void **state)
{
	(void)state;
	config.db_connections = 1;
	fake.polls = 1000;
	db_start(on_version);
	event(fake.conns[0]);
	tick(2900);
	assert_int_equal(fake.finished, 0);
	tick(200);
	assert_int_equal(fake.finished, 1);
	fake.polls = 0;
	tick(200);
	settle(fake.conns[0]);
	assert_true(db_is_up());
	close_pool();
}

static void
an_idle_connection_that_breaks_is_seen(void **state)
{
	(void)state;
	config.db_connections = 1;
	open_pool();
	break_off(fake.conns[0]);
	assert_false(db_is_up());
	tick(200);
	settle(fake.conns[0]);
	/* libpq reads without complaint, but the connection is bad */
	fake.conns[0]->status = CONNECTION_BAD;
	event(fake.conns[0]);
	assert_false(db_is_up());
	close_pool();
}

static void
sending_on_a_broken_connection_gives_the_job_back(void **state)
{
	(void)state;
	open_pool();
	fake.refuse_send = true;
	assert_non_null(ask(0, "a"));
	fake.refuse_send = false;
	assert_int_equal(outcomes[0].calls, 0);
	tick(50);
	serve_job(fake.conns[0], "doch");
	assert_string_equal(outcomes[0].text, "doch");
	close_pool();
}

static void
notifications_are_told_also_behind_a_result(void **state)
{
	PGconn *conn;

	(void)state;
	config.db_connections = 1;
	open_pool();
	conn = fake.conns[0];
	conn->notify = "57";
	event(conn);
	assert_int_equal(told, 57);
	ask(0, "a");
	prepared(conn);
	/* nothing more will wake us for one that libpq parses only while the result is taken */
	conn->notify_behind = "58";
	answer(conn, "x");
	assert_int_equal(told, 58);
	close_pool();
}

static void
the_url_s_role_is_kept(void **state)
{
	(void)state;
	open_pool();
	assert_non_null(strstr(fake.conns[0]->options, "-c role=jcap_web"));
	assert_non_null(strstr(fake.conns[0]->options, "-c statement_timeout=5000"));
	assert_non_null(strstr(fake.conns[0]->options, "-c TimeZone=Europe/Berlin"));
	close_pool();
	config.database_url = "dbname=jcap options='-c role=other'";
	open_pool();
	assert_non_null(strstr(fake.conns[0]->options, "-c role=other -c statement_timeout=5000"));
	close_pool();
	config.database_url = "host=/tmp/x dbname=jcap";
	open_pool();
	assert_non_null(strstr(fake.conns[0]->options, "-c statement_timeout=5000"));
	close_pool();
}

static void
without_a_readable_url_nothing_is_connected(void **state)
{
	(void)state;
	config.database_url = "postgresql://%zz";
	db_start(on_version);
	assert_int_equal(fake.started, 0);
	tick(1000);
	assert_int_equal(fake.started, 0);
	/* options too long to be joined must not lose the role */
	config.database_url = arena_printf(&arena, "dbname=x options='-c role=jcap_web -c a.b=%01100d'", 1);
	tick(1000);
	assert_int_equal(fake.started, 0);
	db_stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		POOL_TEST("pool: each connection listens and refreshes before its first job", each_connection_does_its_duties_first),
		POOL_TEST("pool: a statement is prepared once per connection", a_statement_is_prepared_once),
		POOL_TEST("pool: jobs wait in order, at most 512", jobs_wait_in_order_and_not_without_end),
		POOL_TEST("pool: a cancelled job is never answered, its parameters never read", a_cancelled_job_is_never_answered),
		POOL_TEST("pool: a lost connection gives its job back once", a_lost_connection_gives_its_job_back_once),
		POOL_TEST("pool: a statement that ran long is tried anew like others when its connection dies", a_long_statement_is_tried_anew_too),
		POOL_TEST("pool: errors that end a session are told from others", errors_that_end_a_session_are_told_from_others),
		POOL_TEST("pool: a statement that takes too long is ended", a_statement_that_takes_too_long_is_ended),
		POOL_TEST("pool: waiting too long for a connection is overloaded", waiting_too_long_is_overloaded),
		POOL_TEST("pool: without a database jobs are told soon, and it comes back", without_a_database_jobs_are_told_soon),
		POOL_TEST("pool: a connection attempt that hangs is tried anew", a_connection_that_hangs_is_tried_anew),
		POOL_TEST("pool: an idle connection that breaks is seen", an_idle_connection_that_breaks_is_seen),
		POOL_TEST("pool: sending on a broken connection gives the job back", sending_on_a_broken_connection_gives_the_job_back),
		POOL_TEST("pool: notifications are told, also behind a result", notifications_are_told_also_behind_a_result),
		POOL_TEST("pool: the role in the URL's options is kept", the_url_s_role_is_kept),
		POOL_TEST("pool: without a readable URL nothing is connected", without_a_readable_url_nothing_is_connected),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
