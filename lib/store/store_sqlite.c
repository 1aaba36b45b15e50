/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_sqlite.c - SQLite as the engine of statements; the only place that
 * knows it
 *
 * It words SQLite's errors; what to do about them is the callers' business.
 * Tested by test_store_faults, test_store_schema.
 */
#include "lib/store/store_engine.h"

#include <assert.h>
#include <sqlite3.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/store/store_file.h"

/* In WAL mode only another writer (an operator's sqlite3) makes us wait. */
#define BUSY_MS 1000

#define TOO_LONG "it took longer than it may; ask for less"

struct sqlite_db {
	struct store_db db;
	sqlite3 *handle;
	int64_t until_ms; /* by the monotonic clock; 0: no end */
};

struct sqlite_statement {
	struct store_statement statement;
	sqlite3_stmt *handle;
};

static sqlite3 *handle_of(struct store_db *db)
{
	return ((struct sqlite_db *)db)->handle;
}

static sqlite3_stmt *rows_of(struct store_statement *statement)
{
	return ((struct sqlite_statement *)statement)->handle;
}

static const struct store_engine sqlite_engine;

static bool tell_fault(sqlite3 *handle, struct error *err)
{
	int code = sqlite3_extended_errcode(handle);

	/* The two whose own words ("out of memory" aside) help nobody. */
	if ((code & 0xff) == SQLITE_NOTADB)
		return error_set(err, ERROR_STORE, "not a SQLite database");
	if ((code & 0xff) == SQLITE_BUSY)
		return error_set(err, ERROR_STORE,
				 "locked by another program for over %d ms",
				 BUSY_MS);
	if ((code & 0xff) == SQLITE_INTERRUPT)
		return error_set(err, ERROR_STORE, TOO_LONG);
	if (code == SQLITE_CANTOPEN_SYMLINK)
		return error_set(err, ERROR_STORE,
				 "a link, which root does not follow; name the "
				 "file itself in store.sqlite");
	return error_set(err, ERROR_STORE, "%s (SQLite %d)",
			 sqlite3_errmsg(handle), code);
}

/* The habits every connection of ours has: no "text" taken for a column, no
 * functions called from a schema that somebody else may have changed, and no
 * views and triggers of his, which can run for ever. */
static void harden_handle(sqlite3 *handle)
{
	(void)sqlite3_extended_result_codes(handle, 1);
	(void)sqlite3_busy_timeout(handle, BUSY_MS);
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0,
				NULL);
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0,
				NULL);
}

/* The last of those who close, a reader of the daemon's own user too, would take
 * the log away, and with it what a reader who may not write needs. With a limit, what stays is empty then, and a log that a reader
 * kept from beginning anew does not stay as large as it grew. A file that is no
 * database says so later. */
static void keep_log(sqlite3 *handle)
{
	int is_kept = 1;

	(void)sqlite3_exec(handle, "PRAGMA journal_size_limit = 67108864", NULL,
			   NULL, NULL);
	(void)sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL,
				   &is_kept);
}

/* -wal and -shm SQLite opens without following links in any case. */
static bool open_handle(const char *path, int flags, sqlite3 **handle)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_root = geteuid() == 0;
	int code = sqlite3_open_v2(
	    is_root ? store_file_place(mem, path) : path, handle,
	    flags | SQLITE_OPEN_NOMUTEX | (is_root ? SQLITE_OPEN_NOFOLLOW : 0),
	    NULL);

	mem_free(mem);
	return code == SQLITE_OK;
}

bool store_db_open(const char *path, enum store_db_mode mode,
		   struct store_db **db, struct error *err)
{
	int flags = mode == STORE_DB_READ ? SQLITE_OPEN_READONLY
					  : SQLITE_OPEN_READWRITE;
	sqlite3 *handle = NULL;

	if (!open_handle(path, flags, &handle)) {
		(void)tell_fault(handle, err);
		(void)sqlite3_close(handle);
		return false;
	}
	harden_handle(handle);
	keep_log(handle);
	struct sqlite_db *made = heap_new(struct sqlite_db);
	made->db.engine = &sqlite_engine;
	made->handle = handle;
	*db = &made->db;
	return true;
}

