/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_REASON_H
#define STATS_REASON_H

/*
 * reason - why mail was not simply let in, in few words
 *
 * The words are ours and few: whatever a tuple's texts say, there are some
 * dozens of them. What an override is called stays with the overrides.
 */

#include "lib/base/mem.h"
#include "lib/store/store_counters.h"

/* "refused: the author's domain asks for it (p=reject)"; NULL for mail that was
 * let in as it came. Below `mem`. */
const char *stats_reason(TALLOC_CTX *mem, const struct store_trait *trait);

#endif
