#include "http/body.h"

#include <brotli/encode.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define COMPRESS_FROM	400	/* bytes; smaller replies fit into one packet anyway */
#define LARGE		(512 * 1024)	/* bytes; larger replies are compressed lightly: the worker has others to serve */
#define HASH_DIGITS	24	/* of SHA-256 */
#define GZIP_HEADER	(15 + 16)	/* zlib: largest window, gzip wrapper */

static void *
allocate(size_t size)
{
	void *memory = malloc(size > 0 ? size : 1);

	if (memory == NULL)
		abort();
	return memory;
}

/* `hash` names the plain bytes (HASH_DIGITS hex digits); the encoding makes the tag of a variant its own. */
static struct variant *
variant_new(unsigned char *data, size_t length, enum encoding encoding, const char *hash)
{
	struct variant *variant = allocate(sizeof(*variant));
	const char *name = encoding_name(encoding);

	variant->data = data;
	variant->length = length;
	variant->encoding = encoding;
	variant->head = NULL;
	snprintf(variant->etag, sizeof(variant->etag), "\"%.*s%s%s\"", HASH_DIGITS, hash, name != NULL ? "-" : "",
	    name != NULL ? name : "");
	return variant;
}

struct body *
body_new(const void *data, size_t length, const char *content_type)
{
	struct body *body = allocate(sizeof(*body));
	unsigned char digest[crypto_hash_sha256_BYTES];
	unsigned char *copy = allocate(length);
	char hash[HASH_DIGITS + 1];
	int i;

	memset(body, 0, sizeof(*body));
	body->references = 1;
	body->content_type = content_type;
	memcpy(copy, data, length);
	crypto_hash_sha256(digest, copy, length);
	for (i = 0; i < HASH_DIGITS / 2; i++)
		snprintf(hash + i * 2, 3, "%02x", digest[i]);
	body->variants[ENCODING_IDENTITY] = variant_new(copy, length, ENCODING_IDENTITY, hash);
	return body;
}

struct body *
body_ref(struct body *body)
{
	body->references++;
	return body;
}

void
body_unref(struct body *body)
{
	int i;

	if (body == NULL || --body->references > 0)
		return;
	for (i = 0; i < ENCODING_COUNT; i++)
		if (body->variants[i] != NULL) {
			free(body->variants[i]->data);
			free(body->variants[i]->head);
			free(body->variants[i]);
		}
	free(body);
}

static bool
compressible(const char *content_type)
{
	return strncmp(content_type, "text/", 5) == 0 || strstr(content_type, "json") != NULL ||
	    strstr(content_type, "xml") != NULL || strstr(content_type, "javascript") != NULL;
}

/* Compression level between light and thorough. */
static int
level(size_t length, enum effort effort, int light, int usual, int thorough)
{
	return effort == EFFORT_ASSET ? thorough : length > LARGE ? light : usual;
}

static unsigned char *
compress_brotli(const struct variant *plain, enum effort effort, size_t *length)
{
	unsigned char *out;

	*length = BrotliEncoderMaxCompressedSize(plain->length);
	out = allocate(*length);
	if (!BrotliEncoderCompress(level(plain->length, effort, 1, 5, 10), BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT,
	    plain->length, plain->data, length, out))
		*length = 0;
	return out;
}

static unsigned char *
compress_gzip(const struct variant *plain, enum effort effort, size_t *length)
{
	z_stream stream;
	unsigned char *out;

	memset(&stream, 0, sizeof(stream));
	*length = 0;
	if (deflateInit2(&stream, level(plain->length, effort, 1, 6, 9), Z_DEFLATED, GZIP_HEADER, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	out = allocate(deflateBound(&stream, plain->length));
	stream.next_in = plain->data;
	stream.avail_in = (uInt)plain->length;
	stream.next_out = out;
	stream.avail_out = (uInt)deflateBound(&stream, plain->length);
	if (deflate(&stream, Z_FINISH) == Z_STREAM_END)
		*length = stream.total_out;
	deflateEnd(&stream);
	return out;
}

struct variant *
body_variant(struct body *body, enum encoding encoding, enum effort effort)
{
	struct variant *plain = body->variants[ENCODING_IDENTITY];
	unsigned char *data;
	size_t length;

	if (encoding == ENCODING_IDENTITY || plain->length < COMPRESS_FROM || !compressible(body->content_type))
		return plain;
	if (body->variants[encoding] != NULL)
		return body->variants[encoding];
	data = encoding == ENCODING_BROTLI ? compress_brotli(plain, effort, &length)
	    : compress_gzip(plain, effort, &length);
	if (length == 0 || length >= plain->length) {
		free(data);
		return plain;
	}
	data = realloc(data, length);
	if (data == NULL)
		abort();
	body->variants[encoding] = variant_new(data, length, encoding, plain->etag + 1);
	return body->variants[encoding];
}

size_t
body_size(const struct body *body)
{
	size_t size = sizeof(*body);
	int i;

	for (i = 0; i < ENCODING_COUNT; i++)
		if (body->variants[i] != NULL)
			size += sizeof(struct variant) + body->variants[i]->length;
	return size;
}

bool
etag_matches(const char *if_none_match, const char *etag)
{
	size_t length = strlen(etag);
	const char *p;

	if (if_none_match == NULL)
		return false;
	if (strcmp(if_none_match, "*") == 0)
		return true;
	for (p = strstr(if_none_match, etag); p != NULL; p = strstr(p + 1, etag))
		if (p[length] == '\0' || p[length] == ',' || p[length] == ' ')
			return true;
	return false;
}
