/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_rows.c - items as rows: the statements that write
 *
 * Used by the writer thread only.
 * Tested by test_store_faults.
 */
#include "lib/store/store_rows.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/strbuf.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_counted.h"
#include "lib/store/store_failure.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_remembered.h"
#include "lib/store/store_segment.h"
#include "lib/store/store_tuples.h"

#define SQL_MAX 8192

struct counter {
	int64_t hour_s;
	int64_t tuple_id;
	int64_t segment_id;
	int64_t count;
};

enum statement {
	BEGIN,
	COMMIT,
	DATA_VERSION,
	COUNT_RESULT,
	ADD_INCIDENT,
	COUNT_INCIDENT,
	KNOW_IMPORTED,
	STATEMENTS
};

struct store_rows {
	struct store_db *db;
	struct store_statement *statements[STATEMENTS];
	struct store_tuples tuples;
	struct store_segment_writer segments;
	struct store_paths *paths;	   /* NULL: none are counted, */
	struct store_path_rows *path_rows; /* and these neither */
	enum store_rows_use use;
	int64_t data_version;
};

/* --- statements --- */

static char *add_incident_sql(TALLOC_CTX *mem)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "INSERT INTO incident (author_key, segment_id, "
			      "from_address, sender_address, ");
	store_columns_names(&store_incident_columns, "", ", ", &sql);
	strbuf_add_text(&sql, ") VALUES (?, ?, ?, ?");
	for (size_t i = 0; i < store_incident_columns.count; i++)
		strbuf_add_text(&sql, ", ?");
	strbuf_add_text(&sql, ")");
	return strbuf_text(&sql);
}

static bool prepare_all(struct store_rows *rows, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *const sql[STATEMENTS] = {
	    [BEGIN] = "BEGIN IMMEDIATE",
	    [COMMIT] = "COMMIT",
	    [DATA_VERSION] = "PRAGMA data_version",
	    [COUNT_RESULT] =
		"INSERT INTO result (hour_s, tuple_id, segment_id, count) "
		"VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
		"SET count = excluded.count + iif(" STORE_SQL_COUNT(
		    "count") ", count, 0)",
	    [ADD_INCIDENT] = add_incident_sql(mem),
	    [COUNT_INCIDENT] = store_counted_sql,
	    [KNOW_IMPORTED] = "INSERT OR IGNORE INTO imported (hour_s, "
			      "message) VALUES (?, ?)",
	};
	bool ok = true;

	for (size_t i = 0; ok && i < STATEMENTS; i++)
		ok = store_db_prepare(rows->db, sql[i], &rows->statements[i],
				      err);
	mem_free(mem);
	return ok;
}

bool store_rows_open(struct store_db *db, enum store_rows_use use,
		     const struct clock *clock, struct store_passed *passed,
		     struct store_paths *paths, struct store_rows **rows,
		     struct error *err)
{
	struct store_rows *made = heap_new(struct store_rows);

	made->db = db;
	made->use = use;
	made->paths = paths;
	if (prepare_all(made, err) &&
	    store_segment_begin(&made->segments, db, clock, err) &&
	    store_tuples_open(&made->tuples, db, passed, err) &&
	    (paths == NULL || store_path_rows_open(db, paths, &made->tuples.key,
						   &made->path_rows, err))) {
		*rows = made;
		return true;
	}
	store_rows_close(made);
	return false;
}

void store_rows_close(struct store_rows *rows)
{
	if (rows == NULL)
		return;
	store_tuples_close(&rows->tuples);
	store_segment_end(&rows->segments);
	store_path_rows_close(rows->path_rows);
	for (size_t i = 0; i < STATEMENTS; i++)
		store_db_finish(rows->statements[i]);
	heap_free(rows);
}

struct store_path_rows *store_rows_paths(const struct store_rows *rows)
{
	return rows->path_rows;
}

struct store_segment_writer *store_rows_segments(struct store_rows *rows)
{
	return &rows->segments;
}

/* --- writing a group --- */

/* Another connection's commit may have deleted tuples whose ids we know, or
 * sealed our segments. */
static bool notice_others(struct store_rows *rows, struct error *err)
{
	struct store_statement *statement = rows->statements[DATA_VERSION];
	bool ok = store_db_step(statement, err) == STORE_STEP_ROW;
	int64_t version = ok ? store_db_column_number(statement, 0) : 0;

	store_db_reset(statement);
	if (!ok || version == rows->data_version)
		return ok;
	rows->data_version = version;
	store_tuples_forget(&rows->tuples);
	return store_segment_look(&rows->segments, err);
}

