/* HTML pages and error replies: templates with what every page knows around the document. */
#ifndef JCAP_PAGE_H
#define JCAP_PAGE_H

#include <jansson.h>
#include <stdbool.h>

#include "http/problem.h"
#include "http/request.h"

/* Reads the manifest of the built assets and prepares what all pages share. False with a line on stderr. */
bool	page_init(void);
/* Renders the route's template with the document (or NULL) into `out`. */
void	page_render(struct request *, const json_t *document, struct buffer *out);
/* A problem as RFC 9457 has it, with the field and its help as extension members. A new reference. */
json_t	*page_problem_document(struct request *, const struct problem_at *);
/* Answers with a problem: a German page, or problem+json (RFC 9457) for machines. */
void	page_problem(struct request *, const struct problem_at *);
/* The same for a problem that concerns no input. */
void	page_fail(struct request *, const struct problem *);

/* The template of the sentences that say what the page of a template shows, "about_NAME"; or NULL. */
const struct template	*page_about(const char *name);

#endif
