#include "http/negotiate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char	*suffix;
	const char	*media_type;
	const char	*content_type;
} views[VIEW_COUNT] = {
	[VIEW_HTML] = { ".html", "text/html", "text/html; charset=utf-8" },
	[VIEW_JSON] = { ".json", "application/json", "application/json" },
	[VIEW_GEOJSON] = { ".geojson", "application/geo+json", "application/geo+json" },
	[VIEW_CSV] = { ".csv", "text/csv", "text/csv; charset=utf-8; header=present" },
	[VIEW_KML] = { ".kml", "application/vnd.google-earth.kml+xml", "application/vnd.google-earth.kml+xml" },
	[VIEW_ATOM] = { ".atom", "application/atom+xml", "application/atom+xml; charset=utf-8" },
	[VIEW_VCF] = { ".vcf", "text/vcard", "text/vcard; charset=utf-8" },
	[VIEW_SVG] = { ".svg", "image/svg+xml", "image/svg+xml" },
	[VIEW_TEXT] = { ".txt", "text/plain", "text/plain; charset=utf-8" },
	[VIEW_XML] = { ".xml", "application/xml", "application/xml; charset=utf-8" },
};

enum view
view_by_suffix(const char *suffix)
{
	enum view view;

	for (view = 0; view < VIEW_COUNT; view++)
		if (strcmp(suffix, views[view].suffix + 1) == 0)
			return view;
	return VIEW_COUNT;
}

const char *
view_suffix(enum view view)
{
	return views[view].suffix + 1;
}

const char *
view_dot_suffix(enum view view)
{
	return views[view].suffix;
}

const char *
view_content_type(enum view view)
{
	return views[view].content_type;
}

const char *
view_media_type(enum view view)
{
	return views[view].media_type;
}

/* One element of a comma-separated header list with its q value; moves *list on. False at the end. */
static bool
next_element(const char **list, const char **token, size_t *length, double *q)
{
	const char *s = *list, *end, *p;

	s += strspn(s, " \t,");
	if (*s == '\0')
		return false;
	end = s + strcspn(s, ",");
	*token = s;
	*length = strcspn(s, ";,");
	while (*length > 0 && (s[*length - 1] == ' ' || s[*length - 1] == '\t'))
		(*length)--;
	*q = 1.0;
	for (p = s; p < end && (p = memchr(p, ';', (size_t)(end - p))) != NULL; p++) {
		const char *parameter = p + 1 + strspn(p + 1, " \t");

		if (strncasecmp(parameter, "q=", 2) == 0)
			*q = strtod(parameter + 2, NULL);
	}
	*list = end;
	return true;
}

/* How specific an Accept element names the media type: 3 exact, 2 type, 1 anything, 0 not at all. */
static int
specificity(const char *token, size_t length, const char *media_type)
{
	const char *slash = strchr(media_type, '/');
	size_t type = (size_t)(slash - media_type) + 1;

	if (length == 3 && strncmp(token, "*/*", 3) == 0)
		return 1;
	if (length == type + 1 && strncasecmp(token, media_type, type) == 0 && token[length - 1] == '*')
		return 2;
	if (length == strlen(media_type) && strncasecmp(token, media_type, length) == 0)
		return 3;
	return 0;
}

/* The q value that an Accept header gives a media type: that of the most specific element. */
static double
quality(const char *accept, const char *media_type)
{
	const char *token;
	size_t length;
	double q, best_q = 0.0;
	int best = 0;

	while (next_element(&accept, &token, &length, &q)) {
		int s = specificity(token, length, media_type);

		if (s > best) {
			best = s;
			best_q = q;
		}
	}
	return best_q;
}

enum view
negotiate_view(const char *accept, unsigned offered)
{
	enum view view, best = VIEW_COUNT;
	double best_q = 0.0;

	for (view = 0; view < VIEW_COUNT; view++) {
		double q;

		if (!(offered & VIEW_BIT(view)))
			continue;
		q = accept != NULL ? quality(accept, views[view].media_type) : 1.0;
		if (q > best_q) {
			best_q = q;
			best = view;
		}
	}
	return best;
}

bool
negotiate_wants_json(const char *accept)
{
	double json, problem;

	if (accept == NULL)
		return false;
	json = quality(accept, "application/json");
	problem = quality(accept, "application/problem+json");
	return (json > problem ? json : problem) > quality(accept, "text/html");
}

enum encoding
negotiate_encoding(const char *accept_encoding)
{
	const char *token;
	size_t length;
	double q;
	bool gzip = false, brotli = false;

	if (accept_encoding == NULL)
		return ENCODING_IDENTITY;
	while (next_element(&accept_encoding, &token, &length, &q)) {
		if (length == 4 && strncasecmp(token, "gzip", 4) == 0)
			gzip = q > 0.0;
		else if (length == 2 && strncasecmp(token, "br", 2) == 0)
			brotli = q > 0.0;
	}
	return brotli ? ENCODING_BROTLI : gzip ? ENCODING_GZIP : ENCODING_IDENTITY;
}

const char *
encoding_name(enum encoding encoding)
{
	return encoding == ENCODING_GZIP ? "gzip" : encoding == ENCODING_BROTLI ? "br" : NULL;
}
