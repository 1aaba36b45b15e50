/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REVIEW_CANDIDATES_H
#define REVIEW_CANDIDATES_H

/*
 * candidates - what was refused or held and may have been good, the likeliest
 * first, as plain data
 *
 * Only what nobody has acted on yet: who confirms a spoof will not see it
 * again. What likely.c writes, and a digest tells.
 */

#include "lib/review/evidence.h"

/* So many are looked at, the newest: 3 KiB each. */
#define REVIEW_CANDIDATES_MAX 10000

struct review_candidates {
	size_t max;    /* asked for: so many; 0: REVIEW_CANDIDATES_MAX */
	size_t count;  /* looked at, those without a point among them */
	size_t likely; /* of them those with one: they stand first */
	/* Left out, not looked at: who passes for one of ours may well be who he
	 * says, and that is what he registered the name for. */
	size_t for_ours;
	bool is_cut;   /* there were more */
	struct review_candidate **items;
};

/* Of the incidents of the filter, whose limit is left aside; what known paths
 * are worth is asked of `now_s`. All of it below
 * `mem`. */
bool review_candidates_find(TALLOC_CTX *mem, struct store_reader *reader,
			    const struct store_filter *filter, int64_t now_s,
			    struct review_candidates *found, struct error *err)
    __attribute__((warn_unused_result));

/* The command that would let such mail in, below `mem`; NULL when nothing of
 * the message has a past to be known by. */
const char *review_candidate_command(TALLOC_CTX *mem,
				     const struct review_candidate *candidate);

#endif
