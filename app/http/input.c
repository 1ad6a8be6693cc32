#include "http/input.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "http/text.h"

size_t
input_count(const struct input *inputs)
{
	size_t n = 0;

	while (inputs != NULL && inputs[n].name != NULL)
		n++;
	return n;
}

int
input_index(const struct input *inputs, const char *name)
{
	int i;

	for (i = 0; inputs != NULL && inputs[i].name != NULL; i++)
		if (strcmp(inputs[i].name, name) == 0)
			return i;
	return -1;
}

bool
input_in_path(const char *pattern, const char *name)
{
	const char *p = pattern;
	size_t length = strlen(name);

	while ((p = strchr(p, ':')) != NULL) {
		p++;
		if (strncmp(p, name, length) == 0 && (p[length] == '\0' || p[length] == '/'))
			return true;
	}
	return false;
}

/* True if all of `text` is in the set of characters. */
static bool
only(const char *text, const char *set)
{
	return text[strspn(text, set)] == '\0';
}

static bool
check_number(struct arena *arena, const struct input *input, char *text, const char **out)
{
	size_t length = strlen(text);
	long number;

	if (length > 9 || !only(text, "0123456789"))
		return false;
	number = strtol(text, NULL, 10);
	if (number < input->min || number > input->max)
		return false;
	*out = arena_printf(arena, "%ld", number);
	return true;
}

/*
 * Checks one decoded value and gives its canonical spelling. Each type is a closed set of bytes: what passes
 * here can be bound as a parameter without a further look.
 */
static bool
check(struct arena *arena, const struct input *input, char *text, const char **out)
{
	size_t length = strlen(text), i;

	*out = text;
	switch (input->type) {
	case INPUT_TEXT:
		return text_characters(text, length) <= (size_t)input->max;
	case INPUT_NUMBER:
		return check_number(arena, input, text, out);
	case INPUT_CHOICE:
		for (i = 0; input->choices[i] != NULL; i++)
			if (strcmp(input->choices[i], text) == 0)
				return true;
		return false;
	case INPUT_CODE:
		return length <= 40 && only(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
	case INPUT_STANDARD:
		text[0] = (char)toupper((unsigned char)text[0]);
		return length == 3 && text[0] >= 'A' && text[0] <= 'Z' && only(text + 1, "0123456789");
	case INPUT_SLUG:
		return length <= 100 && only(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
	case INPUT_AGS:
		return length == 5 && only(text, "0123456789");
	case INPUT_STATE:
		for (i = 0; i < length; i++)
			text[i] = (char)toupper((unsigned char)text[i]);
		return length == 2 && only(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	}
	return false;
}

static bool
fail(struct problem_at *at, const struct problem *problem, const struct input *input, const char *field)
{
	at->problem = problem;
	at->field = input != NULL ? input->name : field;
	at->label = input != NULL ? input->label : NULL;
	at->help = input != NULL ? input->help : NULL;
	at->value = NULL;
	at->instead = NULL;
	return false;
}

/* Takes one raw value (still percent-encoded) for a declared input. */
static bool
take(struct arena *arena, const struct input *input, struct value *value, const char *raw, size_t raw_length,
    bool form, struct problem_at *at)
{
	const char *checked;
	size_t length, i;
	char *text;

	text = text_url_decode(arena, raw, raw_length, form, &length);
	if (text == NULL || !text_is_utf8(text, length))
		return fail(at, &problem_broken_encoding, input, NULL);
	if (text_has_control(text, length))
		return fail(at, &problem_invalid_value, input, NULL);
	text = text_trim(text);
	if (*text == '\0')
		return true;
	if (!check(arena, input, text, &checked)) {
		fail(at, input->type == INPUT_CHOICE ? &problem_unknown_value : &problem_invalid_value, input, NULL);
		at->value = text;
		return false;
	}
	if (!input->repeated && value->given)
		return fail(at, &problem_repeated_parameter, input, NULL);
	for (i = 0; i < value->count; i++)
		if (strcmp(value->items[i], checked) == 0)
			return true;
	if (value->count == INPUT_VALUES)
		return fail(at, &problem_too_many_values, input, NULL);
	value->items[value->count++] = checked;
	value->given = true;
	return true;
}

/* Takes one "name=value" of the query string. */
static bool
take_pair(struct arena *arena, const struct input *inputs, struct value *values, const char *pair, size_t length,
    struct problem_at *at)
{
	const char *equals = memchr(pair, '=', length);
	size_t raw_name = equals != NULL ? (size_t)(equals - pair) : length;
	size_t name_length;
	char *name;
	int index;

	name = text_url_decode(arena, pair, raw_name, true, &name_length);
	if (name == NULL || !text_is_utf8(name, name_length) || text_has_control(name, name_length))
		return fail(at, &problem_broken_encoding, NULL, NULL);
	index = input_index(inputs, name);
	if (index < 0)
		return fail(at, &problem_unknown_parameter, NULL, name);
	if (equals == NULL)
		return true;
	return take(arena, &inputs[index], &values[index], equals + 1, length - raw_name - 1, true, at);
}

static bool
take_query(struct arena *arena, const struct input *inputs, struct value *values, const char *query,
    struct problem_at *at)
{
	while (query != NULL && *query != '\0') {
		size_t length = strcspn(query, "&");

		if (length > 0 && !take_pair(arena, inputs, values, query, length, at))
			return false;
		query += length;
		if (*query == '&')
			query++;
	}
	return true;
}

bool
input_read(struct arena *arena, const struct input *inputs, const struct capture captures[ROUTE_CAPTURES],
    const char *query, struct value *values, struct problem_at *at)
{
	size_t i, n = input_count(inputs);

	for (i = 0; i < n; i++) {
		values[i].count = 0;
		values[i].given = false;
		values[i].items = arena_alloc(arena, sizeof(char *) * (inputs[i].repeated ? INPUT_VALUES : 1));
	}
	if (!take_query(arena, inputs, values, query, at))
		return false;
	for (i = 0; i < ROUTE_CAPTURES && captures[i].name != NULL; i++) {
		int index = input_index(inputs, arena_strndup(arena, captures[i].name, captures[i].name_length));

		if (index < 0)
			continue;
		/* A path that no entry can have is "not found", not "wrong input". */
		if (values[index].given ||
		    !take(arena, &inputs[index], &values[index], captures[i].text, captures[i].length, false, at) ||
		    !values[index].given)
			return fail(at, &problem_not_found, NULL, NULL);
	}
	for (i = 0; i < n; i++) {
		if (values[i].count > 0)
			continue;
		if (inputs[i].required)
			return fail(at, &problem_missing_value, &inputs[i], NULL);
		if (inputs[i].fallback != NULL)
			values[i].items[values[i].count++] = inputs[i].fallback;
	}
	return true;
}

void
input_canonical(struct buffer *out, const char *pattern, const struct input *inputs, const struct value *values)
{
	size_t i, k, n = input_count(inputs), start = out->length;

	for (i = 0; i < n; i++) {
		const struct input *input = &inputs[i];

		if (!values[i].given || input_in_path(pattern, input->name) ||
		    (input->fallback != NULL && strcmp(values[i].items[0], input->fallback) == 0))
			continue;
		for (k = 0; k < values[i].count; k++) {
			if (out->length > start)
				buffer_putc(out, '&');
			buffer_puts(out, input->name);
			buffer_putc(out, '=');
			text_url_encode(out, values[i].items[k]);
		}
	}
}
