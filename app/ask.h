/* A request asks the database: it sleeps in Kore until the answer is there, or its client has gone. */
#ifndef JCAP_ASK_H
#define JCAP_ASK_H

#include <stdbool.h>

#include "db/pool.h"
#include "http/request.h"

/*
 * Sends a statement (by name) with the request's parameters on its way and puts the request to sleep. The answer comes as
 * REQUEST_RESULT with db_status, db_text and db_length; the text lives in request->answer until ask_forget().
 * False if the queue is full: nothing was asked.
 */
bool	ask(struct request *, const char *statement, enum db_lane);

/* Frees the last answer and what was kept with it. */
void	ask_forget(struct request *);

#endif
