/* Which representation and which encoding a client wants (RFC 9110 section 12). */
#ifndef JCAP_NEGOTIATE_H
#define JCAP_NEGOTIATE_H

#include "http/route.h"

enum encoding { ENCODING_IDENTITY, ENCODING_GZIP, ENCODING_BROTLI, ENCODING_COUNT };

/* The view that a suffix such as "geojson" names, or VIEW_COUNT. */
enum view	 view_by_suffix(const char *suffix);
/* "json", "geojson", ... */
const char	*view_suffix(enum view);
/* ".json", ".geojson", ... */
const char	*view_dot_suffix(enum view);
/* Full Content-Type. */
const char	*view_content_type(enum view);
/* Media type without parameters. */
const char	*view_media_type(enum view);

/*
 * Picks a view by the Accept header (NULL: none was sent) among the offered VIEW_BIT()s; equal wishes go to the
 * lowest bit. Returns VIEW_COUNT when nothing offered is acceptable.
 */
enum view	 negotiate_view(const char *accept, unsigned offered);
/* True if the client asks for JSON rather than HTML, for error replies. */
bool		 negotiate_wants_json(const char *accept);
/* The best of brotli, gzip and identity by the Accept-Encoding header (NULL: identity). */
enum encoding	 negotiate_encoding(const char *accept_encoding);
/* "gzip", "br"; NULL for identity. */
const char	*encoding_name(enum encoding);

#endif
