/* http/body: bytes sent more than once, their compressed variants and ETags. */
#include "unit.h"

#include <dlfcn.h>
#include <zlib.h>

#include "http/body.h"

#define TYPE	"text/html; charset=utf-8"

/* A page of `length` bytes that compresses well, or (noise) not at all. */
static char *
page(size_t length, bool noise)
{
	static const char words[] = "<li>Jobcoaching am Arbeitsplatz in Kassel</li>\n";
	char *text = arena_alloc(&arena, length + 1);
	unsigned seed = 1;
	size_t i;

	for (i = 0; i < length; i++) {
		seed = seed * 1103515245u + 12345u;
		text[i] = noise ? (char)(seed >> 16) : words[i % (sizeof(words) - 1)];
	}
	return text;
}

static void
gunzip(const struct variant *variant, char *out, size_t size)
{
	z_stream stream = { .next_in = variant->data, .avail_in = (uInt)variant->length, .next_out = (unsigned char *)out, .avail_out = (uInt)size };

	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.total_out, size);
	assert_int_equal(stream.avail_in, 0);
	inflateEnd(&stream);
}

/* The decoder is no dependency of the service: the library is at hand wherever the encoder is. */
static void
unbrotli(const struct variant *variant, char *out, size_t size)
{
	void *library = dlopen("libbrotlidec.so.1", RTLD_NOW);
	int (*decompress)(size_t, const uint8_t *, size_t *, uint8_t *);
	size_t length = size;

	assert_non_null(library);
	*(void **)&decompress = dlsym(library, "BrotliDecoderDecompress");
	assert_non_null(decompress);
	assert_int_equal(decompress(variant->length, variant->data, &length, (uint8_t *)out), 1);
	assert_int_equal(length, size);
	dlclose(library);
}

static void
variants_decode_to_the_same_bytes(void **state)
{
	static const size_t lengths[] = { 400, 401, 5000, 300000 };
	enum effort effort;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		for (effort = EFFORT_PAGE; effort <= EFFORT_ASSET; effort++) {
			char *text = page(lengths[i], false), *back = arena_alloc(&arena, lengths[i] + 1);
			struct body *body = body_new(text, lengths[i], TYPE);
			const struct variant *gzip = body_variant(body, ENCODING_GZIP, effort);
			const struct variant *brotli = body_variant(body, ENCODING_BROTLI, effort);

			assert_int_equal(gzip->encoding, ENCODING_GZIP);
			assert_int_equal(brotli->encoding, ENCODING_BROTLI);
			assert_true(gzip->length < lengths[i] && brotli->length < lengths[i]);
			gunzip(gzip, back, lengths[i]);
			assert_memory_equal(back, text, lengths[i]);
			memset(back, 0, lengths[i]);
			unbrotli(brotli, back, lengths[i]);
			assert_memory_equal(back, text, lengths[i]);
			/* made once */
			assert_ptr_equal(body_variant(body, ENCODING_GZIP, effort), gzip);
			body_unref(body);
		}
}

static void
each_variant_has_an_etag_of_its_own(void **state)
{
	char *text = page(5000, false);
	struct body *body = body_new(text, 5000, TYPE), *same = body_new(text, 5000, TYPE), *other = body_new(text, 4999, TYPE);
	enum encoding encoding, k;

	(void)state;
	for (encoding = 0; encoding < ENCODING_COUNT; encoding++) {
		const struct variant *variant = body_variant(body, encoding, EFFORT_PAGE);
		size_t n = strlen(variant->etag);

		assert_true(variant->etag[0] == '"' && variant->etag[n - 1] == '"' && n > 20 && n < ETAG_SIZE - 1);
		assert_int_equal(strspn(variant->etag + 1, "0123456789abcdefgzipr-"), n - 2);
		assert_string_equal(variant->etag, body_variant(same, encoding, EFFORT_PAGE)->etag);
		assert_string_not_equal(variant->etag, body_variant(other, encoding, EFFORT_PAGE)->etag);
		for (k = 0; k < encoding; k++)
			assert_string_not_equal(variant->etag, body_variant(body, k, EFFORT_PAGE)->etag);
	}
	body_unref(body);
	body_unref(same);
	body_unref(other);
}

static void
what_does_not_shrink_stays_plain(void **state)
{
	struct body *small = body_new(page(399, false), 399, TYPE), *noise = body_new(page(5000, true), 5000, TYPE);
	struct body *font = body_new(page(5000, false), 5000, "font/woff2"), *empty = body_new("", 0, TYPE);
	struct body *all[] = { small, noise, font, empty };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_int_equal(body_variant(all[i], ENCODING_GZIP, EFFORT_PAGE)->encoding, ENCODING_IDENTITY);
		assert_int_equal(body_variant(all[i], ENCODING_BROTLI, EFFORT_PAGE)->encoding, ENCODING_IDENTITY);
		body_unref(all[i]);
	}
}

static void
references_are_counted(void **state)
{
	struct body *body = body_new(page(5000, false), 5000, TYPE);
	size_t plain = body_size(body);

	(void)state;
	assert_true(plain > 5000);
	body_ref(body);
	body_unref(body);
	body_variant(body, ENCODING_BROTLI, EFFORT_PAGE);
	assert_true(body_size(body) > plain);
	assert_int_equal(body->references, 1);
	body_unref(body);
	body_unref(NULL);
}

static void
if_none_match(void **state)
{
	static const char tag[] = "\"abc-gzip\"";

	(void)state;
	assert_false(etag_matches(NULL, tag));
	assert_true(etag_matches("\"abc-gzip\"", tag));
	assert_true(etag_matches("W/\"abc-gzip\"", tag));
	assert_true(etag_matches("\"x\", \"abc-gzip\"", tag));
	assert_true(etag_matches("\"abc-gzip\" , \"x\"", tag));
	assert_true(etag_matches("*", tag));
	assert_false(etag_matches("\"abc\"", tag));
	assert_false(etag_matches("abc-gzip", tag));
	assert_false(etag_matches("\"abc-gzip", tag));
	assert_false(etag_matches("\"xabc-gzip\"", tag));
	assert_false(etag_matches("", tag));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("body: gzip and brotli decode to the same bytes", variants_decode_to_the_same_bytes),
		TEST("body: each variant has an ETag of its own, equal bytes the same", each_variant_has_an_etag_of_its_own),
		TEST("body: small, compressed and random bytes stay plain", what_does_not_shrink_stays_plain),
		TEST("body: references are counted", references_are_counted),
		TEST("body: If-None-Match with lists, weak tags and *", if_none_match),
	};

	return cmocka_run_group_tests_name("body", tests, NULL, NULL);
}
