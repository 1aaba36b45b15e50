/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_KEY_CACHE_H
#define AUTH_KEY_CACHE_H

/*
 * key_cache - key records that were read before, with their decoded keys
 *
 * For the whole process, DKIM and ARC alike. A record is known by all bytes of
 * its text and by nothing else, so that no key can stand in for another; one
 * that is of no use is kept as well. KEY_CACHE_PLACES records of at most
 * LIMIT_KEY_RECORD_BYTES are kept. Thread-safe.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/auth/signature_key.h"

#define KEY_CACHE_PLACES 1024

struct key_cache_statistics {
	uint64_t asked; /* while it is on */
	uint64_t hits;
};

/* On or off, for the whole process; off at first. */
void key_cache_set(bool is_on);

/* The key of that text, from the cache or made; the reference is the
 * caller's. */
struct signature_key *key_cache_get(struct span record);

/* Drops every key that is kept. */
void key_cache_clear(void);

struct key_cache_statistics key_cache_statistics(void);

#endif
