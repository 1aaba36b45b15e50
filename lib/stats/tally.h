/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_TALLY_H
#define STATS_TALLY_H

/*
 * tally - what is counted of messages, and the words for it
 *
 * A dimension sorts every message by one question: what was the result, which
 * policy is published, what was done, how was it transported. A tally counts
 * messages by all dimensions at once. Tables, charts and JSON walk the
 * dimensions, so that a new word is one line here.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/policy/decide.h"
#include "lib/store/store_counters.h"

enum stats_dimension_id {
	STATS_RESULT,  /* enum dmarc_result */
	STATS_POLICY,  /* enum request, as published, before t and pct */
	STATS_APPLIED, /* enum disposition */
	STATS_FAILED, /* what was done with mail that failed; others: nothing */
	STATS_TLS,
	STATS_PTR, /* has the client's address a name that leads back to it? */
	STATS_DIMENSIONS
};

/* Of STATS_TLS; the others are those of lib/policy/decide.h. */
enum stats_tls { TLS_NONE, TLS_OLD, TLS_12, TLS_13, TLS_UNKNOWN };

/* Of STATS_PTR. What was recorded before it was is known where it passed. */
enum stats_ptr {
	PTR_UNRECORDED,
	PTR_CONFIRMED,
	PTR_UNCONFIRMED,
	PTR_MISSING,
	PTR_TEMPERROR
};

/* Messages that are marked besides. */
enum stats_mark {
	STATS_NAMED,	  /* the client's name is confirmed both ways */
	STATS_OVERRIDDEN, /* applied is not what the policy asks for */
	STATS_SPARED, /* enforce mode would have acted, monitor mode let go */
	STATS_OTHERS, /* counted without their senders (store_ceiling.h) */
	STATS_MARKS
};

#define STATS_WORDS_MAX 5

struct stats_word {
	const char *word;  /* for programs */
	const char *label; /* for people */
};

struct stats_dimension {
	const char *name; /* of the JSON member */
	size_t count;
	const struct stats_word *words;
};

extern const struct stats_dimension stats_dimensions[STATS_DIMENSIONS];
extern const char *const stats_mark_names[STATS_MARKS]; /* JSON members */

struct stats_tally {
	int64_t messages;
	int64_t by[STATS_DIMENSIONS][STATS_WORDS_MAX];
	int64_t marked[STATS_MARKS];
};

/* The messages of a domain, a network, a day ... */
struct stats_row {
	const char *name; /* the table's; from the store: escape it */
	int64_t start_s;  /* of a time */
	struct stats_tally tally;
};

/* A message's place in each dimension. */
struct stats_kind {
	uint8_t place[STATS_DIMENSIONS];
	bool is_marked[STATS_MARKS];
};

/* A word that this version does not know counts as the first, harmless one. */
struct stats_kind stats_kind_of(const struct store_trait *trait);

void stats_tally_add(struct stats_tally *tally, const struct stats_kind *kind,
		     int64_t messages);
void stats_tally_merge(struct stats_tally *tally,
		       const struct stats_tally *other);

/* Messages over TLS 1.2 or newer. */
int64_t stats_tally_modern_tls(const struct stats_tally *tally);

#endif
