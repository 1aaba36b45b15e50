/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_QUERY_H
#define STORE_STORE_QUERY_H

/*
 * store_query - one statement with its parameters, run once
 *
 * For what happens now and then (reports, the operator's commands); the writer
 * keeps its statements prepared instead.
 */

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

/* Runs a statement that gives no rows. */
bool store_query_run(struct store_db *db, const char *sql,
		     const struct store_value *values, size_t count,
		     struct error *err) __attribute__((warn_unused_result));

/* Calls `seen` for each row until it returns false. */
bool store_query_each(struct store_db *db, const char *sql,
		      const struct store_value *values, size_t count,
		      bool (*seen)(void *context,
				   struct store_statement *statement),
		      void *context, struct error *err)
    __attribute__((warn_unused_result));

/* The first column of the first row; `otherwise` where there is none. */
bool store_query_number(struct store_db *db, const char *sql,
			const struct store_value *values, size_t count,
			int64_t otherwise, int64_t *number, struct error *err)
    __attribute__((warn_unused_result));

/* What a batch beside the daemon may take of it, and then commits: with the
 * last step, the commit and a busy machine below 50 ms. */
#define STORE_HELD_US 10000

/* Runs `work` as one writing transaction, all or nothing. */
bool store_query_transaction(struct store_db *db,
			     bool (*work)(void *context, struct error *err),
			     void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
