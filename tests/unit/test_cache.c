/* http/cache: what a worker keeps, and when it forgets. */
#include "unit.h"

#include "http/cache.h"
#include "http/clock.h"
#include "http/config.h"

static long long version = 1000;

/* A fresh cache of `bytes`: a new version forgets everything. */
static void
fresh(size_t bytes)
{
	memset(&config, 0, sizeof(config));
	config.cache_bytes = bytes;
	cache_version(++version);
}

static void
put(const char *key, size_t length, struct cache_mark mark)
{
	struct body *body = body_new(arena_alloc(&arena, length), length, "text/plain");

	cache_put(key, body, mark);
	body_unref(body);
}

static void
gives_back_what_was_put(void **state)
{
	struct body *body;

	(void)state;
	fresh(100000);
	assert_null(cache_get("html /suche "));
	put("html /suche ", 10, cache_mark());
	put("json /suche ", 20, cache_mark());
	body = cache_get("html /suche ");
	assert_non_null(body);
	assert_int_equal(body->variants[ENCODING_IDENTITY]->length, 10);
	assert_int_equal(body->references, 1);
	assert_null(cache_get("html /such"));
	/* the first one stays: a second put under the same key changes nothing */
	put("html /suche ", 30, cache_mark());
	assert_ptr_equal(cache_get("html /suche "), body);
}

static void
a_reply_from_before_the_change_is_not_kept(void **state)
{
	struct cache_mark mark;

	(void)state;
	fresh(100000);
	mark = cache_mark();
	put("alt", 10, cache_mark());
	cache_version(++version);
	assert_null(cache_get("alt"));
	put("spät", 10, mark);
	assert_null(cache_get("spät"));
	put("neu", 10, cache_mark());
	assert_non_null(cache_get("neu"));
	/* the same version told again (each connection tells it) forgets nothing */
	cache_version(version);
	assert_non_null(cache_get("neu"));
}

static void
the_day_s_end_forgets_everything(void **state)
{
	struct cache_mark mark;

	(void)state;
	fresh(100000);
	config.development = true;
	setenv("JCAP_TODAY", "2026-03-01", 1);
	while (strcmp(clock_today(), "2026-03-01") != 0)
		;	/* the clock looks once a second */
	mark = cache_mark();
	put("tag", 10, mark);
	assert_non_null(cache_get("tag"));
	setenv("JCAP_TODAY", "2026-03-02", 1);
	while (strcmp(clock_today(), "2026-03-02") != 0)
		;
	assert_null(cache_get("tag"));
	put("gestern", 10, mark);
	assert_null(cache_get("gestern"));
	unsetenv("JCAP_TODAY");
}

static void
the_least_recently_used_go_first(void **state)
{
	int i;

	(void)state;
	fresh(50000);
	put("bleibt", 1000, cache_mark());
	for (i = 0; i < 1000; i++) {
		put(arena_printf(&arena, "seite %d", i), 1000, cache_mark());
		if (cache_get("bleibt") == NULL)
			fail_msg("the one in use went after %d others", i);
	}
	assert_null(cache_get("seite 0"));
	assert_non_null(cache_get("seite 999"));
	for (i = 0; i < 1000; i++)
		if (cache_get(arena_printf(&arena, "seite %d", i)) != NULL)
			break;
	/* 50000 bytes hold fewer than fifty, and the space is used */
	assert_in_range(1000 - i, 10, 49);
}

static void
what_is_too_large_is_not_kept(void **state)
{
	(void)state;
	fresh(10000);
	put("klein", 100, cache_mark());
	put("riesig", 20000, cache_mark());
	assert_null(cache_get("riesig"));
	fresh(0);
	put("aus", 10, cache_mark());
	assert_null(cache_get("aus"));
}

static void
a_body_on_the_wire_outlives_the_cache(void **state)
{
	struct body *body;

	(void)state;
	fresh(100000);
	put("seite", 10, cache_mark());
	body = body_ref(cache_get("seite"));
	cache_version(++version);
	assert_int_equal(body->references, 1);
	assert_int_equal(body->variants[ENCODING_IDENTITY]->length, 10);
	body_unref(body);
}

static void
many_keys_in_one_bucket(void **state)
{
	int i;

	(void)state;
	fresh((size_t)64 * 1024 * 1024);
	for (i = 0; i < 20000; i++)
		put(arena_printf(&arena, "k%d", i), 1, cache_mark());
	for (i = 0; i < 20000; i++)
		assert_non_null(cache_get(arena_printf(&arena, "k%d", i)));
	cache_version(++version);
	for (i = 0; i < 20000; i += 997)
		assert_null(cache_get(arena_printf(&arena, "k%d", i)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("cache: gives back what was put, by its whole key", gives_back_what_was_put),
		TEST("cache: a reply computed before the directory changed is not kept", a_reply_from_before_the_change_is_not_kept),
		TEST("cache: the day's end forgets everything", the_day_s_end_forgets_everything),
		TEST("cache: the least recently used go first, the limit holds", the_least_recently_used_go_first),
		TEST("cache: what is too large is not kept; size 0 turns it off", what_is_too_large_is_not_kept),
		TEST("cache: a body on the wire outlives it", a_body_on_the_wire_outlives_the_cache),
		TEST("cache: many keys share buckets", many_keys_in_one_bucket),
	};
	int failed = cmocka_run_group_tests_name("cache", tests, NULL, NULL);

	cache_version(++version);
	return failed;
}
