/*
 * Addresses that mean one of ours but are not spelt like it: tracking parameters that others append to links, and slashes
 * too many. What is left after cleaning is judged as always; only if it means something, serve.c redirects to it.
 */
#ifndef JCAP_CLEAN_H
#define JCAP_CLEAN_H

#include "http/arena.h"
#include "http/route.h"

/* True if the decoded name is a tracking parameter of the table in clean.c; upper and lower case alike. */
bool	clean_is_tracking(const char *name);

/*
 * The path with each run of slashes as one and without slashes at its end ("/" stays): "//suche/" is "/suche".
 * In the arena; the same bytes if there is nothing to clean.
 */
const char	*clean_path(struct arena *, const char *path);

/*
 * The query string ("" or NULL: none) without tracking parameters; what stays, stays byte by byte. Sets *dropped if
 * something went. In the arena.
 */
const char	*clean_query(struct arena *, const char *query, bool *dropped);

/* The query string without all that is not in `inputs` (may be NULL: nothing is). In the arena. */
const char	*clean_undeclared(struct arena *, const struct input *inputs, const char *query);

#endif
