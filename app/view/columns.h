/*
 * One list of columns feeds CSV, GeoJSON and KML: which members of a row are told outside, under which names.
 */
#ifndef JCAP_COLUMNS_H
#define JCAP_COLUMNS_H

#include <jansson.h>

/* A large table is written in parts: the first with what stands before the rows, the last with what stands behind. */
#define PART_FIRST	1u
#define PART_LAST	2u
#define PART_WHOLE	(PART_FIRST | PART_LAST)

struct column {
	const char	*key;		/* property name in GeoJSON; NULL ends a list */
	const char	*header;	/* German heading in CSV and KML */
	const char	*path;		/* dotted path in a row, e.g. "site.city" */
};

/* The member at a dotted path, or NULL. */
const json_t	*column_value(const json_t *row, const char *path);

#endif
