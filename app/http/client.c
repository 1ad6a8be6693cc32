#include "http/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <string.h>

#define IPV6_BYTES	7	/* 56 bits */

static unsigned char key[crypto_shorthash_KEYBYTES];

/* An IPv4 address inside an IPv6 one, as a socket for both families tells it, is that IPv4 address. */
static void
unmap(const struct sockaddr *address, struct sockaddr_storage *out)
{
	const struct in6_addr *in6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
	struct sockaddr_in in = { .sin_family = AF_INET };

	if (address->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(in6)) {
		memcpy(&in.sin_addr, in6->s6_addr + 12, sizeof(in.sin_addr));
		memcpy(out, &in, sizeof(in));
	} else {
		memcpy(out, address, address->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
	}
}

/* Reads an address of either family. */
static bool
parse_address(const char *text, size_t length, struct sockaddr_storage *out)
{
	char copy[INET6_ADDRSTRLEN + 1];
	struct sockaddr_in *in = (struct sockaddr_in *)out;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

	while (length > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		length--;
	}
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	if (length == 0 || length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, copy, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		return true;
	}
	if (inet_pton(AF_INET6, copy, &in6->sin6_addr) == 1) {
		struct sockaddr_in6 read = { .sin6_family = AF_INET6, .sin6_addr = in6->sin6_addr };

		unmap((struct sockaddr *)&read, out);
		return true;
	}
	return false;
}

static bool
same_address(const struct sockaddr *a, const struct sockaddr *b)
{
	if (a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET)
		return ((const struct sockaddr_in *)a)->sin_addr.s_addr == ((const struct sockaddr_in *)b)->sin_addr.s_addr;
	return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr, &((const struct sockaddr_in6 *)b)->sin6_addr,
	    sizeof(struct in6_addr)) == 0;
}

bool
client_are_addresses(const char *trusted)
{
	struct sockaddr_storage address;

	for (;;) {
		size_t length = strcspn(trusted, ",");

		if (!parse_address(trusted, length, &address))
			return false;
		if (trusted[length] == '\0')
			return true;
		trusted += length + 1;
	}
}

bool
client_is_proxy(const struct sockaddr *address, const char *trusted)
{
	struct sockaddr_storage plain, proxy;

	unmap(address, &plain);
	while (trusted != NULL && *trusted != '\0') {
		size_t length = strcspn(trusted, ",");

		if (parse_address(trusted, length, &proxy) && same_address((struct sockaddr *)&plain, (struct sockaddr *)&proxy))
			return true;
		trusted += length;
		trusted += *trusted == ',';
	}
	return false;
}

bool
client_address(const struct sockaddr *peer, const char *trusted, const char *forwarded, struct sockaddr_storage *out)
{
	const char *end;

	if (peer->sa_family != AF_INET && peer->sa_family != AF_INET6)
		return false;
	if (!client_is_proxy(peer, trusted)) {
		unmap(peer, out);
		return true;
	}
	end = forwarded != NULL ? forwarded + strlen(forwarded) : NULL;
	while (forwarded != NULL && end > forwarded) {
		const char *start = end;

		while (start > forwarded && start[-1] != ',')
			start--;
		if (!parse_address(start, (size_t)(end - start), out))
			return false;
		if (!client_is_proxy((struct sockaddr *)out, trusted))
			return true;
		end = start > forwarded ? start - 1 : forwarded;
	}
	return false;
}

void
client_init(void)
{
	randombytes_buf(key, sizeof(key));
}

client_network
client_number(const void *bytes, size_t length)
{
	client_network number;

	crypto_shorthash((unsigned char *)&number, bytes, length, key);
	return number != 0 ? number : 1;
}

client_network
client_network_of(const struct sockaddr *address)
{
	struct sockaddr_storage plain;
	unsigned char bytes[1 + IPV6_BYTES] = { 0 };
	size_t length = 1 + 4;

	if (address->sa_family != AF_INET && address->sa_family != AF_INET6)
		return 0;
	unmap(address, &plain);
	if (plain.ss_family == AF_INET) {
		memcpy(bytes + 1, &((const struct sockaddr_in *)&plain)->sin_addr, 4);
	} else {
		bytes[0] = 6;
		length = sizeof(bytes);
		memcpy(bytes + 1, &((const struct sockaddr_in6 *)&plain)->sin6_addr, IPV6_BYTES);
	}
	return client_number(bytes, length);
}
