/* A JSON document as compact text. */
#ifndef JCAP_JSON_H
#define JCAP_JSON_H

#include <jansson.h>

#include "http/arena.h"

/* Appends the document; numbers with at most nine digits, members in the order of the document. */
void	json_write(struct buffer *, const json_t *document);

#endif
