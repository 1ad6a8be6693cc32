/* The sitemap for search engines: every page with an address of its own. */
#ifndef JCAP_SITEMAP_H
#define JCAP_SITEMAP_H

#include "http/request.h"

/*
 * Writes a part of the sitemap, or the list of parts where there are several and none was asked for.
 *   document   {"part": n or null, "parts": n, "entries": [{"kind", "key", "on"}]}: `kind` is the statement of the page's
 *              route, `key` fills its path, `on` is the day of the last change or null
 */
void	sitemap_represent(struct request *, const json_t *document, struct buffer *out);

#endif
