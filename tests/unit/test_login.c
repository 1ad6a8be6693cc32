/* db/login and db/pool: whom the service refuses to be, and when a connection to the database could be to somebody else. */
#include "unit.h"

#include "db/login.h"
#include "db/pool.h"
#include "http/clock.h"
#include "http/config.h"
#include "fake_libpq.h"
#include "kore_stubs.h"

static unsigned long long now = 1000000;
unsigned long long clock_ms(void) { return now; }
const char *clock_today(void) { return "2026-05-01"; }
void clock_init(void) {}

static const char *const batch_param[] = { "batch", NULL }, *const no_params[] = { NULL };
const struct statement statements[] = {
	{ "listen", "web", "listen directory", 0, no_params },
	{ "refresh_due", "web", "select 1", 1, batch_param },
	{ "check_login", "web", "select 2", 0, no_params },
	{ NULL, NULL, NULL, 0, NULL }
};

static void
on_version(long long version)
{
	(void)version;
}

/* The one connection of the pool is tried (anew), up to what check_login says of it. */
static PGconn *
try_connection(void)
{
	PGconn *conn;

	now += 250;
	kore_timer_function(NULL, 0);
	conn = fake.conns[0];
	event(conn);
	prepared(conn);
	assert_string_equal(conn->sent, "execute check_login");
	assert_false(db_is_up());
	return conn;
}

/* Also when the database was away at the start, and a login's rights were looked at by nobody. */
static void
a_login_that_could_do_more_is_refused(void **state)
{
	int logs = kore_logs, i;

	(void)state;
	memset(&config, 0, sizeof(config));
	config.database_url = "dbname=jcap";
	config.db_connections = 1;
	config.db_timeout_ms = 1000;
	db_start(on_version);
	for (i = 0; i < 3; i++) {
		answer(try_connection(), "Die Anmeldung darf mehr");
		assert_null(fake.conns[0]);
		assert_false(db_is_up());
	}
	assert_int_equal(kore_logs, logs + 1);	/* said once, not at every attempt */
	/* what cannot be asked is no yes */
	refuse(try_connection(), "42501");
	assert_null(fake.conns[0]);
	assert_false(db_is_up());
	prepared(try_connection());
	assert_true(db_is_up());
	assert_string_equal(fake.conns[0]->sent, "prepare listen");
	db_stop();
}

static void
an_impostor_is_possible_only_over_a_network(void **state)
{
	static const char *const local[] = { "", "127.0.0.1", "127.1.2.3", "::1" };
	static const char *const remote[] = { "192.0.2.1", "10.0.0.1", "fd00::2", "128.0.0.1", "::2" };
	static const char *const weak[] = { NULL, "", "disable", "allow", "prefer", "require", "verify-ca" };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		for (k = 0; k < sizeof(weak) / sizeof(weak[0]); k++)
			if (login_is_unverified(local[i], weak[k]))
				fail_msg("%s is this machine", local[i]);
	for (i = 0; i < sizeof(remote) / sizeof(remote[0]); i++) {
		for (k = 0; k < sizeof(weak) / sizeof(weak[0]); k++)
			if (!login_is_unverified(remote[i], weak[k]))
				fail_msg("%s with sslmode %s is not verified", remote[i], weak[k] != NULL ? weak[k] : "(none)");
		assert_false(login_is_unverified(remote[i], "verify-full"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("login: a connection that could do more is refused, and said once", a_login_that_could_do_more_is_refused),
		TEST("login: only a remote database without verify-full is warned of", an_impostor_is_possible_only_over_a_network),
	};

	return cmocka_run_group_tests_name("login", tests, NULL, NULL);
}
