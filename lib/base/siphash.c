/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * siphash.c - numbers for foreign texts that nobody can make collide
 */
#include "lib/base/siphash.h"

#include <string.h>

static uint64_t rotated(uint64_t word, unsigned by)
{
	return word << by | word >> (64 - by);
}

/* Eight bytes, the least one first, on every machine. */
static uint64_t word_of(const uint8_t *bytes)
{
	uint64_t word = 0;

	for (unsigned i = 8; i > 0; i--)
		word = word << 8 | bytes[i - 1];
	return word;
}

static void mix(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotated(v[1], 13) ^ v[0];
	v[0] = rotated(v[0], 32);
	v[2] += v[3];
	v[3] = rotated(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotated(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotated(v[1], 17) ^ v[2];
	v[2] = rotated(v[2], 32);
}

static void take_word(struct siphash *hash, uint64_t word)
{
	hash->v[3] ^= word;
	mix(hash->v);
	mix(hash->v);
	hash->v[0] ^= word;
}

struct siphash_key siphash_key(const uint8_t bytes[SIPHASH_KEY_BYTES])
{
	return (struct siphash_key){{word_of(bytes), word_of(bytes + 8)}};
}

void siphash_init(struct siphash *hash, const struct siphash_key *key)
{
	*hash = (struct siphash){.v = {
				     0x736f6d6570736575U ^ key->words[0],
				     0x646f72616e646f6dU ^ key->words[1],
				     0x6c7967656e657261U ^ key->words[0],
				     0x7465646279746573U ^ key->words[1],
				 }};
}

static void take_byte(struct siphash *hash, uint8_t byte)
{
	hash->tail |= (uint64_t)byte << 8 * (hash->length % 8);
	if (++hash->length % 8 != 0)
		return;
	take_word(hash, hash->tail);
	hash->tail = 0;
}

void siphash_add(struct siphash *hash, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	unsigned held = 8 * (unsigned)(hash->length % 8);

	/* Whole words, each split between the tail and what follows. */
	for (; length >= 8; length -= 8, at += 8) {
		uint64_t word = word_of(at);
		take_word(hash, hash->tail | word << held);
		hash->tail = held == 0 ? 0 : word >> (64 - held);
		hash->length += 8;
	}
	for (size_t i = 0; i < length; i++)
		take_byte(hash, at[i]);
}

void siphash_add_text(struct siphash *hash, const char *text)
{
	siphash_add(hash, text, strlen(text) + 1);
}

uint64_t siphash_end(struct siphash *hash)
{
	take_word(hash, hash->tail | hash->length << 56);
	hash->v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		mix(hash->v);
	return hash->v[0] ^ hash->v[1] ^ hash->v[2] ^ hash->v[3];
}
