/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REVIEW_CANDIDATE_SHOW_H
#define REVIEW_CANDIDATE_SHOW_H

/*
 * candidate_show - what speaks for one that was refused or held, for people
 */

#include "lib/review/candidates.h"
#include "lib/show/show.h"

/* A line on it, one for each piece of evidence, and what may be done next. */
struct show *review_candidate_show(TALLOC_CTX *mem,
				   const struct review_candidate *candidate);

#endif
