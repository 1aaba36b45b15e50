/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_SUMS_H
#define STORE_STORE_SUMS_H

/*
 * store_sums - the counters that sums of SQL leave out
 *
 * A statement that adds up counters takes in those for which STORE_SQL_COUNTED
 * holds (store_db.h); the others are told of here.
 */

#include "lib/store/store_db.h"

/* Lists the rows of result from since_s to until_s that are left out, and
 * those whose hour is none. Does nothing where nobody wants to know. */
bool store_sums_left_out(struct store_db *db, int64_t since_s, int64_t until_s,
			 struct error *err) __attribute__((warn_unused_result));

#endif
