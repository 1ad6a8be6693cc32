#include "geo/place.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *
place_kind_name(enum place_kind kind)
{
	static const char *const names[] = { "name", "postcode", "postcode_prefix", "point" };

	return names[kind];
}

/* Reads a decimal number with point, or comma if allowed. Returns the first byte after it, or NULL. */
static const char *
read_degrees(const char *text, bool comma, double *out)
{
	char copy[24];
	size_t n = 0;
	bool digits = false, mark = false;

	while (n < sizeof(copy) - 1) {
		char c = text[n];

		if (isdigit((unsigned char)c))
			digits = true;
		else if ((c == '.' || (c == ',' && comma)) && !mark)
			mark = true;
		else if (!((c == '-' || c == '+') && n == 0))
			break;
		copy[n++] = c == ',' ? '.' : c;
	}
	if (!digits || isdigit((unsigned char)text[n]))
		return NULL;
	copy[n] = '\0';
	*out = strtod(copy, NULL);
	return text + n;
}

/* "50.1,8.6", "50.1, 8.6", "50.1 8.6", "50,1; 8,6" */
static bool
read_point(const char *text, bool comma, double *lat, double *lon)
{
	const char *p = read_degrees(text, comma, lat);
	size_t blanks;

	if (p == NULL)
		return false;
	blanks = strspn(p, " ");
	p += blanks;
	if (*p == ';' || (*p == ',' && !comma)) {
		p++;
		p += strspn(p, " ");
	} else if (blanks == 0) {
		return false;
	}
	p = read_degrees(p, comma, lon);
	return p != NULL && *p == '\0';
}

/* The first group of exactly five digits, not part of a longer number or word. NULL if there is none. */
static const char *
find_postcode(const char *text)
{
	const char *p = text;

	while (*p != '\0') {
		size_t n = strspn(p, "0123456789");
		bool starts_word = p == text || strchr(" ,;(-", p[-1]) != NULL;

		if (n == 5 && starts_word && (p[n] == '\0' || strchr(" ,;)", p[n]) != NULL))
			return p;
		p += n > 0 ? n : 1;
	}
	return NULL;
}

/* "36 037": five digits and blanks, nothing else. */
static bool
spaced_postcode(const char *text, char out[6])
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ')
			continue;
		if (!isdigit((unsigned char)*text) || n == 5)
			return false;
		out[n++] = *text;
	}
	out[n] = '\0';
	return n == 5;
}

bool
place_parse(const char *text, struct place_query *query)
{
	const char *postcode;
	size_t n;

	memset(query, 0, sizeof(*query));
	if ((postcode = find_postcode(text)) != NULL) {
		query->kind = PLACE_POSTCODE;
		memcpy(query->postcode, postcode, 5);
		return true;
	}
	if (spaced_postcode(text, query->postcode)) {
		query->kind = PLACE_POSTCODE;
		return true;
	}
	memset(query->postcode, 0, sizeof(query->postcode));
	postcode = text + (strncasecmp(text, "D-", 2) == 0 ? 2 : 0);
	n = strspn(postcode, "0123456789");
	if (n >= 1 && n <= 4 && postcode[n] == '\0') {
		query->kind = PLACE_POSTCODE_PREFIX;
		memcpy(query->postcode, postcode, n);
		return true;
	}
	if (read_point(text, false, &query->lat, &query->lon) || read_point(text, true, &query->lat, &query->lon)) {
		query->kind = PLACE_POINT;
		return fabs(query->lat) <= 90.0 && fabs(query->lon) <= 180.0;
	}
	query->kind = PLACE_NAME;
	return true;
}
