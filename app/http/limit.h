/*
 * Fair use: what one client network may take of one worker, so that nobody keeps others out. Only in memory and only
 * numbers (http/client.h); a network that asks for nothing any more is forgotten, at the end of the day at the latest.
 * Nobody meets these limits by reading, searching and downloading as people do, not even a large office behind one address.
 */
#ifndef JCAP_LIMIT_H
#define JCAP_LIMIT_H

#include <stdbool.h>

#include "http/client.h"

enum limit_answer {
	LIMIT_FREE,	/* go on */
	LIMIT_BUSY,	/* too much: say so */
	LIMIT_FLOOD,	/* far too much: not even an answer */
};

/* A new connection of a network; each that is not LIMIT_FLOOD is given back by limit_disconnect(). */
enum limit_answer	limit_connect(client_network);
void			limit_disconnect(client_network);

/* A request that needs the database. False if the network has used up what it may ask. */
bool	limit_query(client_network);

/* A large export: it takes a place until limit_export_end(). False if the network or the worker has none left. */
bool	limit_export_begin(client_network);
void	limit_export_end(client_network);

/* Forgets the networks of which nothing needs to be known. Call now and then. */
void	limit_forget(void);

/*
 * What is counted of a network, once a day each and not too much of it: limit_counted() is true if this was, or if it is
 * enough for today; limit_count() remembers it. `what` is any text.
 */
bool	limit_counted(client_network, const char *what);
void	limit_count(client_network, const char *what);

#endif
