#include "http/assets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "http/reply.h"

#define ASSETS_MAX	64
#define HASH_LENGTH	10	/* hex digits of the content's SHA-256 in a file's name (assets/build.mjs) */

static struct {
	const char	*key;		/* in the manifest */
	const char	*name;		/* of the file */
	struct body	*body;
} assets[ASSETS_MAX];
static size_t count;

static const char *
content_type(const char *name)
{
	static const char *const types[][2] = {
		{ ".css", "text/css; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" },
		{ ".svg", "image/svg+xml" }, { ".png", "image/png" }, { ".woff2", "font/woff2" },
		{ ".json", "application/json" }, { ".ico", "image/x-icon" },
		{ ".webmanifest", "application/manifest+json" }, { ".txt", "text/plain; charset=utf-8" },
	};
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(dot, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

/* True if NAME.HASH.EXT is named by the hash of these bytes: a file cut short or changed is not. */
static bool
fits_its_name(const char *name, const char *data, size_t size)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char hex[crypto_hash_sha256_BYTES * 2 + 1];
	const char *dot = strrchr(name, '.');

	if (dot == NULL || dot - name < HASH_LENGTH + 1 || dot[-HASH_LENGTH - 1] != '.')
		return false;
	crypto_hash_sha256(digest, (const unsigned char *)data, size);
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	return strncmp(dot - HASH_LENGTH, hex, HASH_LENGTH) == 0;
}

static bool
load_file(const char *folder, const char *name, struct body **out)
{
	char path[4096];
	FILE *file;
	struct stat about;
	char *data = NULL;
	size_t size = 0;
	bool read, ok;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	read = file != NULL && fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode);
	if (read) {
		size = (size_t)about.st_size;
		data = malloc(size + 1);
		read = data != NULL && fread(data, 1, size, file) == size;
	}
	ok = read && fits_its_name(name, data, size);
	if (ok) {
		*out = body_new(data, size, content_type(name));
		body_variant(*out, ENCODING_BROTLI, EFFORT_ASSET);
		body_variant(*out, ENCODING_GZIP, EFFORT_ASSET);
	} else {
		fprintf(stderr, "Die Datei %s %s. Bitte „make -B build/assets/manifest.json“ aufrufen.\n", path,
		    read ? "ist beschädigt" : "fehlt oder ist nicht lesbar");
	}
	free(data);
	if (file != NULL)
		fclose(file);
	return ok;
}

/* Reads what the manifest names; keys and names stay the manifest's. */
static bool
load_all(const char *folder, json_t *manifest)
{
	const char *key, *name;
	json_t *file;

	json_object_foreach(manifest, key, file) {
		name = json_string_value(file);
		if (name == NULL || strchr(name, '/') != NULL || count == ASSETS_MAX) {
			fprintf(stderr, "%s/manifest.json: Der Eintrag „%s“ ist kein Dateiname, oder es sind zu viele.\n", folder, key);
			return false;
		}
		if (!load_file(folder, name, &assets[count].body))
			return false;
		assets[count].key = key;
		assets[count].name = name;
		count++;
	}
	return true;
}

bool
assets_load(const char *folder)
{
	char path[4096];
	json_error_t error;
	json_t *manifest;
	bool ok;

	snprintf(path, sizeof(path), "%s/manifest.json", folder);
	manifest = json_load_file(path, 0, &error);
	ok = json_is_object(manifest);
	if (!ok)
		fprintf(stderr, "Die gebauten Dateien fehlen: %s ist nicht lesbar (%s). Bitte „make build“ aufrufen.\n", path,
		    manifest == NULL ? error.text : "kein Objekt");
	if (ok && load_all(folder, manifest))
		return true;
	while (count > 0)
		body_unref(assets[--count].body);
	json_decref(manifest);
	return false;
}

json_t *
assets_urls(void)
{
	json_t *urls = json_object();
	size_t i;

	for (i = 0; i < count; i++)
		json_object_set_new(urls, assets[i].key, json_sprintf("/assets/%s", assets[i].name));
	return urls;
}

const char *
assets_name(size_t index, const char **type)
{
	if (index >= count)
		return NULL;
	*type = assets[index].body->content_type;
	return assets[index].name;
}

bool
assets_answer(struct request *request)
{
	const char *name = request_value(request, "name");
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(assets[i].name, name) == 0) {
			reply_body(request, assets[i].body, request->route->cache);
			return true;
		}
	return false;
}

/* "/favicon.ico" is the file "favicon.<hash>.ico". */
bool
assets_answer_fixed(struct request *request)
{
	const char *name = request->route->pattern + 1, *ending = strrchr(name, '.');
	size_t i, stem = (size_t)(ending - name) + 1;

	for (i = 0; i < count; i++) {
		const char *file = assets[i].name, *dot = strrchr(file, '.');

		if (strncmp(file, name, stem) == 0 && dot != NULL && strcmp(dot, ending) == 0) {
			reply_body(request, assets[i].body, request->route->cache);
			return true;
		}
	}
	return false;
}
