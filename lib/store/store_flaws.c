/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_flaws.c - rows that could not be read: named, skipped, counted
 * Tested by test_alignctl_hostile_store.
 */
#include "lib/store/store_flaws.h"

#include <stdbool.h>

#define REMEMBERED 8192		  /* fingerprints; a power of two */
#define FULL (REMEMBERED / 4 * 3) /* past it, nothing more is remembered */

struct store_flaws {
	uint64_t count;
	size_t named;
	const char *words[STORE_FLAWS_NAMED];
	size_t remembered;
	uint64_t seen[REMEMBERED]; /* 0: free */
};

struct store_flaws *store_flaws_new(TALLOC_CTX *mem)
{
	return mem_new(mem, struct store_flaws);
}

/* FNV-1a; two rows with one fingerprint are counted as one, and no more. */
static uint64_t fingerprint_of(const char *words)
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (; *words != '\0'; words++)
		hash = (hash ^ (unsigned char)*words) * 0x100000001b3U;
	return hash == 0 ? 1 : hash;
}

static bool is_new(struct store_flaws *flaws, const char *words)
{
	uint64_t fingerprint = fingerprint_of(words);
	size_t at = fingerprint % REMEMBERED;

	while (flaws->seen[at] != 0 && flaws->seen[at] != fingerprint)
		at = (at + 1) % REMEMBERED;
	if (flaws->seen[at] == fingerprint)
		return false;
	if (flaws->remembered < FULL) {
		flaws->seen[at] = fingerprint;
		flaws->remembered++;
	}
	return true;
}

void store_flaws_add(struct store_flaws *flaws, const char *table,
		     const char *key, const char *what)
{
	char *words = mem_printf(flaws, "%s %s: %s", table, key, what);

	if (!is_new(flaws, words)) {
		mem_free(words);
		return;
	}
	flaws->count++;
	if (flaws->named < STORE_FLAWS_NAMED)
		flaws->words[flaws->named++] = words;
	else
		mem_free(words);
}

uint64_t store_flaws_count(const struct store_flaws *flaws)
{
	return flaws->count;
}

const char *store_flaws_words(const struct store_flaws *flaws, size_t index)
{
	return index < flaws->named ? flaws->words[index] : NULL;
}
