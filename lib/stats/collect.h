/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_COLLECT_H
#define STATS_COLLECT_H

/*
 * collect - the counters of a period, added up
 *
 * One pass over the store. Memory grows with the distinct senders of the
 * period (some two hundred bytes each), not with their messages.
 */

#include "lib/store/store_counters.h"
#include "lib/stats/series.h"
#include "lib/stats/table.h"

/* What rows can be made by, besides time. */
enum stats_key {
	STATS_BY_DOMAIN, /* "" where no single author could be read */
	STATS_BY_IP,
	STATS_BY_NETWORK,  /* /24 and /48 */
	STATS_BY_POLICY,   /* the words of STATS_POLICY */
	STATS_BY_OVERRIDE, /* "local_policy: comment"; others are in no row */
	STATS_BY_REASON,   /* "refused: ..."; what was let in is in no row */
	STATS_KEYS
};

#define STATS_IPV4_PREFIX 24
#define STATS_IPV6_PREFIX 48

struct stats {
	struct stats_tally total;
	struct stats_series hours;		/* those with messages */
	struct stats_table *tables[STATS_KEYS]; /* NULL: not asked for */
	int64_t counted_incidents; /* at most so many were only counted */
};

/* Is a table of that key about who fails? It is sorted and drawn by failures
 * then, else by messages. */
bool stats_key_is_by_failures(enum stats_key key);

/* Reads the period; `wants` says which tables to make, each with the `limit`
 * rows that come first. */
bool stats_collect(TALLOC_CTX *mem, struct store_reader *reader,
		   const struct store_period *period,
		   const bool wants[STATS_KEYS], size_t limit,
		   struct stats **stats, struct error *err)
    __attribute__((warn_unused_result));

#endif
