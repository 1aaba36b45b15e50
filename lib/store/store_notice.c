/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_notice.c - what was told to whom, so that it is told once
 * Tested by test_alignctl_notice.
 */
#include "lib/store/store_notice.h"

#include "lib/base/limits.h"
#include "lib/store/store_file.h"
#include "lib/store/store_key.h"
#include "lib/store/store_query.h"
#include "lib/store/store_schema.h"

struct store_notice {
	struct store_db *db;
	struct siphash_key key;
};

static int close_notice(struct store_notice *store)
{
	store_db_close(store->db);
	return 0;
}

bool store_notice_open(TALLOC_CTX *mem, const char *path,
		       enum store_db_mode mode, struct store_notice **store,
		       struct error *err)
{
	struct store_notice *made = mem_new(mem, struct store_notice);

	talloc_set_destructor(made, close_notice);
	if (store_file_readable(path, err) &&
	    store_db_open(path, mode, &made->db, err) &&
	    store_schema_check(made->db, &store_schema_current, err) &&
	    store_key_read(made->db, &made->key, err)) {
		*store = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "the store %.100s", path);
}

bool store_notice_of_fleet(TALLOC_CTX *mem, struct store_db *db,
			   struct store_notice **store, struct error *err)
{
	struct store_notice *made = mem_new(mem, struct store_notice);

	made->db = db;
	talloc_set_destructor(made, close_notice);
	if (store_key_read(made->db, &made->key, err)) {
		*store = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "the fleet's record");
}

bool store_notice_is_fleet(const struct store_notice *store)
{
	return store_db_kind(store->db) != STORE_DB_SQLITE;
}

void store_notice_list_flaws(struct store_notice *store,
			     struct store_flaws *flaws)
{
	store_db_list_flaws(store->db, flaws);
}

int64_t store_notice_number(const struct store_notice *store, const char *text)
{
	struct siphash hash;

	siphash_init(&hash, &store->key);
	siphash_add_text(&hash, text);
	return (int64_t)siphash_end(&hash);
}

/* --- what was told --- */

static void keep_mark(TALLOC_CTX *mem, struct store_statement *rows,
		      struct store_notice_marks *marks)
{
	const struct store_notice_mark mark = {
	    .fact = store_db_column_number(rows, 0),
	    .kind = store_db_column_text(rows, 1),
	    .level = store_db_column_within(rows, 2, 0, INT64_MAX),
	    .told_s = store_db_column_time(rows, 3),
	    .seen_s = store_db_column_time(rows, 4),
	};

	if (!store_db_is_sound(rows, "notice_told", 0))
		return;
	if ((marks->count & (marks->count - 1)) == 0)
		marks->items =
		    mem_resize(mem, marks->items, struct store_notice_mark,
			       marks->count == 0 ? 1 : marks->count * 2);
	marks->items[marks->count] = mark;
	marks->items[marks->count++].kind = mem_strdup(mem, mark.kind);
}

bool store_notice_marks(TALLOC_CTX *mem, struct store_notice *store,
			const char *channel, int64_t place,
			struct store_notice_marks *marks, struct error *err)
{
	struct store_notice_marks found = {.count = 0};
	struct store_statement *rows;

	if (!store_query_open(
		store->db,
		"SELECT fact, kind, level, told_s, seen_s FROM notice_told "
		"WHERE channel = ? AND place = ? ORDER BY fact LIMIT ?",
		STORE_VALUES(store_text(channel), store_number(place),
			     store_number(LIMIT_NOTICE_MARKS)),
		&rows, err))
		return false;
	while (store_db_next(rows, err))
		keep_mark(mem, rows, &found);
	if (!store_db_end(rows))
		return false;
	*marks = found;
	return true;
}

/* Changed, or made: without a word about keys, which somebody else's table may
 * lack. */
static bool set_mark(struct store_db *db, const char *channel, int64_t place,
		     const struct store_notice_mark *mark, struct error *err)
{
	const struct store_value values[] = {
	    store_text(channel),	store_number(place),
	    store_number(mark->fact),	store_text(mark->kind),
	    store_number(mark->level),	store_number(mark->told_s),
	    store_number(mark->seen_s),
	};

	return store_query_run(db,
			       "UPDATE notice_told SET kind = ?4, level = ?5, "
			       "told_s = ?6, seen_s = ?7 WHERE channel = ?1 "
			       "AND place = ?2 AND fact = ?3",
			       values, COUNT_OF(values), err) &&
	       (store_db_changes(db) > 0 ||
		store_query_run(db,
				"INSERT INTO notice_told (channel, place, "
				"fact, kind, level, told_s, seen_s) VALUES "
				"(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
				values, COUNT_OF(values), err));
}

static bool set_marks(struct store_notice *store, const char *channel,
		      int64_t place, const struct store_notice_mark *marks,
		      size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (!set_mark(store->db, channel, place, &marks[i], err))
			return false;
	}
	return true;
}

/* What is past the bound goes, what was seen least lately first. */
static bool forget_marks(struct store_notice *store, const char *channel,
			 int64_t place, int64_t forget_s, struct error *err)
{
	return store_query_run(
		   store->db,
		   "DELETE FROM notice_told WHERE channel = ? AND "
		   "seen_s < ?",
		   STORE_VALUES(store_text(channel), store_number(forget_s)),
		   err) &&
	       store_query_run(
		   store->db,
		   "DELETE FROM notice_told WHERE channel = ?1 AND place = ?2 "
		   "AND fact IN (SELECT fact FROM notice_told WHERE channel = "
		   "?1 AND place = ?2 ORDER BY seen_s DESC LIMIT -1 OFFSET ?3)",
		   STORE_VALUES(store_text(channel), store_number(place),
				store_number(LIMIT_NOTICE_MARKS)),
		   err);
}

