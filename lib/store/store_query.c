/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_query.c - one statement with its parameters, run once
 * Tested by test_store_failure, test_store_report.
 */
#include "lib/store/store_query.h"

#include <stddef.h>

#define SQL_MAX 8192

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

void store_query_bind(struct store_statement *statement,
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

bool store_query_open(struct store_db *db, const char *sql,
		      const struct store_value *values, size_t count,
		      struct store_statement **statement, struct error *err)
{
	struct store_statement *made;

	if (!store_db_prepare(db, sql, &made, err))
		return false;
	store_query_bind(made, values, count);
	*statement = made;
	return true;
}

bool store_query_open_columns(struct store_db *db, const char *before,
			      const struct store_columns *columns,
			      const char *after,
			      const struct store_value *values, size_t count,
			      struct store_statement **statement,
			      struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, before);
	store_columns_names(columns, "", ", ", &sql);
	strbuf_add_text(&sql, after);
	bool ok = store_query_open(db, strbuf_text(&sql), values, count,
				   statement, err);
	mem_free(mem);
	return ok;
}

bool store_query_run(struct store_db *db, const char *sql,
		     const struct store_value *values, size_t count,
		     struct error *err)
{
	struct store_statement *statement;

	if (!store_query_open(db, sql, values, count, &statement, err))
		return false;
	while (store_db_next(statement, err))
		;
	return store_db_end(statement);
}

bool store_query_number(struct store_db *db, const char *sql,
			const struct store_value *values, size_t count,
			int64_t otherwise, int64_t *number, struct error *err)
{
	struct store_statement *statement;
	int64_t found = otherwise;

	if (!store_query_open(db, sql, values, count, &statement, err))
		return false;
	if (store_db_next(statement, err))
		found = store_db_column_number(statement, 0);
	if (!store_db_end(statement))
		return false;
	*number = found;
	return true;
}

bool store_query_begin(struct store_db *db, struct error *err)
{
	return store_db_run(db, "BEGIN IMMEDIATE", err);
}

bool store_query_end(struct store_db *db, bool ok, struct error *err)
{
	if (ok && store_db_run(db, "COMMIT", err))
		return true;
	store_db_rollback(db);
	return false;
}
