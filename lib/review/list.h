/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REVIEW_LIST_H
#define REVIEW_LIST_H

/*
 * list - what was refused, held, overridden or failed: a line each, in groups,
 * one whole, or the likely legitimate ones first
 *
 * Each form reads the store and writes what it finds as it comes: a list may be
 * long.
 */

#include "lib/review/reading.h"
#include "lib/store/store_groups.h"

/* *is_cut of the likely ones: there were more than are looked at,
 * REVIEW_CANDIDATES_MAX (candidates.h). */

/* Says to people that nothing matches. */
void review_list_nothing(const struct review_reading *reading);

bool review_list_all(const struct review_reading *reading, struct error *err)
    __attribute__((warn_unused_result));
bool review_list_groups(const struct review_reading *reading,
			enum store_group_key key, struct error *err)
    __attribute__((warn_unused_result));
bool review_list_likely(const struct review_reading *reading, bool *is_cut,
			struct error *err) __attribute__((warn_unused_result));

/* What OpenDMARC had refused or held of imported mail, added up; of the filter
 * the time, the author domain and the limit count. */
bool review_list_imported(const struct review_reading *reading,
			  struct error *err)
    __attribute__((warn_unused_result));
/* Tells people of that list, where anything is imported. */
bool review_tell_imported(const struct review_reading *reading,
			  struct error *err)
    __attribute__((warn_unused_result));

/* The one that the filter's reference names; *is_found is false, and nothing is
 * written, where there is none. */
bool review_list_whole(const struct review_reading *reading, bool *is_found,
		       struct error *err) __attribute__((warn_unused_result));

#endif
