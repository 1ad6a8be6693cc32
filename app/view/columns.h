/*
 * One list of columns feeds CSV, GeoJSON and KML: which members of a row are told outside, under which names.
 */
#ifndef JCAP_COLUMNS_H
#define JCAP_COLUMNS_H

#include <jansson.h>

struct column {
	const char	*key;		/* property name in GeoJSON; NULL ends a list */
	const char	*header;	/* German heading in CSV and KML */
	const char	*path;		/* dotted path in a row, e.g. "site.city" */
};

/* The member at a dotted path, or NULL. */
const json_t	*column_value(const json_t *row, const char *path);

#endif
