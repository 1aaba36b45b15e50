/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_path_rows.c - the known paths as rows of table `path`
 * Tested by test_store_paths.
 */
#include "lib/store/store_path_rows.h"

#include "lib/base/mem.h"
#include "lib/store/store_path_read.h"

#define LOAD_STEP 2000	/* rows: some milliseconds */
#define WRITE_STEP 1000 /* likewise */
#define PURGE_BATCH 200
#define DAY_S 86400

enum statement {
	BEGIN,
	COMMIT,
	LOAD,
	ADD,
	KEEP,
	DROP,
	BREAK,
	FORGET,
	STATEMENTS
};

struct store_path_rows {
	struct store_db *db;
	struct store_paths *paths;
	struct store_statement *statements[STATEMENTS];
	struct siphash_key key;
	int64_t last; /* number of the row that was read last */
	bool is_loading;
};

static const char *const sql[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [LOAD] = "SELECT " STORE_PATH_COLUMNS
	     " FROM path WHERE number > ? ORDER BY number LIMIT ?",
    [ADD] = "INSERT OR REPLACE INTO path (number, kind, client, network, "
	    "subject) VALUES (?, ?, ?, ?, ?)",
    [KEEP] = "UPDATE path SET spf = ?2, dkim = ?3, failed = ?4, "
	     "first_day = ?5, last_day = ?6, days = ?7, since_day = ?8, "
	     "failed_day = ?9, refused_day = ?10, refused = ?11, "
	     "authors = ?12, worst = ?13, worst_day = ?14, broken_s = ?15 "
	     "WHERE number = ?1",
    [DROP] = "DELETE FROM path WHERE number = ?",
    [BREAK] = "UPDATE path SET reference = ?2 WHERE number = ?1",
    [FORGET] = "DELETE FROM path WHERE number IN (SELECT number FROM path "
	       "WHERE max(last_day, failed_day) < ? LIMIT ?)",
};

/* --- reading --- */

static bool drop_row(struct store_path_rows *rows, int64_t number,
		     struct error *err)
{
	store_db_bind_number(rows->statements[DROP], 1, number);
	return store_db_execute(rows->statements[DROP], err);
}

/* Under a key that is new the old rows are not found again: they go when they
 * were not seen for long. */
static bool load_row(struct store_path_rows *rows, struct error *err)
{
	struct store_statement *statement = rows->statements[LOAD];
	struct store_path path;
	struct store_path_name name;

	store_path_row_read(statement, &path, &name);
	rows->last = (int64_t)path.number;
	if (!store_db_is_sound(statement, "path", 0))
		return true;
	struct store_path_numbers numbers =
	    store_path_numbers(&name, &rows->key);
	if (numbers.path != path.number)
		return true;
	path.client = numbers.client;
	path.subject = numbers.subject;
	path.org = numbers.org;
	path.network = numbers.network;
	return store_paths_load(rows->paths, &path) ||
	       drop_row(rows, (int64_t)path.number, err);
}

static bool load_step(struct store_path_rows *rows, struct error *err)
{
	struct store_statement *statement = rows->statements[LOAD];
	enum store_step step;
	int read = 0;
	bool ok = true;

	store_db_bind_number(statement, 1, rows->last);
	store_db_bind_number(statement, 2, LOAD_STEP);
	while (ok && (step = store_db_step(statement, err)) == STORE_STEP_ROW) {
		read++;
		ok = load_row(rows, err);
	}
	store_db_reset(statement);
	if (!ok || step == STORE_STEP_FAILED)
		return false;
	if (read < LOAD_STEP) {
		rows->is_loading = false;
		store_paths_loaded(rows->paths);
	}
	return true;
}

/* --- writing --- */

static bool add_row(struct store_path_rows *rows,
		    const struct store_paths_change *change, struct error *err)
{
	struct store_statement *statement = rows->statements[ADD];

	store_db_bind_number(statement, 1, (int64_t)change->number);
	store_db_bind_number(statement, 2, change->name.kind);
	store_db_bind_text(statement, 3, change->name.client);
	store_db_bind_text(statement, 4, change->name.network);
	store_db_bind_text(statement, 5, change->name.subject);
	return store_db_execute(statement, err);
}

static bool break_row(struct store_path_rows *rows,
		      const struct store_paths_change *change,
		      struct error *err)
{
	struct store_statement *statement = rows->statements[BREAK];

	store_db_bind_number(statement, 1, (int64_t)change->number);
	store_db_bind_text(statement, 2, change->reference);
	return store_db_execute(statement, err);
}

