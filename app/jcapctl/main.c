#include "jcapctl/ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/statement.h"

static const struct {
	const char	*name;
	int		(*run)(struct ctl *, int argc, char **argv);
	bool		 offline;	/* works without a database; run() is given a connection of NULL */
	const char	*help;
} commands[] = {
	{ "migrate", cmd_migrate, false, "bringt Tabellen und Funktionen auf den Stand von sql/ (aus dem Projektordner aufrufen)" },
	{ "import-regions", cmd_import_regions, false, "ersetzt Kreise und PLZ: --districts VG250_KRS.geojson --postcodes DE.txt" },
	{ "url", cmd_url, true, "formt die Verbindungsangabe um, die in der Eingabe steht: --user, --dbname, --role, --passfile" },
	{ "web-login", cmd_web_login, false, "gibt der Rolle jcap_web ein neues Passwort und schreibt es in die genannte Datei" },
};

static int
usage(void)
{
	size_t i;

	fprintf(stderr, "Aufruf: JCAP_DATABASE_URL=... jcapctl BEFEHL [ANGABEN]\n");
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(stderr, "  %-16s %s\n", commands[i].name, commands[i].help);
	return 2;
}

PGresult *
ctl_run(struct ctl *ctl, const char *name, const char *const *params)
{
	const struct statement *statement = statement_find(name);
	PGresult *result;
	ExecStatusType status;

	if (statement == NULL || strcmp(statement->role, "owner") != 0) {
		fprintf(stderr, "Die Anweisung %s gibt es für jcapctl nicht.\n", name);
		return NULL;
	}
	result = PQexecParams(ctl->conn, statement->sql, statement->param_count, NULL, params, NULL, NULL, 0);
	status = PQresultStatus(result);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN)
		return result;
	fprintf(stderr, "Die Datenbank hat %s abgelehnt: %s", name, PQresultErrorMessage(result));
	PQclear(result);
	return NULL;
}

bool
ctl_do(struct ctl *ctl, const char *name, const char *const *params)
{
	PGresult *result = ctl_run(ctl, name, params);

	PQclear(result);
	return result != NULL;
}

/* Notices such as "already exists, skipping" are no news for the operator. */
static void
ignore_notice(void *arg, const PGresult *result)
{
	(void)arg;
	(void)result;
}

int
main(int argc, char **argv)
{
	const char *url = getenv("JCAP_DATABASE_URL");
	struct ctl ctl;
	size_t i;
	int status;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			break;
	if (argc < 2 || i == sizeof(commands) / sizeof(commands[0]))
		return usage();
	if (commands[i].offline) {
		ctl.conn = NULL;
		return commands[i].run(&ctl, argc - 2, argv + 2);
	}
	if (url == NULL || *url == '\0') {
		fprintf(stderr, "Bitte JCAP_DATABASE_URL setzen (siehe conf/jcap.env.example).\n");
		return 1;
	}
	ctl.conn = PQconnectdb(url);
	if (PQstatus(ctl.conn) != CONNECTION_OK) {
		fprintf(stderr, "Die Datenbank ist nicht erreichbar: %s", PQerrorMessage(ctl.conn));
		PQfinish(ctl.conn);
		return 1;
	}
	PQsetNoticeReceiver(ctl.conn, ignore_notice, NULL);
	status = commands[i].run(&ctl, argc - 2, argv + 2);
	PQfinish(ctl.conn);
	return status;
}
