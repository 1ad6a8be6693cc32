/* The statements of sql/queries, embedded at build (app/db/embed.awk). No other SQL exists in the service. */
#ifndef JCAP_STATEMENT_H
#define JCAP_STATEMENT_H

struct statement {
	const char		*name;	/* file name without ".sql" */
	const char		*role;	/* "web" or "owner": who may run it */
	const char		*sql;
	int			 param_count;
	const char *const	*params;	/* names, in order of $1, $2, ...; NULL-terminated */
};

/* All statements, ended by one with name NULL. */
extern const struct statement statements[];

/* The statement with this name, or NULL. */
const struct statement	*statement_find(const char *name);
/* Position in `statements`. */
int	statement_index(const struct statement *);
int	statement_total(void);

#endif
