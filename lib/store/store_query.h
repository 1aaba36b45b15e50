/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_QUERY_H
#define STORE_STORE_QUERY_H

/*
 * store_query - one statement with its parameters, run once
 *
 * For what happens now and then (reports, the operator's commands); the writer
 * keeps its statements prepared instead.
 */

#include "lib/store/store_columns.h"
#include "lib/store/store_db.h"

/* A parameter: a number, a text, or bytes. */
struct store_value {
	enum { STORE_VALUE_NUMBER, STORE_VALUE_TEXT, STORE_VALUE_BYTES } type;
	int64_t number;
	const char *text;
	struct span bytes;
};

struct store_value store_number(int64_t number);
struct store_value store_text(const char *text); /* NULL is "" */
struct store_value store_bytes(struct span bytes);

/* A list of parameters, for the calls below. */
#define STORE_VALUES(...)                                                      \
	(const struct store_value[]){__VA_ARGS__},                             \
	    sizeof((const struct store_value[]){__VA_ARGS__}) /                \
		sizeof(struct store_value)

/* To the statement's parameters, for one that is kept prepared. */
void store_query_bind(struct store_statement *statement,
		      const struct store_value *values, size_t count);

/* Runs a statement that gives no rows. */
bool store_query_run(struct store_db *db, const char *sql,
		     const struct store_value *values, size_t count,
		     struct error *err) __attribute__((warn_unused_result));

/* A statement whose rows are wanted (store_db_next, store_db_end). */
bool store_query_open(struct store_db *db, const char *sql,
		      const struct store_value *values, size_t count,
		      struct store_statement **statement, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise "BEFORE column, column AFTER", such as "SELECT ... FROM report". */
bool store_query_open_columns(struct store_db *db, const char *before,
			      const struct store_columns *columns,
			      const char *after,
			      const struct store_value *values, size_t count,
			      struct store_statement **statement,
			      struct error *err)
    __attribute__((warn_unused_result));

/* The first column of the first row; `otherwise` where there is none. */
bool store_query_number(struct store_db *db, const char *sql,
			const struct store_value *values, size_t count,
			int64_t otherwise, int64_t *number, struct error *err)
    __attribute__((warn_unused_result));

/* What a batch beside the daemon may take of it, and then commits: with the
 * last step, the commit and a busy machine below 50 ms. */
#define STORE_HELD_US 10000

/* A writing transaction, all or nothing: its end keeps what was done where
 * that is `ok`, and is false where nothing is kept. */
bool store_query_begin(struct store_db *db, struct error *err)
    __attribute__((warn_unused_result));
bool store_query_end(struct store_db *db, bool ok, struct error *err)
    __attribute__((warn_unused_result));

#endif