uint64_t store_rows_identity(const struct store_rows *rows,
			     const char *identity)
{
	struct siphash hash;

	siphash_init(&hash, &rows->tuples.key);
	siphash_add_text(&hash, identity);
	uint64_t number = siphash_end(&hash);
	return number == 0 ? 1 : number;
}

/* An imported message is counted when it comes for the first time. */
static bool know_imported(struct store_rows *rows, struct store_item *item,
			  struct error *err)
{
	struct store_statement *statement = rows->statements[KNOW_IMPORTED];

	item->is_known = false;
	if (item->identity == 0)
		return true;
	store_db_bind_number(statement, 1, store_hour_of(item->entry.time_s));
	store_db_bind_number(statement, 2, (int64_t)item->identity);
	if (!store_db_execute(statement, err))
		return false;
	item->is_known = store_db_changes(rows->db) == 0;
	return true;
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_counters(const void *a, const void *b)
{
	const struct counter *x = a;
	const struct counter *y = b;
	int order = compare_numbers(x->hour_s, y->hour_s);

	if (order == 0)
		order = compare_numbers(x->tuple_id, y->tuple_id);
	return order != 0 ? order
			  : compare_numbers(x->segment_id, y->segment_id);
}

/* Equal neighbours become one; returns how many are left. */
static size_t merge_counters(struct counter *counters, size_t count)
{
	size_t kept = 0;

	qsort(counters, count, sizeof *counters, compare_counters);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 &&
		    compare_counters(&counters[kept - 1], &counters[i]) == 0)
			counters[kept - 1].count += counters[i].count;
		else
			counters[kept++] = counters[i];
	}
	return kept;
}

static bool count_results(struct store_rows *rows,
			  const struct counter *counters, size_t count,
			  struct error *err)
{
	struct store_statement *statement = rows->statements[COUNT_RESULT];

	for (size_t i = 0; i < count; i++) {
		store_db_bind_number(statement, 1, counters[i].hour_s);
		store_db_bind_number(statement, 2, counters[i].tuple_id);
		store_db_bind_number(statement, 3, counters[i].segment_id);
		store_db_bind_number(statement, 4, counters[i].count);
		if (!store_db_execute(statement, err))
			return false;
	}
	return true;
}

/* Which row of result the item is one more of. */
static bool find_counter(struct store_rows *rows, struct store_item *item,
			 struct counter *counter, struct error *err)
{
	int64_t time_s = item->entry.time_s;

	counter->hour_s = store_hour_of(time_s);
	counter->count = 1;
	if (!store_segment_of(&rows->segments, time_s, &item->segment_id,
			      err) ||
	    !store_tuples_find(&rows->tuples, item, &counter->tuple_id, err))
		return false;
	counter->segment_id = item->segment_id;
	return true;
}

static bool write_results(struct store_rows *rows, struct store_item *items,
			  size_t count, struct error *err)
{
	struct counter *counters = heap_array(struct counter, count);
	size_t filled = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++, items = items->next) {
		ok = know_imported(rows, items, err);
		if (ok && !items->is_known)
			ok =
			    find_counter(rows, items, &counters[filled++], err);
	}
	ok = ok && count_results(rows, counters,
				 merge_counters(counters, filled), err);
	heap_free(counters);
	return ok;
}

static bool write_incident(struct store_rows *rows,
			   const struct store_item *item, struct error *err)
{
	struct store_statement *statement = rows->statements[ADD_INCIDENT];
	const struct store_incident *incident = &item->entry.incident;
	TALLOC_CTX *mem = mem_context(NULL);

	store_db_bind_text(statement, 1,
			   store_author_key(mem, incident->author_domain));
	store_db_bind_number(statement, 2, item->segment_id);
	store_db_bind_text(statement, 3, item->entry.from_address);
	store_db_bind_text(statement, 4, item->entry.sender_address);
	store_columns_bind(&store_incident_columns, incident, statement, 5);
	bool ok = store_db_execute(statement, err);
	mem_free(mem);
	if (!ok)
		return error_wrap(err, "incident %.40s", incident->reference);
	store_segment_note_incident(&rows->segments, item->segment_id);
	return true;
}

