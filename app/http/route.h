/*
 * Routes and inputs as data. The one table is app/routes.c; 404, 405, HEAD, OPTIONS, the OpenAPI description
 * and the route tests come from it.
 */
#ifndef JCAP_ROUTE_H
#define JCAP_ROUTE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct buffer;
struct problem_at;
struct request;

enum view {
	VIEW_HTML, VIEW_JSON, VIEW_GEOJSON, VIEW_CSV, VIEW_KML, VIEW_ATOM, VIEW_VCF, VIEW_SVG, VIEW_TEXT,
	VIEW_XML,
	VIEW_COUNT
};
#define VIEW_BIT(view)	(1u << (view))

enum input_type {
	INPUT_TEXT,	/* free text, at most `max` characters, no control characters */
	INPUT_NUMBER,	/* whole number from `min` to `max` */
	INPUT_CHOICE,	/* one of `choices` */
	INPUT_CODE,	/* code of a controlled list ([a-z0-9_], at most 40); the statement knows which exist */
	INPUT_STANDARD,	/* code of a standard: one letter, two digits */
	INPUT_SLUG,	/* [a-z0-9-], at most 100 */
	INPUT_AGS,	/* key of a Kreis: five digits */
	INPUT_STATE,	/* code of a Land: two letters */
};

struct input {
	const char		*name;		/* in the query or in the path; NULL ends a list of inputs */
	enum input_type		 type;
	bool			 repeated;	/* may be given several times */
	bool			 required;
	bool			 names_part;	/* of what is told in parts: a number without a part is 404, as a path without an entry */
	long			 min, max;
	const char		*const *choices;	/* NULL-terminated; INPUT_CHOICE only */
	const char		*fallback;	/* value when absent, or NULL */
	const char		*label;		/* German name of the field */
	const char		*help;		/* German: what may be entered */
};

enum cache_class {
	CACHE_NONE,		/* never kept */
	CACHE_DIRECTORY,	/* kept in the worker until the directory changes or the day ends */
	CACHE_IMMUTABLE,	/* named by content: kept by everyone for a year */
};

struct route {
	const char		*pattern;	/* "/anbieter/:slug"; a segment ":name" is a path input */
	const char		*title;		/* German, for the OpenAPI description and as title of pages */
	unsigned		 views;		/* VIEW_BIT()s; the lowest bit answers "no wish"; 0: `answer` decides */
	enum cache_class	 cache;
	const struct input	*inputs;	/* path and query inputs, or NULL */
	const char		*statement;	/* name of the file in sql/queries, or NULL */
	const char		*pieces;	/* statement that gives the rows behind those of a large document (stream.h), or NULL */
	const char		*template;	/* name of the file in assets/templates, or NULL */
	const char		*media;		/* media type of a route with `answer`; NULL: many (the assets) */
	bool			 unlisted;	/* nothing to be found by search engines: noindex, not in the sitemap */
	const char		*leads_to;	/* pattern of the route that answers here too, at its own address; or NULL */
	const char		*nav;		/* template flag of the navigation entry, e.g. "nav_suche", or NULL */

	/*
	 * Optional: derives further statement parameters from the inputs (request_bind) and says what else the reply
	 * depends on (request->vary). False with a problem if the inputs together make no sense.
	 */
	bool	(*prepare)(struct request *, struct problem_at *);
	/* Optional: binds what is needed only when the database is asked, not for what is kept. */
	void	(*before_query)(struct request *);
	/* Optional: adds what only the outside knows (links, title) to the document, before any view sees it. */
	void	(*decorate)(struct request *, json_t *document);
	/* Writes the views other than HTML and JSON, or request->part of them; needed by routes that offer them. */
	void	(*represent)(struct request *, const json_t *document, struct buffer *out);
	/* Routes without statement and template answer by themselves; false: there is nothing of that name (404). */
	bool	(*answer)(struct request *);
};

/* All routes, ended by one with pattern NULL. */
extern const struct route routes[];

/*
 * Finds the route for a path (undecoded, without query).
 *   path      "/anbieter/beispiel.json"
 *   view      set to the view that a suffix names, or to VIEW_COUNT when there is none
 *   captures  filled with the path inputs in order of the pattern: start and length in `path`
 * Returns the route or NULL.
 */
struct capture {
	const char	*name;
	size_t		 name_length;
	const char	*text;
	size_t		 length;
};
#define ROUTE_CAPTURES	2
const struct route	*route_find(const char *path, enum view *view, struct capture captures[ROUTE_CAPTURES]);

/*
 * How the address of a view ends: ".geojson", ... or "" for HTML and for patterns that name their format themselves.
 * Static text.
 */
const char	*route_suffix(const struct route *, enum view);

/* "/robots.txt": an address that names its format is not asked what it would like to be. */
bool	route_names_format(const struct route *);

/* Errors of an address that never gives something to look at are for programs. `views`: what it can give; 0: files. */
bool	route_for_programs(unsigned views);

#endif
