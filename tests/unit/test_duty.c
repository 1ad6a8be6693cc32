/* db/duty and how the pool does it: due rows, new versions, what monitoring is told. */
#include "pool_driver.h"

static void
a_new_day_refreshes_before_the_next_answer(void **state)
{
	PGconn *conn;

	(void)state;
	config.db_connections = 1;
	open_pool();
	conn = fake.conns[0];
	strcpy(today, "2026-05-02");
	ask(0, "a");
	assert_string_equal(conn->sent, "execute refresh_due");
	answer(conn, stands(42, 44, 256));
	assert_int_equal(told, 42);
	/* a few hundred are done before anybody reads */
	assert_true(conn->busy);
	assert_string_equal(conn->sent, "execute refresh_due");
	answer(conn, stands(43, 0, 44));
	assert_int_equal(told, 43);
	serve_job(conn, "neu");
	assert_string_equal(outcomes[0].text, "neu");
	/* nothing is due: the next look is a minute later */
	tick(59000);
	assert_false(conn->busy);
	tick(2000);
	assert_string_equal(conn->sent, "execute refresh_due");
	answer(conn, stands(43, 0, 0));
	close_pool();
}

static void
one_connection_refreshes_and_the_others_wait(void **state)
{
	PGconn *one, *two;

	(void)state;
	open_pool();
	one = fake.conns[0];
	two = fake.conns[1];
	strcpy(today, "2026-05-02");
	ask(0, "a");
	ask(1, "b");
	assert_string_equal(one->sent, "execute refresh_due");
	tick(50);
	assert_false(two->busy);
	/* another worker is at work: asked again soon, answers still wait */
	answer(one, stands(42, 10, 0));
	assert_false(one->busy);
	tick(50);
	assert_int_equal(one->busy + two->busy, 1);
	assert_string_equal(one->busy ? one->sent : two->sent, "execute refresh_due");
	/* ... but not for long */
	tick(1850);
	assert_int_equal(one->busy + two->busy, 1);
	tick(100);
	assert_int_equal(one->busy + two->busy, 2);
	assert_string_equal(one->busy && strstr(one->sent, "refresh") ? two->sent : one->sent, "prepare search");
	answer(strstr(one->sent, "refresh") ? one : two, stands(43, 0, 0));
	close_pool();
}

static void
thousands_are_caught_up_with_while_serving(void **state)
{
	PGconn *conn;
	char line[200];
	int i;

	(void)state;
	config.db_connections = 1;
	open_pool();
	conn = fake.conns[0];
	strcpy(today, "2026-05-02");
	ask(0, "a");
	answer(conn, stands(42, 9744, 256));
	assert_true(duty_report(line, sizeof(line)));
	assert_string_equal(line, "stale: 9744 rows due since 2026-04-01");
	serve_job(conn, "alt ist besser als nichts");
	for (i = 1; i < 20; i++) {
		assert_false(conn->busy);
		tick(100);
		assert_string_equal(conn->sent, "execute refresh_due");
		ask(i, "b");
		answer(conn, stands(42 + i, 9744 - i * 256, 256));
		/* a request comes in between */
		assert_string_equal(conn->sent, "execute search");
		answer(conn, "da");
		assert_int_equal(outcomes[i].calls, 1);
	}
	tick(100);
	answer(conn, stands(99, 0, 144));
	assert_int_equal(told, 99);
	assert_true(duty_report(line, sizeof(line)));
	assert_string_equal(line, "");
	tick(100);
	assert_false(conn->busy);
	close_pool();
}

static void
a_refresh_that_fails_is_tried_again(void **state)
{
	PGconn *conn;
	char line[200];
	int logs, i;

	(void)state;
	config.db_connections = 1;
	open_pool();
	conn = fake.conns[0];
	strcpy(today, "2026-05-03");
	tick(50);
	logs = kore_logs;
	ask(1, "b");
	refuse(conn, "57014");
	assert_int_equal(kore_logs, logs + 1);
	/* it serves on with what there is */
	serve_job(conn, "alt ist besser als nichts");
	assert_int_equal(outcomes[1].status, DB_OK);
	assert_true(duty_report(line, sizeof(line)));
	assert_string_equal(line, "stale: looking for due rows fails");
	/* again after a pause, with fewer rows, and without a second word in the log */
	for (i = 0; i < 10; i++) {
		tick(1900);
		assert_false(conn->busy);
		tick(200);
		assert_string_equal(conn->sent, "execute refresh_due");
		assert_string_equal(conn->param, arena_printf(&arena, "%d", 128 >> i > 0 ? 128 >> i : 1));
		refuse(conn, i % 2 ? "57014" : "XX000");
	}
	assert_int_equal(kore_logs, logs + 1);
	/* what /ready says after five minutes */
	for (i = 0; i < 200; i++) {
		tick(2000);
		if (conn->busy)
			refuse(conn, "57014");
	}
	assert_false(duty_report(line, sizeof(line)));
	tick(2000);
	answer(conn, stands(42, 5, 1));
	assert_true(duty_report(line, sizeof(line)));
	tick(100);
	assert_string_equal(conn->param, "2");
	answer(conn, stands(43, 0, 5));
	assert_true(duty_report(line, sizeof(line)));
	assert_string_equal(line, "");
	/* said again when it fails again */
	tick(61000);
	refuse(conn, "57014");
	assert_int_equal(kore_logs, logs + 2);
	close_pool();
}