static void close_db(struct store_db *db)
{
	int code = sqlite3_close(handle_of(db));
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
		handle_of(db), function->name, function->argument_count, flags,
		own, run_function, NULL, NULL, NULL) != SQLITE_OK)
		return tell_fault(handle_of(db), err);
	return true;
}

/* Steps of SQLite's machine between two looks at the clock: well below 1 ms. */
#define STEPS_PER_LOOK 4000

static int is_over(void *context)
{
	const struct sqlite_db *db = context;

	return clock_monotonic_ms(clock_system()) >= db->until_ms;
}

static void limit_time(struct store_db *of, int64_t ms)
{
	struct sqlite_db *db = (struct sqlite_db *)of;

	db->until_ms = clock_monotonic_ms(clock_system()) + ms;
	sqlite3_progress_handler(db->handle, STEPS_PER_LOOK, is_over, db);
}

void store_db_enable_triggers(struct store_db *db)
{
	(void)sqlite3_db_config(handle_of(db), SQLITE_DBCONFIG_ENABLE_TRIGGER,
				1, NULL);
}

bool store_db_was_moved(struct store_db *db)
{
	int was_moved = 0;

	return sqlite3_file_control(handle_of(db), "main",
				    SQLITE_FCNTL_HAS_MOVED,
				    &was_moved) == SQLITE_OK &&
	       was_moved != 0;
}

void store_db_checkpoint(struct store_db *db, bool waits)
{
	(void)sqlite3_wal_checkpoint_v2(handle_of(db), "main",
					waits ? SQLITE_CHECKPOINT_TRUNCATE
					      : SQLITE_CHECKPOINT_PASSIVE,
					NULL, NULL);
}

