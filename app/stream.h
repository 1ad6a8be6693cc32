/*
 * Large replies in pieces. A document may name what is still missing in its member "pieces", a list of texts; each of them goes, unread, as
 * parameter :piece to the statement that the route names, and the rows of that document are written behind those before.
 * The next piece is asked for when the client has taken the last one: a worker holds one piece of each export, however
 * large it is and however slow the reader, and the database is asked for a moment at a time.
 */
#ifndef JCAP_STREAM_H
#define JCAP_STREAM_H

#include <jansson.h>
#include <stdbool.h>

#include "http/request.h"

/*
 * Takes the pieces out of a document. If there are any, begins the reply with the rows that the document has (or refuses it)
 * and returns true: the request then sleeps between pieces. Borrows the document.
 */
bool	stream_begin(struct request *, json_t *document);
/* Goes on after a wake-up. False if the connection must be broken, since the rest cannot be had. */
bool	stream_go_on(struct request *);
/* The request ends, whole or not. */
void	stream_end(struct request *);

#endif
