/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_db.c - a thin layer over SQLite, the only place that knows it
 *
 * It words SQLite's errors; what to do about them is the callers' business.
 */
#include "lib/store/store_db.h"

#include <assert.h>
#include <sqlite3.h>
#include <stddef.h>

#include "lib/base/mem.h"

/* In WAL mode only another writer (an operator's sqlite3) makes us wait. */
#define BUSY_MS 1000

struct store_db {
	sqlite3 *handle;
};

static bool fail(sqlite3 *handle, struct error *err)
{
	int code = sqlite3_extended_errcode(handle);

	/* The two whose own words ("out of memory" aside) help nobody. */
	if ((code & 0xff) == SQLITE_NOTADB)
		return error_set(err, ERROR_STORE, "not a SQLite database");
	if ((code & 0xff) == SQLITE_BUSY)
		return error_set(err, ERROR_STORE,
				 "locked by another program for over %d ms",
				 BUSY_MS);
	return error_set(err, ERROR_STORE, "%s (SQLite %d)",
			 sqlite3_errmsg(handle), code);
}

/* The habits every connection of ours has: no "text" taken for a column, no
 * functions called from a schema that somebody else may have changed. */
static void harden(sqlite3 *handle)
{
	(void)sqlite3_extended_result_codes(handle, 1);
	(void)sqlite3_busy_timeout(handle, BUSY_MS);
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0,
				NULL);
}

bool store_db_open(const char *path, enum store_db_mode mode,
		   struct store_db **db, struct error *err)
{
	int flags = mode == STORE_DB_READ ? SQLITE_OPEN_READONLY
					  : SQLITE_OPEN_READWRITE;
	sqlite3 *handle = NULL;

	if (sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK) {
		(void)fail(handle, err);
		(void)sqlite3_close(handle);
		return false;
	}
	harden(handle);
	*db = heap_new(struct store_db);
	(*db)->handle = handle;
	return true;
}

void store_db_close(struct store_db *db)
{
	if (db == NULL)
		return;
	int code = sqlite3_close(db->handle);
	assert(code == SQLITE_OK); /* else a statement was left unfinished */
	(void)code;
	heap_free(db);
}

static void run_function(sqlite3_context *context, int count,
			 sqlite3_value **values)
{
	const struct store_db_function *function = sqlite3_user_data(context);
	const char *arguments[2] = {"", ""};
	char room[STORE_DB_RESULT];

	assert(count <= 2);
	for (int i = 0; i < count; i++) {
		const void *text = sqlite3_value_text(values[i]);
		if (text != NULL)
			arguments[i] = text;
	}
	const char *result = function->run(arguments, room);
	if (result == NULL)
		sqlite3_result_null(context);
	else
		sqlite3_result_text(context, result, -1, SQLITE_TRANSIENT);
}

bool store_db_add_function(struct store_db *db,
			   const struct store_db_function *function,
			   struct error *err)
{
	int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	/* The library does not change it. */
	void *own = (void *)(uintptr_t)function;
	if (sqlite3_create_function_v2(
		db->handle, function->name, function->argument_count, flags,
		own, run_function, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db->handle, err);
	return true;
}

bool store_db_was_moved(struct store_db *db)
{
	int was_moved = 0;

	return sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED,
				    &was_moved) == SQLITE_OK &&
	       was_moved != 0;
}

void store_db_checkpoint(struct store_db *db)
{
	(void)sqlite3_wal_checkpoint_v2(db->handle, "main",
					SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

bool store_db_run(struct store_db *db, const char *sql, struct error *err)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db->handle, err);
	return true;
}

bool store_db_number(struct store_db *db, const char *sql, int64_t *number,
		     struct error *err)
{
	struct sqlite3_stmt *statement = NULL;

	if (!store_db_prepare(db, sql, &statement, err))
		return false;
	enum store_step step = store_db_step(statement, err);
	if (step == STORE_STEP_ROW)
		*number = store_db_column_number(statement, 0);
	else if (step == STORE_STEP_DONE)
		(void)error_set(err, ERROR_STORE, "no row for: %.100s", sql);
	store_db_finish(statement);
	return step == STORE_STEP_ROW;
}

void store_db_rollback(struct store_db *db)
{
	/* Some failures (disk full) have rolled back already. */
	if (sqlite3_get_autocommit(db->handle) == 0)
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

int64_t store_db_changes(struct store_db *db)
{
	return sqlite3_changes64(db->handle);
}

bool store_db_prepare(struct store_db *db, const char *sql,
		      struct sqlite3_stmt **statement, struct error *err)
{
	sqlite3_stmt *made = NULL;

	if (sqlite3_prepare_v2(db->handle, sql, -1, &made, NULL) != SQLITE_OK)
		return fail(db->handle, err);
	*statement = made;
	return true;
}

void store_db_finish(struct sqlite3_stmt *statement)
{
	(void)sqlite3_finalize(statement);
}

void store_db_bind_text(struct sqlite3_stmt *statement, int at,
			const char *text)
{
	int code = sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);

	assert(code == SQLITE_OK); /* position and length are ours */
	(void)code;
}

void store_db_bind_number(struct sqlite3_stmt *statement, int at,
			  int64_t number)
{
	int code = sqlite3_bind_int64(statement, at, number);

	assert(code == SQLITE_OK);
	(void)code;
}

void store_db_bind_bytes(struct sqlite3_stmt *statement, int at,
			 struct span bytes)
{
	/* A NULL pointer would be NULL instead of no bytes. */
	int code = sqlite3_bind_blob64(statement, at,
				       bytes.data == NULL ? "" : bytes.data,
				       bytes.length, SQLITE_STATIC);

	assert(code == SQLITE_OK);
	(void)code;
}

enum store_step store_db_step(struct sqlite3_stmt *statement, struct error *err)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW)
		return STORE_STEP_ROW;
	if (code == SQLITE_DONE)
		return STORE_STEP_DONE;
	(void)fail(sqlite3_db_handle(statement), err);
	return STORE_STEP_FAILED;
}

void store_db_reset(struct sqlite3_stmt *statement)
{
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
}

bool store_db_execute(struct sqlite3_stmt *statement, struct error *err)
{
	enum store_step step = store_db_step(statement, err);

	store_db_reset(statement);
	return step != STORE_STEP_FAILED;
}

const char *store_db_column_text(struct sqlite3_stmt *statement, int at)
{
	const unsigned char *text = sqlite3_column_text(statement, at);

	return text == NULL ? "" : (const char *)text;
}

int64_t store_db_column_number(struct sqlite3_stmt *statement, int at)
{
	return sqlite3_column_int64(statement, at);
}

struct span store_db_column_bytes(struct sqlite3_stmt *statement, int at)
{
	const char *bytes = sqlite3_column_blob(statement, at);

	return span_make(
	    bytes,
	    bytes == NULL ? 0 : (size_t)sqlite3_column_bytes(statement, at));
}
