/* http/problem: the catalogue of errors. */
#include "unit.h"

#include "http/problem.h"
#include "http/text.h"

static const struct problem *const all[] = {
	&problem_unknown_parameter, &problem_repeated_parameter, &problem_invalid_value, &problem_unknown_value,
	&problem_missing_value, &problem_broken_encoding, &problem_too_many_values, &problem_not_found, &problem_gone,
	&problem_method_not_allowed, &problem_not_acceptable, &problem_unavailable, &problem_overloaded, &problem_timeout,
	&problem_internal,
};
#define COUNT	(sizeof(all) / sizeof(all[0]))

static void
codes_find_their_problem(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT; i++)
		assert_ptr_equal(problem_by_code(all[i]->code), all[i]);
	assert_null(problem_by_code("gibt_es_nicht"));
	assert_null(problem_by_code(""));
}

static void
codes_are_unique_and_plain(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		assert_true(all[i]->code[0] != '\0');
		assert_int_equal(strspn(all[i]->code, "abcdefghijklmnopqrstuvwxyz_"), strlen(all[i]->code));
		for (k = 0; k < i; k++)
			assert_string_not_equal(all[i]->code, all[k]->code);
	}
}

static void
statuses_are_sane(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		assert_in_range(all[i]->status, 400, 504);
		/* who is told to come back is told when (503), and nobody else is made to wait */
		if (all[i]->status == 503)
			assert_true(all[i]->retry_after > 0);
		if (all[i]->status < 500)
			assert_int_equal(all[i]->retry_after, 0);
	}
	assert_int_equal(problem_gone.status, 410);
	assert_int_equal(problem_timeout.status, 504);
	assert_int_equal(problem_not_acceptable.status, 406);
}

static void
each_has_a_german_sentence_that_says_what_to_do(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		const char *detail = all[i]->detail;

		assert_true(strlen(all[i]->title) > 5);
		assert_true(strlen(detail) > 20);
		assert_true(text_is_utf8(detail, strlen(detail)));
		if (strstr(detail, "itte ") == NULL)
			fail_msg("%s does not say what to do: %s", all[i]->code, detail);
		if (detail[strlen(detail) - 1] != '.')
			fail_msg("%s is no sentence: %s", all[i]->code, detail);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("problems: each code finds its problem", codes_find_their_problem),
		TEST("problems: codes are unique", codes_are_unique_and_plain),
		TEST("problems: statuses are sane, 503 says when to come back", statuses_are_sane),
		TEST("problems: each says in German what to do", each_has_a_german_sentence_that_says_what_to_do),
	};

	return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
