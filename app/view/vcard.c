#include "view/vcard.h"

#include <string.h>

#include "http/text.h"

#define LINE_OCTETS	75	/* RFC 6350 section 3.2, RFC 2426 section 2.6 */

/* Writes a content line folded after at most 75 octets, never inside a UTF-8 sequence. */
static void
fold(struct buffer *out, const char *line, size_t length)
{
	size_t room = LINE_OCTETS;

	while (length > room) {
		size_t n = room;

		while (n > 0 && ((unsigned char)line[n] & 0xc0) == 0x80)
			n--;
		if (n == 0)
			n = room;	/* no UTF-8 at all: cut anywhere rather than never end */
		buffer_append(out, line, n);
		buffer_puts(out, "\r\n ");
		line += n;
		length -= n;
		room = LINE_OCTETS - 1;
	}
	buffer_append(out, line, length);
	buffer_puts(out, "\r\n");
}

void
vcard_end(struct buffer *out)
{
	buffer_puts(out, "END:VCARD\r\n");
}

void
vcard_property(struct buffer *out, const char *name, const char *const *values, int count)
{
	struct buffer line;
	const char *c;
	int i;

	buffer_init(&line, out->arena, 256);
	buffer_printf(&line, "%s:", name);
	for (i = 0; i < count; i++) {
		if (i > 0)
			buffer_putc(&line, ';');
		for (c = values[i] != NULL ? values[i] : ""; *c != '\0'; c++) {
			if (*c == '\n') {
				buffer_puts(&line, "\\n");
			} else if ((unsigned char)*c >= 0x20) {
				if (strchr(",;\\", *c) != NULL)
					buffer_putc(&line, '\\');
				buffer_putc(&line, *c);
			}
		}
	}
	fold(out, line.data, line.length);
}

void
vcard_uri(struct buffer *out, const char *name, const char *uri)
{
	struct buffer line;

	if (text_has_control(uri, strlen(uri)))
		return;
	buffer_init(&line, out->arena, 256);
	buffer_printf(&line, "%s:%s", name, uri);
	fold(out, line.data, line.length);
}

void
vcard_begin(struct buffer *out, enum vcard_version version, const char *name)
{
	const char *const names[] = { name, "", "", "", "" };

	if (version == VCARD_4) {
		buffer_puts(out, "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\n");
		return;
	}
	buffer_puts(out, "BEGIN:VCARD\r\nVERSION:3.0\r\n");
	vcard_property(out, "N", names, 5);
}
