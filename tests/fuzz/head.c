/*
 * Any bytes as the head of a request, twice: whole and cut in two. What is handed to Kore is one head of printable ASCII with
 * one Host and no length but the one that was measured; cutting changes nothing but when it is known.
 */
#include "fuzz.h"

#include "http/head.h"
#include "http/problem.h"

static struct head whole, part;

static void
look(const struct head *head, enum head_status status, size_t size)
{
	const char *end, *line;
	size_t i, hosts = 0, lengths = 0;

	PROMISE(head->length > 0 && head->length < HEAD_MAX);
	PROMISE((head->problem != NULL) == (status == HEAD_REFUSED));
	PROMISE(head->consumed <= size);
	for (i = 0; i < head->length; i++)
		PROMISE(head->text[i] == '\r' || head->text[i] == '\n' || (unsigned char)head->text[i] >= 0x20);
	end = memmem(head->text, head->length, "\r\n\r\n", 4);
	PROMISE(end == head->text + head->length - 4);
	for (line = head->text; line < end; line = (const char *)memchr(line, '\n', (size_t)(end + 4 - line)) + 1) {
		hosts += strncmp(line, "host: ", 6) == 0;
		lengths += strncmp(line, "content-length: ", 16) == 0;
		PROMISE(strncmp(line, "transfer-encoding", 17) != 0);
	}
	PROMISE(hosts == 1 && lengths == (head->has_body ? 1 : 0));
	PROMISE(head->has_body || head->body == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	enum head_status status = head_read(text, size, 4096, &whole), earlier;

	if (status != HEAD_MORE)
		look(&whole, status, size);
	if (size > 1) {
		size_t cut = data[0] % size;

		earlier = head_read(text, cut, 4096, &part);
		PROMISE(earlier == HEAD_MORE || status == earlier);
		PROMISE(earlier != HEAD_READY || (part.consumed == whole.consumed && part.body == whole.body));
	}
	return 0;
}
