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
	STATS_BY_NETWORK,   /* /24 and /48 */
	STATS_BY_POLICY,    /* the words of STATS_POLICY */
	STATS_BY_OVERRIDE,  /* "local_policy: comment"; others are in no row */
	STATS_BY_LOOKALIKE, /* "examp1e.com: homoglyph example.com" */
	STATS_BY_REASON,    /* "refused: ..."; what was let in is in no row */
	STATS_KEYS
};

#define STATS_IPV4_PREFIX 24
#define STATS_IPV6_PREFIX 48

/* Messages of one of the classes that who asks has made. */
struct stats_class {
	struct stats_tally total;
	struct stats_table *domains; /* author domains, most messages first */
};

/* Which class a tuple is of; each is of one. */
struct stats_classes {
	size_t count; /* STATS_CLASSES_MAX at most */
	size_t (*class_of)(const void *context,
			   const struct store_trait *trait);
	const void *context;
};

#define STATS_CLASSES_MAX 8

struct stats {
	struct stats_tally total;
	struct stats_series hours;		       /* those with messages */
	struct stats_table *tables[STATS_KEYS];	       /* NULL: not asked for */
	struct stats_class classes[STATS_CLASSES_MAX]; /* if asked for */
	int64_t counted_incidents; /* at most so many were only counted */
};

/* Is a table of that key about who fails? It is sorted and drawn by failures
 * then, else by messages. */
bool stats_key_is_by_failures(enum stats_key key);

struct stats_request {
	struct store_period period;
	bool wants[STATS_KEYS];		     /* which tables to make */
	const struct stats_classes *classes; /* NULL: none */
	size_t limit;			     /* rows of each table */
};

/* Reads what is asked for. */
bool stats_collect(TALLOC_CTX *mem, struct store_reader *reader,
		   const struct stats_request *request, struct stats **stats,
		   struct error *err) __attribute__((warn_unused_result));

#endif
