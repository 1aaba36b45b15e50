/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_FLAWS_H
#define STORE_STORE_FLAWS_H

/*
 * store_flaws - rows that could not be read: named, skipped, counted
 *
 * A store is a file, and somebody else may have written to it. A row that
 * holds what alignd never writes (store_columns.h says what that is) is not
 * handed on; whoever reads lists it here and goes on with the next. Bounded:
 * the first ones are kept in words, the others are counted. One thread.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"

#define STORE_FLAWS_NAMED 20

struct store_flaws;

struct store_flaws *store_flaws_new(TALLOC_CTX *mem);

/* "incident 12: dkim: not as alignd writes it". One that was told before is
 * not counted again, as far as they are remembered (some thousands). The texts
 * are clean already. */
void store_flaws_add(struct store_flaws *flaws, const char *table,
		     const char *key, const char *what);

uint64_t store_flaws_count(const struct store_flaws *flaws);

/* The words of the first ones, `index` from 0; NULL past the last. */
const char *store_flaws_words(const struct store_flaws *flaws, size_t index);

#endif
