/* http/clean: tracking parameters and slashes too many go, everything else stays byte by byte. */
#include "unit.h"

#include "http/clean.h"
#include "http/route.h"

static void
path_is(const char *path, const char *wanted)
{
	const char *got = clean_path(&arena, path);

	if (strcmp(got, wanted) != 0)
		fail_msg("%s becomes %s, not %s", path, got, wanted);
}

static void
query_is(const char *query, const char *wanted, bool wanted_dropped)
{
	bool dropped = !wanted_dropped;
	const char *got = clean_query(&arena, query, &dropped);

	if (strcmp(got, wanted) != 0 || dropped != wanted_dropped)
		fail_msg("%s becomes %s (%d), not %s", query, got, dropped, wanted);
}

static void
slashes(void **state)
{
	(void)state;
	path_is("/", "/");
	path_is("//", "/");
	path_is("////", "/");
	path_is("/suche", "/suche");
	path_is("/suche/", "/suche");
	path_is("/suche///", "/suche");
	path_is("//suche", "/suche");
	path_is("/anbieter//x/", "/anbieter/x");
	path_is("/suche.json/", "/suche.json");
	path_is("//evil.example/", "/evil.example");
	path_is("///evil.example//a", "/evil.example/a");
	/* only slashes: nothing is decoded, no dots are followed */
	path_is("/%2f%2fevil/", "/%2f%2fevil");
	path_is("/\\evil/", "/\\evil");
	path_is("/../suche/./", "/../suche/.");
	path_is("", "");
	path_is("x/", "x");
}

static void
tracking_goes(void **state)
{
	static const char *const known[] = { "utm_source", "utm_", "UTM_Medium", "fbclid", "FBCLID", "gclid", "dclid", "gbraid", "wbraid",
		"msclkid", "mc_cid", "mc_eid", "igshid", "_ga", "_ga_ABC", "_gl", "ref_src", "pk_campaign", "mtm_kwd", "piwik_campaign",
		"yclid", "twclid", "ttclid", "li_fat_id", "hsa_cam", "_hsenc", "_hsmi", "srsltid", "matomo_campaign",
		"at_campaign", "at_medium", "sfmc_id", "cm_mmc", "_openstat", "zanpid" };
	static const char *const unknown[] = { "", "utm", "utmx_source", "xutm_source", "fbclid2", "fb", "gclidx", "ort", "ref", "_g", "pk",
		"mc_", "mc_cide", " utm_source", "quelle", "a" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!clean_is_tracking(known[i]))
			fail_msg("%s is not known", known[i]);
	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		if (clean_is_tracking(unknown[i]))
			fail_msg("%s is taken for tracking", unknown[i]);
	query_is("utm_source=x", "", true);
	query_is("utm_source", "", true);
	query_is("utm_source=", "", true);
	query_is("ort=Kassel&utm_source=a&utm_source=b&seite=2", "ort=Kassel&seite=2", true);
	query_is("%75tm_source=x&ort=a", "ort=a", true);
	query_is("%55%54%4D_SOURCE=x&fb%63lid=1", "", true);
	/* what follows the first "=" is a value, broken or not */
	query_is("fbclid=%zz&ort=%zz", "ort=%zz", true);
	query_is("ort=utm_source=x", "ort=utm_source=x", false);
}

static void
the_rest_stays_as_it_is(void **state)
{
	(void)state;
	query_is(NULL, "", false);
	query_is("", "", false);
	query_is("ort=K%C3%B6ln+S%c3%bcd&ort=&x=%", "ort=K%C3%B6ln+S%c3%bcd&ort=&x=%", false);
	query_is("a=1&&b=2&", "a=1&b=2", false);
	query_is("gclid=1&&a=%26&b=a;b", "a=%26&b=a;b", true);
	/* a name that cannot be read is for input_read to refuse */
	query_is("utm_%zz=1&utm%00_=2&%=3", "utm_%zz=1&utm%00_=2&%=3", false);
}

static void
undeclared_goes(void **state)
{
	static const struct input inputs[] = { { .name = "ort" }, { .name = "seite" }, { .name = NULL } };

	(void)state;
	assert_string_equal(clean_undeclared(&arena, inputs, "ort=a&x=1&s%65ite=2&Ort=b&=3&y"), "ort=a&s%65ite=2");
	assert_string_equal(clean_undeclared(&arena, inputs, "x"), "");
	assert_string_equal(clean_undeclared(&arena, inputs, NULL), "");
	assert_string_equal(clean_undeclared(&arena, NULL, "ort=a"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("clean: runs of slashes and slashes at the end go, nothing else", slashes),
		TEST("clean: tracking parameters go, in any spelling, repeated and empty ones too", tracking_goes),
		TEST("clean: what stays, stays byte by byte", the_rest_stays_as_it_is),
		TEST("clean: what a route does not declare goes", undeclared_goes),
	};

	return cmocka_run_group_tests_name("clean", tests, NULL, NULL);
}
