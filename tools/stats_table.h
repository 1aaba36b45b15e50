/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_STATS_TABLE_H
#define TOOLS_STATS_TABLE_H

/*
 * stats_table - tallies by name: domains, networks, overrides
 *
 * Rows are found by their name in constant time, however many there are, and
 * keep their position until the table is sorted.
 */

#include "lib/base/mem.h"
#include "tools/stats_tally.h"

struct stats_row {
	const char *name; /* the table's; from the store: escape it */
	struct stats_tally tally;
};

struct stats_table {
	size_t count;
	struct stats_row *rows;
	/* Open addressing: 0 is free, else a position and 1. */
	uint32_t *slots;
	size_t slot_count; /* a power of two */
	/* Names are strangers' choice: none can foresee which of them meet. */
	uint64_t seed;
};

struct stats_table *stats_table_new(TALLOC_CTX *mem);

/* The position of the row of that name, which is added where it is missing. */
uint32_t stats_table_place(struct stats_table *table, const char *name);

/* Most failures first (or not asked about), then most messages, then by name.
 * Positions change: nothing may be placed afterwards. */
void stats_table_sort(struct stats_table *table, bool is_by_failures);

#endif
