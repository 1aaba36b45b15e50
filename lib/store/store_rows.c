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
#include "lib/store/store_cache.h"
#include "lib/store/store_ceiling.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_counted.h"
#include "lib/store/store_failure.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_remembered.h"

#define PURGE_BATCH 200 /* rows: a few milliseconds */
#define SQL_MAX 8192
#define DAY_S 86400

struct counter {
	int64_t hour_s;
	int64_t tuple_id;
	int64_t count;
};

enum statement {
	BEGIN,
	COMMIT,
	DATA_VERSION,
	FIND_TUPLE,
	ADD_TUPLE,
	COUNT_RESULT,
	ADD_INCIDENT,
	PURGE_INCIDENTS,
	PURGE_RESULTS,
	REPORT_HOLD,
	READ_KEY,
	MAKE_KEY,
	READ_PASSED,
	KEEP_PASSED,
	DROP_PASSED,
	FORGET_PASSED,
	PURGE_COUNTED,
	KNOW_IMPORTED,
	PURGE_IMPORTED,
	STATEMENTS
};

struct store_rows {
	struct store_db *db;
	struct store_statement *statements[STATEMENTS];
	struct store_cache cache;
	struct store_passed *passed;
	struct store_paths *paths;	   /* NULL: none are counted, */
	struct store_path_rows *path_rows; /* and these neither */
	struct store_ceiling ceiling;
	struct siphash_key key; /* of the tuples' fingerprints */
	int64_t data_version;
};

/* --- statements --- */

static void add_parameters(size_t count, struct strbuf *sql)
{
	for (size_t i = 0; i < count; i++)
		strbuf_printf(sql, "%s?", i == 0 ? "" : ", ");
}

static char *insert_sql(TALLOC_CTX *mem, const char *table, const char *first,
			const struct store_columns *columns)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_printf(&sql, "INSERT INTO %s (%s, ", table, first);
	store_columns_names(columns, "", ", ", &sql);
	strbuf_add_text(&sql, ") VALUES (");
	add_parameters(columns->count + 1, &sql);
	strbuf_printf(&sql, ") RETURNING %s_id", table);
	return strbuf_text(&sql);
}

/* The fingerprint finds, the columns decide. */
static char *find_tuple_sql(TALLOC_CTX *mem)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT tuple_id FROM tuple "
			      "WHERE fingerprint = ? AND ");
	store_columns_names(&store_tuple_columns, "", " = ? AND ", &sql);
	strbuf_add_text(&sql, " = ?");
	return strbuf_text(&sql);
}

/*
 * From when on reports still need the counters: the first day of a report that
 * is not settled, and what is not collected yet. Neither for ever: a report
 * has its give-up time, and where reports are no longer sent, days are let go
 * after a week.
 */
static const char report_hold_sql[] =
    "SELECT min(hold_s) FROM ("
    "SELECT max(min(begin_s), ?1 - 60 * 86400) AS hold_s FROM report "
    "WHERE settled_s = 0 AND give_up_s > ?1 AND " STORE_SQL_TIME(
	"begin_s") " AND kind = 'aggregate' UNION ALL "
		   "SELECT max(collected_until_s, ?1 - 7 * 86400) FROM "
		   "report_run)";

