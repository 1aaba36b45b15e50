/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_NUMBER_H
#define STATS_NUMBER_H

/*
 * number - counts and shares as people read them, and axes for them
 *
 * Pure functions; texts go below `mem`.
 */

#include <stdint.h>

#include "lib/base/mem.h"

/* "1,234,567". */
const char *stats_count(TALLOC_CTX *mem, int64_t number);

/* "1 report", "1,234 reports". */
const char *stats_counted(TALLOC_CTX *mem, int64_t number, const char *one,
			  const char *many);

/* "96.1 %". What is not nothing never reads as "0.0 %" but "<0.1 %", and what
 * is not all never as "100 %" but ">99.9 %". "-" when `whole` is 0. */
const char *stats_share(TALLOC_CTX *mem, int64_t part, int64_t whole);

/* In thousandths of a percent, rounded to the nearest; 0 when `whole` is 0. */
int64_t stats_share_millis(int64_t part, int64_t whole);

/* The distance of an axis' ticks (1, 2 or 5 times a power of ten), so that at
 * most `ticks` of them reach `top`. */
int64_t stats_tick(int64_t top, int ticks);

#endif
