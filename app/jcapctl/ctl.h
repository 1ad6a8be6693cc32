/* jcapctl, the operator's command-line tool. Every command prints plain German and returns 0, or 1 after a message. */
#ifndef JCAP_CTL_H
#define JCAP_CTL_H

#include <stdbool.h>
#include <libpq-fe.h>

struct ctl {
	PGconn	*conn;	/* as the owner (JCAP_DATABASE_URL); NULL for commands that need none */
};

int	cmd_migrate(struct ctl *, int argc, char **argv);
int	cmd_import_regions(struct ctl *, int argc, char **argv);
int	cmd_url(struct ctl *, int argc, char **argv);
int	cmd_web_login(struct ctl *, int argc, char **argv);

/*
 * Runs a statement of sql/queries with text parameters (may be NULL if it has none). Returns its result, which the
 * caller clears, or NULL after printing what the database said.
 */
PGresult	*ctl_run(struct ctl *, const char *statement, const char *const *params);
/* Runs a statement whose result does not matter. */
bool	ctl_do(struct ctl *, const char *statement, const char *const *params);

#endif
