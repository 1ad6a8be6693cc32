/* /suche: who serves a place. */
#ifndef JCAP_SEARCH_H
#define JCAP_SEARCH_H

#include <jansson.h>

#include "http/request.h"

/* Reads the typed place: binds place_kind, place_postcode, place_lat, place_lon. Also used by the suggestions. */
bool	search_prepare(struct request *, struct problem_at *);
/* Says whether the search is counted if it is in vain: binds count_miss. */
void	search_before_query(struct request *);
/* Adds links, filter form, chips, pager and the list for comparison. */
void	search_decorate(struct request *, json_t *document);
/* GeoJSON, CSV, KML, Atom. */
void	search_represent(struct request *, const json_t *document, struct buffer *out);

#endif
