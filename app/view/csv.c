#include "view/csv.h"

#include <stdbool.h>
#include <string.h>

#include "view/format.h"

static void
write_field(struct buffer *out, const char *text, size_t length)
{
	size_t i;

	if (memchr(text, '"', length) == NULL && memchr(text, ',', length) == NULL && memchr(text, '\r', length) == NULL &&
	    memchr(text, '\n', length) == NULL && memchr(text, ';', length) == NULL) {
		buffer_append(out, text, length);
		return;
	}
	buffer_putc(out, '"');
	for (i = 0; i < length; i++) {
		if (text[i] == '"')
			buffer_putc(out, '"');
		buffer_putc(out, text[i]);
	}
	buffer_putc(out, '"');
}

static bool
looks_like_formula(const char *text)
{
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

static void
write_value(struct buffer *out, struct buffer *scratch, const json_t *value, enum csv_style style)
{
	char *point;
	size_t i;

	scratch->length = 0;
	if (json_is_string(value) && looks_like_formula(json_string_value(value)))
		buffer_putc(scratch, '\'');
	if (json_is_array(value)) {
		for (i = 0; i < json_array_size(value); i++) {
			const json_t *item = json_array_get(value, i);

			if (i > 0)
				buffer_puts(scratch, "; ");
			else if (json_is_string(item) && looks_like_formula(json_string_value(item)))
				buffer_putc(scratch, '\'');
			format_value(scratch, item, FORMAT_NONE);
		}
	} else if (json_is_boolean(value)) {
		buffer_puts(scratch, json_is_true(value) ? "ja" : "nein");
	} else if (value != NULL) {
		format_value(scratch, value, FORMAT_NONE);
		if (json_is_real(value) && style == CSV_GERMAN && (point = memchr(scratch->data, '.', scratch->length)) != NULL)
			*point = ',';
	}
	write_field(out, buffer_text(scratch), scratch->length);
}

static void
write_heading(struct buffer *out, const struct column *columns, enum csv_style style, char separator)
{
	const struct column *column;

	if (style == CSV_GERMAN)
		buffer_puts(out, "\xef\xbb\xbf");
	for (column = columns; column->key != NULL; column++) {
		if (column > columns)
			buffer_putc(out, separator);
		write_field(out, column->header, strlen(column->header));
	}
	buffer_puts(out, "\r\n");
}

void
csv_write(struct buffer *out, const struct column *columns, const json_t *rows, enum csv_style style, unsigned part)
{
	const char separator = style == CSV_GERMAN ? ';' : ',';
	const struct column *column;
	struct buffer scratch;
	size_t i;

	buffer_init(&scratch, out->arena, 256);
	if (part & PART_FIRST)
		write_heading(out, columns, style, separator);
	for (i = 0; i < json_array_size(rows); i++) {
		for (column = columns; column->key != NULL; column++) {
			if (column > columns)
				buffer_putc(out, separator);
			write_value(out, &scratch, column_value(json_array_get(rows, i), column->path), style);
		}
		buffer_puts(out, "\r\n");
	}
}