bool store_notice_settle(struct store_notice *store, const char *channel,
			 int64_t place, const struct store_notice_mark *marks,
			 size_t count, int64_t forget_s, struct error *err)
{
	if (!store_query_begin(store->db, err))
		return false;
	bool ok = set_marks(store, channel, place, marks, count, err) &&
		  forget_marks(store, channel, place, forget_s, err);
	return store_query_end(store->db, ok, err);
}

/* --- runs --- */

/* The row is there, and another session that wants it waits for our end: SQLite
 * has one writer anyway. */
static bool hold_row(struct store_notice *store, const char *channel,
		     struct error *err)
{
	return store_query_run(
		   store->db,
		   "INSERT INTO notice_run (channel, started_s, ended_s, "
		   "handed_s, told, has_failed, owner, lease_s) VALUES (?, 0, "
		   "0, 0, 0, 0, '', 0) ON CONFLICT DO NOTHING",
		   STORE_VALUES(store_text(channel)), err) &&
	       store_query_run(store->db,
			       "UPDATE notice_run SET owner = owner WHERE "
			       "channel = ?",
			       STORE_VALUES(store_text(channel)), err);
}

static bool
is_held(struct store_notice *store, const char *channel, int64_t now_s,
	bool (*is_gone)(const char *owner, int64_t lease_s, int64_t now_s),
	bool *is_held, struct error *err)
{
	struct store_statement *rows;
	bool found = false;

	if (!store_query_open(store->db,
			      "SELECT owner, lease_s, channel FROM notice_run "
			      "WHERE channel = ? AND owner <> ''",
			      STORE_VALUES(store_text(channel)), &rows, err))
		return false;
	if (store_db_next(rows, err)) {
		const char *owner = store_db_column_text(rows, 0);
		int64_t lease_s = store_db_column_time(rows, 1);
		found = store_db_is_sound(rows, "notice_run", 2) &&
			!is_gone(owner, lease_s, now_s);
	}
	*is_held = found;
	return store_db_end(rows);
}

bool store_notice_claim(struct store_notice *store, const char *channel,
			const char *owner, int64_t now_s, int64_t lease_s,
			bool (*is_gone)(const char *owner, int64_t lease_s,
					int64_t now_s),
			bool *is_taken, struct error *err)
{
	bool is_others = false;

	if (!store_query_begin(store->db, err))
		return false;
	bool ok = hold_row(store, channel, err) &&
		  is_held(store, channel, now_s, is_gone, &is_others, err);
	if (ok && !is_others)
		ok = store_query_run(
		    store->db,
		    "UPDATE notice_run SET started_s = ?2, owner = ?3, "
		    "lease_s = ?4 WHERE channel = ?1",
		    STORE_VALUES(store_text(channel), store_number(now_s),
				 store_text(owner), store_number(lease_s)),
		    err);
	if (!store_query_end(store->db, ok, err))
		return false;
	*is_taken = !is_others;
	return true;
}

bool store_notice_renew(struct store_notice *store, const char *channel,
			const char *owner, int64_t lease_s, bool *is_ours,
			struct error *err)
{
	if (!store_query_run(store->db,
			     "UPDATE notice_run SET lease_s = ?3 WHERE channel "
			     "= ?1 AND owner = ?2",
			     STORE_VALUES(store_text(channel),
					  store_text(owner),
					  store_number(lease_s)),
			     err))
		return false;
	*is_ours = store_db_changes(store->db) > 0;
	return true;
}

bool store_notice_end(struct store_notice *store, const char *channel,
		      const char *owner, int64_t now_s, int64_t told,
		      bool is_handed, bool has_failed, struct error *err)
{
	if (!store_query_begin(store->db, err))
		return false;
	bool ok = store_query_run(
	    store->db,
	    "UPDATE notice_run SET ended_s = ?2, told = told + ?3, handed_s = "
	    "CASE WHEN ?4 <> 0 THEN ?2 ELSE handed_s END, has_failed = ?5, "
	    "owner = '', lease_s = 0 WHERE channel = ?1 AND owner = ?6",
	    STORE_VALUES(store_text(channel), store_number(now_s),
			 store_number(told), store_number(is_handed),
			 store_number(has_failed), store_text(owner)),
	    err);
	return store_query_end(store->db, ok, err);
}

bool store_notice_run_read(struct store_db *db, const char *channel,
			   struct store_notice_run *run, struct error *err)
{
	struct store_notice_run found = {.started_s = 0};
	struct store_statement *rows;

	if (!store_query_open(db,
			      "SELECT started_s, ended_s, handed_s, told, "
			      "has_failed, channel FROM notice_run WHERE "
			      "channel = ?",
			      STORE_VALUES(store_text(channel)), &rows, err))
		return false;
	if (store_db_next(rows, err)) {
		const struct store_notice_run read = {
		    .started_s = store_db_column_time(rows, 0),
		    .ended_s = store_db_column_time(rows, 1),
		    .handed_s = store_db_column_time(rows, 2),
		    .told = store_db_column_within(rows, 3, 0, INT64_MAX),
		    .has_failed = store_db_column_within(rows, 4, 0, 1) == 1,
		};
		if (store_db_is_sound(rows, "notice_run", 5))
			found = read;
	}
	if (!store_db_end(rows))
		return false;
	*run = found;
	return true;
}

bool store_notice_last_run(struct store_notice *store, const char *channel,
			   struct store_notice_run *run, struct error *err)
{
	return store_notice_run_read(store->db, channel, run, err);
}
