/* /anbieter/<slug> and /vergleich. */
#ifndef JCAP_PROVIDER_H
#define JCAP_PROVIDER_H

#include <jansson.h>

#include "http/request.h"

void	provider_decorate(struct request *, json_t *document);
/* GeoJSON, CSV, KML and Atom with one row per site; vCard; QR code. */
void	provider_represent(struct request *, const json_t *document, struct buffer *out);
/* The QR code of the provider's page. */
void	provider_qr_represent(struct request *, const json_t *document, struct buffer *out);
void	compare_decorate(struct request *, json_t *document);

#endif
