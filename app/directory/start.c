#include "directory/start.h"

#include <kore/kore.h>
#include <kore/http.h>

#include "geo/geoip.h"
#include "http/client.h"
#include "http/config.h"

#define GUESS_SIZE	100

/*
 * The guess is part of the cached page's key, the visitor's address is not: it is looked at here and forgotten
 * (domain.md 4.3 no. 7).
 */
bool
start_prepare(struct request *request, struct problem_at *at)
{
	struct sockaddr_storage client;
	const char *forwarded = NULL;
	char guess[GUESS_SIZE];

	(void)at;
	if (request_given(request, "region") || request->http->owner == NULL)
		return true;
	http_request_header(request->http, "x-forwarded-for", &forwarded);
	if (client_address((struct sockaddr *)&request->http->owner->addr, config.trusted_proxies, forwarded, &client) &&
	    geoip_guess((struct sockaddr *)&client, guess, sizeof(guess)))
		request->vary = arena_strdup(&request->arena, guess);
	return true;
}

void
start_decorate(struct request *request, json_t *document)
{
	if (request->view == VIEW_HTML && request->vary != NULL)
		json_object_set_new(document, "guess", json_pack("{s:s, s:s, s:s}", "label", request->vary,
		    "value", request->vary, "off_href", "/?region=aus"));
}
