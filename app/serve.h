/*
 * The one way through the house:
 * request -> route -> declared inputs -> (cache) -> one statement -> one document -> one view -> reply.
 */
#ifndef JCAP_SERVE_H
#define JCAP_SERVE_H

#include <stdbool.h>

struct http_request;

/* Checks that every statement and template the routes name exists. False with a line on stderr. */
bool	serve_check(void);

/* Kore's handler for every path. Called again when the database has answered. */
int	serve(struct http_request *);

#endif
