/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_body.c - a body canonicalised and hashed, against hashed alone
 *
 * In chunks as an MTA sends them, in turns that alternate, by the thread's CPU
 * clock; printed are the medians, one JSON object a line. The bodies: text in
 * lines of 40 to 80 bytes, base64, and text with each line indented, which the
 * relaxed form changes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/auth/body_hash.h"

#define TURNS 21
#define CHUNK 65535
#define BASE64                                                                 \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

enum kind { TEXT, CODED, INDENTED, KINDS };

static const char *const names[KINDS] = {"text", "base64", "indented"};

static const size_t sizes[] = {30000, 300000, 3000000, 10000000};

static double now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static unsigned pick(unsigned below)
{
	static uint32_t state = 1;

	state = state * 1664525U + 1013904223U;
	return (state >> 8) % below;
}

static char make_byte(enum kind kind, size_t column)
{
	if (kind == CODED)
		return BASE64[pick(64)];
	if (kind == INDENTED && column < 4)
		return ' ';
	return column % 6 == 5 ? ' ' : (char)('a' + pick(26));
}

static struct span make_body(TALLOC_CTX *mem, enum kind kind, size_t size)
{
	char *bytes = mem_array(mem, char, size + 128);
	size_t at = 0;

	while (at < size) {
		size_t width = kind == CODED ? 76 : 41 + 6 * pick(6);
		for (size_t column = 0; column < width; column++)
			bytes[at++] = make_byte(kind, column);
		bytes[at++] = '\r';
		bytes[at++] = '\n';
	}
	return span_make(bytes, at);
}

static struct span cut_chunk(struct span *rest)
{
	struct span chunk = *rest;

	if (chunk.length > CHUNK)
		chunk.length = CHUNK;
	*rest = span_from(*rest, chunk.length);
	return chunk;
}

static double time_digest(struct span body)
{
	double start = now_us();
	TALLOC_CTX *mem = mem_context(NULL);
	struct digest *digest = digest_new(mem);

	while (body.length > 0)
		digest_add(digest, cut_chunk(&body));
	if (!digest_finish(digest).is_good)
		abort();
	mem_free(mem);
	return now_us() - start;
}

static double time_hash(struct span body, bool is_relaxed)
{
	double start = now_us();
	TALLOC_CTX *mem = mem_context(NULL);
	struct body_hash *hash = body_hash_new(mem, is_relaxed);

	(void)body_hash_want(hash, -1);
	while (body.length > 0)
		body_hash_add(hash, cut_chunk(&body));
	body_hash_finish(hash);
	if (!body_hash_value(hash, -1)->is_good)
		abort();
	mem_free(mem);
	return now_us() - start;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, TURNS, sizeof *values, compare);
	return values[TURNS / 2];
}

static void measure(enum kind kind, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span body = make_body(mem, kind, size);
	double alone[TURNS];
	double simple[TURNS];
	double relaxed[TURNS];

	for (size_t i = 0; i < TURNS; i++) {
		alone[i] = time_digest(body);
		simple[i] = time_hash(body, false) / alone[i];
		relaxed[i] = time_hash(body, true) / alone[i];
	}
	(void)printf("{\"body\": \"%s\", \"bytes\": %zu, \"sha256_us\": %.1f, "
		     "\"simple\": %.2f, \"relaxed\": %.2f}\n",
		     names[kind], body.length, median(alone), median(simple),
		     median(relaxed));
	mem_free(mem);
}

int main(void)
{
	for (size_t kind = 0; kind < KINDS; kind++) {
		for (size_t i = 0; i < COUNT_OF(sizes); i++)
			measure((enum kind)kind, sizes[i]);
	}
	return EXIT_SUCCESS;
}
