/* Search results and providers for machines: one list of columns, several formats. */
#ifndef JCAP_EXPORT_H
#define JCAP_EXPORT_H

#include <jansson.h>

#include "http/request.h"

/* Adds "url" (absolute) to every row with a "slug". */
void	export_add_urls(struct request *, json_t *rows);
/*
 * Writes rows in the request's view (GeoJSON, CSV, KML, Atom).
 *   title    for humans, names the search or the provider
 *   members  what GeoJSON tells beside the features, or NULL
 */
void	export_rows(struct request *, const char *title, const json_t *rows, const json_t *members, struct buffer *out);

#endif
