#include "unit.h"

#include <sys/wait.h>

struct arena arena;

int
unit_setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

int
unit_teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

struct buffer *
new_buffer(void)
{
	struct buffer *buffer = arena_alloc(&arena, sizeof(*buffer));

	buffer_init(buffer, &arena, 0);
	return buffer;
}

json_t *
json_of(const char *text)
{
	json_error_t error;
	json_t *value = json_loads(text, JSON_DECODE_ANY, &error);

	if (value == NULL)
		fail_msg("the test's own JSON is broken: %s in %s", error.text, text);
	return value;
}

char *
output_of(const char *command, int *status)
{
	FILE *pipe = popen(command, "r");
	struct buffer *out = new_buffer();
	char chunk[4096];
	size_t n;

	assert_non_null(pipe);
	while ((n = fread(chunk, 1, sizeof(chunk), pipe)) > 0)
		buffer_append(out, chunk, n);
	n = (size_t)pclose(pipe);
	*status = WIFEXITED((int)n) ? WEXITSTATUS((int)n) : -1;
	return arena_strdup(&arena, buffer_text(out));
}
