/* What every unit test needs: cmocka, an arena per test, JSON from text. */
#ifndef JCAP_UNIT_H
#define JCAP_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <jansson.h>

#include "http/arena.h"

#define HELPER	__attribute__((unused)) static

/* The arena of the running test; fresh for each. */
static struct arena arena;

HELPER int
unit_setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

HELPER int
unit_teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* A test with a sentence as its name: the sentence says what is broken when it fails. */
#define TEST(sentence, function)	{ sentence, function, unit_setup, unit_teardown, NULL }

/* An empty buffer in the test's arena. */
HELPER struct buffer *
new_buffer(void)
{
	struct buffer *buffer = arena_alloc(&arena, sizeof(*buffer));

	buffer_init(buffer, &arena, 0);
	return buffer;
}

/* Parses JSON and fails the test for a mistake. The arena's end frees nothing of it: call json_decref. */
HELPER json_t *
json_of(const char *text)
{
	json_error_t error;
	json_t *value = json_loads(text, JSON_DECODE_ANY, &error);

	if (value == NULL)
		fail_msg("this is no JSON: %s in %s", error.text, text);
	return value;
}

/* Runs a shell command and returns what it wrote to stdout, in the arena; *status is its exit status, or -1. */
HELPER char *
output_of(const char *command, int *status)
{
	FILE *pipe = popen(command, "r");
	struct buffer *out = new_buffer();
	char chunk[4096];
	size_t n;
	int end;

	assert_non_null(pipe);
	while ((n = fread(chunk, 1, sizeof(chunk), pipe)) > 0)
		buffer_append(out, chunk, n);
	end = pclose(pipe);
	*status = WIFEXITED(end) ? WEXITSTATUS(end) : -1;
	return arena_strdup(&arena, buffer_text(out));
}

#endif
