/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_db.c - a thin layer over SQLite, the only place that knows it
 *
 * It words SQLite's errors; what to do about them is the callers' business.
 * Tested by test_store_faults, test_store_schema.
 */
#include "lib/store/store_db.h"

#include <assert.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/store/store_file.h"

/* In WAL mode only another writer (an operator's sqlite3) makes us wait. */
#define BUSY_MS 1000

#define FLAW_WORDS 160
#define TOO_LONG "it took longer than it may; ask for less"
#define SHOWN_MAX 40 /* of a key or a value that is told of */

struct store_db {
	sqlite3 *handle;
	int64_t until_ms;	   /* by the monotonic clock; 0: no end */
	struct store_flaws *flaws; /* may be NULL */
};

struct store_statement {
	sqlite3_stmt *handle;
	struct store_db *db;
	bool has_failed;       /* the last step */
	char flaw[FLAW_WORDS]; /* of the row at hand; "": it is sound */
};

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

/* The last of those who write would take the log away, and with it what a
 * reader needs. With a limit, what stays is empty then, and a log that a reader
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
	if (mode == STORE_DB_WRITE)
		keep_log(handle);
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
		return tell_fault(db->handle, err);
	return true;
}

/* Steps of SQLite's machine between two looks at the clock: well below 1 ms. */
#define STEPS_PER_LOOK 4000

static int is_over(void *context)
{
	const struct store_db *db = context;

	return clock_monotonic_ms(clock_system()) >= db->until_ms;
}

void store_db_limit_time(struct store_db *db, int64_t ms)
{
	db->until_ms = clock_monotonic_ms(clock_system()) + ms;
	sqlite3_progress_handler(db->handle, STEPS_PER_LOOK, is_over, db);
}

void store_db_enable_triggers(struct store_db *db)
{
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1,
				NULL);
}

bool store_db_was_moved(struct store_db *db)
{
	int was_moved = 0;

	return sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED,
				    &was_moved) == SQLITE_OK &&
	       was_moved != 0;
}

void store_db_checkpoint(struct store_db *db, bool waits)
{
	(void)sqlite3_wal_checkpoint_v2(db->handle, "main",
					waits ? SQLITE_CHECKPOINT_TRUNCATE
					      : SQLITE_CHECKPOINT_PASSIVE,
					NULL, NULL);
}

bool store_db_truncate_log(struct store_db *db)
{
	(void)sqlite3_busy_timeout(db->handle, 0);
	int code = sqlite3_wal_checkpoint_v2(
	    db->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	(void)sqlite3_busy_timeout(db->handle, BUSY_MS);
	return code == SQLITE_OK;
}

bool store_db_run(struct store_db *db, const char *sql, struct error *err)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return tell_fault(db->handle, err);
	return true;
}

