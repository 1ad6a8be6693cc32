/* http/arena: memory of a request and growing texts. */
#include "unit.h"

static void
pieces_are_zeroed_aligned_and_apart(void **state)
{
	static const size_t sizes[] = { 0, 1, 7, 16, 17, 4000, 16 * 1024, 16 * 1024 + 1, 100000, 3 };
	unsigned char *pieces[200];
	size_t i, k, size;

	(void)state;
	for (i = 0; i < 200; i++) {
		size = sizes[i % 10];
		pieces[i] = arena_alloc(&arena, size);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (k = 0; k < size; k++)
			assert_int_equal(pieces[i][k], 0);
		memset(pieces[i], (int)i + 1, size);
	}
	for (i = 0; i < 200; i++)
		for (k = 0; k < sizes[i % 10]; k++)
			assert_int_equal(pieces[i][k], (unsigned char)(i + 1));
}

static void
freed_arena_may_be_used_again(void **state)
{
	(void)state;
	arena_alloc(&arena, 50000);
	arena_free(&arena);
	arena_free(&arena);
	assert_string_equal(arena_strdup(&arena, "wieder"), "wieder");
}

static void
strndup_copies_bytes_and_ends_them(void **state)
{
	(void)state;
	assert_string_equal(arena_strndup(&arena, "Kassel und mehr", 6), "Kassel");
	assert_string_equal(arena_strndup(&arena, "", 0), "");
	assert_memory_equal(arena_strndup(&arena, "a\0b", 3), "a\0b\0", 4);
}

static void
printf_takes_what_it_needs(void **state)
{
	const char *text;

	(void)state;
	assert_string_equal(arena_printf(&arena, "%d-%s", 7, "x"), "7-x");
	assert_string_equal(arena_printf(&arena, "%s", ""), "");
	text = arena_printf(&arena, "%*d", 40000, 1);
	assert_int_equal(strlen(text), 40000);
}

static void
buffer_grows_and_stays_ended(void **state)
{
	struct buffer text;
	size_t i;

	(void)state;
	buffer_init(&text, &arena, 1);
	assert_string_equal(buffer_text(&text), "");
	for (i = 0; i < 30000; i++) {
		buffer_putc(&text, (char)('a' + i % 26));
		assert_int_equal(text.data[text.length], 0);
	}
	assert_int_equal(text.length, 30000);
	for (i = 0; i < 30000; i++)
		assert_int_equal(text.data[i], 'a' + (int)(i % 26));
}

static void
buffer_holds_any_bytes(void **state)
{
	struct buffer text;

	(void)state;
	buffer_init(&text, &arena, 0);
	buffer_append(&text, "a\0b", 3);
	buffer_append(&text, "", 0);
	buffer_puts(&text, "c");
	buffer_printf(&text, "%03d%s", 5, "");
	assert_int_equal(text.length, 7);
	assert_memory_equal(buffer_text(&text), "a\0bc005\0", 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("arena: pieces are zeroed, aligned and do not overlap", pieces_are_zeroed_aligned_and_apart),
		TEST("arena: may be freed twice and used again", freed_arena_may_be_used_again),
		TEST("arena_strndup copies exactly the bytes asked for", strndup_copies_bytes_and_ends_them),
		TEST("arena_printf takes the memory it needs", printf_takes_what_it_needs),
		TEST("buffer: grows byte by byte and is always NUL-terminated", buffer_grows_and_stays_ended),
		TEST("buffer: holds NUL bytes and formats", buffer_holds_any_bytes),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
