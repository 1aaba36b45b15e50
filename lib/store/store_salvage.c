/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_salvage.c - what is left of a damaged store, and what a file is worth
 * Tested by test_alignctl_store, test_alignctl_inbox.
 */
#include "lib/store/store_salvage.h"

#include <string.h>

#include "lib/store/store_draft.h"
#include "lib/store/store_file.h"
#include "lib/store/store_query.h"
#include "lib/store/store_schema.h"

/* One table on its way. `key` is a column of whole numbers in whose order the
 * rows lie in the file; NULL: they lie in the order of a text. */
struct transfer {
	TALLOC_CTX *mem;
	struct store_db *from;
	struct store_db *to;
	const char *table;
	const char *key;
	const char *columns;
	struct store_statement *insert;
	int64_t read;	   /* rows, by the last statement */
	int64_t first;	   /* key of its first one */
	int64_t last;	   /* and of its last one */
	struct error *err; /* of writing */
	bool has_failed;
};

/* --- names, as our own file has them --- */

static void keep_name(TALLOC_CTX *mem, struct text_list *list, const char *name)
{
	list->items =
	    mem_resize(mem, list->items, const char *, list->count + 1);
	list->items[list->count++] = mem_strdup(mem, name);
}

/* Adds what the statement gives. */
static bool add_names(TALLOC_CTX *mem, struct store_db *db, const char *sql,
		      struct store_value about, struct text_list *list,
		      struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(db, sql, &about, 1, &rows, err))
		return false;
	while (store_db_next(rows, err))
		keep_name(mem, list, store_db_column_text(rows, 0));
	return store_db_end(rows);
}

static bool list_names(TALLOC_CTX *mem, struct store_db *db, const char *sql,
		       const char *about, struct text_list *list,
		       struct error *err)
{
	*list = (struct text_list){.count = 0};
	return add_names(mem, db, sql, store_text(about), list, err);
}

static const char tables_sql[] =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
    "substr(name, 1, 7) <> 'sqlite_' AND ?1 = '' ORDER BY rowid";
static const char columns_sql[] = "SELECT name FROM pragma_table_info(?)";
static const char key_sql[] =
    "SELECT name FROM pragma_table_info(?1) WHERE pk = 1 AND "
    "type = 'INTEGER' UNION ALL SELECT 'rowid' FROM pragma_table_list(?1) "
    "WHERE wr = 0 AND NOT EXISTS (SELECT 1 FROM pragma_table_info(?1) "
    "WHERE pk = 1 AND type = 'INTEGER')";

static bool has_name(const struct text_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], name) == 0)
			return true;
	}
	return false;
}

/* Those that the old file has too: what it lacks gets its default. */
static bool find_columns(struct transfer *transfer, struct error *err)
{
	TALLOC_CTX *mem = transfer->mem;
	struct text_list ours;
	struct text_list theirs;

	if (!list_names(mem, transfer->to, columns_sql, transfer->table, &ours,
			err) ||
	    !list_names(mem, transfer->from, columns_sql, transfer->table,
			&theirs, err))
		return false;
	transfer->columns = NULL;
	for (size_t i = 0; i < ours.count; i++) {
		if (!has_name(&theirs, ours.items[i]))
			continue;
		transfer->columns =
		    transfer->columns == NULL
			? ours.items[i]
			: mem_printf(mem, "%s, %s", transfer->columns,
				     ours.items[i]);
	}
	return true;
}

static bool find_key(struct transfer *transfer, struct error *err)
{
	struct text_list keys;

	if (!list_names(transfer->mem, transfer->to, key_sql, transfer->table,
			&keys, err))
		return false;
	transfer->key = keys.count == 0 ? NULL : keys.items[0];
	return true;
}

/* --- rows --- */

/* A row that the table does not take is a damaged one. True: it came to the end
 * of what there is. */
static bool read_rows(struct transfer *transfer, const char *sql, int64_t from,
		      int64_t to)
{
	struct store_statement *rows;
	struct error ignored;

	transfer->read = 0;
	if (!store_query_open(
		transfer->from, sql,
		STORE_VALUES(store_number(from), store_number(to)), &rows,
		&ignored))
		return false;
	while (!transfer->has_failed && store_db_next(rows, &ignored)) {
		transfer->last = store_db_column_number(rows, 0);
		if (transfer->read++ == 0)
			transfer->first = transfer->last;
		store_db_bind_row(transfer->insert, rows, 1);
		transfer->has_failed =
		    !store_db_execute(transfer->insert, transfer->err) &&
		    !store_db_is_refused(transfer->to);
	}
	return store_db_end(rows);
}

