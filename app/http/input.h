/*
 * Declared inputs: nothing that a client sends reaches a page before it was checked against the route's list.
 */
#ifndef JCAP_INPUT_H
#define JCAP_INPUT_H

#include "http/arena.h"
#include "http/problem.h"
#include "http/route.h"

#define INPUT_VALUES	40	/* of one repeated input */

struct value {
	size_t		 count;
	const char	**items;	/* checked and in canonical spelling; INPUT_VALUES places */
	bool		 given;		/* false: `items` holds the fallback, if any */
};

/*
 * Reads path captures and the query string ("" or NULL: none) against the declared inputs.
 *   values   one per declared input, in the same order
 * Empty values count as absent (forms without JavaScript send them). Returns true, or false with *problem set.
 */
bool	input_read(struct arena *, const struct input *inputs, const struct capture captures[ROUTE_CAPTURES],
	    const char *query, struct value *values, struct problem_at *problem);

/*
 * The canonical query string: given inputs in declared order, fallbacks left out, without "?". Path inputs
 * (named in `pattern`) are left out.
 */
void	input_canonical(struct buffer *, const char *pattern, const struct input *inputs, const struct value *values);

/* True if the input stands in the path. */
bool	input_in_path(const char *pattern, const char *name);
size_t	input_count(const struct input *inputs);
/* Index of the named input, or -1. */
int	input_index(const struct input *inputs, const char *name);

#endif
