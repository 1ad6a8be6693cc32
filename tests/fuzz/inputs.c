/*
 * A path and a query ("PATH\nQUERY") against the real route table, cleaned as serve.c does. What passes is clean text, and
 * its canonical address, read again, finds the same route, the same view and the same values, needs no cleaning, and stays
 * on this host.
 */
#include "fuzz.h"

#include "http/clean.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/text.h"

static bool
read_address(struct request *request, const char *path, const char *query)
{
	struct capture captures[ROUTE_CAPTURES];
	struct problem_at at = { .problem = NULL };
	enum view view;
	bool dropped;

	path = clean_path(&request->arena, path);
	query = clean_query(&request->arena, query, &dropped);
	PROMISE(strcmp(clean_path(&request->arena, path), path) == 0);
	PROMISE(strcmp(clean_query(&request->arena, query, &dropped), query) == 0 && !dropped);
	request->route = route_find(path, &view, captures);
	if (request->route == NULL)
		return false;
	if (request->route->views != 0)
		request->view = view != VIEW_COUNT ? view : negotiate_view(NULL, request->route->views);
	request->values = arena_alloc(&request->arena, sizeof(struct value) * (input_count(request->route->inputs) + 1));
	if (input_read(&request->arena, request->route->inputs, captures, query, request->values, &at))
		return true;
	PROMISE(at.problem != NULL && (at.problem->status == 400 || at.problem->status == 404));
	PROMISE(at.field == NULL || text_is_utf8(at.field, strlen(at.field)));
	PROMISE(at.value == NULL || (text_is_utf8(at.value, strlen(at.value)) && !text_has_control(at.value, strlen(at.value))));
	return false;
}

/* Where a redirect would lead. */
static void
check_address(struct arena *arena, const char *address)
{
	size_t path = strcspn(address, "?");
	const char *query = address[path] == '?' ? address + path + 1 : "";
	bool dropped;

	PROMISE(address[0] == '/' && address[1] != '/' && address[1] != '\\');
	PROMISE(strlen(address) == strcspn(address, "\\\"<> \r\n\t#"));
	PROMISE(strncmp(clean_path(arena, arena_strndup(arena, address, path)), address, path) == 0);
	PROMISE(strcmp(clean_query(arena, query, &dropped), query) == 0 && !dropped);
}

static void
check_values(const struct request *request)
{
	const struct input *input = request->route->inputs;
	size_t i, k;

	for (i = 0; input != NULL && input[i].name != NULL; i++) {
		const struct value *value = &request->values[i];

		PROMISE(value->count <= (input[i].repeated ? INPUT_VALUES : 1));
		PROMISE(!value->given || value->count > 0);
		PROMISE(!input_in_path(request->route->pattern, input[i].name) || value->given);
		for (k = 0; k < value->count; k++) {
			const char *text = value->items[k];

			PROMISE(*text != '\0' && text[0] != ' ' && text[strlen(text) - 1] != ' ');
			PROMISE(text_is_utf8(text, strlen(text)) && !text_has_control(text, strlen(text)));
			PROMISE(input[i].type != INPUT_TEXT || text_characters(text, strlen(text)) <= (size_t)input[i].max);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request one = { .view = VIEW_HTML }, two = { .view = VIEW_HTML };
	char *path, *query;
	size_t i, k;

	/* Kore never hands on a longer request line (http_header_max). */
	if (size > 8192)
		return 0;
	path = arena_strndup(&one.arena, (const char *)data, size);
	query = strchr(path, '\n');
	if (query != NULL)
		*query++ = '\0';
	if (read_address(&one, path, query)) {
		const char *canonical = request_url(&one, one.view, NULL, 0);
		char *again = arena_strdup(&two.arena, canonical);

		check_values(&one);
		check_address(&one.arena, canonical);
		query = strchr(again, '?');
		if (query != NULL)
			*query++ = '\0';
		PROMISE(read_address(&two, again, query));
		PROMISE(two.route == one.route && two.view == one.view);
		PROMISE(strcmp(request_url(&two, two.view, NULL, 0), canonical) == 0);
		PROMISE(strcmp(request_cache_key(&one), request_cache_key(&two)) == 0);
		for (i = 0; i < input_count(one.route->inputs); i++) {
			PROMISE(one.values[i].count == two.values[i].count);
			for (k = 0; k < one.values[i].count; k++)
				PROMISE(strcmp(one.values[i].items[k], two.values[i].items[k]) == 0);
		}
	}
	arena_free(&one.arena);
	arena_free(&two.arena);
	return 0;
}
