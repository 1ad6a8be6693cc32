#include "view/format.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "http/text.h"

static const struct {
	const char	*name;
	enum format	 format;
} formats[] = {
	{ "number", FORMAT_NUMBER }, { "date", FORMAT_DATE }, { "km", FORMAT_KM }, { "url", FORMAT_URL },
	{ "tel", FORMAT_TEL },
};

bool
format_by_name(const char *name, size_t length, enum format *format)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strlen(formats[i].name) == length && strncmp(formats[i].name, name, length) == 0) {
			*format = formats[i].format;
			return true;
		}
	return false;
}

void
format_number(struct buffer *out, double number)
{
	char digits[64];
	char *point;
	size_t length, i;

	if (!isfinite(number) || fabs(number) > 1e15)
		return;
	/* At most two decimals, without zeros at the end. */
	snprintf(digits, sizeof(digits), "%.2f", fabs(number));
	point = strchr(digits, '.');
	length = (size_t)(point - digits);
	for (i = strlen(digits) - 1; digits[i] == '0'; i--)
		digits[i] = '\0';
	if (number < 0 && strcmp(digits, "0.") != 0)
		buffer_puts(out, "\xe2\x88\x92");
	for (i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			buffer_putc(out, '.');
		buffer_putc(out, digits[i]);
	}
	if (point[1] != '\0') {
		buffer_putc(out, ',');
		buffer_puts(out, point + 1);
	}
}

void
format_date(struct buffer *out, const char *iso)
{
	int i;

	for (i = 0; i < 10; i++)
		if ((i == 4 || i == 7) ? iso[i] != '-' : !isdigit((unsigned char)iso[i])) {
			buffer_puts(out, iso);
			return;
		}
	buffer_printf(out, "%.2s.%.2s.%.4s", iso + 8, iso + 5, iso);
}

void
format_km(struct buffer *out, double km)
{
	format_number(out, km < 9.95 ? round(km * 10) / 10 : round(km));
	buffer_puts(out, "\xc2\xa0km");
}

void
format_tel(struct buffer *out, const char *text)
{
	size_t start = out->length;

	for (; *text != '\0'; text++)
		if (isdigit((unsigned char)*text) || (*text == '+' && out->length == start))
			buffer_putc(out, *text);
}

static void
format_text(struct buffer *out, const char *text, enum format format)
{
	switch (format) {
	case FORMAT_DATE:
		format_date(out, text);
		break;
	case FORMAT_URL:
		text_url_encode(out, text);
		break;
	case FORMAT_TEL:
		format_tel(out, text);
		break;
	default:
		buffer_puts(out, text);
		break;
	}
}

void
format_value(struct buffer *out, const json_t *value, enum format format)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		format_text(out, json_string_value(value), format);
		break;
	case JSON_INTEGER:
	case JSON_REAL:
		if (format == FORMAT_NUMBER)
			format_number(out, json_number_value(value));
		else if (format == FORMAT_KM)
			format_km(out, json_number_value(value));
		else if (json_is_integer(value))
			buffer_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		else
			buffer_printf(out, "%.10g", json_real_value(value));
		break;
	case JSON_TRUE:
		buffer_puts(out, "true");
		break;
	case JSON_FALSE:
		buffer_puts(out, "false");
		break;
	default:
		break;
	}
}
