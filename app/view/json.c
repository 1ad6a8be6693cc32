#include "view/json.h"

static int
to_buffer(const char *text, size_t length, void *out)
{
	buffer_append(out, text, length);	/* raw: jansson's own output */
	return 0;
}

void
json_write(struct buffer *out, const json_t *document)
{
	json_dump_callback(document, to_buffer, out, JSON_COMPACT | JSON_REAL_PRECISION(9));
}
