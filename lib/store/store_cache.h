/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_CACHE_H
#define STORE_STORE_CACHE_H

/*
 * store_cache - which tuple has which id, for the tuples seen lately
 *
 * Bounded: a tuple that falls into another's slot drives it out, and is looked
 * up in the database again when it returns. The writer thread's alone.
 */

#include "lib/store/store_item.h"
#include "lib/store/store_path.h"

#define STORE_CACHE_SLOTS 4096
#define STORE_CACHE_BYTES                                                      \
	4096 /* of one tuple's texts; usual ones have a                        \
		kilobyte, a longer one is looked up each time */

struct known_tuple;

/* All zero is empty. */
struct store_cache {
	struct known_tuple *slots[STORE_CACHE_SLOTS];
};

void store_cache_add(struct store_cache *cache, const struct store_item *item,
		     int64_t tuple_id, int64_t hour_s);

/* What is known of the item's tuple. */
struct store_known {
	int64_t tuple_id;
	int64_t hour_s; /* in which it was counted last, the caller's to keep */
	bool has_marks; /* likewise: what the tuple says of paths */
	struct store_path_marks marks;
};

/* NULL when the tuple is not known; it stays until the next is added. */
struct store_known *store_cache_find(struct store_cache *cache,
				     const struct store_item *item);

void store_cache_clear(struct store_cache *cache);

#endif
