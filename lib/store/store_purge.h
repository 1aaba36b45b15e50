/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PURGE_H
#define STORE_STORE_PURGE_H

/*
 * store_purge - what is past its time goes, batch by batch
 *
 * Counters stay past their time while a report needs them, or a fleet has not
 * taken them yet, or not what an erasure left of them; none for ever. For the writer's thread, within its
 * transaction.
 */

#include "lib/store/store_db.h"

/* How long past its time a segment waits for the fleet: from the day on which it
 * would have gone, whatever hour a wrong clock gave it. */
#define STORE_FLEET_HOLD_S ((int64_t)7 * 86400)

struct store_purge_times {
	int64_t now_s;
	int64_t incidents_before_s;
	int64_t results_before_s;
	bool is_for_fleet; /* what is not pushed waits */
};

/* What went though the fleet did not have it, of one opening of the file. The
 * file has the sum of all (let_go), which the fleet is told of. */
struct store_let_go {
	uint64_t messages; /* of counters */
	uint64_t incidents;
	uint64_t erasures; /* segments and incidents of which the fleet was not
			      told that something was erased: it has it still */
};

/* Adds what a statement says, of one row and one column, to a count: of rows
 * that are about to go, how many messages or incidents are of segments that are
 * not pushed. `first` and `second` are its parameters. */
bool store_purge_count(struct store_db *db, const char *sql, int64_t first,
		       int64_t second, uint64_t *count, struct error *err)
    __attribute__((warn_unused_result));

/* Adds to the file's own sum what went since `before`, in the transaction in
 * which it goes. */
bool store_purge_note(struct store_db *db, const struct store_let_go *before,
		      const struct store_let_go *now, struct error *err)
    __attribute__((warn_unused_result));

/* Deletes a batch of what is older. *has_more: another one is due. */
bool store_purge_batch(struct store_db *db,
		       const struct store_purge_times *times, bool *has_more,
		       struct store_let_go *let_go, struct error *err)
    __attribute__((warn_unused_result));

/* From when on reports need the counters; INT64_MAX where none does. */
bool store_purge_report_hold(struct store_db *db, int64_t now_s,
			     int64_t *hold_s, struct error *err)
    __attribute__((warn_unused_result));

#endif
