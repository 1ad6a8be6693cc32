#include "view/geojson.h"

#include "view/json.h"

static json_t *
feature(const struct column *columns, const json_t *row, const char *id_path, const char *lat_path, const char *lon_path)
{
	const json_t *lat = column_value(row, lat_path), *lon = column_value(row, lon_path);
	json_t *object = json_object(), *properties = json_object();
	const struct column *column;

	json_object_set_new(object, "type", json_string("Feature"));
	json_object_set(object, "id", (json_t *)column_value(row, id_path));
	if (json_is_number(lat) && json_is_number(lon))
		json_object_set_new(object, "geometry", json_pack("{s:s, s:[f,f]}", "type", "Point", "coordinates",
		    json_number_value(lon), json_number_value(lat)));
	else
		json_object_set_new(object, "geometry", json_null());
	for (column = columns; column->key != NULL; column++) {
		const json_t *value = column_value(row, column->path);

		if (value != NULL)
			json_object_set(properties, column->key, (json_t *)value);
		else
			json_object_set_new(properties, column->key, json_null());
	}
	json_object_set_new(object, "properties", properties);
	return object;
}

void
geojson_write(struct buffer *out, const struct column *columns, const json_t *rows, const char *id_path,
    const char *lat_path, const char *lon_path, const json_t *members, unsigned part)
{
	static const char end[] = "]}";
	json_t *collection = json_object();
	size_t i;

	json_object_set_new(collection, "type", json_string("FeatureCollection"));
	if (members != NULL)
		json_object_update(collection, (json_t *)members);
	json_object_set_new(collection, "features", json_array());
	if (part & PART_FIRST) {
		json_write(out, collection);
		out->length -= sizeof(end) - 1;	/* the list stays open */
	}
	for (i = 0; i < json_array_size(rows); i++) {
		json_t *object = feature(columns, json_array_get(rows, i), id_path, lat_path, lon_path);

		if (i > 0 || !(part & PART_FIRST))
			buffer_putc(out, ',');
		json_write(out, object);
		json_decref(object);
	}
	if (part & PART_LAST)
		buffer_puts(out, end);
	json_decref(collection);
}
