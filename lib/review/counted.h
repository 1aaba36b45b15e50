/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REVIEW_COUNTED_H
#define REVIEW_COUNTED_H

/*
 * counted - incidents that were only counted, for people and programs
 */

#include "lib/review/reading.h"

/* Tells of the row that the filter's reference leads to; *is_found is false
 * where there is none, and nothing is written. */
bool review_counted_tell(const struct review_reading *reading, bool *is_found,
			 struct error *err) __attribute__((warn_unused_result));

/* A line, or an object, for each row that may hold incidents of the filter; its
 * limit counts rows. *count is how many were written. */
bool review_counted_list(const struct review_reading *reading, size_t *count,
			 struct error *err) __attribute__((warn_unused_result));

/* One line for all of them together; nothing where there are none. */
bool review_counted_sum(const struct review_reading *reading, struct error *err)
    __attribute__((warn_unused_result));

#endif
