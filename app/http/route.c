#include "http/route.h"

#include <string.h>

#include "http/negotiate.h"

/* Matches a pattern against path[0..length). A capture takes one non-empty segment. */
static bool
matches(const char *pattern, const char *path, size_t length, struct capture captures[ROUTE_CAPTURES])
{
	const char *end = path + length;
	size_t n = 0;

	while (*pattern != '\0') {
		if (*pattern == ':') {
			size_t name = strcspn(pattern + 1, "/");
			const char *stop = memchr(path, '/', (size_t)(end - path));

			if (stop == NULL)
				stop = end;
			if (stop == path || n == ROUTE_CAPTURES)
				return false;
			captures[n].name = pattern + 1;
			captures[n].name_length = name;
			captures[n].text = path;
			captures[n].length = (size_t)(stop - path);
			n++;
			pattern += 1 + name;
			path = stop;
		} else {
			if (path == end || *path != *pattern)
				return false;
			path++;
			pattern++;
		}
	}
	return path == end;
}

static const struct route *
lookup(const char *path, size_t length, struct capture captures[ROUTE_CAPTURES])
{
	const struct route *route;

	for (route = routes; route->pattern != NULL; route++) {
		memset(captures, 0, sizeof(struct capture) * ROUTE_CAPTURES);
		if (matches(route->pattern, path, length, captures))
			return route;
	}
	return NULL;
}

const struct route *
route_find(const char *path, enum view *view, struct capture captures[ROUTE_CAPTURES])
{
	const char *dot = strrchr(path, '.');
	const struct route *route;

	*view = VIEW_COUNT;
	/* A suffix that names a view of the route wins; "/openapi.json" and assets are routes by their whole name. */
	if (dot != NULL && strchr(dot, '/') == NULL) {
		enum view suffix = view_by_suffix(dot + 1);

		if (suffix != VIEW_COUNT && suffix != VIEW_HTML) {
			route = lookup(path, (size_t)(dot - path), captures);
			if (route != NULL && route->views & VIEW_BIT(suffix)) {
				*view = suffix;
				return route;
			}
		}
	}
	return lookup(path, strlen(path), captures);
}

const char *
route_suffix(const struct route *route, enum view view)
{
	if (view == VIEW_HTML || route_names_format(route))
		return "";
	return view_dot_suffix(view);
}

bool
route_names_format(const struct route *route)
{
	return strchr(route->pattern, '.') != NULL;
}

bool
route_for_programs(unsigned views)
{
	return views != 0 && !(views & (VIEW_BIT(VIEW_HTML) | VIEW_BIT(VIEW_SVG)));
}
