/*
 * Mustache, the part the house uses: {{x}} {{a.b}} {{.}} {{#x}} {{^x}} {{/x}} {{! }} {{> partial}}, escaping always,
 * plus formatters {{x|number}}, {{x|date}}, {{x|km}}, {{x|url}}, {{x|tel}}. It follows the official suite
 * (tests/unit/test_mustache.c); what it leaves out is refused. No tag is unescaped. Templates are files in assets/templates,
 * embedded at build, compiled once in the parent process.
 */
#ifndef JCAP_TEMPLATE_H
#define JCAP_TEMPLATE_H

#include <jansson.h>
#include <stdbool.h>

#include "http/arena.h"

struct template_source {
	const char	*name;
	const char	*text;
};

/* All sources, ended by one with name NULL (made by view/embed.awk). */
extern const struct template_source template_sources[];

struct template;

/*
 * Compiles a template and the partials it names, found in `sources`. Returns NULL and a message (static memory) for
 * a mistake: unknown tag or partial, section not closed, recursion. Free with template_free().
 */
struct template	*template_compile(const struct template_source *sources, const char *name, const char **message);
void		 template_free(struct template *);

/*
 * Renders with a context stack: names are looked for in open sections from the inside out, then in `globals`, then in
 * `document` (either may be NULL): what every page knows, such as `page`, cannot be hidden by a document's own member.
 * {{#has_x}} asks whether the list x has elements. Falsy for sections: missing, false, null, "", empty list. A list
 * repeats; an object or another value opens a scope.
 */
void		 template_render(const struct template *, const json_t *document, const json_t *globals, struct buffer *);

/*
 * The same as plain text, nothing escaped: for replies of type text/plain, and for a text that becomes a value of a page
 * and is escaped there. Never for markup.
 */
void		 template_render_plain(const struct template *, const json_t *document, const json_t *globals, struct buffer *);

/* Compiles all templates of the program; false and a line on stderr for a mistake. */
bool		 template_load_all(void);
/* A loaded template, or NULL. */
const struct template	*template_find(const char *name);

#endif
