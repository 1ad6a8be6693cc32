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

/*
 * A reply whose length is not known yet. reply_stream_begin() sends the head (with a weak ETag of the directory's version) and
 * returns what the pieces go through, or NULL when there is no body to send: HEAD, 304, or no client any more.
 */
struct reply_stream;
struct reply_stream	*reply_stream_begin(struct request *);
/* Sends a piece; the last one ends the body. False while the client has not taken it: the request is woken when it has. */
bool	reply_piece(struct request *, struct reply_stream *, const void *data, size_t length, bool last);
/* Frees the stream (may be NULL). */
void	reply_stream_end(struct reply_stream *);

#endif
