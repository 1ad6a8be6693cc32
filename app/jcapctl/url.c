/*
 * What conf/run.sh does with connection strings and passwords, so that no password stands in an argument or an environment
 * (both are open to every process of the same user, arguments to all).
 *
 * jcapctl url [--user U] [--dbname D] [--role R] [--passfile FILE] <CONNECTION-STRING
 *   prints the string from standard input as KEYWORD='value' pairs without its password; with another user or database, or
 *   with `set role R` for the whole session. A password goes to the end of FILE as a line of libpq's passfile.
 * jcapctl web-login FILE
 *   gives the role jcap_web a random password; FILE (mode 600) becomes a passfile with it.
 */
#include "jcapctl/ctl.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#define MAX_URL		8192
#define WEB_ROLE	"jcap_web"
#define SECRET_BYTES	24

/* One field of a passfile: ':' and '\' are escaped; nothing given stands for anything. */
static void
put_field(FILE *file, const char *text, char end)
{
	if (text == NULL || *text == '\0')
		text = "*";
	for (; *text != '\0'; text++) {
		if (*text == ':' || *text == '\\')
			fputc('\\', file);
		fputc(*text, file);
	}
	fputc(end, file);
}

/* A file only its owner can read, opened for writing; NULL after a message. */
static FILE *
open_secret(const char *path, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	FILE *file = fd >= 0 ? fdopen(fd, "a") : NULL;

	if (file == NULL)
		fprintf(stderr, "Die Datei %s ist nicht schreibbar.\n", path);
	return file;
}

static bool
close_secret(FILE *file, const char *path)
{
	bool ok = !ferror(file);

	if (fclose(file) == 0 && ok)
		return true;
	fprintf(stderr, "Die Datei %s ist nicht schreibbar.\n", path);
	return false;
}

static const char *
value_of(const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword != NULL; options++)
		if (strcmp(options->keyword, keyword) == 0)
			return options->val;
	return NULL;
}

/* Appends "host:*:*:user:password". The host is named only where libpq compares it as it stands: one, and no socket. */
static bool
keep_password(const PQconninfoOption *options, const char *path)
{
	const char *host = value_of(options, "host"), *password = value_of(options, "password");
	FILE *file;

	if (password == NULL || *password == '\0')
		return true;
	if (strpbrk(password, "\r\n") != NULL) {
		fprintf(stderr, "Ein Passwort mit Zeilenumbruch passt in keine Passwortdatei.\n");
		return false;
	}
	if ((file = open_secret(path, 0)) == NULL)
		return false;
	if (host == NULL)
		host = value_of(options, "hostaddr");
	put_field(file, host != NULL && strpbrk(host, "/@,") == NULL ? host : NULL, ':');
	fputs("*:*:", file);
	put_field(file, value_of(options, "user"), ':');
	put_field(file, password, '\n');
	return close_secret(file, path);
}

static void
print_pair(const char *keyword, const char *value)
{
	printf("%s='", keyword);
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			putchar('\\');
		putchar(*value);
	}
	printf("' ");
}

/* Everything but the password, with what was asked for in place of what was there. */
static void
print_url(const PQconninfoOption *options, const char *user, const char *dbname, const char *role)
{
	const char *given = value_of(options, "options");
	char session[MAX_URL + 100];

	for (; options->keyword != NULL; options++) {
		bool replaced = (user != NULL && strcmp(options->keyword, "user") == 0) ||
		    (dbname != NULL && strcmp(options->keyword, "dbname") == 0) || (role != NULL && strcmp(options->keyword, "options") == 0);

		if (options->val != NULL && !replaced && strcmp(options->keyword, "password") != 0)
			print_pair(options->keyword, options->val);
	}
	if (user != NULL)
		print_pair("user", user);
	if (dbname != NULL)
		print_pair("dbname", dbname);
	if (role != NULL) {
		snprintf(session, sizeof(session), "%s%s-c role=%s", given != NULL ? given : "", given != NULL ? " " : "", role);
		print_pair("options", session);
	}
	putchar('\n');
}

int
cmd_url(struct ctl *ctl, int argc, char **argv)
{
	static const char *const names[] = { "--user", "--dbname", "--role", "--passfile" };
	const char *given[4] = { NULL, NULL, NULL, NULL }, *secret;
	char url[MAX_URL];
	size_t length = fread(url, 1, sizeof(url) - 1, stdin);
	PQconninfoOption *options;
	bool ok;
	int i, n;

	(void)ctl;
	for (i = 0; i + 1 < argc; i += 2)
		for (n = 0; n < 4; n++)
			if (strcmp(argv[i], names[n]) == 0)
				given[n] = argv[i + 1];
	url[length] = '\0';
	/* libpq's message would repeat what it could not read, the password too */
	options = length < sizeof(url) - 1 ? PQconninfoParse(url, NULL) : NULL;
	if (options == NULL) {
		fprintf(stderr, "Die Verbindungsangabe (DATABASE_URL, JCAP_DATABASE_URL) ist nicht lesbar. Erwartet wird postgresql://NAME@HOST/DATENBANK "
		    "oder host=... user=... dbname=...; Sonderzeichen in einer Adresse als %%XX.\n");
		return 1;
	}
	secret = value_of(options, "sslpassword");
	ok = secret == NULL || *secret == '\0';
	if (!ok)
		fprintf(stderr, "sslpassword wird nicht unterstützt: Bitte den Schlüssel ohne Passwort in einer Datei mit den Rechten 600 ablegen.\n");
	if (ok && given[3] != NULL)
		ok = keep_password(options, given[3]);
	if (ok)
		print_url(options, given[0], given[1], given[2]);
	PQconninfoFree(options);
	sodium_memzero(url, sizeof(url));
	return ok ? 0 : 1;
}

/* The server learns only the verifier made of the password, so its log cannot hold the password either. */
static bool
set_password(struct ctl *ctl, const char *password)
{
	char *verifier = PQencryptPasswordConn(ctl->conn, password, WEB_ROLE, "scram-sha-256");
	const char *params[] = { verifier };
	bool ok = verifier != NULL && ctl_do(ctl, "transaction_begin", NULL) && ctl_do(ctl, "web_login_verifier", params) &&
	    ctl_do(ctl, "web_login", NULL) && ctl_do(ctl, "transaction_commit", NULL);

	PQfreemem(verifier);
	return ok;
}

int
cmd_web_login(struct ctl *ctl, int argc, char **argv)
{
	unsigned char random[SECRET_BYTES];
	char password[SECRET_BYTES * 2 + 1], incoming[4096];
	FILE *file;
	bool ok;

	if (argc != 1) {
		fprintf(stderr, "web-login braucht den Namen einer Datei.\n");
		return 1;
	}
	if (sodium_init() < 0)
		return 1;
	randombytes_buf(random, sizeof(random));
	sodium_bin2hex(password, sizeof(password), random, sizeof(random));
	snprintf(incoming, sizeof(incoming), "%s.new", argv[0]);
	unlink(incoming);
	if ((file = open_secret(incoming, O_EXCL)) == NULL)
		return 1;
	fprintf(file, "*:*:*:" WEB_ROLE ":%s\n", password);
	ok = close_secret(file, incoming) && set_password(ctl, password) && rename(incoming, argv[0]) == 0;
	if (!ok)
		unlink(incoming);
	sodium_memzero(password, sizeof(password));
	return ok ? 0 : 1;
}