/* Keys as they are met one way: `side` times a key counts up. The parameters of
 * both statements are where to begin and where to end. */
struct way {
	int64_t side;
	int64_t after; /* where it begins */
	const char *onwards;
	const char *back;
};

/* Behind a damaged page the reading goes on one key further, two, four, until a
 * page is met that can be read. */
static bool step_over(int64_t *after, int64_t *gap)
{
	if (*after > INT64_MAX - *gap || *gap > INT64_MAX / 2)
		return false;
	*after += *gap;
	*gap *= 2;
	return true;
}

/* What was stepped over, from behind: the keys before the one where the reading
 * went on, and, where many rows share a key as those of an hour do, the rest of
 * that of the last row. It ends at the same damage. Rows that are met twice are
 * written twice, and stand there once. */
static void read_back(struct transfer *transfer, const struct way *way,
		      int64_t from, int64_t damage)
{
	(void)read_rows(transfer, way->back, way->side * from,
			way->side * damage);
}

static void read_one_way(struct transfer *transfer, const struct way *way)
{
	int64_t after = way->after;
	int64_t damage = after; /* the last key before it */
	int64_t gap = 1;
	bool is_over = false; /* a damage that was not read back to */
	bool is_end = false;

	while (!is_end && !transfer->has_failed) {
		is_end = read_rows(transfer, way->onwards, way->side * after,
				   way->side * INT64_MAX);
		bool has_read = transfer->read > 0;
		if (has_read) {
			after = way->side * transfer->last;
			gap = 1;
		}
		if (has_read && is_over)
			read_back(transfer, way, way->side * transfer->first,
				  damage);
		if (has_read)
			damage = after;
		is_over = !is_end || (is_over && !has_read);
		if (!is_end && !step_over(&after, &gap))
			break;
	}
	if (is_over && !transfer->has_failed)
		read_back(transfer, way, INT64_MAX, damage);
}

static const char *range_sql(const struct transfer *transfer, const char *first,
			     const char *last, const char *order)
{
	return mem_printf(
	    transfer->mem,
	    "SELECT %s, %s FROM %s WHERE %s %s ?1 AND %s %s ?2 ORDER BY %s %s",
	    transfer->key, transfer->columns, transfer->table, transfer->key,
	    first, transfer->key, last, transfer->key, order);
}

/* From the middle up and down: most keys count from 1, and those that are made
 * of a hash lie on both sides. */
static void read_by_key(struct transfer *transfer)
{
	const struct way ways[] = {
	    {1, -1, range_sql(transfer, ">", "<=", ""),
	     range_sql(transfer, "<", ">=", "DESC")},
	    {-1, 0, range_sql(transfer, "<", ">=", "DESC"),
	     range_sql(transfer, ">", "<=", "")},
	};

	for (size_t i = 0; i < COUNT_OF(ways) && !transfer->has_failed; i++)
		read_one_way(transfer, &ways[i]);
}

/* From both ends. */
static void read_by_text(struct transfer *transfer)
{
	static const char *const orders[] = {"", "DESC"};
	bool is_whole = false;

	for (size_t i = 0; i < 2 && !is_whole && !transfer->has_failed; i++)
		is_whole = read_rows(
		    transfer,
		    mem_printf(transfer->mem,
			       "SELECT 0, %s FROM %s WHERE ?1 = ?2 ORDER BY 2 "
			       "%s, 3 %s",
			       transfer->columns, transfer->table, orders[i],
			       orders[i]),
		    0, 0);
}