static bool write_change(struct store_path_rows *rows,
			 const struct store_paths_change *change,
			 struct error *err)
{
	switch (change->what) {
	case STORE_PATHS_ADD:
		return add_row(rows, change, err);
	case STORE_PATHS_BREAK:
		return break_row(rows, change, err);
	case STORE_PATHS_DROP:
		break;
	}
	return drop_row(rows, (int64_t)change->number, err);
}

/* In their order: a row that went may have come again. */
static bool write_changes(struct store_path_rows *rows, struct error *err)
{
	const struct store_paths *paths = rows->paths;

	for (size_t i = 0; i < paths->change_count; i++) {
		if (!write_change(rows, &paths->changes[i], err))
			return false;
	}
	return true;
}

static bool keep_path(struct store_path_rows *rows, struct store_path *path,
		      struct error *err)
{
	struct store_statement *statement = rows->statements[KEEP];
	const int64_t values[] = {
	    (int64_t)path->number,
	    path->spf,
	    path->dkim,
	    path->failed,
	    path->first_day,
	    path->last_day,
	    path->days,
	    path->since_day,
	    path->failed_day,
	    path->refused_day,
	    path->refused,
	    path->authors,
	    path->worst,
	    path->worst_day,
	    path->broken_s,
	};

	for (size_t i = 0; i < COUNT_OF(values); i++)
		store_db_bind_number(statement, (int)i + 1, values[i]);
	if (!store_db_execute(statement, err))
		return false;
	if (store_db_changes(rows->db) == 0)
		store_paths_forget(rows->paths, path);
	return true;
}

static bool write_dirty(struct store_path_rows *rows, size_t from,
			struct error *err)
{
	struct store_paths *paths = rows->paths;

	for (size_t i = from; i < paths->dirty_count; i++) {
		struct store_path *path = &paths->places[paths->dirty[i]];
		if (path->is_dirty && !keep_path(rows, path, err))
			return false;
	}
	return true;
}

static void forget_written(struct store_paths *paths, size_t from)
{
	for (size_t i = from; i < paths->dirty_count; i++)
		paths->places[paths->dirty[i]].is_dirty = false;
	paths->dirty_count = from;
	paths->change_count = 0;
}

static bool write_step(struct store_path_rows *rows, struct error *err)
{
	struct store_paths *paths = rows->paths;
	size_t from = paths->dirty_count > WRITE_STEP
			  ? paths->dirty_count - WRITE_STEP
			  : 0;

	if (!store_db_execute(rows->statements[BEGIN], err))
		return false;
	if (!write_changes(rows, err) || !write_dirty(rows, from, err) ||
	    !store_db_execute(rows->statements[COMMIT], err)) {
		store_db_rollback(rows->db);
		return false;
	}
	forget_written(paths, from);
	return true;
}

/* --- all of it --- */

bool store_path_rows_is_loading(const struct store_path_rows *rows)
{
	return rows->is_loading;
}

bool store_path_rows_has_changes(const struct store_path_rows *rows)
{
	return rows->paths->change_count > 0 || rows->paths->dirty_count > 0;
}

bool store_path_rows_step(struct store_path_rows *rows, struct error *err)
{
	if (rows->is_loading)
		return load_step(rows, err);
	return !store_path_rows_has_changes(rows) || write_step(rows, err);
}

bool store_path_rows_open(struct store_db *db, struct store_paths *paths,
			  const struct siphash_key *key,
			  struct store_path_rows **rows, struct error *err)
{
	struct store_path_rows *made = heap_new(struct store_path_rows);
	bool ok = true;

	*made = (struct store_path_rows){.db = db,
					 .paths = paths,
					 .key = *key,
					 .last = INT64_MIN,
					 .is_loading = true};
	for (size_t i = 0; ok && i < STATEMENTS; i++)
		ok = store_db_prepare(db, sql[i], &made->statements[i], err);
	store_paths_clear(paths, key);
	ok = ok && load_step(made, err);
	if (ok)
		*rows = made;
	else
		store_path_rows_close(made);
	return ok;
}

void store_path_rows_close(struct store_path_rows *rows)
{
	if (rows == NULL)
		return;
	for (size_t i = 0; i < STATEMENTS; i++)
		store_db_finish(rows->statements[i]);
	heap_free(rows);
}

bool store_path_rows_purge(struct store_path_rows *rows, int64_t now_s,
			   bool *has_more, struct error *err)
{
	struct store_statement *statement = rows->statements[FORGET];

	store_db_bind_number(statement, 1, now_s / DAY_S - STORE_PATH_DAYS);
	store_db_bind_number(statement, 2, PURGE_BATCH);
	if (!store_db_execute(statement, err))
		return false;
	if (store_db_changes(rows->db) == PURGE_BATCH)
		*has_more = true;
	return true;
}
