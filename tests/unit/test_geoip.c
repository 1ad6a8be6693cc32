/* geo/geoip: what a tiny database says about an address (tests/fixtures/geoip.pl). */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "geo/geoip.h"
#include "http/text.h"

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

/* The tests' tiny database in a file of its own; the caller unlinks it. */
static char *
tiny_database(void)
{
	char *file = arena_strdup(&arena, "/tmp/jcap-geoip-XXXXXX");
	int status, fd = mkstemp(file);

	assert_true(fd >= 0);
	close(fd);
	output_of(arena_printf(&arena, "perl tests/fixtures/geoip.pl %s 2>&1", file), &status);
	assert_int_equal(status, 0);
	return file;
}

static char *
bytes_of(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *bytes = arena_alloc(&arena, 65536);

	assert_non_null(file);
	*length = fread(bytes, 1, 65536, file);
	assert_true(*length > 500 && *length < 65536);
	fclose(file);
	return bytes;
}

static void
write_bytes(const char *path, const char *bytes, size_t length)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static void
the_database_is_asked(void **state)
{
	struct sockaddr_storage from = address_of("198.51.100.7");
	char *file = tiny_database();
	char small[4];

	(void)state;
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

/* A mapped file that shrinks kills its reader by SIGBUS: the database must not be one. */
static void
what_happens_to_the_file_later_does_not_matter(void **state)
{
	char *file = tiny_database();

	(void)state;
	assert_true(geoip_open(file));
	assert_int_equal(truncate(file, 0), 0);
	assert_string_equal(guess("198.51.100.7"), "Kassel");
	unlink(file);
	assert_string_equal(guess("2001:db8::1"), "Fulda");
	geoip_close();
}

/* Opened or not, asked about anything: no crash, and what it says is a text that a page can show. */
static void
try_out(const char *file)
{
	static const char *const addresses[] = { "198.51.100.7", "198.51.100.200", "203.0.113.5", "203.0.113.200", "2001:db8::1", "192.0.2.1",
	    "0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" };
	size_t i;

	geoip_open(file);
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		const char *place = guess(addresses[i]);

		assert_true(place == NULL || (text_is_utf8(place, strlen(place)) && !text_has_control(place, strlen(place))));
	}
	geoip_close();
}

static void
a_cut_database_is_refused(void **state)
{
	char *file = tiny_database();
	size_t length, i;
	char *bytes = bytes_of(file, &length);

	(void)state;
	for (i = 0; i < 30; i++) {
		write_bytes(file, bytes, length * i / 30);
		assert_false(geoip_open(file));
		assert_false(geoip_is_on());
		assert_null(guess("198.51.100.7"));
	}
	for (i = 1; i <= 30; i++) {
		write_bytes(file, bytes, length - i);
		try_out(file);
	}
	unlink(file);
}

static void
a_database_with_wrong_bytes_harms_nobody(void **state)
{
	char *file = tiny_database();
	size_t length, i;
	char *bytes = bytes_of(file, &length);
	unsigned int seed = 20261125;

	(void)state;
	for (i = 0; i < 400; i++) {
		size_t at = (size_t)rand_r(&seed) % length;
		char was = bytes[at];

		bytes[at] = (char)(was ^ (1 + rand_r(&seed) % 255));
		write_bytes(file, bytes, length);
		try_out(file);
		bytes[at] = was;
	}
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
		TEST("region guess: a file that is cut short or taken away later changes nothing", what_happens_to_the_file_later_does_not_matter),
		TEST("region guess: a file cut anywhere is refused", a_cut_database_is_refused),
		TEST("region guess: 400 wrong bytes, one at a time: no crash, no text that is none", a_database_with_wrong_bytes_harms_nobody),
		TEST("region guess: without a database there is none, a broken one is refused", without_a_database_there_is_no_guess),
	};

	return cmocka_run_group_tests_name("geoip", tests, NULL, NULL);
}
