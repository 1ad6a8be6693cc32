/*
 * One request on its way through the house. Lives from the first look at it until Kore frees it; its memory is one
 * arena.
 */
#ifndef JCAP_REQUEST_H
#define JCAP_REQUEST_H

#include <jansson.h>
#include <stdbool.h>

#include "http/arena.h"
#include "http/cache.h"
#include "http/client.h"
#include "http/input.h"
#include "http/route.h"

#define REQUEST_BINDINGS	16

struct http_request;	/* Kore's */
struct db_job;

enum request_state {
	REQUEST_NEW,		/* nothing decided yet */
	REQUEST_WAITING,	/* asleep in Kore, `job` is with the database */
	REQUEST_RESULT,		/* awake, `job` is NULL, the database's answer is in `db_*` */
	REQUEST_DRAINING,	/* asleep until the client has taken what was sent of a large reply */
	REQUEST_BROKEN,		/* a large reply cannot be ended: the connection is cut (http/wire.c: by a reset) */
	REQUEST_REPLIED,	/* a reply was given to Kore */
};

struct stream;

struct request {
	struct arena		 arena;
	struct arena		 answer;	/* of the database's last answer (ask.h) */
	enum request_state	 state;
	struct http_request	*http;
	const struct route	*route;		/* NULL: none matched */
	enum view		 view;
	enum view		 suffix;	/* the view that the address names, or VIEW_COUNT */
	enum encoding		 encoding;
	bool			 wants_json;	/* errors as problem+json */
	struct value		*values;	/* parallel to route->inputs */
	struct { const char *name, *value; } bindings[REQUEST_BINDINGS];
	int			 binding_count;
	const char		*vary;		/* what the reply depends on beside the URL, or NULL */
	bool			 transient;	/* the reply must not be cached */
	const char		*moved_to;	/* canonical address of what was asked for in another spelling, or NULL */
	struct cache_mark	 mark;
	unsigned		 part;		/* what represent() writes: PART_... of view/columns.h */
	struct stream		*stream;	/* a large reply under way, or NULL */
	bool			 network_known;
	client_network		 network;	/* request_network() */
	struct db_job		*job;
	const char *const	*params;
	int			 db_status;
	const char		*db_text;
	size_t			 db_length;
};

/* First checked value of an input, its fallback, or NULL. */
const char	*request_value(const struct request *, const char *name);
/* All checked values of an input; never NULL for a declared name. */
const struct value	*request_values(const struct request *, const char *name);
/* True if the client gave the input. */
bool		 request_given(const struct request *, const char *name);
/* Offers a further parameter to the statement; `value` (or NULL) must live as long as the request. */
void		 request_bind(struct request *, const char *name, const char *value);

/* The network the request comes from, for fair use; 0 if it is not known. */
client_network	 request_network(struct request *);

enum change_kind { CHANGE_SET, CHANGE_ADD, CHANGE_REMOVE, CHANGE_DROP };

/* A change to the inputs of the present URL: set to one value, add one, remove one, drop all. */
struct change {
	enum change_kind	 kind;
	const char		*name;
	const char		*value;
};

/*
 * The canonical path and query of this request with changes applied, in the given view (VIEW_HTML: no suffix).
 * Relative to the host, in the arena.
 */
const char	*request_url(struct request *, enum view, const struct change *, size_t changes);
/* A path with the base URL of the configuration in front. */
const char	*request_absolute(struct request *, const char *path);
/* Name of the cached reply: view, canonical URL and what else it varies by. */
const char	*request_cache_key(struct request *);

/* The request's parameters for a statement, in its order; a repeated input becomes an array literal. */
const char *const	*request_params(struct request *, const char *const *names, int count);

#endif
