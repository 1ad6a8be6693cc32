/* GeoJSON, RFC 7946: WGS 84, longitude first. */
#ifndef JCAP_GEOJSON_H
#define JCAP_GEOJSON_H

#include "http/arena.h"
#include "view/columns.h"

/*
 * A FeatureCollection, or a part of it, with one feature per row.
 *   id_path            member that names the feature
 *   lat_path, lon_path members in degrees; a row without them has geometry null
 *   members            further members of the collection (an object, borrowed) or NULL
 */
void	geojson_write(struct buffer *, const struct column *, const json_t *rows, const char *id_path,
	    const char *lat_path, const char *lon_path, const json_t *members, unsigned part);

#endif