static bool copy_rows(struct transfer *transfer, struct error *err)
{
	size_t marks = 1;

	for (const char *c = transfer->columns; *c != '\0'; c++)
		marks += *c == ',';
	char *places = mem_strdup(transfer->mem, "?");
	while (--marks > 0)
		places = mem_printf(transfer->mem, "%s, ?", places);
	if (!store_db_prepare(
		transfer->to,
		mem_printf(transfer->mem,
			   "INSERT OR REPLACE INTO %s (%s) VALUES (%s)",
			   transfer->table, transfer->columns, places),
		&transfer->insert, err))
		return false;
	if (transfer->key == NULL)
		read_by_text(transfer);
	else
		read_by_key(transfer);
	store_db_finish(transfer->insert);
	return !transfer->has_failed;
}

/* A table that came with a later version is not there. */
static bool copy_table(TALLOC_CTX *mem, struct store_db *from,
		       struct store_db *to, const char *table,
		       struct error *err)
{
	struct transfer transfer = {
	    .mem = mem, .from = from, .to = to, .table = table, .err = err};

	if (!find_columns(&transfer, err) || !find_key(&transfer, err))
		return false;
	return transfer.columns == NULL ||
	       (store_db_run(to, "BEGIN", err) && copy_rows(&transfer, err) &&
		store_db_run(to, "COMMIT", err));
}

/* --- the whole --- */

/* A row whose parent is lost must not be left: ids are given out again, and it
 * would be taken for one of the next that has that id. By what the schema
 * itself says refers to what, so that no table is forgotten. */
static const char orphans_sql[] =
    "SELECT printf('DELETE FROM %s WHERE %s NOT IN (SELECT %s FROM %s)', ?1, "
    "f.\"from\", p.name, f.\"table\") FROM pragma_foreign_key_list(?1) AS f "
    "JOIN pragma_table_info(f.\"table\") AS p ON p.pk = 1";

#define OF_LOST_SEGMENT                                                        \
	"segment_id <> 0 AND segment_id NOT IN (SELECT segment_id FROM "       \
	"segment)"

/* A report of others that has lost some of its rows would be summed wrongly for
 * good: it becomes one whose writing never ended (store_inbox.h), and is kept
 * when it comes again. Then what nothing refers to any more goes. */
static const char remnants_sql[] =
    "UPDATE inbox_report SET state = 'partial', digest = hex(randomblob(16)) "
    "WHERE state IN ('kept', 'differs') AND CASE kind WHEN 'dmarc' THEN "
    "messages > (SELECT total(messages) FROM inbox_row WHERE "
    "inbox_row.report_id = inbox_report.report_id) WHEN 'tls' THEN "
    "messages > (SELECT total(successful + failed) FROM inbox_tls WHERE "
    "inbox_tls.report_id = inbox_report.report_id) ELSE report_id NOT IN "
    "(SELECT report_id FROM inbox_failure) END;"
    /* What a lost segment counted is of none (store_segment.h); one that the
     * fleet does not have yet is sealed anew, with what is left of it. */
    "INSERT INTO result SELECT hour_s, tuple_id, 0, sum(iif(" STORE_SQL_COUNT(
	"count") ", count, 0)) FROM result WHERE " OF_LOST_SEGMENT
		 " GROUP BY hour_s, tuple_id ON CONFLICT DO UPDATE SET count = "
		 "count + "
		 "excluded.count;"
		 "DELETE FROM result WHERE " OF_LOST_SEGMENT ";"
		 "UPDATE incident SET segment_id = 0 WHERE " OF_LOST_SEGMENT ";"
		 "UPDATE act SET segment_id = 0 WHERE " OF_LOST_SEGMENT ";"
		 "UPDATE OR REPLACE counted SET segment_id = 0 "
		 "WHERE " OF_LOST_SEGMENT ";"
		 "UPDATE segment SET sealed_s = 0 WHERE pushed_s = 0;"
		 "DELETE FROM tuple WHERE tuple_id NOT IN (SELECT tuple_id "
		 "FROM result);"
		 "DELETE FROM inbox_source WHERE source_id NOT IN "
		 "(SELECT source_id FROM inbox_row);"
		 "DELETE FROM inbox_cause WHERE cause_id NOT IN "
		 "(SELECT cause_id FROM inbox_row);";

/* Tables are in the order in which they were made: parents come first. */
static bool remove_orphans(TALLOC_CTX *mem, struct store_db *db,
			   const struct text_list *tables, struct error *err)
{
	struct text_list steps = {.count = 0};

	for (size_t i = 0; i < tables->count; i++)
		if (!add_names(mem, db, orphans_sql,
			       store_text(tables->items[i]), &steps, err))
			return false;
	for (size_t i = 0; i < steps.count; i++)
		if (!store_db_run(db, steps.items[i], err))
			return false;
	return store_db_run(db, remnants_sql, err);
}

