/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_query.c - one statement with its parameters, run once
 * Tested by test_store_failure, test_store_report.
 */
#include "lib/store/store_query.h"

#include <stddef.h>

struct store_value store_number(int64_t number)
{
	return (struct store_value){.type = STORE_VALUE_NUMBER,
				    .number = number};
}

struct store_value store_text(const char *text)
{
	return (struct store_value){.type = STORE_VALUE_TEXT,
				    .text = text == NULL ? "" : text};
}

struct store_value store_bytes(struct span bytes)
{
	return (struct store_value){.type = STORE_VALUE_BYTES, .bytes = bytes};
}

static void bind(struct store_statement *statement,
		 const struct store_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int at = (int)i + 1;
		if (values[i].type == STORE_VALUE_NUMBER)
			store_db_bind_number(statement, at, values[i].number);
		else if (values[i].type == STORE_VALUE_TEXT)
			store_db_bind_text(statement, at, values[i].text);
		else
			store_db_bind_bytes(statement, at, values[i].bytes);
	}
}

bool store_query_each(struct store_db *db, const char *sql,
		      const struct store_value *values, size_t count,
		      bool (*seen)(void *context,
				   struct store_statement *statement),
		      void *context, struct error *err)
{
	struct store_statement *statement;
	enum store_step step;

	if (!store_db_prepare(db, sql, &statement, err))
		return false;
	bind(statement, values, count);
	while ((step = store_db_step(statement, err)) == STORE_STEP_ROW) {
		if (!seen(context, statement))
			break;
	}
	store_db_finish(statement);
	return step != STORE_STEP_FAILED;
}

static bool ignore(void *context, struct store_statement *statement)
{
	(void)context;
	(void)statement;
	return true;
}

bool store_query_run(struct store_db *db, const char *sql,
		     const struct store_value *values, size_t count,
		     struct error *err)
{
	return store_query_each(db, sql, values, count, ignore, NULL, err);
}

static bool keep_number(void *context, struct store_statement *statement)
{
	*(int64_t *)context = store_db_column_number(statement, 0);
	return false;
}

bool store_query_number(struct store_db *db, const char *sql,
			const struct store_value *values, size_t count,
			int64_t otherwise, int64_t *number, struct error *err)
{
	int64_t found = otherwise;

	if (!store_query_each(db, sql, values, count, keep_number, &found, err))
		return false;
	*number = found;
	return true;
}

bool store_query_transaction(struct store_db *db,
			     bool (*work)(void *context, struct error *err),
			     void *context, struct error *err)
{
	if (!store_db_run(db, "BEGIN IMMEDIATE", err))
		return false;
	if (work(context, err) && store_db_run(db, "COMMIT", err))
		return true;
	store_db_rollback(db);
	return false;
}
