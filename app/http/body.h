/*
 * Bytes that are sent more than once: a cached reply or an asset. Counted references, one compressed variant per
 * encoding made on first demand, a strong ETag per variant.
 */
#ifndef JCAP_BODY_H
#define JCAP_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "http/negotiate.h"

#define ETAG_SIZE	40

struct variant {
	unsigned char	*data;
	size_t		 length;
	char		 etag[ETAG_SIZE];	/* with quotes */
	enum encoding	 encoding;		/* what it really is: small or incompressible bytes stay identity */
	char		*head;			/* header lines that go with it, made by reply.c; NULL until first sent */
};

struct body {
	int		 references;
	const char	*content_type;		/* static text */
	struct variant	*variants[ENCODING_COUNT];
};

/* Effort of compression: on the fly for pages, thorough for assets at start. */
enum effort { EFFORT_PAGE, EFFORT_ASSET };

/* A new body with one reference; copies the bytes. `content_type` must be static. */
struct body	*body_new(const void *data, size_t length, const char *content_type);
struct body	*body_ref(struct body *);
/* Gives a reference back; the last one frees. */
void		 body_unref(struct body *);
/* The variant for an encoding; compresses on first use. Never NULL. */
struct variant	*body_variant(struct body *, enum encoding, enum effort);
/* All bytes it holds, of all variants. */
size_t		 body_size(const struct body *);
/* True if an If-None-Match header (may be NULL) names the ETag. RFC 9110 section 13.1.2, weak comparison. */
bool		 etag_matches(const char *if_none_match, const char *etag);

#endif
