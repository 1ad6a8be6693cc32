/* http/client, http/limit: whose request it is, and what one network may take. */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "http/client.h"
#include "http/config.h"
#include "http/limit.h"

#define TRUSTED	"127.0.0.1, 10.0.0.1,2001:db8:ffff::1"

static const char *
text_of(const struct sockaddr_storage *address)
{
	char *text = arena_alloc(&arena, INET6_ADDRSTRLEN);
	const void *raw = address->ss_family == AF_INET ? (const void *)&((const struct sockaddr_in *)address)->sin_addr
	    : (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr;

	return inet_ntop(address->ss_family, raw, text, INET6_ADDRSTRLEN);
}

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

/* The client as the service sees it, or NULL. */
static const char *
client(const char *peer, const char *trusted, const char *forwarded)
{
	struct sockaddr_storage from = address_of(peer), out;

	memset(&out, 0, sizeof(out));
	return client_address((struct sockaddr *)&from, trusted, forwarded, &out) ? text_of(&out) : NULL;
}

static void
only_trusted_proxies_are_believed(void **state)
{
	(void)state;
	assert_string_equal(client("192.0.2.7", TRUSTED, "198.51.100.1"), "192.0.2.7");
	assert_string_equal(client("192.0.2.7", NULL, "198.51.100.1"), "192.0.2.7");
	assert_string_equal(client("127.0.0.1", NULL, "198.51.100.1"), "127.0.0.1");
	assert_string_equal(client("127.0.0.1", "", "198.51.100.1"), "127.0.0.1");
	assert_string_equal(client("127.0.0.1", TRUSTED, "198.51.100.1"), "198.51.100.1");
	assert_string_equal(client("10.0.0.1", TRUSTED, "198.51.100.1"), "198.51.100.1");
	assert_string_equal(client("10.0.0.10", TRUSTED, "198.51.100.1"), "10.0.0.10");
	assert_string_equal(client("2001:db8:ffff::1", TRUSTED, "2001:db8::5"), "2001:db8::5");
	assert_string_equal(client("2001:db8:ffff::2", TRUSTED, "2001:db8::5"), "2001:db8:ffff::2");
	/* as a socket that takes both families tells them */
	assert_string_equal(client("::ffff:127.0.0.1", TRUSTED, "198.51.100.1"), "198.51.100.1");
	assert_string_equal(client("::ffff:127.0.0.2", TRUSTED, "198.51.100.1"), "127.0.0.2");
	assert_string_equal(client("::ffff:127.0.0.1", "::ffff:127.0.0.1", "::ffff:198.51.100.1,127.0.0.1"), "198.51.100.1");
}

static void
the_last_address_that_is_no_proxy_counts(void **state)
{
	(void)state;
	/* what a visitor wrote in front is not looked at */
	assert_string_equal(client("127.0.0.1", TRUSTED, "203.0.113.9, 198.51.100.1"), "198.51.100.1");
	assert_string_equal(client("127.0.0.1", TRUSTED, "203.0.113.9,198.51.100.1, 10.0.0.1"), "198.51.100.1");
	assert_string_equal(client("127.0.0.1", TRUSTED, "127.0.0.1, \t198.51.100.1 ,127.0.0.1 "), "198.51.100.1");
	assert_string_equal(client("127.0.0.1", TRUSTED, "<script>, 198.51.100.1"), "198.51.100.1");
}

static void
garbage_gives_nothing(void **state)
{
	static const char *const garbage[] = { NULL, "", " ", ",", ",,,", "unknown", "198.51.100.1, ", "198.51.100.1,,10.0.0.1", "1.2.3",
	    "1.2.3.4.5", "198.51.100.1:80", "[2001:db8::5]", "198.51.100.999", "::g", "127.0.0.1", "127.0.0.1,10.0.0.1",
	    "11111111111111111111111111111111111111111111111111111111111", "198.51.100.1;evil", "0x7f.1" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
		if (client("127.0.0.1", TRUSTED, garbage[i]) != NULL)
			fail_msg("%s gives %s", garbage[i], client("127.0.0.1", TRUSTED, garbage[i]));
}

static void
other_families_give_nothing(void **state)
{
	struct sockaddr_storage peer = { .ss_family = AF_UNIX }, out;

	(void)state;
	assert_false(client_address((struct sockaddr *)&peer, TRUSTED, "198.51.100.1", &out));
}


static client_network
network(const char *address)
{
	struct sockaddr_storage from = address_of(address);

	return client_network_of((struct sockaddr *)&from);
}

static void
a_network_is_an_address_or_a_prefix(void **state)
{
	struct sockaddr_storage local = { .ss_family = AF_UNIX };

	(void)state;
	assert_true(network("192.0.2.7") == network("192.0.2.7"));
	assert_true(network("192.0.2.7") != network("192.0.2.8"));
	assert_true(network("::ffff:192.0.2.7") == network("192.0.2.7"));
	assert_true(network("2001:db8:1:2ff::1") == network("2001:db8:1:200:ffff::2"));
	assert_true(network("2001:db8:1:200::1") != network("2001:db8:1:300::1"));
	assert_true(network("0.0.0.0") != network("::"));
	assert_true(network("192.0.2.7") != 0);
	assert_true(client_network_of((struct sockaddr *)&local) == 0);
	/* a number of this run only */
	client_network before = network("192.0.2.7");

	client_init();
	assert_true(network("192.0.2.7") != before);
}

static int
limits(void **state)
{
	config.limit_connections = 5;
	config.limit_queries = 2;
	config.limit_exports = 2;
	return unit_setup(state);
}
#define LIMIT_TEST(sentence, function)	{ sentence, function, limits, unit_teardown, NULL }

static void
connections_of_one_network(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		assert_int_equal(limit_connect(100), LIMIT_FREE);
	assert_int_equal(limit_connect(101), LIMIT_FREE);
	for (i = 0; i < 32; i++)
		assert_int_equal(limit_connect(100), LIMIT_BUSY);
	for (i = 0; i < 1000; i++)
		assert_int_equal(limit_connect(100), LIMIT_FLOOD);
	assert_int_equal(limit_connect(101), LIMIT_FREE);
	for (i = 0; i < 33; i++)
		limit_disconnect(100);
	assert_int_equal(limit_connect(100), LIMIT_FREE);
	assert_int_equal(limit_connect(100), LIMIT_BUSY);
	/* nobody's connections are not counted, and 0 turns the limit off */
	for (i = 0; i < 100; i++)
		assert_int_equal(limit_connect(0), LIMIT_FREE);
	config.limit_connections = 0;
	assert_int_equal(limit_connect(100), LIMIT_FREE);
}

static void
queries_of_one_network(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 60; i++)
		assert_true(limit_query(200));
	for (i = 0; i < 100 && limit_query(200); i++)
		;
	assert_true(i < 5);
	assert_true(limit_query(201));
	assert_true(limit_query(0));
	/* two a second come back */
	usleep(1100 * 1000);
	assert_true(limit_query(200));
	assert_true(limit_query(200));
	assert_false(limit_query(200));
	config.limit_queries = 0;
	assert_true(limit_query(200));
}

static void
exports_of_one_network_and_of_all(void **state)
{
	client_network i;

	(void)state;
	assert_true(limit_export_begin(300));
	assert_true(limit_export_begin(300));
	assert_false(limit_export_begin(300));
	for (i = 301; i < 316; i++) {
		assert_true(limit_export_begin(i));
		assert_true(limit_export_begin(i));
	}
	/* thirty-two run: nobody gets another */
	assert_false(limit_export_begin(320));
	limit_export_end(300);
	assert_true(limit_export_begin(320));
	limit_export_end(320);
	limit_export_end(300);
	for (i = 301; i < 316; i++) {
		limit_export_end(i);
		limit_export_end(i);
	}
	assert_true(limit_export_begin(320));
	limit_export_end(320);
	/* who had all of his places has them again */
	assert_true(limit_export_begin(300));
	assert_true(limit_export_begin(300));
	assert_false(limit_export_begin(300));
	limit_export_end(300);
	limit_export_end(300);
}

static void
counted_once_a_day(void **state)
{
	int i, counted = 0;

	(void)state;
	assert_false(limit_counted(400, "Kassel"));
	assert_false(limit_counted(400, "Kassel"));
	limit_count(400, "Kassel");
	assert_true(limit_counted(400, "Kassel"));
	assert_false(limit_counted(400, "Fulda"));
	assert_false(limit_counted(401, "Kassel"));
	for (i = 0; i < 1000; i++) {
		const char *what = arena_printf(&arena, "%d", i);

		counted += !limit_counted(400, what);
		limit_count(400, what);
	}
	assert_int_equal(counted, 19);
	limit_count(0, "Kassel");
	assert_false(limit_counted(0, "Kassel"));
}

/* Who rests is forgotten; who still holds or owes something is not. */
static void
who_rests_is_forgotten(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		limit_connect(600);
	while (limit_query(601))
		;
	limit_count(602, "Kassel");
	limit_forget();
	assert_int_equal(limit_connect(600), LIMIT_BUSY);
	assert_false(limit_query(601));
	assert_true(limit_counted(602, "Kassel"));
	for (i = 0; i < 6; i++)
		limit_disconnect(600);
	limit_forget();
	assert_int_equal(limit_connect(600), LIMIT_FREE);
	limit_disconnect(600);
}

/* From how many networks a flood may come: the books stay small, and who holds connections keeps its account. */
static void
a_flood_of_networks_displaces_no_holder(void **state)
{
	client_network i;
	int k;

	(void)state;
	for (k = 0; k < 5; k++)
		limit_connect(500);
	for (i = 1000; i < 200000; i++)
		limit_query(i);
	assert_int_equal(limit_connect(500), LIMIT_BUSY);
	for (k = 0; k < 6; k++)
		limit_disconnect(500);
}

/* Places are by number: these eight hundred share sixteen of them. Who has used up what is allowed does not get it anew. */
static void
a_flood_of_networks_forgives_nobody(void **state)
{
	client_network i;

	(void)state;
	for (i = 0; i < 8; i++)
		while (limit_query(4096 * (i + 1) + 3000))
			;
	for (i = 8; i < 800; i++)
		limit_query(4096 * (i + 1) + 3000);
	for (i = 0; i < 8; i++)
		assert_false(limit_query(4096 * (i + 1) + 3000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("client address: X-Forwarded-For is believed from trusted proxies only", only_trusted_proxies_are_believed),
		TEST("client address: the last that is no proxy counts, spoofed ones in front do not", the_last_address_that_is_no_proxy_counts),
		TEST("client address: garbage gives nothing", garbage_gives_nothing),
		TEST("client address: other address families give nothing", other_families_give_nothing),
		TEST("client network: an IPv4 address, 56 bits of IPv6, never the address itself", a_network_is_an_address_or_a_prefix),
		LIMIT_TEST("limit: connections of one network, and none of others", connections_of_one_network),
		LIMIT_TEST("limit: queries by rate, saved up for half a minute", queries_of_one_network),
		LIMIT_TEST("limit: exports of one network and of all", exports_of_one_network_and_of_all),
		LIMIT_TEST("limit: the same thing is counted once a day, and not twenty-one things", counted_once_a_day),
		LIMIT_TEST("limit: who rests is forgotten, who holds or owes something is not", who_rests_is_forgotten),
		LIMIT_TEST("limit: a flood of networks displaces nobody who holds connections", a_flood_of_networks_displaces_no_holder),
		LIMIT_TEST("limit: a flood of networks gives nobody back what was used up", a_flood_of_networks_forgives_nobody),
	};

	return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
