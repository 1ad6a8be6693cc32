/* vCard 4.0 (RFC 6350) of an organisation. */
#ifndef JCAP_VCARD_H
#define JCAP_VCARD_H

#include "http/arena.h"

void	vcard_begin(struct buffer *);
/* One property; every value is escaped (comma, semicolon, backslash, line end), several values become components. */
void	vcard_property(struct buffer *, const char *name, const char *const *values, int count);
/* A property whose value is a URI: not escaped, control characters refused (the property is left out). */
void	vcard_uri(struct buffer *, const char *name, const char *uri);
void	vcard_end(struct buffer *);

#endif
