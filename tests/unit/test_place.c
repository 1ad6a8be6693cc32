/* geo/place: what people type as a place. */
#include "unit.h"

#include <math.h>

#include "geo/place.h"

static void
postcodes(void **state)
{
	static const struct { const char *text; enum place_kind kind; const char *postcode; } cases[] = {
		{ "20357", PLACE_POSTCODE, "20357" }, { "01067", PLACE_POSTCODE, "01067" }, { "D-20357", PLACE_POSTCODE, "20357" },
		{ "d-20357", PLACE_POSTCODE, "20357" }, { "20357 Hamburg", PLACE_POSTCODE, "20357" },
		{ "D-34117 Kassel", PLACE_POSTCODE, "34117" }, { "203", PLACE_POSTCODE_PREFIX, "203" }, { "2", PLACE_POSTCODE_PREFIX, "2" },
		{ "0", PLACE_POSTCODE_PREFIX, "0" }, { "2035", PLACE_POSTCODE_PREFIX, "2035" }, { "D-20", PLACE_POSTCODE_PREFIX, "20" },
	};
	struct place_query query;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(place_parse(cases[i].text, &query));
		if (query.kind != cases[i].kind || strcmp(query.postcode, cases[i].postcode) != 0)
			fail_msg("%s is %s %s", cases[i].text, place_kind_name(query.kind), query.postcode);
	}
}

static void
coordinates(void **state)
{
	static const struct { const char *text; double lat, lon; } cases[] = {
		{ "50.1,8.6", 50.1, 8.6 }, { "50.1, 8.6", 50.1, 8.6 }, { "50.1 8.6", 50.1, 8.6 }, { "50.1;8.6", 50.1, 8.6 },
		{ "50,1; 8,6", 50.1, 8.6 }, { "50,1 8,6", 50.1, 8.6 }, { "50,8", 50, 8 }, { "51.3127,9.4797", 51.3127, 9.4797 },
		{ "-33.9 +18.4", -33.9, 18.4 }, { "0,0", 0, 0 }, { "90,180", 90, 180 }, { "-90;-180", -90, -180 }, { "50.,8.", 50, 8 },
		{ ".5 .5", .5, .5 }, { "50.1 ,  8.6", 50.1, 8.6 }, { "1 2", 1, 2 },
	};
	struct place_query query;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (!place_parse(cases[i].text, &query) || query.kind != PLACE_POINT)
			fail_msg("%s is %s", cases[i].text, place_kind_name(query.kind));
		if (fabs(query.lat - cases[i].lat) > 1e-9 || fabs(query.lon - cases[i].lon) > 1e-9)
			fail_msg("%s is %f, %f", cases[i].text, query.lat, query.lon);
	}
}

static void
coordinates_off_the_earth_are_refused(void **state)
{
	static const char *const off[] = { "91,8", "50,181", "-90.1 0", "0;-180,5", "123456,7", "999999999999 1" };
	struct place_query query;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(off) / sizeof(off[0]); i++)
		if (place_parse(off[i], &query))
			fail_msg("%s is %s", off[i], place_kind_name(query.kind));
}

static void
everything_else_is_a_name(void **state)
{
	static const char *const names[] = {
		"", "Kassel", "Köln", "St. Ingbert", "Bad Homburg v.d.H.", "Frankfurt a.M.", "Landkreis Fulda", "Hessen", "D-", "D-Hamburg",
		"203571", "20357Hamburg", "20357-1", "1. Mai", "50.1", "50,1,8,6", "50.1,8.6,", "50.1,8.6x", "50.1.2,8", "50..1 8", "--5 5",
		"5-5", "+ -", ".", ",", "; ;", "50.1,", ",8.6", "1e2,3", "nan,nan", "inf 1", "0x10 5", "٥٠,٨",
		"1234567890123456789012345 1",
	};
	struct place_query query;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_true(place_parse(names[i], &query));
		if (query.kind != PLACE_NAME)
			fail_msg("%s is %s", names[i], place_kind_name(query.kind));
	}
}

static void
kinds_have_the_names_the_database_knows(void **state)
{
	(void)state;
	assert_string_equal(place_kind_name(PLACE_NAME), "name");
	assert_string_equal(place_kind_name(PLACE_POSTCODE), "postcode");
	assert_string_equal(place_kind_name(PLACE_POSTCODE_PREFIX), "postcode_prefix");
	assert_string_equal(place_kind_name(PLACE_POINT), "point");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("place: postcodes, whole and begun, with country and town", postcodes),
		TEST("place: coordinates in the spellings people use", coordinates),
		TEST("place: coordinates off the Earth are refused", coordinates_off_the_earth_are_refused),
		TEST("place: everything else is a name", everything_else_is_a_name),
		TEST("place: kinds have the names the database knows", kinds_have_the_names_the_database_knows),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
