/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_BUDGET_H
#define STORE_STORE_BUDGET_H

/*
 * store_budget - how many incidents of an hour are kept, and what becomes of
 * the others
 *
 * An incident takes a place before its message is answered, for the answer
 * names it. In an hour there are so many places for a pair of client network
 * and author's organization, eight times as many for a network and for an
 * organization, and STORE_BUDGET_BYTES for all: one network with many domains,
 * or one domain from many networks, leaves the others theirs. A pair of which
 * mail passed before (store_passed.h) that finds no place has the same once
 * more, out of STORE_RESERVE_BYTES that no other pair can use.
 *
 * What finds no place is counted in a row of its hour and pair, and answered
 * with that row's reference: it leads there however many there are, and
 * nothing grows with them. There are STORE_COUNTED_ROWS such rows an hour, and
 * a network or organization has a tenth of them; past that the row is one of
 * the network, with any author, and at last one of the hour.
 *
 * Places are counted in tables of fixed size, by keyed numbers: whose numbers
 * meet share them. By chance that is one in STORE_BUDGET_SLOTS of the networks,
 * and of the organizations, beside the one that floods; an incident of theirs
 * is counted then, never lost. Thread-safe.
 */

#include "lib/base/random.h"
#include "lib/store/store_entry.h"
#include "lib/store/store_passed.h"

#define STORE_BUDGET_SHARE 8 /* pairs' worth for a network, an organization */
#define STORE_BUDGET_SLOTS 4096 /* networks, organizations told apart */
#define STORE_BUDGET_BYTES (INT64_C(48) << 20)
#define STORE_RESERVE_BYTES (INT64_C(16) << 20)
#define STORE_COUNTED_ROWS 1000
#define STORE_COUNTED_SHARE 100

/* What an incident takes in the file, its pages and indexes included. */
int64_t store_budget_cost(size_t text_bytes);

struct store_budget;

/* `per_pair` 0: everything is kept. `passed` outlives it; the numbers' key
 * comes from `random`. */
struct store_budget *store_budget_new(long per_pair,
				      struct store_passed *passed,
				      const struct random_source *random);
void store_budget_free(struct store_budget *budget);

void store_budget_take(struct store_budget *budget, int64_t time_s,
		       const char *client_ip, const char *author_domain,
		       struct store_place *place);

/* The incident turned out to take so much; less than was taken is given
 * back. */
void store_budget_settle(struct store_budget *budget,
			 const struct store_place *place, size_t text_bytes);

/* An incident of this hour that is in the file already. */
void store_budget_seed(struct store_budget *budget, int64_t time_s,
		       const char *client_ip, const char *author_domain,
		       size_t text_bytes);

#endif
