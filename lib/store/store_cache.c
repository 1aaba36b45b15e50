/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_cache.c - which tuple has which id, for the tuples seen lately
 * Tested by test_store.
 */
#include "lib/store/store_cache.h"

#include "lib/base/mem.h"
#include "lib/store/store_columns.h"

/* With the tuple's texts behind it. */
struct known_tuple {
	struct store_known known;
	uint64_t fingerprint;
	struct store_tuple tuple;
	char texts[];
};

static size_t slot_of(const struct store_item *item)
{
	return item->fingerprint % STORE_CACHE_SLOTS;
}

void store_cache_add(struct store_cache *cache, const struct store_item *item,
		     int64_t tuple_id, int64_t hour_s)
{
	const struct store_tuple *tuple = &item->entry.tuple;
	size_t bytes = store_columns_bytes(&store_tuple_columns, tuple);

	if (bytes > STORE_CACHE_BYTES)
		return;
	struct known_tuple *known =
	    (struct known_tuple *)heap_zeroed(sizeof *known + bytes, 1);
	struct known_tuple **slot = &cache->slots[slot_of(item)];

	known->known =
	    (struct store_known){.tuple_id = tuple_id, .hour_s = hour_s};
	known->fingerprint = item->fingerprint;
	known->tuple = *tuple;
	(void)store_columns_pack(&store_tuple_columns, &known->tuple,
				 known->texts);
	heap_free(*slot);
	*slot = known;
}

struct store_known *store_cache_find(struct store_cache *cache,
				     const struct store_item *item)
{
	struct known_tuple *known = cache->slots[slot_of(item)];

	if (known == NULL || known->fingerprint != item->fingerprint ||
	    !store_columns_equal(&store_tuple_columns, &known->tuple,
				 &item->entry.tuple))
		return NULL;
	return &known->known;
}

void store_cache_clear(struct store_cache *cache)
{
	for (size_t i = 0; i < STORE_CACHE_SLOTS; i++) {
		heap_free(cache->slots[i]);
		cache->slots[i] = NULL;
	}
}
