/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_WRITER_H
#define STORE_STORE_WRITER_H

/*
 * store_writer - the writing connection: opened, used, opened again
 *
 * Used by one thread at a time. After a failure the connection is closed and
 * the next try opens it anew, which also cures a file that was moved away.
 */

#include "lib/store/store_rows.h"

struct store_writer {
	char *path;
	struct store_settings settings;
	const struct clock *clock;
	struct store_db *db; /* NULL: to be opened at the next try */
	struct store_rows *rows;
	int64_t purge_due_ms;
};

/* Prepares file and schema; the words of a failure are for the operator. */
bool store_writer_init(struct store_writer *writer,
		       const struct store_settings *settings,
		       const struct clock *clock, struct error *err)
    __attribute__((warn_unused_result));
void store_writer_done(struct store_writer *writer);

/* Writes the items, sets each one's outcome, counts the transactions. False:
 * some are lost, or the file had been moved away; err says why. */
bool store_writer_write(struct store_writer *writer, struct store_item *items,
			uint64_t *groups, struct error *err);

/* Until the next purge is due; 0 when it is. */
int64_t store_writer_purge_in_ms(const struct store_writer *writer);

/* Deletes one batch of what is past its time. */
bool store_writer_purge(struct store_writer *writer, struct error *err);

#endif
