/* /abdeckung and /karte: tables and outlines for machines. */
#ifndef JCAP_COVERAGE_H
#define JCAP_COVERAGE_H

#include <jansson.h>

#include "http/request.h"

void	coverage_decorate(struct request *, json_t *document);
/* CSV: one row per Kreis. */
void	coverage_represent(struct request *, const json_t *document, struct buffer *out);
/* The document as it is: a statement that makes GeoJSON itself. */
void	outlines_represent(struct request *, const json_t *document, struct buffer *out);

#endif
