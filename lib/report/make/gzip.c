/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gzip.c - bytes compressed and unpacked as they come, through zlib
 */
#include "lib/report/make/gzip.h"

#include <assert.h>
#include <limits.h>
#define ZLIB_CONST /* next_in points to what is not changed */
#include <zlib.h>

#define WINDOW_GZIP (15 + 16) /* zlib's way to ask for a gzip header */
#define OUT_BYTES 16384

struct gzip {
	z_stream stream;
	bool (*write)(void *context, const char *bytes, size_t length,
		      struct error *err);
	void *context;
};

static int close_gzip(struct gzip *gzip)
{
	(void)deflateEnd(&gzip->stream);
	return 0;
}

struct gzip *gzip_new(TALLOC_CTX *mem,
		      bool (*write)(void *context, const char *bytes,
				    size_t length, struct error *err),
		      void *context)
{
	struct gzip *gzip = mem_new(mem, struct gzip);

	gzip->write = write;
	gzip->context = context;
	/* The arguments are ours; what is left is a lack of memory (mem.h). */
	int code = deflateInit2(&gzip->stream, Z_DEFAULT_COMPRESSION,
				Z_DEFLATED, WINDOW_GZIP, 8, Z_DEFAULT_STRATEGY);
	assert(code == Z_OK);
	(void)code;
	talloc_set_destructor(gzip, close_gzip);
	return gzip;
}

/* Until the input is used up, or with Z_FINISH the stream is whole. */
static bool compress_input(struct gzip *gzip, int flush, struct error *err)
{
	unsigned char out[OUT_BYTES];
	int code;

	do {
		gzip->stream.next_out = out;
		gzip->stream.avail_out = sizeof out;
		code = deflate(&gzip->stream, flush);
		assert(code != Z_STREAM_ERROR);
		size_t length = sizeof out - gzip->stream.avail_out;
		if (length > 0 &&
		    !gzip->write(gzip->context, (const char *)out, length, err))
			return false;
	} while (flush == Z_FINISH ? code != Z_STREAM_END
				   : gzip->stream.avail_out == 0);
	return true;
}

bool gzip_add(struct gzip *gzip, const char *bytes, size_t length,
	      struct error *err)
{
	assert(length <= UINT_MAX);
	gzip->stream.next_in = (const unsigned char *)bytes;
	gzip->stream.avail_in = (unsigned)length;
	return compress_input(gzip, Z_NO_FLUSH, err);
}

bool gzip_end(struct gzip *gzip, struct error *err)
{
	gzip->stream.avail_in = 0;
	bool ok = compress_input(gzip, Z_FINISH, err);

	(void)deflateReset(&gzip->stream);
	return ok;
}

/* --- unpacking --- */

struct gunzip {
	z_stream stream;
	bool is_over; /* the last member was whole */
};

static int close_gunzip(struct gunzip *gunzip)
{
	(void)inflateEnd(&gunzip->stream);
	return 0;
}

struct gunzip *gunzip_new(TALLOC_CTX *mem, struct span packed)
{
	struct gunzip *gunzip = mem_new(mem, struct gunzip);

	assert(packed.length <= UINT_MAX);
	int code = inflateInit2(&gunzip->stream, WINDOW_GZIP);
	assert(code == Z_OK);
	(void)code;
	gunzip->stream.next_in = (const unsigned char *)packed.data;
	gunzip->stream.avail_in = (unsigned)packed.length;
	talloc_set_destructor(gunzip, close_gunzip);
	return gunzip;
}

ssize_t gunzip_read(struct gunzip *gunzip, char *buffer, size_t size,
		    struct error *err)
{
	z_stream *stream = &gunzip->stream;

	stream->next_out = (unsigned char *)buffer;
	stream->avail_out = (unsigned)size;
	while (!gunzip->is_over && stream->avail_out == size) {
		int code = inflate(stream, Z_NO_FLUSH);
		if (code == Z_STREAM_END) { /* another member, or the end */
			gunzip->is_over = stream->avail_in < 2 ||
					  stream->next_in[0] != 0x1f ||
					  stream->next_in[1] != 0x8b;
			if (!gunzip->is_over)
				(void)inflateReset(stream);
		} else if (code != Z_OK) {
			(void)error_set(err, ERROR_INPUT, "gzip: %.100s",
					code == Z_BUF_ERROR ? "it is cut short"
					: stream->msg == NULL ? "damaged"
							      : stream->msg);
			return -1;
		}
	}
	return (ssize_t)(size - stream->avail_out);
}