static bool prepare_all(struct store_rows *rows, TALLOC_CTX *mem,
			struct error *err)
{
	const char *sql[STATEMENTS] = {
	    [BEGIN] = "BEGIN IMMEDIATE",
	    [COMMIT] = "COMMIT",
	    [DATA_VERSION] = "PRAGMA data_version",
	    [FIND_TUPLE] = find_tuple_sql(mem),
	    [ADD_TUPLE] =
		insert_sql(mem, "tuple", "fingerprint", &store_tuple_columns),
	    [COUNT_RESULT] =
		"INSERT INTO result (hour_s, tuple_id, count) "
		"VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
		"SET count = excluded.count + iif(" STORE_SQL_COUNT(
		    "count") ", count, 0)",
	    [ADD_INCIDENT] = insert_sql(mem, "incident", "author_key",
					&store_incident_columns),
	    [PURGE_INCIDENTS] = "DELETE FROM incident WHERE incident_id IN "
				"(SELECT incident_id FROM incident "
				"WHERE time_s < ? LIMIT ?)",
	    [PURGE_RESULTS] = "DELETE FROM result WHERE (hour_s, tuple_id) IN "
			      "(SELECT hour_s, tuple_id FROM result "
			      "WHERE hour_s < ? LIMIT ?)",
	    [REPORT_HOLD] = report_hold_sql,
	    [READ_KEY] = "SELECT bytes FROM store_key WHERE key_id = 1 AND "
			 "typeof(bytes) = 'blob' AND length(bytes) = 16",
	    [MAKE_KEY] = "INSERT OR REPLACE INTO store_key VALUES "
			 "(1, randomblob(16))",
	    [READ_PASSED] = "SELECT pair, network_slot, author_slot, "
			    "first_day, last_day, days FROM passed",
	    [KEEP_PASSED] = "INSERT OR REPLACE INTO passed (pair, "
			    "network_slot, author_slot, first_day, last_day, "
			    "days) VALUES (?, ?, ?, ?, ?, ?)",
	    [DROP_PASSED] = "DELETE FROM passed WHERE pair = ?",
	    [FORGET_PASSED] = "DELETE FROM passed WHERE last_day < ?",
	    [PURGE_COUNTED] =
		"DELETE FROM counted WHERE counted_id IN (SELECT counted_id "
		"FROM counted WHERE hour_s < ? LIMIT ?)",
	    [KNOW_IMPORTED] = "INSERT OR IGNORE INTO imported (hour_s, "
			      "message) VALUES (?, ?)",
	    [PURGE_IMPORTED] =
		"DELETE FROM imported WHERE (hour_s, message) IN (SELECT "
		"hour_s, message FROM imported WHERE hour_s < ? LIMIT ?)",
	};

	for (size_t i = 0; i < STATEMENTS; i++) {
		if (!store_db_prepare(rows->db, sql[i], &rows->statements[i],
				      err))
			return false;
	}
	return true;
}

static enum store_step read_key(struct store_rows *rows, struct error *err)
{
	struct store_statement *statement = rows->statements[READ_KEY];
	enum store_step step = store_db_step(statement, err);

	if (step == STORE_STEP_ROW) {
		struct span bytes =
		    store_db_column_bytes(statement, 0, SIPHASH_KEY_BYTES);
		rows->key = siphash_key((const uint8_t *)bytes.data);
	}
	store_db_reset(statement);
	return step;
}

/* Somebody else may have taken it out, or put something else there. Under a new
 * one the old tuples are not found again, which is all. */
static bool learn_key(struct store_rows *rows, struct error *err)
{
	enum store_step step = read_key(rows, err);

	if (step == STORE_STEP_DONE &&
	    store_db_execute(rows->statements[MAKE_KEY], err))
		step = read_key(rows, err);
	return step == STORE_STEP_ROW;
}

/* --- pairs that passed --- */

static uint16_t read_small(struct store_statement *statement, int at)
{
	return (uint16_t)store_db_column_within(statement, at, 0, UINT16_MAX);
}

static void load_pair(struct store_rows *rows,
		      struct store_statement *statement)
{
	const struct store_passed_pair pair = {
	    .number = (uint64_t)store_db_column_within(statement, 0, INT64_MIN,
						       INT64_MAX),
	    .network = read_small(statement, 1),
	    .author = read_small(statement, 2),
	    .first_day = read_small(statement, 3),
	    .last_day = read_small(statement, 4),
	    .days = read_small(statement, 5),
	};

	if (store_db_is_sound(statement, "passed", 0))
		store_passed_load(rows->passed, &pair);
}

static bool load_passed(struct store_rows *rows, struct error *err)
{
	struct store_statement *statement = rows->statements[READ_PASSED];
	enum store_step step;

	store_passed_clear(rows->passed, &rows->key);
	while ((step = store_db_step(statement, err)) == STORE_STEP_ROW)
		load_pair(rows, statement);
	store_db_reset(statement);
	return step == STORE_STEP_DONE;
}

static bool keep_pair(struct store_rows *rows,
		      const struct store_passed_pair *pair, struct error *err)
{
	struct store_statement *statement = rows->statements[KEEP_PASSED];

	store_db_bind_number(statement, 1, (int64_t)pair->number);
	store_db_bind_number(statement, 2, pair->network);
	store_db_bind_number(statement, 3, pair->author);
	store_db_bind_number(statement, 4, pair->first_day);
	store_db_bind_number(statement, 5, pair->last_day);
	store_db_bind_number(statement, 6, pair->days);
	return store_db_execute(statement, err);
}

