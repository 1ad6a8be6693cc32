/* db/queue: whose turn it is. */
#include "unit.h"

#include "db/queue.h"

static struct db_queue queue;
static struct db_job jobs[1100];

static int
start(void **state)
{
	memset(jobs, 0, sizeof(jobs));
	queue_init(&queue);
	return unit_setup(state);
}

static struct db_job *
put(int n, enum db_lane lane, unsigned long long owner)
{
	jobs[n].lane = lane;
	jobs[n].owner = owner;
	queue_put(&queue, &jobs[n]);
	return &jobs[n];
}

/* Number of the job that runs next, or -1; it is through at once. */
static int
serve(int connections)
{
	struct db_job *job = queue_take(&queue, connections);

	if (job == NULL)
		return -1;
	queue_done(&queue, job);
	return (int)(job - jobs);
}

static void
one_owner_waits_in_order(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		put(i, DB_ANSWER, 7);
	for (i = 5; i < 8; i++)
		put(i, DB_ANSWER, 0);
	/* what is nobody's does not stand behind what others heap up */
	assert_int_equal(serve(4), 0);
	assert_int_equal(serve(4), 5);
	assert_int_equal(serve(4), 6);
	assert_int_equal(serve(4), 7);
	for (i = 1; i < 5; i++)
		assert_int_equal(serve(4), i);
	assert_int_equal(serve(4), -1);
}

static void
owners_take_turns(void **state)
{
	int i, at, greedy = 0;

	(void)state;
	for (i = 0; i < 32; i++)
		put(i, DB_ANSWER, 1);
	for (i = 0; i < 3; i++)
		serve(4);
	/* a newcomer is next but one at most; two of them alternate with the greedy one */
	put(100, DB_ANSWER, 2);
	put(101, DB_ANSWER, 3);
	put(102, DB_ANSWER, 2);
	for (at = 0; at < 6; at++)
		greedy += serve(4) < 32;
	assert_int_equal(greedy, 3);
	assert_int_equal(jobs[100].turn <= jobs[3].turn, 1);
	/* and nobody starves: the greedy one goes on while others come and go */
	for (i = 0; i < 29; i++)
		put(200 + i, DB_ANSWER, 50 + (unsigned long long)i);
	for (i = 0, greedy = 0; (at = serve(4)) != -1; i++)
		greedy += at < 32;
	assert_int_equal(greedy, 26);
}

static void
nobody_gets_more_than_half(void **state)
{
	struct db_job *first, *second;
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		put(i, DB_ANSWER, 1);
	first = queue_take(&queue, 4);
	second = queue_take(&queue, 4);
	assert_non_null(first);
	assert_non_null(second);
	assert_null(queue_take(&queue, 4));
	put(10, DB_ANSWER, 2);
	assert_ptr_equal(queue_take(&queue, 4), &jobs[10]);
	queue_done(&queue, first);
	assert_ptr_equal(queue_take(&queue, 4), &jobs[2]);
	/* of one connection half is one */
	queue_init(&queue);
	put(20, DB_ANSWER, 1);
	assert_non_null(queue_take(&queue, 1));
	/* nobody's jobs know no half */
	queue_init(&queue);
	for (i = 30; i < 34; i++)
		put(i, DB_ANSWER, 0);
	for (i = 30; i < 34; i++)
		assert_ptr_equal(queue_take(&queue, 4), &jobs[i]);
}

static void
one_piece_of_an_export_at_a_time(void **state)
{
	struct db_job *piece;

	(void)state;
	put(0, DB_BULK, 1);
	put(1, DB_BULK, 2);
	put(2, DB_ANSWER, 1);
	piece = queue_take(&queue, 4);
	assert_ptr_equal(piece, &jobs[0]);
	assert_ptr_equal(queue_take(&queue, 4), &jobs[2]);
	assert_null(queue_take(&queue, 4));
	queue_done(&queue, piece);
	assert_ptr_equal(queue_take(&queue, 4), &jobs[1]);
	/* where there is one connection only, people go first */
	queue_init(&queue);
	put(10, DB_BULK, 1);
	put(11, DB_ANSWER, 1);
	assert_int_equal(serve(1), 11);
	assert_int_equal(serve(1), 10);
}

static void
a_lost_job_goes_first(void **state)
{
	struct db_job *lost;

	(void)state;
	put(0, DB_ANSWER, 1);
	lost = queue_take(&queue, 4);
	put(1, DB_ANSWER, 2);
	queue_put_back(&queue, lost);
	assert_int_equal(serve(4), 0);
	assert_int_equal(serve(4), 1);
	/* who leaves is not served */
	put(2, DB_ANSWER, 1);
	queue_drop(&queue, &jobs[2]);
	assert_int_equal(serve(4), -1);
	assert_int_equal(queue.count, 0);
}

static void
it_is_full_for_one_before_it_is_for_all(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 128; i++)
		put(i, DB_ANSWER, 1);
	assert_true(queue_full(&queue, DB_ANSWER, 1));
	assert_false(queue_full(&queue, DB_ANSWER, 2));
	assert_false(queue_full(&queue, DB_BULK, 1));
	for (; i < 511; i++)
		put(i, DB_ANSWER, 1000 + (unsigned long long)i);
	assert_false(queue_full(&queue, DB_ANSWER, 0));
	put(i, DB_ANSWER, 0);
	assert_true(queue_full(&queue, DB_ANSWER, 0));
	assert_true(queue_full(&queue, DB_ANSWER, 1000 + 500));
	/* neither is it full for exports under way nor for who asks first, but not without end */
	assert_false(queue_full(&queue, DB_BULK, 1));
	for (i = 512; i < 1024; i++) {
		assert_false(queue_full(&queue, DB_ANSWER, 1000 + (unsigned long long)i));
		put(i, DB_ANSWER, 1000 + (unsigned long long)i);
	}
	assert_true(queue_full(&queue, DB_ANSWER, 9999));
	assert_false(queue_full(&queue, DB_BULK, 9999));
}

int
main(void)
{
#define QUEUE_TEST(sentence, function)	{ sentence, function, start, unit_teardown, NULL }
	const struct CMUnitTest tests[] = {
		QUEUE_TEST("queue: jobs of one owner wait in order, nobody's behind none", one_owner_waits_in_order),
		QUEUE_TEST("queue: owners take turns, newcomers first, and nobody starves", owners_take_turns),
		QUEUE_TEST("queue: nobody gets more than half of the connections", nobody_gets_more_than_half),
		QUEUE_TEST("queue: one piece of an export at a time", one_piece_of_an_export_at_a_time),
		QUEUE_TEST("queue: a lost job goes first, one that leaves is not served", a_lost_job_goes_first),
		QUEUE_TEST("queue: it is full for one owner before it is for all", it_is_full_for_one_before_it_is_for_all),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
