#include "directory/coverage.h"

#include "view/csv.h"
#include "view/json.h"

static const struct column columns[] = {
	{ "ags", "AGS", "ags" },
	{ "label", "Kreis", "label" },
	{ "state", "Land", "state" },
	{ "providers", "Anbieter", "providers" },
	{ "population", "Bevölkerung", "population" },
	{ NULL, NULL, NULL }
};

/* The choice of Handlungsfelder: each with the address of its own coverage. */
void
coverage_decorate(struct request *request, json_t *document)
{
	json_t *field;
	size_t i;

	json_array_foreach(json_object_get(document, "fields"), i, field) {
		struct change change = { CHANGE_SET, "handlungsfeld", json_string_value(json_object_get(field, "code")) };

		json_object_set_new(field, "href", json_string(request_url(request, VIEW_HTML, &change, 1)));
	}
}

void
coverage_represent(struct request *request, const json_t *document, struct buffer *out)
{
	(void)request;
	csv_write(out, columns, json_object_get(document, "districts"), CSV_RFC4180, PART_WHOLE);
}

void
outlines_represent(struct request *request, const json_t *document, struct buffer *out)
{
	(void)request;
	json_write(out, document);
}
