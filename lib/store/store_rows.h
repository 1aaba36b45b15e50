/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_ROWS_H
#define STORE_STORE_ROWS_H

/*
 * store_rows - items as rows: the statements that write
 *
 * Equal tuples of one group become one counter update. Which tuple has which
 * id is remembered for the senders seen most, so that the usual message costs
 * no lookup.
 */

#include "lib/store/store_db.h"
#include "lib/store/store_item.h"
#include "lib/store/store_passed.h"
#include "lib/store/store_path_rows.h"
#include "lib/store/store_purge.h"
#include "lib/store/store_segment.h"

struct store_rows;

/* The daemon counts into segments that stay open; what an import counts is
 * sealed in its transaction (store_segment.h). */
enum store_rows_use { STORE_ROWS_OF_DAEMON, STORE_ROWS_OF_IMPORT };

/* Prepares the statements for a migrated database; what it says of pairs that
 * passed goes to `passed`, and so does what is written. Likewise for `paths`,
 * step by step; NULL: none are counted, as of mail that is imported. */
bool store_rows_open(struct store_db *db, enum store_rows_use use,
		     const struct clock *clock, struct store_passed *passed,
		     struct store_paths *paths, struct store_rows **rows,
		     struct error *err) __attribute__((warn_unused_result));

/* The rows of `paths`, or NULL. */
struct store_path_rows *store_rows_paths(const struct store_rows *rows);

/* For sealing, outside of a transaction. */
struct store_segment_writer *store_rows_segments(struct store_rows *rows);

/* NULL is fine. To be called before store_db_close. */
void store_rows_close(struct store_rows *rows);

/* The number, never 0, by which the file knows an imported message. */
uint64_t store_rows_identity(const struct store_rows *rows,
			     const char *identity);

/* Where a group failed. */
enum store_fault {
	STORE_FAULT_NONE,
	STORE_FAULT_ROW,   /* a row was refused; others may do */
	STORE_FAULT_STORE, /* no transaction could be begun or committed */
	STORE_FAULT_BUSY,  /* likewise: another program holds the lock */
};

/* Writes the first `count` items as one transaction, all or nothing. */
enum store_fault store_rows_write(struct store_rows *rows,
				  struct store_item *items, size_t count,
				  struct error *err);

/* Deletes a batch of what is older, as one transaction (store_purge.h). */
bool store_rows_purge(struct store_rows *rows,
		      const struct store_purge_times *times, bool *has_more,
		      struct store_let_go *let_go, struct error *err)
    __attribute__((warn_unused_result));

#endif
