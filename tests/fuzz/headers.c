/*
 * Any bytes as request headers: Accept, Accept-Encoding, If-None-Match and X-Forwarded-For, a line each. Nothing is
 * chosen that was not offered, and no proxy is taken for a visitor.
 */
#include "fuzz.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "http/client.h"
#include "http/body.h"
#include "http/negotiate.h"

#define TAG	"\"0123456789abcdef-br\""

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_in proxy = { .sin_family = AF_INET };
	struct sockaddr_storage client;
	char *lines[4] = { NULL }, *text;
	struct arena arena;
	unsigned offered;
	enum view view;
	int i;

	if (size < 2)
		return 0;
	offered = (data[0] | (unsigned)data[1] << 8) & (VIEW_BIT(VIEW_COUNT) - 1);
	arena_init(&arena);
	text = arena_strndup(&arena, (const char *)data + 2, size - 2);
	for (i = 0; i < 4 && text != NULL; i++) {
		lines[i] = text;
		text = strchr(text, '\n');
		if (text != NULL)
			*text++ = '\0';
	}
	view = negotiate_view(lines[0], offered);
	PROMISE(view <= VIEW_COUNT && (view == VIEW_COUNT || offered & VIEW_BIT(view)));
	negotiate_wants_json(lines[0]);
	PROMISE(negotiate_encoding(lines[1]) < ENCODING_COUNT);
	PROMISE(!etag_matches(lines[2], TAG) || strstr(lines[2], TAG) != NULL || strcmp(lines[2], "*") == 0);
	inet_pton(AF_INET, "127.0.0.1", &proxy.sin_addr);
	if (client_address((struct sockaddr *)&proxy, "127.0.0.1,::1", lines[3], &client)) {
		PROMISE(lines[3] != NULL && (client.ss_family == AF_INET || client.ss_family == AF_INET6));
		PROMISE(client.ss_family != AF_INET || ((struct sockaddr_in *)&client)->sin_addr.s_addr != proxy.sin_addr.s_addr);
	}
	arena_free(&arena);
	return 0;
}
