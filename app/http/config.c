#include "http/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/client.h"

const struct operator_field config_operator_fields[] = {
	{ "name",			"JCAP_OPERATOR_NAME",			true },
	{ "legal_form",			"JCAP_OPERATOR_LEGAL_FORM",		true },
	{ "street",			"JCAP_OPERATOR_STREET",			true },
	{ "postcode",			"JCAP_OPERATOR_POSTCODE",		true },
	{ "city",			"JCAP_OPERATOR_CITY",			true },
	{ "country",			"JCAP_OPERATOR_COUNTRY",		false },
	{ "represented_by",		"JCAP_OPERATOR_REPRESENTED_BY",		true },
	{ "phone",			"JCAP_OPERATOR_PHONE",			true },
	{ "email",			"JCAP_OPERATOR_EMAIL",			true },
	{ "register",			"JCAP_OPERATOR_REGISTER",		true },
	{ "vat_id",			"JCAP_OPERATOR_VAT_ID",			false },
	{ "supervisory",		"JCAP_OPERATOR_SUPERVISORY",		true },
	{ "privacy_contact",		"JCAP_OPERATOR_PRIVACY_CONTACT",	true },
	{ "accessibility_contact",	"JCAP_OPERATOR_ACCESSIBILITY_CONTACT",	true },
	{ "arbitration",		"JCAP_OPERATOR_ARBITRATION",		false },
};
const size_t config_operator_count = sizeof(config_operator_fields) / sizeof(config_operator_fields[0]);

struct config config;

/* The variable, or NULL when it is missing or empty. */
static const char *
setting(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

static bool
number(const char *name, long fallback, long min, long max, long *out)
{
	const char *value = setting(name);
	char *end;

	*out = fallback;
	if (value == NULL)
		return true;
	errno = 0;
	*out = strtol(value, &end, 10);
	if (errno == 0 && *end == '\0' && *out >= min && *out <= max)
		return true;
	fprintf(stderr, "Einstellung %s: bitte eine Zahl von %ld bis %ld angeben (nicht „%s“).\n", name, min, max, value);
	return false;
}

static bool
is_web_url(const char *url)
{
	return strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
}

/* Scheme, a plain host name with or without port, and a path: the host goes into the content security policy. */
static bool
is_tile_url(const char *url)
{
	const char *host = strstr(url, "://");
	size_t length = host != NULL ? strspn(host + 3, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:") : 0;

	return is_web_url(url) && length > 0 && host[3 + length] == '/';
}

/* An address of mail or web as a whole: it gets a line of its own in security.txt. */
static bool
is_contact(const char *uri)
{
	const char *c;

	if (strncmp(uri, "https://", 8) != 0 && (strncmp(uri, "mailto:", 7) != 0 || strchr(uri, '@') == NULL))
		return false;
	for (c = uri; *c > ' ' && *c < 0x7f; c++)
		;
	return *c == '\0';
}

bool
config_load(void)
{
	const char *mode = setting("JCAP_ENV");
	long cache_mb, connections, timeout_ms, limit_connections, limit_queries, limit_exports;
	bool ok = true;
	size_t i;

	memset(&config, 0, sizeof(config));
	config.development = mode != NULL && strcmp(mode, "development") == 0;
	if (mode != NULL && !config.development && strcmp(mode, "production") != 0) {
		fprintf(stderr, "Einstellung JCAP_ENV: erlaubt sind development und production (nicht „%s“).\n", mode);
		ok = false;
	}
	config.base_url = setting("JCAP_BASE_URL");
	config.database_url = setting("JCAP_DATABASE_URL");
	config.assets = setting("JCAP_ASSETS");
	config.geoip = setting("JCAP_GEOIP");
	config.trusted_proxies = setting("JCAP_TRUSTED_PROXIES");
	config.tile_url = setting("JCAP_TILE_URL");
	config.tile_attribution = setting("JCAP_TILE_ATTRIBUTION");

	if (config.database_url == NULL || config.assets == NULL || config.base_url == NULL) {
		fprintf(stderr, "Bitte JCAP_DATABASE_URL, JCAP_BASE_URL und JCAP_ASSETS setzen (siehe conf/jcap.env.example).\n");
		ok = false;
	} else if (!is_web_url(config.base_url) || config.base_url[strlen(config.base_url) - 1] == '/') {
		fprintf(stderr, "Einstellung JCAP_BASE_URL: bitte mit https:// beginnen und ohne Schrägstrich enden.\n");
		ok = false;
	}
	if (config.tile_url != NULL && !is_tile_url(config.tile_url)) {
		fprintf(stderr, "Einstellung JCAP_TILE_URL: bitte eine Adresse wie https://tiles.example/{z}/{x}/{y}.png angeben.\n");
		ok = false;
	}
	config.security_contact = setting("JCAP_SECURITY_CONTACT");
	if (config.security_contact != NULL && !is_contact(config.security_contact)) {
		fprintf(stderr, "Einstellung JCAP_SECURITY_CONTACT: bitte eine Adresse wie mailto:sicherheit@register.example oder "
		    "https://register.example/melden angeben.\n");
		ok = false;
	}
	/* Who is not recognised as a proxy would be taken for one visitor, and the limits of one would hold for all. */
	if (config.trusted_proxies != NULL && !client_are_addresses(config.trusted_proxies)) {
		fprintf(stderr, "Einstellung JCAP_TRUSTED_PROXIES: bitte einzelne Adressen mit Kommas dazwischen angeben (nicht „%s“).\n",
		    config.trusted_proxies);
		ok = false;
	}
	ok &= number("JCAP_CACHE_MB", 16, 0, 4096, &cache_mb);
	ok &= number("JCAP_DB_CONNECTIONS", 4, 1, 64, &connections);
	ok &= number("JCAP_DB_TIMEOUT_MS", 5000, 100, 60000, &timeout_ms);
	ok &= number("JCAP_LIMIT_CONNECTIONS", 128, 0, 100000, &limit_connections);
	ok &= number("JCAP_LIMIT_QUERIES", 50, 0, 100000, &limit_queries);
	ok &= number("JCAP_LIMIT_EXPORTS", 3, 0, 1000, &limit_exports);
	config.limit_connections = (int)limit_connections;
	config.limit_queries = (int)limit_queries;
	config.limit_exports = (int)limit_exports;
	config.cache_bytes = (size_t)cache_mb * 1024 * 1024;
	config.db_connections = (int)connections;
	config.db_timeout_ms = (int)timeout_ms;

	for (i = 0; i < config_operator_count; i++) {
		const struct operator_field *field = &config_operator_fields[i];

		config.operator_values[i] = setting(field->variable);
		if (field->required && config.operator_values[i] == NULL && !config.development) {
			fprintf(stderr, "Angabe für das Impressum fehlt: bitte %s setzen (siehe conf/jcap.env.example).\n",
			    field->variable);
			ok = false;
		}
	}
	return ok;
}
