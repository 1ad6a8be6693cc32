/*
 * Numbered migrations (sql/schema/NNNN_name.sql), each in one transaction and recorded with its checksum; then the
 * functions (sql/functions), all of them in one transaction whenever one changed. Running it again changes nothing.
 */
#include "jcapctl/ctl.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define SCHEMA_FILES	"sql/schema/*.sql"
#define FUNCTION_FILES	"sql/functions/*.sql"
#define FUNCTIONS	"functions"	/* name under which they are recorded */
#define CHECKSUM_SIZE	(crypto_hash_sha256_BYTES * 2 + 1)

/* The whole file as text (caller frees), or NULL after a message. */
static char *
read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	long size;

	if (file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0 &&
	    (text = malloc((size_t)size + 1)) != NULL) {
		*length = fread(text, 1, (size_t)size, file);
		text[*length] = '\0';
	}
	if (text == NULL)
		fprintf(stderr, "Die Datei %s ist nicht lesbar.\n", path);
	if (file != NULL)
		fclose(file);
	return text;
}

static void
hex(const unsigned char digest[crypto_hash_sha256_BYTES], char out[CHECKSUM_SIZE])
{
	sodium_bin2hex(out, CHECKSUM_SIZE, digest, crypto_hash_sha256_BYTES);
}

/* The recorded checksum of a migration: "" if it never ran. False after a message. */
static bool
recorded(struct ctl *ctl, const char *name, char out[CHECKSUM_SIZE])
{
	const char *params[] = { name };
	PGresult *result = ctl_run(ctl, "migration_checksum", params);

	if (result == NULL)
		return false;
	snprintf(out, CHECKSUM_SIZE, "%s", PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	return true;
}

/* Runs the text of a file; several statements are allowed. */
static bool
run_text(struct ctl *ctl, const char *path, const char *text)
{
	PGresult *result = PQexec(ctl->conn, text);
	bool ok = PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;

	if (!ok)
		fprintf(stderr, "%s: %s", path, PQresultErrorMessage(result));
	PQclear(result);
	return ok;
}

/* Ends the transaction: with the record of `name`, or not at all. */
static bool
finish(struct ctl *ctl, bool ok, const char *name, const char *checksum)
{
	const char *params[] = { name, checksum };

	if (ok && ctl_do(ctl, "migration_record", params) && ctl_do(ctl, "transaction_commit", NULL)) {
		printf("%s ist eingespielt.\n", name);
		return true;
	}
	ctl_do(ctl, "transaction_rollback", NULL);
	fprintf(stderr, "%s wurde nicht eingespielt; es hat sich nichts geändert.\n", name);
	return false;
}

static bool
migrate_file(struct ctl *ctl, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	unsigned char digest[crypto_hash_sha256_BYTES];
	char checksum[CHECKSUM_SIZE], old[CHECKSUM_SIZE];
	size_t length;
	char *text = read_file(path, &length);
	bool ok;

	if (text == NULL)
		return false;
	crypto_hash_sha256(digest, (const unsigned char *)text, length);
	hex(digest, checksum);
	ok = recorded(ctl, name, old);
	if (ok && old[0] == '\0')
		ok = ctl_do(ctl, "transaction_begin", NULL) && finish(ctl, run_text(ctl, path, text), name, checksum);
	else if (ok && strcmp(old, checksum) != 0) {
		fprintf(stderr, "%s wurde nach dem Einspielen geändert. Bitte eine neue Migration anlegen und diese Datei zurücksetzen.\n", name);
		ok = false;
	}
	free(text);
	return ok;
}

static bool
migrate_schema(struct ctl *ctl)
{
	glob_t files;
	bool ok = true;
	size_t i;

	if (glob(SCHEMA_FILES, 0, NULL, &files) != 0) {
		fprintf(stderr, "Keine Dateien in sql/schema gefunden. Bitte im Projektordner aufrufen.\n");
		return false;
	}
	for (i = 0; ok && i < files.gl_pathc; i++) {
		long number = strtol(strrchr(files.gl_pathv[i], '/') + 1, NULL, 10);

		if (number != (long)i + 1) {
			fprintf(stderr, "%s: erwartet war die Nummer %04zu.\n", files.gl_pathv[i], i + 1);
			ok = false;
		} else {
			ok = migrate_file(ctl, files.gl_pathv[i]);
		}
	}
	globfree(&files);
	return ok;
}

/* One checksum over names and contents of all function files. */
static bool
functions_checksum(const glob_t *files, char **texts, char out[CHECKSUM_SIZE])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state sha;
	size_t i, length;

	crypto_hash_sha256_init(&sha);
	for (i = 0; i < files->gl_pathc; i++) {
		texts[i] = read_file(files->gl_pathv[i], &length);
		if (texts[i] == NULL)
			return false;
		crypto_hash_sha256_update(&sha, (const unsigned char *)files->gl_pathv[i], strlen(files->gl_pathv[i]) + 1);
		crypto_hash_sha256_update(&sha, (const unsigned char *)texts[i], length + 1);
	}
	crypto_hash_sha256_final(&sha, digest);
	hex(digest, out);
	return true;
}

static bool
migrate_functions(struct ctl *ctl)
{
	char checksum[CHECKSUM_SIZE], old[CHECKSUM_SIZE];
	glob_t files;
	char **texts;
	bool ok;
	size_t i;

	if (glob(FUNCTION_FILES, 0, NULL, &files) != 0)
		return true;
	texts = calloc(files.gl_pathc, sizeof(char *));
	ok = texts != NULL && functions_checksum(&files, texts, checksum) && recorded(ctl, FUNCTIONS, old);
	if (ok && strcmp(old, checksum) != 0 && (ok = ctl_do(ctl, "transaction_begin", NULL))) {
		ok = ctl_do(ctl, "functions_drop", NULL);
		for (i = 0; ok && i < files.gl_pathc; i++)
			ok = run_text(ctl, files.gl_pathv[i], texts[i]);
		ok = finish(ctl, ok, FUNCTIONS, checksum);
	}
	for (i = 0; texts != NULL && i < files.gl_pathc; i++)
		free(texts[i]);
	free(texts);
	globfree(&files);
	return ok;
}

int
cmd_migrate(struct ctl *ctl, int argc, char **argv)
{
	(void)argv;
	if (argc > 0) {
		fprintf(stderr, "migrate nimmt keine weiteren Angaben.\n");
		return 1;
	}
	/* Two at once: the second waits, and then finds nothing to do. */
	if (!ctl_do(ctl, "migration_lock", NULL) || !ctl_do(ctl, "migration_table", NULL))
		return 1;
	return migrate_schema(ctl) && migrate_functions(ctl) ? 0 : 1;
}
