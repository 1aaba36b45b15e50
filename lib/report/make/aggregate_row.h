/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_AGGREGATE_ROW_H
#define REPORT_MAKE_AGGREGATE_ROW_H

/*
 * aggregate_row - a stored tuple as what a report says of it (RFC 9990 3.1.1)
 *
 * Pure functions. What an outcome is called, which reason it has and which
 * signatures stand first is decided here and nowhere else.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/report/make/aggregate.h"
#include "lib/store/store.h"

/* Everything below `mem`, copied. False for a tuple that no report can show:
 * the words say what is wrong with it. */
bool aggregate_row_make(TALLOC_CTX *mem, const struct store_tuple *tuple,
			int64_t count, struct aggregate_row *row,
			struct error *err) __attribute__((warn_unused_result));

/* Orders rows by everything they show but the count; 0: they show the same. */
int aggregate_row_compare(const struct aggregate_row *a,
			  const struct aggregate_row *b);

#endif
