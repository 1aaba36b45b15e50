/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_TUPLES_H
#define STORE_STORE_TUPLES_H

/*
 * store_tuples - which row of tuple an entry is counted under
 *
 * That of its own tuple, which is added where it is not there yet; past the
 * hour's ceiling one with less detail (store_ceiling.h). Which tuple has which
 * id is remembered for those seen lately (store_cache.h), so that the usual
 * message costs no lookup. For the writer's thread, within its transaction.
 */

#include "lib/store/store_cache.h"
#include "lib/store/store_ceiling.h"
#include "lib/store/store_passed_rows.h"

struct store_tuples {
	struct store_statement *find;
	struct store_statement *add;
	struct store_cache cache;
	struct store_ceiling ceiling;
	struct siphash_key key; /* of the fingerprints */
	struct store_passed_rows passed;
};

/* Prepares for a migrated database, makes its key where there is none, and
 * fills `passed`, which outlives it. */
bool store_tuples_open(struct store_tuples *tuples, struct store_db *db,
		       struct store_passed *passed, struct error *err)
    __attribute__((warn_unused_result));

/* One that was never opened, all zero, is fine. */
void store_tuples_close(struct store_tuples *tuples);

/* Sets the item's fingerprint, and whether it is one of others; notes that its
 * pair passed. */
bool store_tuples_find(struct store_tuples *tuples, struct store_item *item,
		       int64_t *tuple_id, struct error *err)
    __attribute__((warn_unused_result));

/* Ids that were known may be so no more: a rollback, or a commit of another
 * program. */
void store_tuples_forget(struct store_tuples *tuples);

#endif
