#include "http/request.h"

#include <assert.h>
#include <string.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "http/clock.h"
#include "http/config.h"
#include "http/text.h"

const struct value *
request_values(const struct request *request, const char *name)
{
	int index = input_index(request->route->inputs, name);

	assert(index >= 0);
	return &request->values[index];
}

const char *
request_value(const struct request *request, const char *name)
{
	const struct value *value = request_values(request, name);

	return value->count > 0 ? value->items[0] : NULL;
}

bool
request_given(const struct request *request, const char *name)
{
	return request_values(request, name)->given;
}

void
request_bind(struct request *request, const char *name, const char *value)
{
	assert(request->binding_count < REQUEST_BINDINGS);
	request->bindings[request->binding_count].name = name;
	request->bindings[request->binding_count].value = value;
	request->binding_count++;
}

client_network
request_network(struct request *request)
{
	const struct connection *connection = request->http->owner;
	struct sockaddr_storage client;
	const char *forwarded = NULL;

	if (request->network_known || connection == NULL)
		return request->network;
	http_request_header(request->http, "x-forwarded-for", &forwarded);
	if (client_address((const struct sockaddr *)&connection->addr, config.trusted_proxies, forwarded, &client))
		request->network = client_network_of((struct sockaddr *)&client);
	request->network_known = true;
	return request->network;
}

/* Copies the values of the request so that a change does not touch them. */
static struct value *
copy_values(struct request *request)
{
	size_t i, n = input_count(request->route->inputs);
	struct value *copy = arena_alloc(&request->arena, sizeof(struct value) * (n + 1));

	for (i = 0; i < n; i++) {
		copy[i] = request->values[i];
		copy[i].items = arena_alloc(&request->arena, sizeof(char *) * INPUT_VALUES);
		if (copy[i].count > 0)
			memcpy(copy[i].items, request->values[i].items, sizeof(char *) * copy[i].count);
	}
	return copy;
}

static void
apply(struct value *value, const struct change *change)
{
	size_t i, kept = 0;

	if (!value->given)
		value->count = 0;
	switch (change->kind) {
	case CHANGE_SET:
		value->count = 0;
		/* FALLTHROUGH */
	case CHANGE_ADD:
		if (value->count < INPUT_VALUES)
			value->items[value->count++] = change->value;
		break;
	case CHANGE_REMOVE:
		for (i = 0; i < value->count; i++)
			if (strcmp(value->items[i], change->value) != 0)
				value->items[kept++] = value->items[i];
		value->count = kept;
		break;
	case CHANGE_DROP:
		value->count = 0;
		break;
	}
	value->given = value->count > 0;
}

/* The path of the route with its captured values filled in. */
static void
write_path(struct request *request, struct buffer *url)
{
	const char *p = request->route->pattern;

	while (*p != '\0') {
		if (*p == ':') {
			size_t length = strcspn(p + 1, "/");

			text_url_encode(url, request_value(request, arena_strndup(&request->arena, p + 1, length)));
			p += 1 + length;
		} else {
			buffer_putc(url, *p++);
		}
	}
}

/* Path, suffix of the view, and canonical query for the given values. */
static const char *
write_url(struct request *request, enum view view, const struct value *values)
{
	const struct route *route = request->route;
	struct buffer url;
	size_t length;

	buffer_init(&url, &request->arena, 512);
	write_path(request, &url);
	buffer_puts(&url, route_suffix(route, view));
	length = url.length;
	buffer_putc(&url, '?');
	input_canonical(&url, route->pattern, route->inputs, values);
	if (url.length == length + 1)
		url.length = length;
	return buffer_text(&url);
}

const char *
request_url(struct request *request, enum view view, const struct change *changes, size_t count)
{
	struct value *values;
	size_t i;

	if (count == 0)
		return write_url(request, view, request->values);
	values = copy_values(request);
	for (i = 0; i < count; i++) {
		int index = input_index(request->route->inputs, changes[i].name);

		assert(index >= 0);
		apply(&values[index], &changes[i]);
	}
	return write_url(request, view, values);
}

const char *
request_absolute(struct request *request, const char *path)
{
	return arena_printf(&request->arena, "%s%s", config.base_url, path);
}

const char *
request_cache_key(struct request *request)
{
	return arena_printf(&request->arena, "%s %s %s", view_suffix(request->view),
	    request_url(request, request->view, NULL, 0), request->vary != NULL ? request->vary : "");
}

/* PostgreSQL's array literal, every element quoted. */
static const char *
array_literal(struct request *request, const struct value *value)
{
	struct buffer out;
	const char *c;
	size_t i;

	if (value->count == 0)
		return NULL;
	buffer_init(&out, &request->arena, 64);
	buffer_putc(&out, '{');
	for (i = 0; i < value->count; i++) {
		buffer_puts(&out, i > 0 ? ",\"" : "\"");
		for (c = value->items[i]; *c != '\0'; c++) {
			if (*c == '"' || *c == '\\')
				buffer_putc(&out, '\\');
			buffer_putc(&out, *c);
		}
		buffer_putc(&out, '"');
	}
	buffer_putc(&out, '}');
	return buffer_text(&out);
}

static const char *
parameter(struct request *request, const char *name)
{
	int i, index;

	for (i = 0; i < request->binding_count; i++)
		if (strcmp(request->bindings[i].name, name) == 0)
			return request->bindings[i].value;
	index = input_index(request->route->inputs, name);
	if (index >= 0) {
		const struct value *value = &request->values[index];

		if (request->route->inputs[index].repeated)
			return array_literal(request, value);
		return value->count > 0 ? value->items[0] : NULL;
	}
	if (strcmp(name, "view") == 0)
		return view_suffix(request->view);
	if (strcmp(name, "today") == 0)
		return arena_strdup(&request->arena, clock_today());
	return NULL;
}

const char *const *
request_params(struct request *request, const char *const *names, int count)
{
	const char **params = arena_alloc(&request->arena, sizeof(char *) * (size_t)(count + 1));
	int i;

	for (i = 0; i < count; i++)
		params[i] = parameter(request, names[i]);
	return params;
}