static int64_t count_rows(TALLOC_CTX *mem, struct store_db *db,
			  const char *table)
{
	struct error ignored;
	int64_t count;

	return store_db_number(
		   db, mem_printf(mem, "SELECT count(*) FROM %s", table),
		   &count, &ignored)
		   ? count
		   : -1;
}

static void count_tables(TALLOC_CTX *mem, struct store_db *from,
			 struct store_db *to, const struct text_list *tables,
			 struct store_salvage *salvage)
{
	salvage->count = tables->count;
	salvage->tables = mem_array(mem, struct store_salvaged, tables->count);
	for (size_t i = 0; i < tables->count; i++)
		salvage->tables[i] = (struct store_salvaged){
		    .table = tables->items[i],
		    .known = count_rows(mem, from, tables->items[i]),
		    .saved = count_rows(mem, to, tables->items[i]),
		};
}

static bool copy_tables(TALLOC_CTX *mem, struct store_db *from,
			struct store_db *to, struct store_salvage *salvage,
			struct error *err)
{
	struct text_list tables;

	if (!list_names(mem, to, tables_sql, "", &tables, err))
		return false;
	for (size_t i = 0; i < tables.count; i++) {
		if (!copy_table(mem, from, to, tables.items[i], err))
			return error_wrap(err, "table %s", tables.items[i]);
	}
	if (!remove_orphans(mem, to, &tables, err))
		return false;
	count_tables(mem, from, to, &tables, salvage);
	return true;
}

/* Nothing else reads the draft, and it is written out at the end. */
static const char draft_pragmas[] =
    "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = MEMORY;"
    "PRAGMA synchronous = OFF";

static bool write_copy(TALLOC_CTX *mem, const char *path, const char *draft,
		       struct store_salvage *salvage, struct error *err)
{
	struct store_db *from = NULL;
	struct store_db *to = NULL;
	int64_t tables;
	bool ok = store_db_open(path, STORE_DB_READ, &from, err) &&
		  store_db_number(from, "SELECT count(*) FROM sqlite_schema",
				  &tables, err) &&
		  store_db_open(draft, STORE_DB_WRITE, &to, err) &&
		  store_db_run(to, draft_pragmas, err) &&
		  store_schema_migrate(to, &store_schema_current, err) &&
		  copy_tables(mem, from, to, salvage, err);

	store_db_close(from);
	store_db_close(to);
	return ok || error_wrap(err, "%.100s", path);
}

bool store_salvage(TALLOC_CTX *mem, const char *path, const char *copy,
		   struct store_salvage *salvage, struct error *err)
{
	const char *draft;

	return store_file_readable(path, err) &&
	       store_draft_begin(mem, copy, &draft, err) &&
	       store_draft_end(mem, draft, copy,
			       write_copy(mem, path, draft, salvage, err), err);
}

static const char examine_sql[] =
    "SELECT replace(integrity_check, char(10), '; ') "
    "FROM pragma_integrity_check(?) WHERE integrity_check <> 'ok'";

/* Some faults end the search itself. */
static bool list_faults(TALLOC_CTX *mem, struct text_list *faults,
			struct store_db *db, struct error *err)
{
	if (add_names(mem, db, examine_sql, store_number(STORE_SALVAGE_FAULTS),
		      faults, err))
		return true;
	if (!store_db_is_corrupt(db))
		return false;
	keep_name(mem, faults, err->words);
	return true;
}

bool store_examine(TALLOC_CTX *mem, const char *path, struct text_list *faults,
		   struct error *err)
{
	struct text_list found = {.count = 0};
	struct store_db *db = NULL;
	bool ok = store_file_readable(path, err) &&
		  store_db_open(path, STORE_DB_READ, &db, err) &&
		  list_faults(mem, &found, db, err) &&
		  (found.count > 0 ||
		   store_schema_check(db, &store_schema_current, err));

	*faults = found;
	store_db_close(db);
	return ok || error_wrap(err, "the store %.100s", path);
}
