#include "http/assets.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/reply.h"

#define ASSETS_MAX	64

static struct {
	char		*name;
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

static bool
load_file(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;
	char *data = NULL;
	long size;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	ok = file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 &&
	    (data = malloc((size_t)size + 1)) != NULL && fseek(file, 0, SEEK_SET) == 0 &&
	    fread(data, 1, (size_t)size, file) == (size_t)size;
	if (ok) {
		assets[count].name = strdup(name);
		assets[count].body = body_new(data, (size_t)size, content_type(name));
		body_variant(assets[count].body, ENCODING_BROTLI, EFFORT_ASSET);
		body_variant(assets[count].body, ENCODING_GZIP, EFFORT_ASSET);
		count++;
	} else {
		fprintf(stderr, "Die Datei %s ist nicht lesbar.\n", path);
	}
	free(data);
	if (file != NULL)
		fclose(file);
	return ok;
}

bool
assets_load(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	bool ok = true;

	if (dir == NULL) {
		fprintf(stderr, "Der Ordner %s (JCAP_ASSETS) ist nicht lesbar. Bitte „make build“ aufrufen.\n", folder);
		return false;
	}
	while (ok && (entry = readdir(dir)) != NULL) {
		if (entry->d_type != DT_REG || strcmp(entry->d_name, "manifest.json") == 0)
			continue;
		if (count == ASSETS_MAX) {
			fprintf(stderr, "Zu viele Dateien in %s.\n", folder);
			ok = false;
		} else {
			ok = load_file(folder, entry->d_name);
		}
	}
	closedir(dir);
	return ok;
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
