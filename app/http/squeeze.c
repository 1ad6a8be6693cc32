#include "http/squeeze.h"

#include <brotli/encode.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define GZIP_WRAPPER	(15 + 16)	/* zlib: largest window, gzip wrapper */
#define GZIP_LEVEL	1
#define BROTLI_LEVEL	2
#define BROTLI_WINDOW	18	/* 256 kB */
#define STEP		16384

struct squeeze {
	enum encoding		 encoding;
	z_stream		 zlib;
	BrotliEncoderState	*brotli;
};

struct squeeze *
squeeze_new(enum encoding encoding)
{
	struct squeeze *squeeze;
	bool ok;

	if (encoding == ENCODING_IDENTITY)
		return NULL;
	squeeze = calloc(1, sizeof(*squeeze));
	if (squeeze == NULL)
		abort();
	squeeze->encoding = encoding;
	if (encoding == ENCODING_GZIP) {
		ok = deflateInit2(&squeeze->zlib, GZIP_LEVEL, Z_DEFLATED, GZIP_WRAPPER, 8, Z_DEFAULT_STRATEGY) == Z_OK;
	} else {
		squeeze->brotli = BrotliEncoderCreateInstance(NULL, NULL, NULL);
		ok = squeeze->brotli != NULL && BrotliEncoderSetParameter(squeeze->brotli, BROTLI_PARAM_QUALITY, BROTLI_LEVEL) &&
		    BrotliEncoderSetParameter(squeeze->brotli, BROTLI_PARAM_LGWIN, BROTLI_WINDOW);
	}
	if (!ok)
		abort();
	return squeeze;
}

static void
put_gzip(z_stream *stream, const void *data, size_t length, bool last, struct buffer *out)
{
	unsigned char step[STEP];
	int status;

	stream->next_in = (z_const Bytef *)(uintptr_t)data;
	stream->avail_in = (uInt)length;
	do {
		stream->next_out = step;
		stream->avail_out = sizeof(step);
		status = deflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
		buffer_append(out, step, sizeof(step) - stream->avail_out);
	} while (stream->avail_in > 0 || (last && status != Z_STREAM_END));
}

static void
put_brotli(BrotliEncoderState *state, const void *data, size_t length, bool last, struct buffer *out)
{
	const uint8_t *next = data;
	size_t left = length, none = 0, ready;

	do {
		if (!BrotliEncoderCompressStream(state, last ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS, &left, &next, &none,
		    NULL, NULL))
			abort();
		while (BrotliEncoderHasMoreOutput(state)) {
			const uint8_t *bytes;

			ready = 0;
			bytes = BrotliEncoderTakeOutput(state, &ready);
			buffer_append(out, bytes, ready);
		}
	} while (left > 0 || (last && !BrotliEncoderIsFinished(state)));
}

void
squeeze_put(struct squeeze *squeeze, const void *data, size_t length, bool last, struct buffer *out)
{
	if (squeeze == NULL)
		buffer_append(out, data, length);
	else if (squeeze->encoding == ENCODING_GZIP)
		put_gzip(&squeeze->zlib, data, length, last, out);
	else
		put_brotli(squeeze->brotli, data, length, last, out);
}

void
squeeze_free(struct squeeze *squeeze)
{
	if (squeeze == NULL)
		return;
	if (squeeze->encoding == ENCODING_GZIP)
		deflateEnd(&squeeze->zlib);
	else
		BrotliEncoderDestroyInstance(squeeze->brotli);
	free(squeeze);
}
