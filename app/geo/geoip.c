#include "geo/geoip.h"

#include <maxminddb.h>
#include <stdio.h>
#include <string.h>

static MMDB_s database;
static bool is_open;

bool
geoip_open(const char *file)
{
	int status;

	if (file == NULL)
		return true;
	status = MMDB_open(file, MMDB_MODE_MMAP, &database);
	is_open = status == MMDB_SUCCESS;
	if (!is_open)
		fprintf(stderr, "Die Datei %s für die Vermutung der Region ist nicht lesbar: %s\n", file, MMDB_strerror(status));
	return is_open;
}

void
geoip_close(void)
{
	if (is_open)
		MMDB_close(&database);
	is_open = false;
}

bool
geoip_is_on(void)
{
	return is_open;
}

/* Copies a text found at one of the paths (NULL-terminated lists of keys). */
static bool
copy_text(MMDB_entry_s *entry, const char *const *const *paths, char *out, size_t size)
{
	MMDB_entry_data_s data;
	size_t i;

	for (i = 0; paths[i] != NULL; i++) {
		if (MMDB_aget_value(entry, &data, paths[i]) != MMDB_SUCCESS || !data.has_data ||
		    data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size == 0 || data.data_size >= size)
			continue;
		memcpy(out, data.utf8_string, data.data_size);
		out[data.data_size] = '\0';
		return true;
	}
	return false;
}

bool
geoip_guess(const struct sockaddr *address, char *out, size_t size)
{
	/* Two layouts are common: MaxMind's nested one and the flat one of DB-IP's npm package. */
	static const char *const country_nested[] = { "country", "iso_code", NULL }, *const country_flat[] = { "country_code", NULL };
	static const char *const city_de[] = { "city", "names", "de", NULL }, *const city_en[] = { "city", "names", "en", NULL };
	static const char *const city_flat[] = { "city", NULL };
	static const char *const land_de[] = { "subdivisions", "0", "names", "de", NULL };
	static const char *const land_en[] = { "subdivisions", "0", "names", "en", NULL }, *const land_flat[] = { "state1", NULL };
	static const char *const *const country[] = { country_nested, country_flat, NULL };
	static const char *const *const place[] = { city_de, city_en, city_flat, land_de, land_en, land_flat, NULL };
	MMDB_lookup_result_s found;
	char code[8], *part;
	int error;

	if (!is_open)
		return false;
	found = MMDB_lookup_sockaddr(&database, address, &error);
	if (error != MMDB_SUCCESS || !found.found_entry)
		return false;
	if (!copy_text(&found.entry, country, code, sizeof(code)) || strcmp(code, "DE") != 0)
		return false;
	if (!copy_text(&found.entry, place, out, size))
		return false;
	/* "Berlin (Bezirk Mitte)": nobody is told more precisely than by town. "Halle (Saale)" then asks which Halle. */
	if ((part = strstr(out, " (")) != NULL)
		*part = '\0';
	return true;
}
