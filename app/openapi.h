/*
 * The OpenAPI 3.1 description. Addresses and inputs come from the route table, what a document holds from sql/documents
 * (one JSON Schema each, embedded at build), the codes of lists from the database at the time of the request.
 */
#ifndef JCAP_OPENAPI_H
#define JCAP_OPENAPI_H

#include <stdbool.h>

#include "http/request.h"

struct document_source {
	const char	*name;	/* file name without ".json": the statement; with ".geojson" what that view makes of it; a file; or a part of such */
	const char	*text;
};

/* All schemas, ended by one with name NULL (made by view/embed.awk). */
extern const struct document_source document_sources[];

/*
 * Reads the schemas, in the parent process. False with a line on stderr for each that is no JSON or names an unknown
 * part, and for each route whose JSON has none, or that answers itself and does not say in which media type. Needs the assets.
 */
bool	openapi_check(void);
/* Makes the description of what the statement "openapi" knows. */
void	openapi_decorate(struct request *, json_t *document);

#endif
