/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_TABLE_H
#define STATS_TABLE_H

/*
 * table - tallies by name: domains, networks, overrides
 *
 * There may be a million names, of which twenty are shown. So it goes in two
 * rounds: in the first every name has a place and two sums, which tell the
 * ones to keep; in the second those get their whole tallies.
 *
 *   stats_table_place, stats_table_count; stats_table_keep; stats_table_add
 */

#include "lib/base/mem.h"
#include "lib/stats/tally.h"

struct stats_name {
	const char *name;
	int64_t messages;
	int64_t failed;
	uint32_t rank; /* of its row and 1; 0: none was kept */
};

struct stats_table {
	size_t count;
	struct stats_name *names;
	size_t kept;
	struct stats_row *rows;

	/* The rest is the table's own. Open addressing: 0 is free, else a
	 * place and 1. */
	uint32_t *slots;
	size_t slot_count; /* a power of two */
	/* Names are strangers' choice: none can foresee which of them meet. */
	uint64_t seed;
	char *room; /* for names */
	size_t room_left;
};

struct stats_table *stats_table_new(TALLOC_CTX *mem);

/* The place of the name, which is added where it is missing. */
uint32_t stats_table_place(struct stats_table *table, const char *name);

/* First round. */
void stats_table_count(struct stats_table *table, uint32_t place,
		       const struct stats_kind *kind, int64_t messages);

/* Makes empty rows for at most `limit` names: those with most failures (or not
 * asked about), then most messages, then by name. */
void stats_table_keep(struct stats_table *table, bool is_by_failures,
		      size_t limit);

/* Second round; nothing happens where no row was kept. */
void stats_table_add(struct stats_table *table, uint32_t place,
		     const struct stats_kind *kind, int64_t messages);

#endif