static bool note_pass(struct store_rows *rows, const struct store_entry *entry,
		      const struct store_pair *pair, struct error *err)
{
	struct store_passed_pair kept;
	uint64_t gone;

	if (strcmp(entry->tuple.dmarc_result, "pass") != 0 ||
	    !store_passed_note(rows->passed, pair, entry->time_s, &kept, &gone))
		return true;
	if (gone != 0) {
		store_db_bind_number(rows->statements[DROP_PASSED], 1,
				     (int64_t)gone);
		if (!store_db_execute(rows->statements[DROP_PASSED], err))
			return false;
	}
	return keep_pair(rows, &kept, err);
}

bool store_rows_open(struct store_db *db, struct store_passed *passed,
		     struct store_paths *paths, struct store_rows **rows,
		     struct error *err)
{
	struct store_rows *made = heap_new(struct store_rows);
	TALLOC_CTX *mem = mem_context(NULL);

	made->db = db;
	made->passed = passed;
	made->paths = paths;
	store_ceiling_init(&made->ceiling);
	bool ok =
	    prepare_all(made, mem, err) && learn_key(made, err) &&
	    load_passed(made, err) &&
	    (paths == NULL || store_path_rows_open(db, paths, &made->key,
						   &made->path_rows, err));
	mem_free(mem);
	if (ok)
		*rows = made;
	else
		store_rows_close(made);
	return ok;
}

/* Another connection's commit may have deleted tuples whose ids we know. */
static bool check_cache(struct store_rows *rows, struct error *err)
{
	struct store_statement *statement = rows->statements[DATA_VERSION];
	bool ok = store_db_step(statement, err) == STORE_STEP_ROW;
	int64_t version = ok ? store_db_column_number(statement, 0) : 0;

	store_db_reset(statement);
	if (ok && version != rows->data_version)
		store_cache_clear(&rows->cache);
	rows->data_version = version;
	return ok;
}

void store_rows_close(struct store_rows *rows)
{
	if (rows == NULL)
		return;
	store_cache_clear(&rows->cache);
	store_path_rows_close(rows->path_rows);
	for (size_t i = 0; i < STATEMENTS; i++)
		store_db_finish(rows->statements[i]);
	heap_free(rows);
}

struct store_path_rows *store_rows_paths(const struct store_rows *rows)
{
	return rows->path_rows;
}

/* --- writing a group --- */

static enum store_step ask_tuple_id(struct store_rows *rows,
				    enum statement which,
				    const struct store_item *item,
				    int64_t *tuple_id, struct error *err)
{
	struct store_statement *statement = rows->statements[which];

	/* SQLite's integers are signed; the bits are the same. */
	store_db_bind_number(statement, 1, (int64_t)item->fingerprint);
	store_columns_bind(&store_tuple_columns, &item->entry.tuple, statement,
			   2);
	enum store_step step = store_db_step(statement, err);
	if (step == STORE_STEP_ROW)
		*tuple_id = store_db_column_number(statement, 0);
	store_db_reset(statement);
	return step;
}

enum finding { FOUND, NO_ROOM, FAILED };

/* The id of the item's tuple, where it is counted in this hour already or has
 * room; a tuple that is not there yet is added. */
static enum finding find_tuple(struct store_rows *rows,
			       const struct store_item *item,
			       const struct store_pair *pair, bool has_passed,
			       enum store_detail detail, int64_t *tuple_id,
			       struct error *err)
{
	int64_t time_s = item->entry.time_s;
	struct store_known *known = store_cache_find(&rows->cache, item);
	enum store_step step = STORE_STEP_ROW;
	int64_t id = known == NULL ? 0 : known->tuple_id;

	if (known != NULL && known->hour_s == store_hour_of(time_s)) {
		*tuple_id = id;
		return FOUND;
	}
	if (known == NULL)
		step = ask_tuple_id(rows, FIND_TUPLE, item, &id, err);
	if (step == STORE_STEP_FAILED)
		return FAILED;
	int64_t bytes = step == STORE_STEP_ROW
			    ? STORE_CEILING_COUNTER
			    : store_ceiling_cost(&item->entry.tuple);
	if (!store_ceiling_take(&rows->ceiling, time_s, pair, has_passed,
				detail, bytes))
		return NO_ROOM;
	if (step == STORE_STEP_DONE &&
	    ask_tuple_id(rows, ADD_TUPLE, item, &id, err) != STORE_STEP_ROW)
		return FAILED;
	if (known == NULL)
		store_cache_add(&rows->cache, item, id, store_hour_of(time_s));
	else
		known->hour_s = store_hour_of(time_s);
	*tuple_id = id;
	return FOUND;
}

