/*
 * Drives serve.c with Kore and the database played by the test. Included by the tests of requests, one binary each; what
 * Kore would be told is in kore_reply.
 */
#ifndef JCAP_SERVE_DRIVER_H
#define JCAP_SERVE_DRIVER_H

#include "unit.h"

#include <unistd.h>

#include "db/duty.h"
#include "db/pool.h"
#include "http/cache.h"
#include "http/config.h"
#include "http/assets.h"
#include "http/text.h"
#include "http/wire.h"
#include "kore_stubs.h"
#include "page.h"
#include "serve.h"
#include "view/template.h"

/* The database of the test -------------------------------------------------------------------------------------------- */
struct db_job {
	db_done		 done;
	void		*arg;
};
static struct db_job job;
static bool job_runs, queue_full;
static int cancels, submits;
static const struct statement *asked;
static enum db_lane asked_lane;

struct db_job *
db_submit(const struct statement *statement, const char *const *params, enum db_lane lane, unsigned long long owner,
    db_done done, void *arg)
{
	(void)params;
	(void)owner;
	asked_lane = lane;
	if (queue_full)
		return NULL;
	assert_false(job_runs);
	submits++;
	asked = statement;
	job.done = done;
	job.arg = arg;
	job_runs = true;
	return &job;
}

void
db_cancel(struct db_job *cancelled)
{
	assert_ptr_equal(cancelled, &job);
	assert_true(job_runs);
	job_runs = false;
	cancels++;
}

int db_is_up(void) { return !queue_full; }

static const char *duty_line = "";
static bool duty_well = true;
bool
duty_report(char *out, size_t size)
{
	snprintf(out, size, "%s", duty_line);
	return duty_well;
}

HELPER void
database(enum db_status status, const char *text)
{
	assert_true(job_runs);
	job_runs = false;
	job.done(job.arg, status, text, text != NULL ? strlen(text) : 0);
}

/* Kore, as far as a request goes -------------------------------------------------------------------------------------- */
static struct http_request http;
static struct connection connection;
static char *path_copy, *query_copy;

/* Kore lets the request go: answered, or the client has gone. */
HELPER void
let_go(void)
{
	if (http.onfree != NULL)
		http.onfree(&http);
	assert_null(http.hdlr_extra);
	free(path_copy);
	free(query_copy);
	path_copy = query_copy = NULL;
	memset(&http, 0, sizeof(http));
}

HELPER int
begin(int method, const char *path, const char *query, const char *const *headers)
{
	kore_forget();
	kore_request_headers = headers;
	path_copy = strdup(path);
	query_copy = query != NULL ? strdup(query) : NULL;
	http.method = (u_int8_t)method;
	http.path = path_copy;
	http.query_string = query_copy;
	http.owner = &connection;
	return serve(&http);
}

/* A whole GET that needs no database, or one that answers `document`. Returns the status. */
HELPER int
get(const char *path, const char *query, const char *document, const char *const *headers)
{
	if (begin(HTTP_METHOD_GET, path, query, headers) == KORE_RESULT_RETRY) {
		if (document == NULL)
			fail_msg("%s asks the database", path);
		database(DB_OK, document);
		assert_int_equal(serve(&http), KORE_RESULT_OK);
	}
	assert_int_equal(kore_reply.count, 1);
	let_go();
	return kore_reply.status;
}

static const char *const json_wanted[] = { "accept", "application/json", NULL };
static long long version = 1;

HELPER int
start(void **state)
{
	unit_setup(state);
	cache_version(++version);
	queue_full = false;
	cancels = submits = 0;
	return 0;
}
#define SERVE_TEST(sentence, function)	{ sentence, function, start, unit_teardown, NULL }

HELPER void
write_file(const char *folder, const char *name, const char *text)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

HELPER int
house(void **state)
{
	static char folder[] = "/tmp/jcap-serve-XXXXXX";

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	write_file(folder, "app.99afaa19fe.css", "body { color: black }\n");
	write_file(folder, "manifest.json", "{\"css\":\"app.99afaa19fe.css\",\"js\":\"app.99afaa19fe.css\",\"map_css\":\"app.99afaa19fe.css\","
	    "\"map_js\":\"app.99afaa19fe.css\",\"favicon\":\"app.99afaa19fe.css\",\"font_regular\":\"app.99afaa19fe.css\"}");
	memset(&config, 0, sizeof(config));
	config.base_url = "https://register.example";
	config.assets = folder;
	config.cache_bytes = 1 << 20;
	return template_load_all() && assets_load(folder) && serve_check() && page_init() ? 0 : -1;
}

HELPER int
house_end(void **state)
{
	char command[200];

	(void)state;
	kore_forget();
	cache_version(++version);
	snprintf(command, sizeof(command), "rm -rf %s", config.assets);
	return system(command);
}

#endif
