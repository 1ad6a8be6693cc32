/* http/assets: a folder that is not what the build made is refused at start, whatever is wrong with it. */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "http/assets.h"

#define CSS	"body { color: black }\n"
#define NAME	"app.99afaa19fe.css"	/* the first ten hex digits of its SHA-256 */

static char folder[] = "/tmp/jcap-assets-XXXXXX";

static const char *
path_of(const char *name)
{
	return arena_printf(&arena, "%s/%s", folder, name);
}

static void
put(const char *name, const char *text, size_t length)
{
	FILE *file = fopen(path_of(name), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	fclose(file);
}

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static void
a_manifest_that_is_none_is_refused(void **state)
{
	static const char *const manifests[] = { "", "{", "[]", "null", "\"" NAME "\"", "{\"css\":1}", "{\"css\":null}", "{\"css\":[\"" NAME "\"]}",
	    "{\"css\":\"../" NAME "\"}", "{\"css\":\"\"}", "{\"css\":\"" NAME "\"", "{\"css\":\"" NAME "\"} x", "\xff\xfe" };
	size_t i;

	(void)state;
	put(NAME, CSS, strlen(CSS));
	assert_false(assets_load("/nonexistent"));
	assert_false(assets_load(folder));
	for (i = 0; i < sizeof(manifests) / sizeof(manifests[0]); i++) {
		put("manifest.json", manifests[i], strlen(manifests[i]));
		if (assets_load(folder))
			fail_msg("taken for a manifest: %s", manifests[i]);
	}
}

static void
a_file_that_is_not_whole_is_refused(void **state)
{
	size_t i;

	(void)state;
	put("manifest.json", "{\"css\":\"" NAME "\"}", strlen("{\"css\":\"" NAME "\"}"));
	for (i = 0; i < strlen(CSS); i++) {
		put(NAME, CSS, i);
		assert_false(assets_load(folder));
	}
	put(NAME, CSS "\n", strlen(CSS) + 1);
	assert_false(assets_load(folder));
	put(NAME, "body { color: blacc }\n", strlen(CSS));
	assert_false(assets_load(folder));
	unlink(path_of(NAME));
	assert_false(assets_load(folder));
	assert_int_equal(mkdir(path_of(NAME), 0700), 0);
	assert_false(assets_load(folder));
	rmdir(path_of(NAME));
}

/* Last: what was loaded stays. */
static void
a_whole_folder_is_loaded(void **state)
{
	json_t *urls;

	(void)state;
	put("manifest.json", "{\"css\":\"" NAME "\"}", strlen("{\"css\":\"" NAME "\"}"));
	put(NAME, CSS, strlen(CSS));
	put("stray.txt", "not named, not looked at", 5);
	assert_true(assets_load(folder));
	unlink(path_of(NAME));
	urls = assets_urls();
	assert_int_equal(json_object_size(urls), 1);
	assert_string_equal(json_string_value(json_object_get(urls, "css")), "/assets/" NAME);
	json_decref(urls);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("assets: a manifest that is missing, no JSON or no list of names is refused", a_manifest_that_is_none_is_refused),
		TEST("assets: a file that is missing, cut short or changed is refused", a_file_that_is_not_whole_is_refused),
		TEST("assets: a whole folder is loaded, and only what the manifest names", a_whole_folder_is_loaded),
	};

	return cmocka_run_group_tests_name("assets", tests, make_folder, remove_folder);
}