bool store_db_truncate_log(struct store_db *db)
{
	(void)sqlite3_busy_timeout(handle_of(db), 0);
	int code = sqlite3_wal_checkpoint_v2(
	    handle_of(db), "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	(void)sqlite3_busy_timeout(handle_of(db), BUSY_MS);
	return code == SQLITE_OK;
}

static bool run_sql(struct store_db *db, const char *sql, struct error *err)
{
	if (sqlite3_exec(handle_of(db), sql, NULL, NULL, NULL) != SQLITE_OK)
		return tell_fault(handle_of(db), err);
	return true;
}

static enum store_fault last_fault(struct store_db *db)
{
	switch (sqlite3_errcode(handle_of(db)) & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STORE_FAULT_BUSY;
	case SQLITE_CORRUPT:
		return STORE_FAULT_CORRUPT;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return STORE_FAULT_REFUSED;
	default:
		return STORE_FAULT_OTHER;
	}
}

static void roll_back(struct store_db *db)
{
	/* Some failures (disk full) have rolled back already. */
	if (sqlite3_get_autocommit(handle_of(db)) == 0)
		(void)sqlite3_exec(handle_of(db), "ROLLBACK", NULL, NULL, NULL);
}

static int64_t changed_rows(struct store_db *db)
{
	return sqlite3_changes64(handle_of(db));
}

/* --- statements --- */

static bool prepare_statement(struct store_db *db, const char *sql,
			      struct store_statement **statement,
			      struct error *err)
{
	sqlite3_stmt *handle = NULL;

	if (sqlite3_prepare_v2(handle_of(db), sql, -1, &handle, NULL) !=
	    SQLITE_OK)
		return tell_fault(handle_of(db), err);
	struct sqlite_statement *made = heap_new(struct sqlite_statement);
	made->statement.engine = &sqlite_engine;
	made->statement.db = db;
	made->handle = handle;
	*statement = &made->statement;
	return true;
}

static void finish_statement(struct store_statement *statement)
{
	(void)sqlite3_finalize(rows_of(statement));
	heap_free(statement);
}

static void bind_text(struct store_statement *statement, int at,
		      const char *text)
{
	int code =
	    sqlite3_bind_text(rows_of(statement), at, text, -1, SQLITE_STATIC);

	assert(code == SQLITE_OK); /* position and length are ours */
	(void)code;
}

static void bind_number(struct store_statement *statement, int at,
			int64_t number)
{
	int code = sqlite3_bind_int64(rows_of(statement), at, number);

	assert(code == SQLITE_OK);
	(void)code;
}

static void bind_bytes(struct store_statement *statement, int at,
		       struct span bytes)
{
	/* A NULL pointer would be NULL instead of no bytes. */
	int code = sqlite3_bind_blob64(rows_of(statement), at,
				       bytes.data == NULL ? "" : bytes.data,
				       bytes.length, SQLITE_STATIC);

	assert(code == SQLITE_OK);
	(void)code;
}

void store_db_bind_row(struct store_statement *statement,
		       struct store_statement *from, int first)
{
	int count = sqlite3_data_count(rows_of(from));

	for (int at = first; at < count; at++)
		(void)sqlite3_bind_value(
		    rows_of(statement), at - first + 1,
		    sqlite3_column_value(rows_of(from), at));
}

/* A statement that is short asks no clock of its own. */
static bool is_in_time(struct store_db *of, struct error *err)
{
	const struct sqlite_db *db = (const struct sqlite_db *)of;

	return db->until_ms == 0 ||
	       clock_monotonic_ms(clock_system()) < db->until_ms ||
	       error_set(err, ERROR_STORE, TOO_LONG);
}

static enum store_step step_statement(struct store_statement *statement,
				      struct error *err)
{
	if (!is_in_time(statement->db, err))
		return STORE_STEP_FAILED;
	int code = sqlite3_step(rows_of(statement));

	if (code == SQLITE_ROW)
		return STORE_STEP_ROW;
	if (code == SQLITE_DONE)
		return STORE_STEP_DONE;
	(void)tell_fault(handle_of(statement->db), err);
	return STORE_STEP_FAILED;
}

static void reset_statement(struct store_statement *statement)
{
	(void)sqlite3_reset(rows_of(statement));
	(void)sqlite3_clear_bindings(rows_of(statement));
}

/* --- the row at hand --- */

static enum store_type column_type(struct store_statement *statement, int at)
{
	switch (sqlite3_column_type(rows_of(statement), at)) {
	case SQLITE_INTEGER:
		return STORE_TYPE_NUMBER;
	case SQLITE_TEXT:
		return STORE_TYPE_TEXT;
	case SQLITE_BLOB:
		return STORE_TYPE_BYTES;
	case SQLITE_NULL:
		return STORE_TYPE_NULL;
	default:
		return STORE_TYPE_OTHER;
	}
}

static int64_t column_number(struct store_statement *statement, int at)
{
	return sqlite3_column_int64(rows_of(statement), at);
}

static struct span column_text(struct store_statement *statement, int at)
{
	sqlite3_stmt *rows = rows_of(statement);
	const char *text = (const char *)sqlite3_column_text(rows, at);

	return span_make(text, (size_t)sqlite3_column_bytes(rows, at));
}

static struct span column_bytes(struct store_statement *statement, int at)
{
	sqlite3_stmt *rows = rows_of(statement);
	const char *bytes = sqlite3_column_blob(rows, at);

	return span_make(bytes, (size_t)sqlite3_column_bytes(rows, at));
}

static const char *column_name(struct store_statement *statement, int at)
{
	return sqlite3_column_name(rows_of(statement), at);
}

static const struct store_engine sqlite_engine = {
    .kind = STORE_DB_SQLITE,
    .close = close_db,
    .run = run_sql,
    .fault = last_fault,
    .rollback = roll_back,
    .changes = changed_rows,
    .limit_time = limit_time,
    .prepare = prepare_statement,
    .finish = finish_statement,
    .bind_text = bind_text,
    .bind_number = bind_number,
    .bind_bytes = bind_bytes,
    .step = step_statement,
    .reset = reset_statement,
    .column_type = column_type,
    .column_number = column_number,
    .column_text = column_text,
    .column_bytes = column_bytes,
    .column_name = column_name,
};