static void set_fingerprint(const struct store_rows *rows,
			    struct store_item *item)
{
	item->fingerprint = store_columns_fingerprint(
	    &store_tuple_columns, &item->entry.tuple, &rows->key);
}

/* With as much detail as there is room for. */
static bool find_others(struct store_rows *rows, struct store_item *item,
			const struct store_pair *pair, int64_t *tuple_id,
			struct error *err)
{
	static const enum store_detail details[] = {STORE_OTHERS_OF_DOMAIN,
						    STORE_OTHERS};
	enum finding finding = NO_ROOM;

	item->is_other = true;
	for (size_t i = 0; finding == NO_ROOM && i < 2; i++) {
		struct store_item other = {
		    .entry = {.time_s = item->entry.time_s,
			      .tuple = store_ceiling_others(&item->entry.tuple,
							    pair->author,
							    details[i])}};
		set_fingerprint(rows, &other);
		finding = find_tuple(rows, &other, pair, false, details[i],
				     tuple_id, err);
	}
	return finding == FOUND;
}

static bool find_tuple_id(struct store_rows *rows, struct store_item *item,
			  int64_t *tuple_id, struct error *err)
{
	const struct store_tuple *tuple = &item->entry.tuple;
	int64_t time_s = item->entry.time_s;

	set_fingerprint(rows, item);
	const struct store_known *known = store_cache_find(&rows->cache, item);
	if (known != NULL && known->hour_s == store_hour_of(time_s)) {
		*tuple_id = known->tuple_id;
		return true;
	}
	struct store_pair pair =
	    store_pair(tuple->client_ip, tuple->author_domain);
	if (item->identity == 0 && !note_pass(rows, &item->entry, &pair, err))
		return false;
	bool has_passed = store_passed_has(rows->passed, &pair, time_s);
	enum finding finding = find_tuple(rows, item, &pair, has_passed,
					  STORE_WHOLE, tuple_id, err);
	return finding == NO_ROOM
		   ? find_others(rows, item, &pair, tuple_id, err)
		   : finding == FOUND;
}

uint64_t store_rows_identity(const struct store_rows *rows,
			     const char *identity)
{
	struct siphash hash;

	siphash_init(&hash, &rows->key);
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

static int compare_counters(const void *a, const void *b)
{
	const struct counter *x = a;
	const struct counter *y = b;

	if (x->hour_s != y->hour_s)
		return x->hour_s < y->hour_s ? -1 : 1;
	return (x->tuple_id > y->tuple_id) - (x->tuple_id < y->tuple_id);
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
		store_db_bind_number(statement, 3, counters[i].count);
		if (!store_db_execute(statement, err))
			return false;
	}
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
		if (!ok || items->is_known)
			continue;
		counters[filled].hour_s = store_hour_of(items->entry.time_s);
		counters[filled].count = 1;
		ok =
		    find_tuple_id(rows, items, &counters[filled].tuple_id, err);
		filled++;
	}
	ok = ok && count_results(rows, counters,
				 merge_counters(counters, filled), err);
	heap_free(counters);
	return ok;
}

static bool write_incident(struct store_rows *rows,
			   const struct store_incident *incident,
			   struct error *err)
{
	struct store_statement *statement = rows->statements[ADD_INCIDENT];
	TALLOC_CTX *mem = mem_context(NULL);

	store_db_bind_text(statement, 1,
			   store_author_key(mem, incident->author_domain));
	store_columns_bind(&store_incident_columns, incident, statement, 2);
	enum store_step step = store_db_step(statement, err);
	store_db_reset(statement);
	mem_free(mem);
	if (step == STORE_STEP_FAILED)
		return error_wrap(err, "incident %.40s", incident->reference);
	return true;
}

