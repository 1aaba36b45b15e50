/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_READER_H
#define STORE_STORE_READER_H

/*
 * store_reader - the database behind a reader, for the other readers of
 * lib/store
 *
 * What everybody else may ask of a reader stands in store.h and
 * store_replay.h.
 */

#include "lib/store/store.h"
#include "lib/store/store_db.h"

/* Hours are rows: 10:30 falls into the row of 10:00. */
#define STORE_HOUR_S 3600

/* The reader's connection; it lives as long as the reader. */
struct store_db *store_reader_db(struct store_reader *reader);

/* Binds a period to two parameters from `at` on, for "hour_s >= ? AND
 * hour_s < ?". An `until_s` of 0 is no end. */
void store_reader_bind_period(struct sqlite3_stmt *statement, int at,
			      int64_t since_s, int64_t until_s);

#endif
