/*
 * A guess where a visitor is, from the address alone, by a local database (libmaxminddb). It only prefills a field,
 * is never logged and never kept beyond the request. Without a database there is no guess.
 */
#ifndef JCAP_GEOIP_H
#define JCAP_GEOIP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Opens the file (NULL: no guess). False with a German line on stderr if the file cannot be used. */
bool	geoip_open(const char *file);
void	geoip_close(void);
bool	geoip_is_on(void);

/*
 * The city (or, if unknown, the Land) for an address in Germany, as text for the place field.
 * Returns false when nothing is known. `out` is NUL-terminated UTF-8.
 */
bool	geoip_guess(const struct sockaddr *address, char *out, size_t size);

#endif
