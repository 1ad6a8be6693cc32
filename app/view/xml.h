/* All XML that leaves the house is written by libxml2's writer, never by printf: KML, Atom, QR codes as SVG. */
#ifndef JCAP_XML_H
#define JCAP_XML_H

#include <stdbool.h>

#include "http/arena.h"
#include "view/columns.h"

/* KML 2.2 (OGC 07-147r2), or a part of it (PART_... of view/columns.h): one placemark per row. `path`s are members of a row. */
struct kml_map {
	const char		*name, *description, *lat, *lon, *url;
	const struct column	*data;	/* ExtendedData */
};
void	kml_write(struct buffer *, const char *title, const json_t *rows, const struct kml_map *, unsigned part);

/*
 * Atom (RFC 4287): one entry per row. Rows need "url" (absolute) made by the caller under `url`; it is the entry's id,
 * too, so it must never change. `summary` is HTML (with its own escaping), `published` may be missing in a row.
 */
struct atom_feed {
	const char	*title, *self, *alternate, *author;	/* absolute URLs */
	const char	*updated;	/* ISO date or date and time */
};
struct atom_map {
	const char	*title, *summary, *url, *published, *updated;	/* members of a row; days or times are ISO */
};
void	atom_write(struct buffer *, const struct atom_feed *, const json_t *rows, const struct atom_map *);

/*
 * Sitemap (sitemaps.org protocol 0.9): pages, or the parts of a sitemap that is too large for one file.
 *   rows   [{"loc": absolute URL, "lastmod": ISO date or absent}], at most 50,000
 */
enum sitemap { SITEMAP_PAGES, SITEMAP_PARTS };
void	sitemap_write(struct buffer *, enum sitemap, const json_t *rows);

/* A QR code (ISO/IEC 18004, error correction M) of a text as SVG. False if the text is too long. */
bool	qr_write(struct buffer *, const char *text, const char *title);

#endif
