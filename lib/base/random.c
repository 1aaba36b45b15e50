/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.c - randomness as a seam
 * Tested by test_session.
 */
#include "lib/base/random.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

static void system_fill(const struct random_source *source, void *bytes,
			size_t length)
{
	uint8_t *at = bytes;

	(void)source;
	while (length > 0) {
		ssize_t got = getrandom(at, length, 0);
		if (got < 0 && errno == EINTR)
			continue;
		/* Without flags getrandom fails on bad arguments only. */
		assert(got > 0);
		at += got;
		length -= (size_t)got;
	}
}

const struct random_source *random_system(void)
{
	static const struct random_source system = {.fill = system_fill};

	return &system;
}

static void fixed_fill(const struct random_source *source, void *bytes,
		       size_t length)
{
	memset(bytes, source->fixed, length);
}

struct random_source random_fixed(uint8_t byte)
{
	return (struct random_source){.fill = fixed_fill, .fixed = byte};
}

unsigned random_below(const struct random_source *source, unsigned limit)
{
	unsigned usable = 256 - 256 % limit;
	uint8_t byte;

	source->fill(source, &byte, 1);
	/* A fixed source would repeat its byte for ever: fold it instead. */
	while (byte >= usable && source == random_system())
		source->fill(source, &byte, 1);
	return byte % limit;
}
