/* The one place that sets status, headers, ETag and compression. Nothing else calls Kore's response functions. */
#ifndef JCAP_REPLY_H
#define JCAP_REPLY_H

#include "http/body.h"
#include "http/request.h"

/*
 * Adds a header. One with control bytes in its value is left out and logged: Kore would send them as they are.
 */
void	reply_header(struct request *, const char *name, const char *value);

/* Sends 308 to an address of this host: "/suche?ort=Kassel". Anyone may keep it for a day. */
void	reply_redirect(struct request *, const char *location);

/*
 * Sends a body with 200, or 304 if the client has it; the redirect if it was asked for in another spelling. Keeps a
 * reference while it is on the wire.
 */
void	reply_body(struct request *, struct body *, enum cache_class);

/* Sends bytes once, without ETag; for errors and for what changes with every call. */
void	reply_bytes(struct request *, int status, const char *content_type, const void *data, size_t length);

#endif
