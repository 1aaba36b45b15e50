/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

/*
 * siphash - numbers for foreign texts that nobody can make collide
 *
 * SipHash-2-4 (Aumasson, Bernstein 2012): who does not know the key cannot
 * choose texts that share a number, and so cannot fill one place of a table.
 * In pieces: the number is that of all bytes added, one after the other. Pure.
 */

#include <stddef.h>
#include <stdint.h>

#define SIPHASH_KEY_BYTES 16

struct siphash_key {
	uint64_t words[2];
};

struct siphash {
	uint64_t v[4];
	uint64_t tail; /* bytes that are no whole word yet */
	uint64_t length;
};

/* Of bytes that came from a source of randomness. */
struct siphash_key siphash_key(const uint8_t bytes[SIPHASH_KEY_BYTES]);

void siphash_init(struct siphash *hash, const struct siphash_key *key);
void siphash_add(struct siphash *hash, const void *bytes, size_t length);
/* With its NUL: "ab" "c" is not "a" "bc". */
void siphash_add_text(struct siphash *hash, const char *text);
uint64_t siphash_end(struct siphash *hash);

#endif
