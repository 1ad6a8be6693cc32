/*
 * Who is at the other end of a request: only in memory, for the region guess and for fair use, never in a log
 * (domain.md 4.3 no. 7). A proxy of ours is believed about whom it speaks for, nobody else is.
 */
#ifndef JCAP_CLIENT_H
#define JCAP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* A client's network as a number that says nothing about the address; 0: unknown, or a proxy of ours itself. */
typedef uint64_t client_network;

/*
 * The client's address: that of the peer, or, if the peer is a trusted proxy, the last address in X-Forwarded-For that is
 * not one itself.
 *   peer       of the connection
 *   trusted    addresses separated by commas, or NULL
 *   forwarded  the header, or NULL
 *   out        filled in
 * False if there is none or it cannot be read.
 */
bool	client_address(const struct sockaddr *peer, const char *trusted, const char *forwarded, struct sockaddr_storage *out);

/* True if every word of such a list is an address. A name or a prefix ("10.0.0.0/8") is none. */
bool	client_are_addresses(const char *trusted);

/* True if the address is one of the trusted proxies. */
bool	client_is_proxy(const struct sockaddr *, const char *trusted);

/* Makes the key of client_network_of(). Call once, before workers start: their system calls are few. */
void	client_init(void);

/* Any bytes as a number that is never 0, by the key of this run: SipHash, so that nobody outside can tell or aim at it. */
client_network	client_number(const void *bytes, size_t length);

/*
 * The network of an address: an IPv4 address by itself, of IPv6 the first 56 bits, which is what one household or office
 * is given (RIPE-690). Hashed with the key of this run.
 */
client_network	client_network_of(const struct sockaddr *);

#endif
