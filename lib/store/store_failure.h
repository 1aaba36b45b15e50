/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_FAILURE_H
#define STORE_STORE_FAILURE_H

/*
 * store_failure - failures on their way into the store
 *
 * At most so many of an hour are kept, of one policy domain and of all. A
 * further one is counted in the last that is kept of its domain (its
 * incidents), or in the next one, or, where nothing of the domain was kept, in
 * a count for all such domains: tables do not grow with what strangers send.
 *
 * For the writer's thread, within its transaction.
 */

#include "lib/store/store_db.h"
#include "lib/store/store_entry.h"

bool store_failure_write(struct store_db *db,
			 const struct store_failure *failure,
			 const struct store_failure_limits *limits,
			 struct error *err) __attribute__((warn_unused_result));

/* Deletes what nobody fetched in five days, and counts of earlier days. */
bool store_failure_purge(struct store_db *db, int64_t now_s, struct error *err)
    __attribute__((warn_unused_result));

#endif
