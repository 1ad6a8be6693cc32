/*
 * Replies of one worker to anonymous GET requests. Forgotten all at once when the directory changes (NOTIFY) or the
 * day ends; the least recently used go first when the space of config.cache_bytes is full. When the database is away
 * the cache goes on serving.
 */
#ifndef JCAP_CACHE_H
#define JCAP_CACHE_H

#include "http/arena.h"
#include "http/body.h"

/* A mark of the state that a reply is computed from; take it before the query, give it to cache_put(). */
struct cache_mark {
	unsigned long long	 epoch;
};

struct cache_mark	 cache_mark(void);
/* The body kept under this key or NULL. Borrowed: take a reference to keep it beyond the current call. */
struct body	*cache_get(const char *key);
/* Keeps a body (takes its own reference), unless anything was forgotten since the mark. */
void		 cache_put(const char *key, struct body *, struct cache_mark);
/* A new version of the directory: forgets everything if it differs from the last one. */
void		 cache_version(long long version);
/*
 * A weak ETag of everything that the present version of the directory and the present day say, in one representation
 * (`view` and `encoding` are names; NULL: none); NULL while the version is not known, or if it is another than at the mark. In the arena.
 */
const char	*cache_tag(struct arena *, struct cache_mark, const char *view, const char *encoding);

#endif