static bool write_incidents(struct store_rows *rows,
			    const struct store_item *items, size_t count,
			    struct error *err)
{
	for (size_t i = 0; i < count; i++, items = items->next) {
		if (items->entry.has_incident &&
		    !write_incident(rows, &items->entry.incident, err))
			return false;
		if (items->entry.is_counted &&
		    !store_counted_write(rows->db, &items->entry, err))
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
	struct store_known *known = store_cache_find(&rows->cache, item);
	struct store_path_marks fresh;

	if (known != NULL && !known->has_marks) {
		known->marks = store_path_read(&item->entry.tuple, &rows->key);
		known->has_marks = true;
	} else if (known == NULL) {
		fresh = store_path_read(&item->entry.tuple, &rows->key);
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
	store_cache_clear(&rows->cache);
}

enum store_fault store_rows_write(struct store_rows *rows,
				  struct store_item *items, size_t count,
				  struct error *err)
{
	enum store_fault fault = STORE_FAULT_NONE;

	if (!store_db_execute(rows->statements[BEGIN], err))
		return store_db_is_busy(rows->db) ? STORE_FAULT_BUSY
						  : STORE_FAULT_STORE;
	if (!check_cache(rows, err))
		fault = STORE_FAULT_STORE;
	else if (!write_results(rows, items, count, err) ||
		 !write_incidents(rows, items, count, err) ||
		 !write_failures(rows, items, count, err) ||
		 !write_remembered(rows, items, count, err))
		fault = STORE_FAULT_ROW;
	else if (!store_db_execute(rows->statements[COMMIT], err))
		fault = STORE_FAULT_STORE;
	if (fault == STORE_FAULT_NONE) {
		note_paths(rows, items, count);
		return fault;
	}
	if (store_db_is_busy(rows->db))
		fault = STORE_FAULT_BUSY;
	undo_group(rows);
	return fault;
}

/* --- purging --- */

static bool delete_before(struct store_rows *rows, enum statement which,
			  int64_t before_s, bool *has_more, struct error *err)
{
	struct store_statement *statement = rows->statements[which];

	store_db_bind_number(statement, 1, before_s);
	store_db_bind_number(statement, 2, PURGE_BATCH);
	if (!store_db_execute(statement, err))
		return false;
	if (store_db_changes(rows->db) == PURGE_BATCH)
		*has_more = true;
	return true;
}

static bool forget_passed(struct store_rows *rows, int64_t now_s,
			  struct error *err)
{
	struct store_statement *statement = rows->statements[FORGET_PASSED];

	store_db_bind_number(statement, 1, now_s / DAY_S - STORE_PASSED_DAYS);
	return store_db_execute(statement, err);
}

bool store_rows_report_hold(struct store_rows *rows, int64_t now_s,
			    int64_t *hold_s, struct error *err)
{
	struct store_statement *statement = rows->statements[REPORT_HOLD];

	store_db_bind_number(statement, 1, now_s);
	bool ok = store_db_step(statement, err) == STORE_STEP_ROW;
	int64_t found = ok ? store_db_column_number(statement, 0) : 0;
	store_db_reset(statement);
	*hold_s = found > 0 ? found : INT64_MAX; /* 0: NULL, no reports */
	return ok;
}

/* Lowers *before_s to what reports still need. */
static bool respect_reports(struct store_rows *rows, int64_t now_s,
			    int64_t *before_s, struct error *err)
{
	int64_t hold_s;

	if (!store_rows_report_hold(rows, now_s, &hold_s, err))
		return false;
	if (hold_s < *before_s)
		*before_s = hold_s;
	return true;
}

bool store_rows_purge(struct store_rows *rows,
		      const struct store_purge_times *times, bool *has_more,
		      struct error *err)
{
	int64_t results_before_s = times->results_before_s;
	bool more = false;

	if (!store_db_execute(rows->statements[BEGIN], err))
		return false;
	bool ok =
	    respect_reports(rows, times->now_s, &results_before_s, err) &&
	    delete_before(rows, PURGE_INCIDENTS, times->incidents_before_s,
			  &more, err) &&
	    delete_before(rows, PURGE_COUNTED, times->incidents_before_s, &more,
			  err) &&
	    delete_before(rows, PURGE_RESULTS, results_before_s, &more, err) &&
	    delete_before(rows, PURGE_IMPORTED, results_before_s, &more, err) &&
	    forget_passed(rows, times->now_s, err) &&
	    store_failure_purge(rows->db, times->now_s, err) &&
	    store_remembered_purge(rows->db, times->now_s, err) &&
	    (rows->path_rows == NULL ||
	     store_path_rows_purge(rows->path_rows, times->now_s, &more,
				   err)) &&
	    store_db_execute(rows->statements[COMMIT], err);
	undo_group(rows); /* nothing to roll back when it went well */
	if (ok)
		*has_more = more;
	return ok;
}
