/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_DB_H
#define STORE_STORE_DB_H

/*
 * store_db - statements of SQL, and their rows
 *
 * A connection has an engine (store_engine.h), and so have its statements:
 * SQLite for a file of ours, and another where whoever links it opened one.
 * What is said to be SQLite's alone is called for nothing else.
 *
 * One connection belongs to one thread at a time. Positions of parameters
 * count from 1, positions of columns from 0, as SQLite's do.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/text.h"
#include "lib/store/store_flaws.h"

struct store_db;
struct store_statement;

enum store_db_mode { STORE_DB_READ, STORE_DB_WRITE };

/* Whose SQL a connection speaks, for the few who have a statement for each. */
enum store_db_kind { STORE_DB_SQLITE, STORE_DB_POSTGRESQL };

enum store_step { STORE_STEP_ROW, STORE_STEP_DONE, STORE_STEP_FAILED };

/* SQLite's. Opens a file that exists; who may write leaves its -wal and -shm in
 * place, which readers without that right cannot make. It may turn out to be no
 * database only when it is first read. */
bool store_db_open(const char *path, enum store_db_mode mode,
		   struct store_db **db, struct error *err)
    __attribute__((warn_unused_result));

/* All statements must be finished. NULL is fine. */
void store_db_close(struct store_db *db);

enum store_db_kind store_db_kind(const struct store_db *db);

/*
 * SQLite's. A function of texts for SQL. `run` returns its result, which may
 * stand in `room`, or NULL for SQL's NULL; it is pure. Arguments are never
 * NULL.
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

/* From now on its statements fail once so long has passed, however many they
 * are: who reads for a page holds no snapshot, and no log, for longer. */
void store_db_limit_time(struct store_db *db, int64_t ms);

/* SQLite's. Ours delete tuples and acts with the rows they belong to; the
 * daemon, which deletes, needs them. Elsewhere none runs, since anybody can
 * have written it. */
void store_db_enable_triggers(struct store_db *db);

/* SQLite's. Was the file renamed or deleted since it was opened? */
bool store_db_was_moved(struct store_db *db);

/* SQLite's. Brings what the -wal file holds into the database, as far as it can
 * be; waits for readers, or for nobody. */
void store_db_checkpoint(struct store_db *db, bool waits);

/* SQLite's. Likewise, and begins the log anew, so that nothing stays in it;
 * waits for nobody. False: somebody writes, or reads from it. */
bool store_db_truncate_log(struct store_db *db);

/* Runs SQL that gives no rows, one or several statements. */
bool store_db_run(struct store_db *db, const char *sql, struct error *err)
    __attribute__((warn_unused_result));

/* The number in the first column of the first row. */
bool store_db_number(struct store_db *db, const char *sql, int64_t *number,
		     struct error *err) __attribute__((warn_unused_result));

/* Did the last call fail because another program holds the lock? */
bool store_db_is_busy(struct store_db *db);

/* Did it fail because the file is damaged? */
bool store_db_is_corrupt(struct store_db *db);

/* Did it fail because the table does not take such a row? */
bool store_db_is_refused(struct store_db *db);

/* Rolls a transaction back, when one is open. */
void store_db_rollback(struct store_db *db);

/* Rows changed by the last statement, those changed by triggers left out. */
int64_t store_db_changes(struct store_db *db);

bool store_db_prepare(struct store_db *db, const char *sql,
		      struct store_statement **statement, struct error *err)
    __attribute__((warn_unused_result));
void store_db_finish(struct store_statement *statement); /* NULL is fine */

/* The text must stay until store_db_reset. */
void store_db_bind_text(struct store_statement *statement, int at,
			const char *text);
void store_db_bind_number(struct store_statement *statement, int at,
			  int64_t number);
void store_db_bind_bytes(struct store_statement *statement, int at,
			 struct span bytes);

/* SQLite's. The columns of `from`'s row at hand, from `first` on, as the
 * parameters from 1 on; copied, whatever they are. */
void store_db_bind_row(struct store_statement *statement,
		       struct store_statement *from, int first);

enum store_step store_db_step(struct store_statement *statement,
			      struct error *err);

/*
 * The rows of a statement, one after the other:
 *
 *	while (store_db_next(statement, err))
 *		...
 *	return store_db_end(statement);
 */

/* False behind the last row, and where it failed. */
bool store_db_next(struct store_statement *statement, struct error *err);

/* Finishes the statement. False where a step failed, and for NULL: it never
 * was one. */
bool store_db_end(struct store_statement *statement)
    __attribute__((warn_unused_result));

/* Ready for the next run; parameters are forgotten. */
void store_db_reset(struct store_statement *statement);

/* Steps a statement that gives no rows to its end, and resets it. */
bool store_db_execute(struct store_statement *statement, struct error *err)
    __attribute__((warn_unused_result));

/*
 * Of the row at hand. The store is a file that somebody else may have written:
 * each of these says what alignd writes there. What is something else gives 0
 * or "", and the row is no longer sound. Texts are never NULL and stay until
 * the next step.
 */

/* One line of UTF-8, without control characters (text_is_line), at most
 * STORE_TEXT_MAX bytes. */
const char *store_db_column_text(struct store_statement *statement, int at);

/* Lines of such text; tabs may stand in them. */
const char *store_db_column_lines(struct store_statement *statement, int at);

/* A whole number from min to max. */
int64_t store_db_column_within(struct store_statement *statement, int at,
			       int64_t min, int64_t max);
int64_t store_db_column_time(struct store_statement *statement, int at);
int64_t store_db_column_count(struct store_statement *statement, int at);

/* At most `max` bytes. */
struct span store_db_column_bytes(struct store_statement *statement, int at,
				  size_t max);

/* Something in the column is not what alignd writes: `what` says how. */
void store_db_column_refuse(struct store_statement *statement, int at,
			    const char *what);

/* May the row at hand be used? To be asked when its columns were read. If not,
 * it is listed among the flaws as that of `table` which has the key in the
 * column `key_at`. */
bool store_db_is_sound(struct store_statement *statement, const char *table,
		       int key_at);
/* Likewise where two columns are the key. */
bool store_db_is_pair_sound(struct store_statement *statement,
			    const char *table, int first_at, int second_at);

/* Where rows that are not sound are listed; NULL: nowhere. */
void store_db_list_flaws(struct store_db *db, struct store_flaws *flaws);
bool store_db_lists_flaws(const struct store_db *db);

/* A number that SQL made, such as an id or count(*). NULL is 0. */
int64_t store_db_column_number(struct store_statement *statement, int at);

/* The bounds of what is kept, and the same as conditions of SQL on a column,
 * for sums: SQL's sum() fails when it overflows, and takes a text for 0. */
#define STORE_TEXT_MAX (1 << 20)	     /* as long as an entry can be */
#define STORE_TIME_MAX INT64_C(253402300799) /* the end of the year 9999 */
#define STORE_COUNT_MAX INT64_C(4294967295)  /* messages of one hour */
#define STORE_SQL_TIME(column)                                                 \
	"typeof(" column ") = 'integer' AND " column " BETWEEN 0 AND "         \
	"253402300799"
#define STORE_SQL_COUNT(column)                                                \
	"typeof(" column ") = 'integer' AND " column " BETWEEN 0 AND "         \
	"4294967295"
/* A row of result that sums may take in. */
#define STORE_SQL_COUNTED                                                      \
	STORE_SQL_TIME("hour_s") " AND " STORE_SQL_COUNT("count")

#endif
