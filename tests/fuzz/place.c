/* Any text as a place: whatever kind it is read as, its parts are what the database may be given. */
#include "fuzz.h"

#include <math.h>

#include "geo/place.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct place_query query;
	size_t digits;
	char *text;

	arena_init(&arena);
	text = arena_strndup(&arena, (const char *)data, size);
	if (place_parse(text, &query)) {
		digits = strspn(query.postcode, "0123456789");
		PROMISE(digits == strlen(query.postcode));
		PROMISE(query.kind != PLACE_POSTCODE || digits == 5);
		PROMISE(query.kind != PLACE_POSTCODE_PREFIX || (digits >= 1 && digits <= 4));
		PROMISE(query.kind == PLACE_POSTCODE || query.kind == PLACE_POSTCODE_PREFIX || digits == 0);
		PROMISE(query.kind != PLACE_POINT || (fabs(query.lat) <= 90.0 && fabs(query.lon) <= 180.0));
		PROMISE(*place_kind_name(query.kind) != '\0');
	} else {
		PROMISE(query.kind == PLACE_POINT);
	}
	arena_free(&arena);
	return 0;
}
