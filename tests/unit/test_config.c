/* http/config: what the operator sets, and what start-up refuses in German. */
#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "http/config.h"

static void
clear(void)
{
	static const char *const names[] = { "JCAP_ENV", "JCAP_GEOIP", "JCAP_TRUSTED_PROXIES", "JCAP_TILE_URL", "JCAP_TILE_ATTRIBUTION",
	    "JCAP_CACHE_MB", "JCAP_DB_CONNECTIONS", "JCAP_DB_TIMEOUT_MS", "JCAP_SECURITY_CONTACT" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	setenv("JCAP_DATABASE_URL", "dbname=jcap", 1);
	setenv("JCAP_BASE_URL", "https://register.example", 1);
	setenv("JCAP_ASSETS", "build/assets", 1);
	for (i = 0; i < config_operator_count; i++)
		setenv(config_operator_fields[i].variable, "x", 1);
}

/* What config_load() writes to stderr; *ok is its answer. */
static const char *
load(bool *ok)
{
	FILE *file = tmpfile();
	char *text = arena_alloc(&arena, 20000);
	int saved = dup(STDERR_FILENO);

	assert_non_null(file);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	*ok = config_load();
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	text[fread(text, 1, 19999, file)] = '\0';
	fclose(file);
	return text;
}

static void
defaults(void **state)
{
	bool ok;

	(void)state;
	clear();
	assert_string_equal(load(&ok), "");
	assert_true(ok);
	assert_false(config.development);
	assert_int_equal(config.cache_bytes, 16 * 1024 * 1024);
	assert_int_equal(config.db_connections, 4);
	assert_int_equal(config.db_timeout_ms, 5000);
	assert_null(config.geoip);
	assert_null(config.tile_url);
	assert_string_equal(config.base_url, "https://register.example");
}

static void
empty_operator_fields_stop_production(void **state)
{
	size_t i;
	bool ok;

	(void)state;
	for (i = 0; i < config_operator_count; i++) {
		const struct operator_field *field = &config_operator_fields[i];
		const char *text;

		clear();
		setenv(field->variable, "", 1);
		text = load(&ok);
		if (ok == field->required)
			fail_msg("%s empty: start-up %s", field->variable, ok ? "goes on" : "stops");
		if (field->required && (strstr(text, field->variable) == NULL || strstr(text, "bitte") == NULL))
			fail_msg("%s is not named: %s", field->variable, text);
		assert_null(config.operator_values[i]);
		setenv("JCAP_ENV", "development", 1);
		assert_string_equal(load(&ok), "");
		assert_true(ok);
	}
}

static void
all_missing_fields_are_named_at_once(void **state)
{
	const char *text;
	size_t i;
	bool ok;

	(void)state;
	clear();
	for (i = 0; i < config_operator_count; i++)
		unsetenv(config_operator_fields[i].variable);
	text = load(&ok);
	assert_false(ok);
	for (i = 0; i < config_operator_count; i++)
		if (config_operator_fields[i].required != (strstr(text, config_operator_fields[i].variable) != NULL))
			fail_msg("%s: %s", config_operator_fields[i].variable, text);
}

static void
wrong_settings_are_named(void **state)
{
	static const char *const cases[][2] = {
		{ "JCAP_ENV", "prod" }, { "JCAP_BASE_URL", "register.example" }, { "JCAP_BASE_URL", "https://register.example/" },
		{ "JCAP_BASE_URL", "" }, { "JCAP_DATABASE_URL", "" }, { "JCAP_ASSETS", "" }, { "JCAP_CACHE_MB", "-1" },
		{ "JCAP_CACHE_MB", "4097" }, { "JCAP_CACHE_MB", "viel" }, { "JCAP_CACHE_MB", "16 " }, { "JCAP_DB_CONNECTIONS", "0" },
		{ "JCAP_DB_CONNECTIONS", "65" }, { "JCAP_DB_TIMEOUT_MS", "99" }, { "JCAP_DB_TIMEOUT_MS", "99999999999999999999" },
		{ "JCAP_DB_TIMEOUT_MS", "1e3" }, { "JCAP_TILE_URL", "tiles" }, { "JCAP_TILE_URL", "javascript:alert(1)" },
		{ "JCAP_TILE_URL", "https://tiles.example; script-src *" }, { "JCAP_SECURITY_CONTACT", "a@register.example" },
		{ "JCAP_SECURITY_CONTACT", "http://register.example/" }, { "JCAP_SECURITY_CONTACT", "mailto:register.example" },
		{ "JCAP_SECURITY_CONTACT", "mailto:a@b.example\nContact: mailto:c@d.example" }, { "JCAP_SECURITY_CONTACT", "mailto:a@b .example" },
		{ "JCAP_SECURITY_CONTACT", "mailto:ä@b.example" }, { "JCAP_SECURITY_CONTACT", "javascript:alert(1)//@" },
		{ "JCAP_TRUSTED_PROXIES", "10.0.0.0/8" }, { "JCAP_TRUSTED_PROXIES", "proxy.example" }, { "JCAP_TRUSTED_PROXIES", "127.0.0.1," },
		{ "JCAP_TRUSTED_PROXIES", "127.0.0.1 10.0.0.1" },
	};
	size_t i;
	bool ok;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text;

		clear();
		setenv(cases[i][0], cases[i][1], 1);
		text = load(&ok);
		if (ok || strstr(text, cases[i][0]) == NULL)
			fail_msg("%s=%s gives: %s", cases[i][0], cases[i][1], text);
	}
}

static void
right_settings_are_taken(void **state)
{
	bool ok;

	(void)state;
	clear();
	setenv("JCAP_CACHE_MB", "0", 1);
	setenv("JCAP_DB_CONNECTIONS", "64", 1);
	setenv("JCAP_DB_TIMEOUT_MS", "100", 1);
	setenv("JCAP_TILE_URL", "https://tiles.example/{z}/{x}/{y}.png", 1);
	setenv("JCAP_SECURITY_CONTACT", "mailto:a@b.example", 1);
	setenv("JCAP_TRUSTED_PROXIES", "127.0.0.1, 2001:db8::1,::ffff:10.0.0.1", 1);
	setenv("JCAP_ENV", "production", 1);
	assert_string_equal(load(&ok), "");
	assert_true(ok);
	assert_string_equal(config.security_contact, "mailto:a@b.example");
	assert_int_equal(config.cache_bytes, 0);
	assert_int_equal(config.db_connections, 64);
	assert_string_equal(config.tile_url, "https://tiles.example/{z}/{x}/{y}.png");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("configuration: defaults", defaults),
		TEST("configuration: each empty operator field stops production and is named, development goes on", empty_operator_fields_stop_production),
		TEST("configuration: all missing fields are named at once", all_missing_fields_are_named_at_once),
		TEST("configuration: wrong settings stop start-up and are named", wrong_settings_are_named),
		TEST("configuration: right settings are taken", right_settings_are_taken),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
