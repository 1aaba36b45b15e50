/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_CEILING_H
#define STORE_STORE_CEILING_H

/*
 * store_ceiling - how much the distinct tuples of an hour may take
 *
 * Counters do not grow with messages, but with what is new about them, and a
 * stranger makes up names without end. So the tuples that are counted for the
 * first time in an hour have a ceiling in bytes: for one client network, for
 * one author's organization, and for all. A pair of which mail passed before
 * (store_passed.h) has one of its own, which no other pair can use up.
 *
 * Past it the rest is counted with less detail, as "others": first with the
 * policy domain and its record, but no client and no identifiers; where even
 * those are too many, as a result and a disposition alone. Sums stay whole. A
 * tuple of others has the empty client_ip, which no other tuple has.
 *
 * The writer thread's alone. Counted in tables of fixed size, by keyed
 * numbers.
 */

#include "lib/store/store_entry.h"
#include "lib/store/store_passed.h"

#define STORE_CEILING_SLOTS 4096
#define STORE_CEILING_SHARE                                                    \
	(INT64_C(2) << 20) /* a network, an organization                       \
			    */
#define STORE_CEILING_BYTES (INT64_C(48) << 20)
#define STORE_CEILING_KNOWN_SHARE                                              \
	(INT64_C(8) << 20) /* of pairs that passed                             \
			    */
#define STORE_CEILING_KNOWN_BYTES (INT64_C(24) << 20)
#define STORE_CEILING_OTHERS (INT64_C(8) << 20) /* for others by domain */
#define STORE_CEILING_OTHERS_SHARE (INT64_C(1) << 18)

enum store_detail { STORE_WHOLE, STORE_OTHERS_OF_DOMAIN, STORE_OTHERS };

/* Bytes taken in this hour. */
struct store_ceiling_tally {
	int64_t all;
	int64_t networks[STORE_CEILING_SLOTS];
	int64_t authors[STORE_CEILING_SLOTS];
};

struct store_ceiling {
	struct siphash_key key;
	int64_t hour_s;
	struct store_ceiling_tally general;
	struct store_ceiling_tally known;
	struct store_ceiling_tally others;
};

void store_ceiling_init(struct store_ceiling *ceiling);

/* What a tuple takes in the file that is not there yet, its indexes included;
 * that of one which is, for its counter. */
int64_t store_ceiling_cost(const struct store_tuple *tuple);
#define STORE_CEILING_COUNTER 64

/* Is there room for so much more of a pair's? Takes it. */
bool store_ceiling_take(struct store_ceiling *ceiling, int64_t time_s,
			const struct store_pair *pair, bool has_passed,
			enum store_detail detail, int64_t bytes);

/* The tuple with less detail. `author`, the organization, stays with the
 * caller. */
struct store_tuple store_ceiling_others(const struct store_tuple *tuple,
					const char *author,
					enum store_detail detail);

#endif