static void
a_refresh_whose_connection_is_killed_is_run_again(void **state)
{
	(void)state;
	open_pool();
	strcpy(today, "2026-05-04");
	tick(50);
	assert_string_equal(fake.conns[0]->sent, "execute refresh_due");
	break_off(fake.conns[0]);
	/* nobody knows what became of the batch: the other connection asks, after the pause of every failure */
	tick(50);
	assert_false(fake.conns[0]->busy);
	tick(2000);
	assert_string_equal(fake.conns[0]->sent, "prepare refresh_due");
	prepared(fake.conns[0]);
	answer(fake.conns[0], stands(42, 0, 7));
	assert_int_equal(told, 42);
	close_pool();
}

static void
a_refused_listen_is_tried_again_and_the_version_asked_for(void **state)
{
	PGconn *conn;
	int logs = kore_logs, i;

	(void)state;
	config.db_connections = 1;
	db_start(on_version);
	conn = fake.conns[0];
	sign_in(conn);
	prepared(conn);
	assert_string_equal(conn->sent, "execute listen");
	refuse(conn, "25006");
	assert_int_equal(kore_logs, logs + 1);
	prepared(conn);
	answer(conn, stands(41, 0, -1));
	/* a standby: nothing tells of a new version, so it is asked for; LISTEN is tried now and then, without filling the log */
	for (i = 0; i < 20; i++) {
		tick(2000);
		if (strcmp(conn->sent, "execute listen") == 0)
			refuse(conn, "25006");
		assert_string_equal(conn->sent, "execute refresh_due");
		answer(conn, stands(50 + i, 0, -1));
		assert_int_equal(told, 50 + i);
	}
	assert_int_equal(kore_logs, logs + 1);
	/* it works: what was told before is asked for once, then NOTIFY is trusted */
	tick(10000);
	assert_string_equal(conn->sent, "execute listen");
	prepared(conn);
	assert_string_equal(conn->sent, "execute refresh_due");
	answer(conn, stands(80, 0, 0));
	tick(50000);
	assert_false(conn->busy);
	close_pool();
}

static void
what_changes_while_listen_begins_is_asked_for(void **state)
{
	PGconn *one, *two;

	(void)state;
	db_start(on_version);
	one = fake.conns[0];
	two = fake.conns[1];
	sign_in(one);
	prepared(one);
	refuse(one, "53200");
	prepared(one);
	assert_string_equal(one->sent, "execute refresh_due");
	/* the other one listens only now: the version that is being read may be older */
	sign_in(two);
	prepared(two);
	prepared(two);
	answer(one, stands(41, 0, 0));
	assert_string_equal(one->sent, "execute refresh_due");
	answer(one, stands(42, 0, 0));
	assert_int_equal(told, 42);
	tick(100);
	assert_false(one->busy);
	close_pool();
}

static void
clocks_that_differ_are_told(void **state)
{
	char line[200];
	int i;

	(void)state;
	config.db_connections = 1;
	db_start(on_version);
	sign_in(fake.conns[0]);
	prepared(fake.conns[0]);
	prepared(fake.conns[0]);
	prepared(fake.conns[0]);
	ask(0, "a");
	for (i = 0; i < 200; i++) {
		if (fake.conns[0]->busy && strstr(fake.conns[0]->sent, "refresh"))
			answer(fake.conns[0], "41 2026-04-30 0 - 0 0");
		if (fake.conns[0]->busy && strstr(fake.conns[0]->sent, "search"))
			serve_job(fake.conns[0], "doch");
		tick(2000);
	}
	assert_string_equal(outcomes[0].text, "doch");
	assert_false(duty_report(line, sizeof(line)));
	assert_string_equal(line, "clock: the service says 2026-05-01, the database 2026-04-30");
	close_pool();
}

static void
what_cannot_be_read_is_a_failure(void **state)
{
	static const char *const texts[] = { "", "41", "x 2026-05-01 0 - 0 0", "41 2026-05-01-1 0 - 0 0", "41  0 - 0 0", "41 2026-05-01 x - 0 0",
		"41 2026-05-01 0 - 0", "41 2026-05-01 0 - 0 x", "41 2026-05-01 0 -" };
	char line[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		duty_start();
		assert_true(duty_is_due() && duty_holds_answers());
		duty_begin();
		assert_int_equal(duty_end(texts[i]), -1);
		assert_true(duty_report(line, sizeof(line)));
		assert_non_null(strstr(line, "fails"));
		assert_false(duty_is_due() || duty_holds_answers());
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		POOL_TEST("duty: a new day refreshes before the next answer", a_new_day_refreshes_before_the_next_answer),
		POOL_TEST("duty: one connection refreshes, the others wait, not for long", one_connection_refreshes_and_the_others_wait),
		POOL_TEST("duty: thousands of due rows are caught up with while serving", thousands_are_caught_up_with_while_serving),
		POOL_TEST("duty: a refresh that fails is tried again, with fewer rows", a_refresh_that_fails_is_tried_again),
		POOL_TEST("duty: a refresh whose connection is killed is run again", a_refresh_whose_connection_is_killed_is_run_again),
		POOL_TEST("duty: a refused LISTEN is tried again, the version asked for", a_refused_listen_is_tried_again_and_the_version_asked_for),
		POOL_TEST("duty: what changes while LISTEN begins is asked for", what_changes_while_listen_begins_is_asked_for),
		POOL_TEST("duty: clocks that differ are told", clocks_that_differ_are_told),
		POOL_TEST("duty: what cannot be read is a failure", what_cannot_be_read_is_a_failure),
	};

	return cmocka_run_group_tests_name("duty", tests, NULL, NULL);
}
