/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PASSED_ROWS_H
#define STORE_STORE_PASSED_ROWS_H

/*
 * store_passed_rows - the pairs of which mail passed, as rows of the file
 *
 * For the writer's thread, within its transaction.
 */

#include "lib/store/store_db.h"
#include "lib/store/store_entry.h"
#include "lib/store/store_passed.h"

struct store_passed_rows {
	struct store_db *db;
	struct store_passed *passed;
	struct store_statement *keep;
	struct store_statement *drop;
};

/* Fills `passed`, which outlives it, from the file. */
bool store_passed_rows_open(struct store_passed_rows *rows,
			    struct store_db *db, struct store_passed *passed,
			    const struct siphash_key *key, struct error *err)
    __attribute__((warn_unused_result));

/* One that was never opened, all zero, is fine. */
void store_passed_rows_close(struct store_passed_rows *rows);

/* A message that passed is one more of its pair. */
bool store_passed_rows_note(struct store_passed_rows *rows,
			    const struct store_entry *entry,
			    const struct store_pair *pair, struct error *err)
    __attribute__((warn_unused_result));

/* Those of which none passed for long. */
bool store_passed_rows_purge(struct store_db *db, int64_t now_s,
			     struct error *err)
    __attribute__((warn_unused_result));

#endif
