/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SIGNATURE_KEY_CACHE_H
#define AUTH_SIGNATURE_KEY_CACHE_H

/*
 * signature_key_cache - decoded public keys, kept
 *
 * OpenSSL 3 takes 0.3 ms to decode a key, half of what a usual message costs.
 * libopendkim asks for it by d2i_PUBKEY_bio; the definition here answers in
 * its place, for the whole process, from a bounded table keyed by all bytes of
 * the key. A build with --disable-key-cache has no such definition, and
 * signature_key_cache_set() does nothing. Thread-safe.
 */

#include <stdbool.h>
#include <stdint.h>

struct signature_key_cache_statistics {
	uint64_t asked; /* 0 in a build without the cache */
	uint64_t hits;
};

/* On or off, for the whole process; off at first. */
void signature_key_cache_set(bool is_on);

/* Drops every key that is kept. */
void signature_key_cache_clear(void);

struct signature_key_cache_statistics signature_key_cache_statistics(void);

#endif