bool store_db_number(struct store_db *db, const char *sql, int64_t *number,
		     struct error *err)
{
	struct store_statement *statement = NULL;

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

bool store_db_is_busy(struct store_db *db)
{
	int code = sqlite3_errcode(db->handle) & 0xff;

	return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

bool store_db_is_corrupt(struct store_db *db)
{
	return (sqlite3_errcode(db->handle) & 0xff) == SQLITE_CORRUPT;
}

bool store_db_is_refused(struct store_db *db)
{
	int code = sqlite3_errcode(db->handle) & 0xff;

	return code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH;
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
		      struct store_statement **statement, struct error *err)
{
	sqlite3_stmt *made = NULL;

	if (sqlite3_prepare_v2(db->handle, sql, -1, &made, NULL) != SQLITE_OK)
		return tell_fault(db->handle, err);
	*statement = heap_new(struct store_statement);
	(*statement)->handle = made;
	(*statement)->db = db;
	return true;
}

void store_db_finish(struct store_statement *statement)
{
	if (statement == NULL)
		return;
	(void)sqlite3_finalize(statement->handle);
	heap_free(statement);
}

void store_db_bind_text(struct store_statement *statement, int at,
			const char *text)
{
	int code =
	    sqlite3_bind_text(statement->handle, at, text, -1, SQLITE_STATIC);

	assert(code == SQLITE_OK); /* position and length are ours */
	(void)code;
}

void store_db_bind_number(struct store_statement *statement, int at,
			  int64_t number)
{
	int code = sqlite3_bind_int64(statement->handle, at, number);

	assert(code == SQLITE_OK);
	(void)code;
}

void store_db_bind_bytes(struct store_statement *statement, int at,
			 struct span bytes)
{
	/* A NULL pointer would be NULL instead of no bytes. */
	int code = sqlite3_bind_blob64(statement->handle, at,
				       bytes.data == NULL ? "" : bytes.data,
				       bytes.length, SQLITE_STATIC);

	assert(code == SQLITE_OK);
	(void)code;
}

void store_db_bind_row(struct store_statement *statement,
		       struct store_statement *from, int first)
{
	int count = sqlite3_data_count(from->handle);

	for (int at = first; at < count; at++)
		(void)sqlite3_bind_value(
		    statement->handle, at - first + 1,
		    sqlite3_column_value(from->handle, at));
}

/* A statement that is short asks no clock of its own. */
static bool is_in_time(const struct store_db *db, struct error *err)
{
	return db->until_ms == 0 ||
	       clock_monotonic_ms(clock_system()) < db->until_ms ||
	       error_set(err, ERROR_STORE, TOO_LONG);
}

enum store_step store_db_step(struct store_statement *statement,
			      struct error *err)
{
	statement->flaw[0] = '\0';
	statement->has_failed = !is_in_time(statement->db, err);
	if (statement->has_failed)
		return STORE_STEP_FAILED;
	int code = sqlite3_step(statement->handle);

	statement->has_failed = code != SQLITE_ROW && code != SQLITE_DONE;
	if (statement->has_failed) {
		(void)tell_fault(statement->db->handle, err);
		return STORE_STEP_FAILED;
	}
	return code == SQLITE_ROW ? STORE_STEP_ROW : STORE_STEP_DONE;
}

bool store_db_next(struct store_statement *statement, struct error *err)
{
	return store_db_step(statement, err) == STORE_STEP_ROW;
}

bool store_db_end(struct store_statement *statement)
{
	bool ok = statement != NULL && !statement->has_failed;

	store_db_finish(statement);
	return ok;
}

void store_db_reset(struct store_statement *statement)
{
	(void)sqlite3_reset(statement->handle);
	(void)sqlite3_clear_bindings(statement->handle);
}

bool store_db_execute(struct store_statement *statement, struct error *err)
{
	enum store_step step = store_db_step(statement, err);

	store_db_reset(statement);
	return step != STORE_STEP_FAILED;
}

/* --- the row at hand --- */

void store_db_column_refuse(struct store_statement *statement, int at,
			    const char *what)
{
	if (statement->flaw[0] == '\0') /* the first one is told */
		(void)snprintf(
		    statement->flaw, sizeof statement->flaw, "%.30s is %.120s",
		    sqlite3_column_name(statement->handle, at), what);
}

/* The text of a column, with its length: it may hold NULs. */
static struct span read_text(struct store_statement *statement, int at)
{
	const char *text = NULL;

	if (sqlite3_column_type(statement->handle, at) != SQLITE_TEXT)
		store_db_column_refuse(statement, at, "no text");
	else
		text = (const char *)sqlite3_column_text(statement->handle, at);
	if (text == NULL)
		return span_of("");
	struct span span = span_make(
	    text, (size_t)sqlite3_column_bytes(statement->handle, at));
	if (span.length <= STORE_TEXT_MAX)
		return span;
	store_db_column_refuse(statement, at, "a text above 1 MiB");
	return span_of("");
}

static const char not_clean[] = "a text with control characters, or no UTF-8";

const char *store_db_column_text(struct store_statement *statement, int at)
{
	struct span text = read_text(statement, at);

	if (text_is_line(text))
		return text.data;
	store_db_column_refuse(statement, at, not_clean);
	return "";
}

const char *store_db_column_lines(struct store_statement *statement, int at)
{
	struct span text = read_text(statement, at);
	size_t from = 0;

	for (size_t i = 0; i <= text.length; i++) {
		if (i < text.length && text.data[i] != '\n' &&
		    text.data[i] != '\t')
			continue;
		if (!text_is_line(span_make(text.data + from, i - from))) {
			store_db_column_refuse(statement, at, not_clean);
			return "";
		}
		from = i + 1;
	}
	return text.data;
}

int64_t store_db_column_within(struct store_statement *statement, int at,
			       int64_t min, int64_t max)
{
	int64_t number = sqlite3_column_int64(statement->handle, at);
	char what[FLAW_WORDS];

	if (sqlite3_column_type(statement->handle, at) != SQLITE_INTEGER) {
		store_db_column_refuse(statement, at, "no whole number");
		return 0;
	}
	if (number >= min && number <= max)
		return number;
	(void)snprintf(what, sizeof what,
		       "%" PRId64 " (from %" PRId64 " to %" PRId64 ")", number,
		       min, max);
	store_db_column_refuse(statement, at, what);
	return 0;
}

int64_t store_db_column_time(struct store_statement *statement, int at)
{
	return store_db_column_within(statement, at, 0, STORE_TIME_MAX);
}

int64_t store_db_column_count(struct store_statement *statement, int at)
{
	return store_db_column_within(statement, at, 0, STORE_COUNT_MAX);
}

struct span store_db_column_bytes(struct store_statement *statement, int at,
				  size_t max)
{
	int type = sqlite3_column_type(statement->handle, at);
	const char *bytes = NULL;
	size_t length = 0;

	if (type != SQLITE_BLOB)
		store_db_column_refuse(statement, at, "no bytes");
	else
		bytes = sqlite3_column_blob(statement->handle, at);
	if (bytes != NULL)
		length = (size_t)sqlite3_column_bytes(statement->handle, at);
	if (length <= max)
		return span_make(bytes, length);
	store_db_column_refuse(statement, at, "longer than alignd writes");
	return span_of("");
}

/* The key is as foreign as the rest of the row. */
static const char *show_key(TALLOC_CTX *mem, sqlite3_stmt *handle, int at)
{
	switch (sqlite3_column_type(handle, at)) {
	case SQLITE_INTEGER:
		return mem_printf(mem, "%" PRId64,
				  (int64_t)sqlite3_column_int64(handle, at));
	case SQLITE_TEXT:
		return text_escape(
		    mem,
		    span_make((const char *)sqlite3_column_text(handle, at),
			      (size_t)sqlite3_column_bytes(handle, at)),
		    SHOWN_MAX, true);
	default:
		return "(no name)";
	}
}

static void list_flaw(struct store_statement *statement, const char *table,
		      int first_at, int second_at)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *key = show_key(mem, statement->handle, first_at);

	if (second_at >= 0)
		key = mem_printf(mem, "%s %s", key,
				 show_key(mem, statement->handle, second_at));
	store_flaws_add(statement->db->flaws, table, key, statement->flaw);
	mem_free(mem);
}

bool store_db_is_pair_sound(struct store_statement *statement,
			    const char *table, int first_at, int second_at)
{
	if (statement->flaw[0] == '\0')
		return true;
	if (statement->db->flaws != NULL)
		list_flaw(statement, table, first_at, second_at);
	statement->flaw[0] = '\0';
	return false;
}

bool store_db_is_sound(struct store_statement *statement, const char *table,
		       int key_at)
{
	return store_db_is_pair_sound(statement, table, key_at, -1);
}

void store_db_list_flaws(struct store_db *db, struct store_flaws *flaws)
{
	db->flaws = flaws;
}

bool store_db_lists_flaws(const struct store_db *db)
{
	return db->flaws != NULL;
}

int64_t store_db_column_number(struct store_statement *statement, int at)
{
	return sqlite3_column_int64(statement->handle, at);
}
