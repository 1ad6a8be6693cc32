#include "http/text.h"

#include <ctype.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence at `s` with `left` bytes to go, or 0. RFC 3629 section 4. */
static size_t
sequence_length(const unsigned char *s, size_t left)
{
	size_t n, i;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (left < n)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

bool
text_is_utf8(const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t i, n;

	for (i = 0; i < length; i += n)
		if ((n = sequence_length(s + i, length - i)) == 0)
			return false;
	return true;
}

bool
text_has_control(const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t i;

	for (i = 0; i < length; i++) {
		if (s[i] < 0x20 || s[i] == 0x7f)
			return true;
		if (s[i] == 0xc2 && i + 1 < length && s[i + 1] >= 0x80 && s[i + 1] <= 0x9f)
			return true;
	}
	return false;
}

size_t
text_characters(const char *text, size_t length)
{
	size_t i, n = 0;

	for (i = 0; i < length; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			n++;
	return n;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

char *
text_url_decode(struct arena *arena, const char *text, size_t length, bool form, size_t *out_length)
{
	char *out = arena_alloc(arena, length + 1);
	size_t i, n = 0;

	for (i = 0; i < length; i++) {
		if (text[i] == '%') {
			int high, low;

			if (i + 2 >= length)
				return NULL;
			high = hex_value(text[i + 1]);
			low = hex_value(text[i + 2]);
			if (high < 0 || low < 0 || (high == 0 && low == 0))
				return NULL;
			out[n++] = (char)(high * 16 + low);
			i += 2;
		} else if (text[i] == '+' && form) {
			out[n++] = ' ';
		} else if (text[i] == '\0') {
			return NULL;
		} else {
			out[n++] = text[i];
		}
	}
	out[n] = '\0';
	*out_length = n;
	return out;
}

void
text_url_encode(struct buffer *buffer, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	const unsigned char *s;

	for (s = (const unsigned char *)text; *s != '\0'; s++) {
		if (isalnum(*s) && *s < 0x80) {
			buffer_putc(buffer, (char)*s);
		} else if (strchr("-._~", *s) != NULL) {
			buffer_putc(buffer, (char)*s);
		} else {
			char code[3] = { '%', hex[*s >> 4], hex[*s & 15] };

			buffer_append(buffer, code, sizeof(code));
		}
	}
}

const char *
text_cut(struct arena *arena, const char *text, size_t characters)
{
	size_t end = 0, word = 0, n = 0;

	if (text_characters(text, strlen(text)) <= characters)
		return text;
	/* one character is the ellipsis */
	for (; n + 1 < characters; n++) {
		if (text[end] == ' ')
			word = end;
		end += sequence_length((const unsigned char *)text + end, strlen(text + end));
	}
	if (word > 0 && text[end] != ' ')
		end = word;
	return arena_printf(arena, "%.*s…", (int)end, text);
}

char *
text_trim(char *text)
{
	size_t n;

	while (*text == ' ')
		text++;
	n = strlen(text);
	while (n > 0 && text[n - 1] == ' ')
		text[--n] = '\0';
	return text;
}
