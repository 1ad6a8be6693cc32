/*
 * The vCard of an organisation, in two versions: 4.0 (RFC 6350) for address books of today, 3.0 (RFC 2426) for Outlook,
 * which reads no other. Both fold and escape alike; which properties a version has is the writer's affair.
 */
#ifndef JCAP_VCARD_H
#define JCAP_VCARD_H

#include "http/arena.h"

enum vcard_version { VCARD_3, VCARD_4 };

/* The head of a card. 3.0 knows no kind of card and demands N: there the name of the organisation stands for it. */
void	vcard_begin(struct buffer *, enum vcard_version, const char *name);
/* One property ("TEL", or with parameters "TEL;TYPE=WORK"); every value is escaped (comma, semicolon, backslash, line end), several values become components. */
void	vcard_property(struct buffer *, const char *name, const char *const *values, int count);
/* A property whose value is a URI: not escaped, control characters refused (the property is left out). */
void	vcard_uri(struct buffer *, const char *name, const char *uri);
void	vcard_end(struct buffer *);

#endif
