/* Who the service signs in to the database as: a login that can become the owner is refused. */
#ifndef JCAP_LOGIN_H
#define JCAP_LOGIN_H

#include <stdbool.h>

/*
 * For the parent, before workers start. Signs in once, refuses a login with more rights than the web role's (see
 * sql/queries/check_login.sql), warns of a remote database whose identity is not checked, and keeps the password libpq found
 * in config.database_password: workers run as another user and cannot read the passfile. False with a German line on stderr.
 * A database that is away is told and no reason to stay away too: each connection asks the same before it serves (pool.c).
 */
bool	login_check(void);

/* True if a connection to this address ("" for a unix socket), made with this sslmode, would not notice an impostor. */
bool	login_is_unverified(const char *address, const char *sslmode);

#endif
