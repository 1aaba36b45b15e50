/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_DB_H
#define STORE_STORE_DB_H

/*
 * store_db - a thin layer over SQLite, the only place that knows it
 *
 * One connection belongs to one thread at a time. Positions of parameters
 * count from 1, positions of columns from 0, as SQLite's do.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/text.h"

struct store_db;
struct sqlite3_stmt;

enum store_db_mode { STORE_DB_READ, STORE_DB_WRITE };

enum store_step { STORE_STEP_ROW, STORE_STEP_DONE, STORE_STEP_FAILED };

/* Opens a file that exists. It may turn out to be no database only when it is
 * first read. */
bool store_db_open(const char *path, enum store_db_mode mode,
		   struct store_db **db, struct error *err)
    __attribute__((warn_unused_result));

/* All statements must be finished. NULL is fine. */
void store_db_close(struct store_db *db);

/*
 * A function of texts for SQL. `run` returns its result, which may stand in
 * `room`, or NULL for SQL's NULL; it is pure. Arguments are never NULL.
 */
#define STORE_DB_RESULT 64
struct store_db_function {
	const char *name;
	int argument_count; /* 1 or 2 */
	const char *(*run)(const char *const *arguments,
			   char room[STORE_DB_RESULT]);
};
bool store_db_add_function(struct store_db *db,
			   const struct store_db_function *function,
			   struct error *err)
    __attribute__((warn_unused_result));

/* Was the file renamed or deleted since it was opened? */
bool store_db_was_moved(struct store_db *db);

/* Brings what the -wal file holds into the database, as far as it can be. */
void store_db_checkpoint(struct store_db *db);

/* Runs SQL that gives no rows, one or several statements. */
bool store_db_run(struct store_db *db, const char *sql, struct error *err)
    __attribute__((warn_unused_result));

/* The number in the first column of the first row. */
bool store_db_number(struct store_db *db, const char *sql, int64_t *number,
		     struct error *err) __attribute__((warn_unused_result));

/* Rolls a transaction back, when one is open. */
void store_db_rollback(struct store_db *db);

/* Rows changed by the last statement, those changed by triggers left out. */
int64_t store_db_changes(struct store_db *db);

bool store_db_prepare(struct store_db *db, const char *sql,
		      struct sqlite3_stmt **statement, struct error *err)
    __attribute__((warn_unused_result));
void store_db_finish(struct sqlite3_stmt *statement); /* NULL is fine */

/* The text must stay until store_db_reset. */
void store_db_bind_text(struct sqlite3_stmt *statement, int at,
			const char *text);
void store_db_bind_number(struct sqlite3_stmt *statement, int at,
			  int64_t number);
void store_db_bind_bytes(struct sqlite3_stmt *statement, int at,
			 struct span bytes);

enum store_step store_db_step(struct sqlite3_stmt *statement,
			      struct error *err);

/* Ready for the next run; parameters are forgotten. */
void store_db_reset(struct sqlite3_stmt *statement);

/* Steps a statement that gives no rows to its end, and resets it. */
bool store_db_execute(struct sqlite3_stmt *statement, struct error *err)
    __attribute__((warn_unused_result));

/* Of the row at hand; the text is never NULL and stays until the next step. */
const char *store_db_column_text(struct sqlite3_stmt *statement, int at);
int64_t store_db_column_number(struct sqlite3_stmt *statement, int at);
struct span store_db_column_bytes(struct sqlite3_stmt *statement, int at);

#endif
