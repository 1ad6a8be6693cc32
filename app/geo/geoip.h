/*
 * A guess where a visitor is, from the address alone, by a local database (libmaxminddb). It only prefills a field,
 * is never logged and never kept beyond the request. Without a database there is no guess.
 */
#ifndef JCAP_GEOIP_H
#define JCAP_GEOIP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/*
 * Opens the file (NULL: no guess). It is copied into memory that nobody can change any more and looked through, so that what
 * happens to the file later, or is wrong inside it, never reaches a request. False with a German line on stderr if it cannot
 * be used; there is no guess then. To be called before workers start: they share the copy.
 */
bool	geoip_open(const char *file);
void	geoip_close(void);
bool	geoip_is_on(void);

/*
 * The city (or, if unknown, the Land) for an address in Germany, as text for the place field.
 * Returns false when nothing is known. `out` is NUL-terminated UTF-8.
 */
bool	geoip_guess(const struct sockaddr *address, char *out, size_t size);

#endif
