/* geo/geoip: what a tiny database says about an address (tests/fixtures/geoip.pl). */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "geo/geoip.h"

static struct sockaddr_storage
address_of(const char *text)
{
	struct sockaddr_storage out;

	memset(&out, 0, sizeof(out));
	if (inet_pton(AF_INET, text, &((struct sockaddr_in *)&out)->sin_addr) == 1)
		out.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)&out)->sin6_addr) == 1)
		out.ss_family = AF_INET6;
	else
		fail_msg("the test's own address is broken: %s", text);
	return out;
}

static const char *
guess(const char *address)
{
	struct sockaddr_storage from = address_of(address);
	char *text = arena_alloc(&arena, 100);

	return geoip_guess((struct sockaddr *)&from, text, 100) ? text : NULL;
}

static void
the_database_is_asked(void **state)
{
	char file[] = "/tmp/jcap-geoip-XXXXXX";
	struct sockaddr_storage from = address_of("198.51.100.7");
	char small[4];
	int status, fd = mkstemp(file);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	output_of(arena_printf(&arena, "perl tests/fixtures/geoip.pl %s 2>&1", file), &status);
	assert_int_equal(status, 0);
	assert_true(geoip_open(file));
	assert_true(geoip_is_on());
	assert_string_equal(guess("198.51.100.7"), "Kassel");
	assert_string_equal(guess("198.51.100.200"), "Bayern");
	assert_string_equal(guess("2001:db8::1"), "Fulda");
	assert_null(guess("203.0.113.5"));
	assert_null(guess("192.0.2.1"));
	assert_null(guess("2001:db9::1"));
	/* a place that does not fit is no guess, never a cut one */
	assert_true(!geoip_guess((struct sockaddr *)&from, small, sizeof(small)) || strlen(small) < sizeof(small));
	geoip_close();
	assert_false(geoip_is_on());
	assert_null(guess("198.51.100.7"));
	unlink(file);
}

static void
without_a_database_there_is_no_guess(void **state)
{
	(void)state;
	assert_true(geoip_open(NULL));
	assert_false(geoip_is_on());
	assert_null(guess("198.51.100.7"));
	geoip_close();
	assert_false(geoip_open("/nonexistent.mmdb"));
	assert_false(geoip_open("Makefile"));
	assert_false(geoip_is_on());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("region guess: cities and Länder in Germany, IPv4 and IPv6, nothing elsewhere", the_database_is_asked),
		TEST("region guess: without a database there is none, a broken one is refused", without_a_database_there_is_no_guess),
	};

	return cmocka_run_group_tests_name("geoip", tests, NULL, NULL);
}
