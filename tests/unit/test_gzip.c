/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_gzip.c - what goes in comes out of zlib again, and always the same
 */
#include "tests/unit/unit.h"

#include <string.h>
#include <zlib.h>

#include "lib/base/strbuf.h"
#include "lib/report/make/gzip.h"

#define TEXT_BYTES 200000

static bool keep(void *context, const char *bytes, size_t length,
		 struct error *err)
{
	(void)err;
	strbuf_add(context, bytes, length);
	return true;
}

static bool refuse(void *context, const char *bytes, size_t length,
		   struct error *err)
{
	(void)context;
	(void)bytes;
	(void)length;
	return error_set(err, ERROR_SYSTEM, "no room");
}

/* 15 + 32: zlib's own reader of gzip. */
static size_t inflate_all(const struct strbuf *packed, char *out, size_t room)
{
	z_stream stream = {.next_in = (unsigned char *)packed->data,
			   .avail_in = (unsigned)packed->length,
			   .next_out = (unsigned char *)out,
			   .avail_out = (unsigned)room};

	assert_int_equal(inflateInit2(&stream, 15 + 32), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.avail_in, 0);
	assert_int_equal(inflateEnd(&stream), Z_OK);
	return room - stream.avail_out;
}

static char *make_text(TALLOC_CTX *mem)
{
	char *text = mem_array(mem, char, TEXT_BYTES);
	unsigned number = 1;

	for (size_t i = 0; i < TEXT_BYTES; i++) {
		number = number * 1103515245 + 12345;
		text[i] = i % 5 == 0 ? (char)(number >> 16) : 'x';
	}
	return text;
}

static void compress_text(struct gzip *gzip, const char *text, size_t step)
{
	struct error err;

	for (size_t at = 0; at < TEXT_BYTES; at += step) {
		size_t length = at + step < TEXT_BYTES ? step : TEXT_BYTES - at;
		assert_true(gzip_add(gzip, text + at, length, &err));
	}
	assert_true(gzip_end(gzip, &err));
}

/* One object for several streams, whatever the pieces. */
static void round_trips(void **state)
{
	static const size_t steps[] = {TEXT_BYTES, 1000, 1};
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf packed;
	struct gzip *gzip = gzip_new(mem, keep, &packed);
	char *text = make_text(mem);
	char *out = mem_array(mem, char, TEXT_BYTES + 1);
	char *first = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		strbuf_init(&packed, mem, 2 * (size_t)TEXT_BYTES);
		compress_text(gzip, text, steps[i]);
		assert_int_equal(inflate_all(&packed, out, TEXT_BYTES + 1),
				 TEXT_BYTES);
		assert_memory_equal(out, text, TEXT_BYTES);
		/* no name, no time: RFC 1952 2.3 */
		assert_memory_equal(packed.data, "\x1f\x8b\x08\0\0\0\0\0", 8);
		if (first != NULL)
			assert_memory_equal(packed.data, first, packed.length);
		first = packed.data;
	}
	mem_free(mem);
}

static void nothing_is_a_stream_too(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf packed;
	struct gzip *gzip = gzip_new(mem, keep, &packed);
	struct error err;
	char out[1];

	(void)state;
	strbuf_init(&packed, mem, 1000);
	assert_true(gzip_end(gzip, &err));
	assert_int_equal(inflate_all(&packed, out, sizeof out), 0);
	mem_free(mem);
}

static void hands_on_a_refusal(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct gzip *gzip = gzip_new(mem, refuse, NULL);
	struct error err = {.words = ""};
	char *text = make_text(mem);

	(void)state;
	assert_false(gzip_add(gzip, text, TEXT_BYTES, &err));
	assert_string_equal(err.words, "no room");
	assert_false(gzip_end(gzip, &err));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trips),
	    cmocka_unit_test(nothing_is_a_stream_too),
	    cmocka_unit_test(hands_on_a_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
