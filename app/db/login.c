#include "db/login.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/statement.h"
#include "http/config.h"

#define CONNECT_TIMEOUT	"5"	/* seconds */

bool
login_is_unverified(const char *address, const char *sslmode)
{
	if (*address == '\0' || strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0)
		return false;
	return sslmode == NULL || strcmp(sslmode, "verify-full") != 0;
}

static void
warn_if_unverified(PGconn *conn)
{
	PQconninfoOption *options = PQconninfo(conn), *option;
	const char *sslmode = NULL, *address = PQhostaddr(conn);

	for (option = options; option != NULL && option->keyword != NULL; option++)
		if (strcmp(option->keyword, "sslmode") == 0)
			sslmode = option->val;
	if (login_is_unverified(address != NULL ? address : "", sslmode))
		fprintf(stderr, "Achtung: Der Dienst spricht über das Netz mit der Datenbank, ohne zu prüfen, ob sie die richtige ist. Bitte "
		    "in JCAP_DATABASE_URL und DATABASE_URL sslmode=verify-full und sslrootcert=DATEI angeben.\n");
	PQconninfoFree(options);
}

/* Runs check_login: one row with what the login may do too much, or none. */
static bool
is_harmless(PGconn *conn)
{
	const struct statement *statement = statement_find("check_login");
	PGresult *result = PQexecParams(conn, statement->sql, 0, NULL, NULL, NULL, NULL, 0);
	bool answered = PQresultStatus(result) == PGRES_TUPLES_OK;
	bool ok = answered && PQntuples(result) == 0;

	if (!answered)
		fprintf(stderr, "Die Datenbank sagt nicht, welche Rechte die Anmeldung hat: %s", PQresultErrorMessage(result));
	else if (!ok)
		fprintf(stderr, "%s\n", PQgetvalue(result, 0, 0));
	PQclear(result);
	return ok;
}

bool
login_check(void)
{
	const char *keywords[] = { "dbname", "connect_timeout", "application_name", "client_encoding", NULL };
	const char *values[] = { config.database_url, CONNECT_TIMEOUT, "jcap", "UTF8", NULL };
	PGconn *conn = PQconnectdbParams(keywords, values, 1);
	const char *password = PQpass(conn);
	bool ok = true;

	if (password != NULL && *password != '\0')
		config.database_password = strdup(password);
	if (PQstatus(conn) == CONNECTION_OK) {
		warn_if_unverified(conn);
		ok = is_harmless(conn);
	} else {
		fprintf(stderr, "Die Datenbank ist noch nicht erreichbar; der Dienst versucht es weiter. %s", PQerrorMessage(conn));
	}
	PQfinish(conn);
	return ok;
}
