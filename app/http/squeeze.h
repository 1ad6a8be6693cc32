/* Compression of what is sent in pieces: light, and with little memory, since several run at once. */
#ifndef JCAP_SQUEEZE_H
#define JCAP_SQUEEZE_H

#include <stdbool.h>

#include "http/arena.h"
#include "http/negotiate.h"

struct squeeze;

/* A compressor; NULL for ENCODING_IDENTITY. Freed by squeeze_free(). */
struct squeeze	*squeeze_new(enum encoding);
/* Appends the compressed form of a piece, or the piece itself where `squeeze` is NULL. `last` ends the stream. */
void		 squeeze_put(struct squeeze *, const void *data, size_t length, bool last, struct buffer *out);
void		 squeeze_free(struct squeeze *);

#endif
