/* view/geojson and view/columns: RFC 7946. */
#include "unit.h"

#include "view/geojson.h"

static const struct column columns[] = {
	{ "name", "Name", "name" }, { "city", "Ort", "site.city" }, { NULL, NULL, NULL },
};

static json_t *
collection(const char *rows, const char *members)
{
	struct buffer *out = new_buffer();
	json_t *json = json_of(rows), *more = members != NULL ? json_of(members) : NULL, *result;

	geojson_write(out, columns, json, "slug", "site.lat", "site.lon", more, PART_WHOLE);
	result = json_of(buffer_text(out));
	json_decref(json);
	json_decref(more);
	return result;
}

static void
a_point_is_longitude_then_latitude(void **state)
{
	json_t *all = collection("[{\"slug\":\"a\",\"name\":\"A & B\",\"site\":{\"city\":\"Kassel\",\"lat\":51.3127,\"lon\":9.4797}}]", NULL);
	const json_t *feature = json_array_get(json_object_get(all, "features"), 0);
	const json_t *geometry = json_object_get(feature, "geometry"), *point = json_object_get(geometry, "coordinates");
	const json_t *properties = json_object_get(feature, "properties");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(all, "type")), "FeatureCollection");
	assert_string_equal(json_string_value(json_object_get(feature, "type")), "Feature");
	assert_string_equal(json_string_value(json_object_get(feature, "id")), "a");
	assert_string_equal(json_string_value(json_object_get(geometry, "type")), "Point");
	assert_int_equal(json_array_size(point), 2);
	assert_true(json_real_value(json_array_get(point, 0)) == 9.4797);
	assert_true(json_real_value(json_array_get(point, 1)) == 51.3127);
	assert_string_equal(json_string_value(json_object_get(properties, "name")), "A & B");
	assert_string_equal(json_string_value(json_object_get(properties, "city")), "Kassel");
	json_decref(all);
}

static void
a_row_without_place_has_geometry_null(void **state)
{
	static const char *const rows[] = { "[{\"slug\":\"a\"}]", "[{\"slug\":\"a\",\"site\":null}]", "[{\"slug\":\"a\",\"site\":{\"lat\":1}}]",
	    "[{\"slug\":\"a\",\"site\":{\"lat\":\"1\",\"lon\":\"2\"}}]", "[{}]", "[5]", "[null]" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *all = collection(rows[i], NULL);
		const json_t *feature = json_array_get(json_object_get(all, "features"), 0);

		assert_true(json_is_null(json_object_get(feature, "geometry")));
		/* properties are all there, unknown ones null: readers see the same columns in every feature */
		assert_int_equal(json_object_size(json_object_get(feature, "properties")), 2);
		json_decref(all);
	}
}

static void
members_stand_beside_the_features(void **state)
{
	json_t *all = collection("[]", "{\"total\":7,\"place\":null}");

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(all, "total")), 7);
	assert_true(json_is_null(json_object_get(all, "place")));
	assert_true(json_is_array(json_object_get(all, "features")));
	json_decref(all);
	/* a member cannot take the features' place */
	all = collection("[{\"slug\":\"a\"}]", "{\"features\":1}");
	assert_int_equal(json_array_size(json_object_get(all, "features")), 1);
	json_decref(all);
}

static void
paths_of_columns(void **state)
{
	json_t *row = json_of("{\"a\":{\"b\":{\"c\":1}},\"x\":null,\"\":2}");

	(void)state;
	assert_int_equal(json_integer_value(column_value(row, "a.b.c")), 1);
	assert_null(column_value(row, "a.c"));
	assert_null(column_value(row, "a.b.c.d"));
	assert_true(json_is_null(column_value(row, "x")));
	assert_null(column_value(row, "x.y"));
	assert_null(column_value(NULL, "a"));
	assert_ptr_equal(column_value(row, ""), row);
	json_decref(row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("GeoJSON: a point is longitude, then latitude", a_point_is_longitude_then_latitude),
		TEST("GeoJSON: a row without coordinates has geometry null", a_row_without_place_has_geometry_null),
		TEST("GeoJSON: further members stand beside the features", members_stand_beside_the_features),
		TEST("columns: dotted paths", paths_of_columns),
	};

	return cmocka_run_group_tests_name("geojson", tests, NULL, NULL);
}
