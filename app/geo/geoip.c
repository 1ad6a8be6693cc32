#define _GNU_SOURCE	/* memfd_create */
#include "geo/geoip.h"

#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "http/text.h"

#define SAMPLES		4096	/* addresses looked up when a database is opened */

static MMDB_s database;
static bool is_open;

/*
 * The file's bytes in memory without a name, sealed; -1 if that failed (errno). libmaxminddb maps what it opens: a file that
 * is cut short later would kill the worker that looks into it (SIGBUS).
 */
static int
copy_to_memory(const char *file)
{
	char piece[65536];
	int from = open(file, O_RDONLY | O_CLOEXEC), to = memfd_create("geoip", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	bool ok = from >= 0 && to >= 0;
	ssize_t n = 0;
	int why;

	while (ok && (n = read(from, piece, sizeof(piece))) > 0)
		ok = write(to, piece, (size_t)n) == n;
	ok = ok && n == 0 && fcntl(to, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
	why = errno;
	if (from >= 0)
		close(from);
	if (!ok && to >= 0) {
		close(to);
		to = -1;
	}
	errno = why;
	return to;
}

/* One address looked up and all that is found there decoded; false if the database contradicts itself. */
static bool
sample_is_sound(const struct sockaddr *address)
{
	MMDB_lookup_result_s found;
	MMDB_entry_data_list_s *all = NULL;
	int error, status;

	found = MMDB_lookup_sockaddr(&database, address, &error);
	if (error != MMDB_SUCCESS)
		return false;
	if (!found.found_entry)
		return true;
	status = MMDB_get_entry_data_list(&found.entry, &all);
	MMDB_free_entry_data_list(all);
	return status == MMDB_SUCCESS;
}

/* Addresses spread evenly over both families: what was cut off or overwritten shows here, not in a visitor's request. */
static bool
is_sound(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	uint32_t i;

	for (i = 0; i < SAMPLES; i++) {
		in.sin_addr.s_addr = htonl(i * (UINT32_MAX / SAMPLES));
		if (!sample_is_sound((const struct sockaddr *)&in))
			return false;
		if (database.metadata.ip_version != 6)
			continue;
		/* 2000::/4 holds what is in use */
		in6.sin6_addr.s6_addr[0] = (uint8_t)(0x20 | i >> 8);
		in6.sin6_addr.s6_addr[1] = (uint8_t)i;
		if (!sample_is_sound((const struct sockaddr *)&in6))
			return false;
	}
	return true;
}

/* NULL if the copy was opened and is sound, else what is wrong with it. */
static const char *
open_copy(int fd)
{
	char path[64];
	int status;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	status = MMDB_open(path, MMDB_MODE_MMAP, &database);
	if (status != MMDB_SUCCESS)
		return MMDB_strerror(status);
	if (is_sound())
		return NULL;
	MMDB_close(&database);
	return "the file is damaged";
}

bool
geoip_open(const char *file)
{
	const char *wrong;
	int fd;

	if (file == NULL)
		return true;
	fd = copy_to_memory(file);
	wrong = fd < 0 ? strerror(errno) : open_copy(fd);
	if (fd >= 0)
		close(fd);	/* the mapping stays */
	is_open = wrong == NULL;
	if (!is_open)
		fprintf(stderr, "Die Datei %s für die Vermutung der Region ist nicht brauchbar (%s). Der Dienst läuft ohne diese "
		    "Vermutung. Bitte die Datei neu holen („make geoip“) und den Dienst neu starten.\n", file, wrong);
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
		    data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size == 0 || data.data_size >= size ||
		    !text_is_utf8(data.utf8_string, data.data_size) || text_has_control(data.utf8_string, data.data_size))
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