static bool write_incidents(struct store_rows *rows,
			    const struct store_item *items, size_t count,
			    struct error *err)
{
	for (size_t i = 0; i < count; i++, items = items->next) {
		if (items->entry.has_incident &&
		    !write_incident(rows, items, err))
			return false;
		if (items->entry.is_counted &&
		    !store_counted_write(rows->statements[COUNT_INCIDENT],
					 &items->entry, items->segment_id, err))
			return false;
	}
	return true;
}

static bool write_failures(struct store_rows *rows,
			   const struct store_item *items, size_t count,
			   struct error *err)
{
	for (size_t i = 0; i < count; i++, items = items->next) {
		if (items->entry.has_failure &&
		    !store_failure_write(rows->db, &items->entry.failure,
					 &items->entry.failure_limits, err))
			return false;
	}
	return true;
}

/* --- paths --- */

static void note_path(struct store_rows *rows, const struct store_item *item)
{
	struct store_known *known = store_cache_find(&rows->tuples.cache, item);
	struct store_path_marks fresh;

	if (known != NULL && !known->has_marks) {
		known->marks =
		    store_path_read(&item->entry.tuple, &rows->tuples.key);
		known->has_marks = true;
	} else if (known == NULL) {
		fresh = store_path_read(&item->entry.tuple, &rows->tuples.key);
	}
	store_paths_note(rows->paths, known == NULL ? &fresh : &known->marks,
			 &item->entry);
}

/* Once they are committed: what is written again is not counted twice. */
static void note_paths(struct store_rows *rows, const struct store_item *items,
		       size_t count)
{
	if (rows->paths == NULL)
		return;
	for (size_t i = 0; i < count; i++, items = items->next) {
		if (items->identity == 0)
			note_path(rows, items);
	}
}

static bool write_remembered(struct store_rows *rows,
			     const struct store_item *items, size_t count,
			     struct error *err)
{
	for (size_t i = 0; i < count; i++, items = items->next) {
		if (items->entry.has_remembered &&
		    !store_remembered_write(rows->db, &items->entry.remembered,
					    err))
			return false;
	}
	return true;
}

static void undo_group(struct store_rows *rows)
{
	store_db_rollback(rows->db);
	/* The ids of this transaction do not exist any more. */
	store_tuples_forget(&rows->tuples);
	store_segment_undone(&rows->segments);
}

static bool write_all(struct store_rows *rows, struct store_item *items,
		      size_t count, struct error *err)
{
	return write_results(rows, items, count, err) &&
	       write_incidents(rows, items, count, err) &&
	       write_failures(rows, items, count, err) &&
	       write_remembered(rows, items, count, err) &&
	       store_segment_settle(
		   &rows->segments,
		   rows->use == STORE_ROWS_OF_DAEMON ? STORE_SEGMENTS_OPEN : 0,
		   err);
}

enum store_fault store_rows_write(struct store_rows *rows,
				  struct store_item *items, size_t count,
				  struct error *err)
{
	enum store_fault fault = STORE_FAULT_NONE;

	if (!store_db_execute(rows->statements[BEGIN], err))
		return store_db_is_busy(rows->db) ? STORE_FAULT_BUSY
						  : STORE_FAULT_STORE;
	if (!notice_others(rows, err))
		fault = STORE_FAULT_STORE;
	else if (!write_all(rows, items, count, err))
		fault = STORE_FAULT_ROW;
	else if (!store_db_execute(rows->statements[COMMIT], err))
		fault = STORE_FAULT_STORE;
	if (fault == STORE_FAULT_NONE) {
		store_segment_committed(&rows->segments);
		note_paths(rows, items, count);
		return fault;
	}
	if (store_db_is_busy(rows->db))
		fault = STORE_FAULT_BUSY;
	undo_group(rows);
	return fault;
}

bool store_rows_purge(struct store_rows *rows,
		      const struct store_purge_times *times, bool *has_more,
		      struct store_let_go *let_go, struct error *err)
{
	struct store_let_go gone = *let_go;
	bool more = false;

	if (!store_db_execute(rows->statements[BEGIN], err))
		return false;
	bool ok = store_purge_batch(rows->db, times, &more, &gone, err) &&
		  (rows->path_rows == NULL ||
		   store_path_rows_purge(rows->path_rows, times->now_s, &more,
					 err)) &&
		  store_db_execute(rows->statements[COMMIT], err);
	/* Nothing to roll back when it went well; known tuples may be gone. */
	undo_group(rows);
	if (!ok)
		return false;
	*has_more = more;
	*let_go = gone;
	return true;
}
