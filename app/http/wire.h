/*
 * The guard between the wire and Kore. Kore 4.1 reads bodies nobody asked for as the next request, copies without end what
 * goes on after a body, loses pipelined requests and cuts off replies that take long (kore.md 5-8, 17-22). So a connection
 * is read and written here: Kore is given one request at a time, in a head written anew (http/head.h), exactly as much body
 * as was announced, and nothing more until the reply has gone out.
 */
#ifndef JCAP_WIRE_H
#define JCAP_WIRE_H

#include <stdbool.h>

#include "http/client.h"

struct connection;	/* Kore's */
struct problem;

/* Watches the connections of this worker. Call once in each. */
void	wire_start(void);

/* Kore's callback for a new connection, named in conf/kore.conf.in. */
void	wire_begin(struct connection *);

/* Why the request that Kore is given now stands for one that was refused, or NULL. The connection ends with the reply. */
const struct problem	*wire_refusal(struct connection *);

/* The house is through with the request of this connection: its reply is sent, then the next one is read. */
void	wire_done(struct connection *);

/*
 * Bytes of a reply that is written in pieces. They are copied and sent as far as the client takes them. False while some
 * wait: the request that sleeps is woken when they are gone.
 */
bool	wire_send(struct connection *, const void *data, size_t length);

#endif
