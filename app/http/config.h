/*
 * What the operator sets: environment variables, read once in the parent process before workers start.
 * Every name is explained in conf/jcap.env.example.
 */
#ifndef JCAP_CONFIG_H
#define JCAP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct operator_field {
	const char	*key;		/* name in templates, e.g. "represented_by" */
	const char	*variable;	/* environment variable */
	bool		 required;	/* outside development; section 5 DDG (domain.md R08) */
};

struct config {
	bool		 development;
	const char	*base_url;	/* no slash at the end */
	const char	*database_url;	/* libpq conninfo or URI, without the password */
	const char	*database_password;	/* out of a passfile that only the parent can read (db/login.h), or NULL */
	const char	*assets;	/* folder of the built assets */
	const char	*geoip;		/* file, or NULL: no region guess */
	const char	*trusted_proxies;	/* addresses separated by commas, or NULL */
	const char	*tile_url;	/* or NULL: no tile server */
	const char	*tile_attribution;
	const char	*security_contact;	/* address (mailto:, https://) for reports of weaknesses, or NULL: see page.c */
	size_t		 cache_bytes;	/* response cache of one worker; 0 turns it off */
	int		 db_connections;	/* of one worker */
	int		 db_timeout_ms;
	/* fair use (http/limit.h), of one client network in one worker; 0: no limit */
	int		 limit_connections;	/* at once */
	int		 limit_queries;	/* requests a second that need the database; half a minute's worth may be saved up */
	int		 limit_exports;	/* large exports at once; sixteen times as many in the whole worker */
	const char	*operator_values[16];	/* parallel to config_operator_fields */
};

extern const struct operator_field config_operator_fields[];
extern const size_t config_operator_count;
extern struct config config;

/*
 * Fills `config` from the environment. Returns true, or false after writing one German line per mistake
 * (field empty outside development, number out of range) to stderr; start-up must stop then.
 */
bool	config_load(void);

#endif
