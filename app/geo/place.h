/*
 * What somebody typed as a place, read before the database is asked: a postcode, the beginning of one, coordinates,
 * or a name. The folding of names (umlauts, "St.") is the database's affair: geo.fold_name.
 */
#ifndef JCAP_PLACE_H
#define JCAP_PLACE_H

#include <stdbool.h>

enum place_kind { PLACE_NAME, PLACE_POSTCODE, PLACE_POSTCODE_PREFIX, PLACE_POINT };

struct place_query {
	enum place_kind	 kind;
	char		 postcode[6];	/* digits, for the two postcode kinds */
	double		 lat, lon;	/* degrees WGS 84, for PLACE_POINT */
};

/*
 * Reads `text` (UTF-8, trimmed). Five digits standing alone anywhere are a postcode ("D-20357", "20357 Hamburg",
 * "Am Markt 5, 36037 Fulda"; "36 037" too), one to four digits
 * the beginning of one, two numbers separated by a comma or a blank are lat, lon (decimal comma allowed when the
 * separator is ";" or blank). Everything else is a name.
 * Returns false for coordinates that are no place on Earth.
 */
bool		 place_parse(const char *text, struct place_query *);
/* "name", "postcode", "postcode_prefix", "point" */
const char	*place_kind_name(enum place_kind);

#endif
