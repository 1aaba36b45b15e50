/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_pool.c - many short texts, most of which come again
 * Tested by test_text_pool.
 */
#include "lib/inbox/text_pool.h"

#include <stdint.h>
#include <string.h>

#define BLOCK_BYTES 65536
#define PLACES 1024 /* of texts that came last */

struct text_pool {
	char *block;
	size_t used;
	const char *last[PLACES]; /* each at the place of its number */
};

struct text_pool *text_pool_new(TALLOC_CTX *mem)
{
	struct text_pool *pool = mem_new(mem, struct text_pool);

	pool->used = BLOCK_BYTES;
	return pool;
}

/* Who chooses texts that meet loses room, no more. */
static size_t place_of(const char *text, size_t length)
{
	uint32_t number = 5381;

	for (size_t i = 0; i < length; i++)
		number = number * 33 + (unsigned char)text[i];
	return number % PLACES;
}

static const char *store(struct text_pool *pool, const char *text, size_t size)
{
	if (size > BLOCK_BYTES)
		return mem_strdup(pool, text);
	if (size > BLOCK_BYTES - pool->used) {
		pool->block = mem_array(pool, char, BLOCK_BYTES);
		pool->used = 0;
	}
	char *place = pool->block + pool->used;
	memcpy(place, text, size);
	pool->used += size;
	return place;
}

const char *text_pool_add(struct text_pool *pool, const char *text)
{
	size_t length = strlen(text);
	const char **last = &pool->last[place_of(text, length)];

	if (*last == NULL || strcmp(*last, text) != 0)
		*last = store(pool, text, length + 1);
	return *last;
}
