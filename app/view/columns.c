#include "view/columns.h"

#include <string.h>

const json_t *
column_value(const json_t *row, const char *path)
{
	while (row != NULL && *path != '\0') {
		size_t length = strcspn(path, ".");

		row = json_object_getn(row, path, length);
		path += length;
		path += *path == '.';
	}
	return row;
}
