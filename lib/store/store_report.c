/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_report.c - reports on their way: what is owed, rendered, kept
 */
#include "lib/store/store_report.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_file.h"
#include "lib/store/store_query.h"
#include "lib/store/store_report_sql.h"
#include "lib/store/store_schema.h"

#define PURGE_BATCH 50

#define REPORT(t, m) STORE_COLUMN(store_report, t, m)

static const char *const kinds[] = {
    [STORE_REPORT_AGGREGATE] = "aggregate",
    [STORE_REPORT_FAILURE] = "failure",
};

static const struct store_column report_items[] = {
    {REPORT(STORE_ID, report_id)},
    {REPORT(STORE_TEXT, policy_domain)},
    {REPORT(STORE_TIME, begin_s)},
    {REPORT(STORE_TIME, end_s)},
    {REPORT(STORE_COUNT, part)},
    {REPORT(STORE_COUNT, messages)},
    {REPORT(STORE_TEXT, state)},
    {REPORT(STORE_TEXT, note)},
    {REPORT(STORE_TIME, created_s)},
    {REPORT(STORE_TIME, give_up_s)},
    {REPORT(STORE_TIME, settled_s)},
    {REPORT(STORE_TEXT, submitter)},
    {REPORT(STORE_TEXT, file_name)},
    {REPORT(STORE_TEXT, record)},
    {REPORT(STORE_COUNT, rank)},
    {REPORT(STORE_WORD, kind), STORE_WORDS(kinds)},
};

const struct store_columns store_report_columns = {report_items,
						   COUNT_OF(report_items)};

struct store_reports {
	struct store_db *db;
	const struct store_report_sql *sql;
	struct store_db *day; /* has a day's temporary tables; may be `db` */
	/* Asked whether something passed: `day`, whose transaction is open
	 * anyway, unless what `db` noted down of the day is not committed. */
	struct store_db *passed;
	int64_t passed_since_s;
};

const struct store_report_sql *
store_reports_sql(const struct store_reports *reports)
{
	return reports->sql;
}

bool store_reports_is_fleet(const struct store_reports *reports)
{
	return reports->sql == &store_report_fleet;
}

bool store_reports_run(struct store_reports *reports, const char *sql,
		       const struct store_value *values, size_t count,
		       struct error *err)
{
	return sql == NULL ||
	       store_query_run(reports->db, sql, values, count, err);
}

bool store_reports_begin(struct store_reports *reports, struct error *err)
{
	if (!store_query_begin(reports->db, err))
		return false;
	if (store_reports_run(reports, reports->sql->stay, NULL, 0, err))
		return true;
	store_db_rollback(reports->db);
	return false;
}

struct store_db *store_reports_db(struct store_reports *reports)
{
	return reports->db;
}

void store_reports_list_flaws(struct store_reports *reports,
			      struct store_flaws *flaws)
{
	store_db_list_flaws(reports->db, flaws);
}

static int close_reports(struct store_reports *reports)
{
	store_db_close(reports->db);
	return 0;
}

bool store_reports_open(TALLOC_CTX *mem, const char *path,
			enum store_db_mode mode, struct store_reports **reports,
			struct error *err)
{
	if (!store_file_readable(path, err))
		return false;
	struct store_reports *made = mem_new(mem, struct store_reports);
	made->sql = &store_report_sqlite;
	talloc_set_destructor(made, close_reports);
	if (store_db_open(path, mode, &made->db, err) &&
	    store_schema_check(made->db, &store_schema_current, err) &&
	    store_reports_set_durable(made, false, err)) {
		made->day = made->db;
		made->passed = made->db;
		*reports = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "the store %.100s", path);
}

struct store_reports *store_reports_of_fleet(TALLOC_CTX *mem,
					     enum store_db_mode mode,
					     struct store_db *db,
					     struct store_db *day)
{
	struct store_reports *made = mem_new(mem, struct store_reports);

	*made =
	    (struct store_reports){.db = db,
				   .sql = &store_report_fleet,
				   .day = day,
				   .passed = mode == STORE_DB_WRITE ? day : db};
	talloc_set_destructor(made, close_reports);
	return made;
}

/* A server's commits are durable anyway. */
bool store_reports_set_durable(struct store_reports *reports, bool is_durable,
			       struct error *err)
{
	return store_reports_is_fleet(reports) ||
	       store_db_run(reports->db,
			    is_durable ? "PRAGMA synchronous = FULL"
				       : "PRAGMA synchronous = NORMAL",
			    err);
}

void store_reports_checkpoint(struct store_reports *reports)
{
	if (!store_reports_is_fleet(reports))
		store_db_checkpoint(reports->db, true);
}

/* --- what is owed --- */

static bool add_all(struct store_reports *reports,
		    const struct store_report *items, size_t count,
		    int64_t *added, struct error *err)
{
	*added = 0;
	for (size_t i = 0; i < count; i++) {
		const struct store_report *item = &items[i];
		if (!store_query_run(
			reports->db, reports->sql->add,
			STORE_VALUES(store_text(item->report_id),
				     store_text(item->policy_domain),
				     store_number(item->begin_s),
				     store_number(item->end_s),
				     store_number(item->messages),
				     store_number(item->created_s),
				     store_number(item->give_up_s),
				     store_text(item->record),
				     store_number(item->rank),
				     store_number(item->round)),
			err))
			return false;
		*added += store_db_changes(reports->db);
	}
	return true;
}

bool store_reports_add(struct store_reports *reports,
		       const struct store_report *items, size_t count,
		       int64_t *added, struct error *err)
{
	int64_t number;

	if (!store_query_begin(reports->db, err) ||
	    !store_query_end(reports->db,
			     add_all(reports, items, count, &number, err), err))
		return false;
	*added = number;
	return true;
}

bool store_reports_gather(struct store_reports *reports, int64_t begin_s,
			  int64_t end_s, int64_t round, int64_t passed_since_s,
			  struct error *err)
{
	const struct store_report_sql *sql = reports->sql;

	reports->passed_since_s = passed_since_s;
	return store_db_run(reports->day, sql->new_tables, err) &&
	       store_query_run(reports->day, sql->ordinary,
			       STORE_VALUES(store_number(begin_s),
					    store_number(end_s),
					    store_number(round)),
			       err) &&
	       store_query_run(reports->db, sql->passed,
			       STORE_VALUES(store_number(begin_s),
					    store_number(end_s),
					    store_number(round),
					    store_number(passed_since_s)),
			       err);
}

bool store_reports_count(struct store_reports *reports,
			 const char *policy_domain, const char *record,
			 struct store_report_counts *counts, struct error *err)
{
	struct store_report_counts found;

	if (!store_query_number(
		reports->day,
		"SELECT messages FROM report_ordinary WHERE "
		"policy_domain = ? AND record = ?",
		STORE_VALUES(store_text(policy_domain), store_text(record)), 0,
		&found.ordinary, err) ||
	    !store_query_number(
		reports->passed, reports->sql->has_passed,
		STORE_VALUES(store_text(policy_domain),
			     store_number(reports->passed_since_s)),
		0, &found.passed, err))
		return false;
	*counts = found;
	return true;
}

bool store_reports_owe(struct store_reports *reports,
		       const struct store_report_owed *owed, struct error *err)
{
	return store_query_run(
	    reports->day, "INSERT INTO report_owed VALUES (?, ?, ?, ?, ?)",
	    STORE_VALUES(store_text(owed->org_domain),
			 store_text(owed->policy_domain),
			 store_text(owed->record), store_number(owed->rank),
			 store_number(owed->messages)),
	    err);
}

bool store_reports_limit(struct store_reports *reports, long max_per_org_domain,
			 struct error *err)
{
	return store_query_run(
	    reports->day,
	    "INSERT INTO report_within SELECT policy_domain, record "
	    "FROM (SELECT policy_domain, record, row_number() OVER "
	    "(PARTITION BY org_domain ORDER BY rank, messages DESC, "
	    "policy_domain, record) AS place FROM report_owed) AS ranked "
	    "WHERE place <= ? ON CONFLICT DO NOTHING",
	    STORE_VALUES(store_number(max_per_org_domain)), err);
}

bool store_reports_is_within(struct store_reports *reports,
			     const char *policy_domain, const char *record,
			     bool *is_within, struct error *err)
{
	int64_t count = 0;

	if (!store_query_number(
		reports->day,
		"SELECT count(*) FROM report_within WHERE policy_domain = ? "
		"AND record = ?",
		STORE_VALUES(store_text(policy_domain), store_text(record)), 0,
		&count, err))
		return false;
	*is_within = count > 0;
	return true;
}

/* --- listing --- */

/* Hands on reports, at most `limit` (0: all); those that cannot be read do not
 * count. */
static bool show_reports(struct store_statement *rows, long limit,
			 bool (*seen)(void *context,
				      const struct store_report *report),
			 void *context, struct error *err)
{
	struct store_report report;

	while (store_db_next(rows, err)) {
		store_columns_read(&store_report_columns, rows, 0, &report);
		if (store_db_is_sound(rows, "report", 0) &&
		    (!seen(context, &report) || --limit == 0))
			break;
	}
	return store_db_end(rows);
}

/* A condition on an empty or zero parameter holds for all. */
#define LISTED                                                                 \
	"(?1 = '' OR policy_domain = ?1) AND "                                 \
	"(?2 = '' OR report_id = ?2) AND (?3 = '' OR state = ?3) AND "         \
	"(?4 = 0 OR begin_s = ?4) AND kind = ?5"

/* Reports by day and domain, for which both conditions hold. */
static bool open_where(struct store_reports *reports, const char *condition,
		       const char *more, const struct store_value *values,
		       size_t count, struct store_statement **rows,
		       struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool ok = store_query_open_columns(
	    reports->db, "SELECT ", &store_report_columns,
	    mem_printf(mem,
		       " FROM report WHERE %s%s ORDER BY begin_s, "
		       "policy_domain, record, part",
		       condition, more),
	    values, count, rows, err);

	mem_free(mem);
	return ok;
}

bool store_reports_list(struct store_reports *reports,
			const struct store_report_filter *filter,
			bool (*seen)(void *context,
				     const struct store_report *report),
			void *context, struct error *err)
{
	/* As the index says it, so that it is used. */
	const char *condition =
	    filter->is_unrendered ? " AND state = 'collected' AND settled_s = 0"
	    : filter->is_pending  ? " AND settled_s = 0"
				  : "";
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_statement *rows;
	bool ok = open_where(
	    reports, LISTED,
	    mem_printf(mem, "%s%s", reports->sql->of_round, condition),
	    STORE_VALUES(
		store_text(filter->policy_domain),
		store_text(filter->report_id), store_text(filter->state),
		store_number(filter->begin_s),
		store_text(filter->is_failure ? "failure" : "aggregate"),
		store_number(filter->round)),
	    &rows, err);

	mem_free(mem);
	return ok && show_reports(rows, filter->limit, seen, context, err);
}

/* --- rendering --- */

bool store_reports_find_collected(TALLOC_CTX *mem,
				  struct store_reports *reports,
				  struct store_report *report,
				  struct error *err)
{
	struct store_statement *rows;
	struct store_report row;
	const char *report_id = NULL;

	if (!open_where(reports, reports->sql->collected,
			" AND state = 'collected' AND settled_s = 0",
			STORE_VALUES(store_text(report->policy_domain),
				     store_number(report->begin_s),
				     store_text(report->record),
				     store_text(report->report_id)),
			&rows, err))
		return false;
	if (store_db_next(rows, err)) {
		store_columns_read(&store_report_columns, rows, 0, &row);
		if (store_db_is_sound(rows, "report", 0))
			report_id = mem_strdup(mem, row.report_id);
	}
	if (!store_db_end(rows))
		return false;
	report->report_id = report_id;
	return true;
}

/* Goes on its way with its addresses; without them it is a leftover of a run
 * that ended, which another one overwrites. */
static bool add_part(struct store_reports *reports,
		     const struct store_report_rendering *rendering,
		     size_t number, struct error *err)
{
	const struct store_report_part *part = &rendering->parts[number];

	return store_query_run(
	    reports->db, reports->sql->add_part,
	    STORE_VALUES(
		store_text(rendering->report_id), store_text(part->report_id),
		store_number((int64_t)number), store_number(part->messages),
		store_text(part->file_name), store_bytes(part->archive),
		store_text(rendering->submitter)),
	    err);
}

#define IS_OPEN "settled_s = 0 AND state IN ('collected', 'invalid')"

static bool update_first(struct store_db *db,
			 const struct store_report_rendering *rendering,
			 struct error *err)
{
	static const struct store_report_part none = {.file_name = ""};
	const struct store_report_part *part =
	    rendering->part_count > 0 ? &rendering->parts[0] : &none;
	bool is_skipped =
	    rendering->invalid == NULL && rendering->part_count == 0;
	const char *state = "rendered";

	if (rendering->invalid != NULL)
		state = "invalid";
	else if (is_skipped)
		state = "skipped";
	return store_query_run(
	    db,
	    "UPDATE report SET state = ?2, note = ?3, submitter = ?4, "
	    "file_name = ?5, archive = ?6, settled_s = ?7, messages = "
	    "CASE WHEN ?8 > 0 THEN ?8 ELSE messages END WHERE report_id = ?1 "
	    "AND " IS_OPEN,
	    STORE_VALUES(
		store_text(rendering->report_id), store_text(state),
		store_text(rendering->invalid != NULL ? rendering->invalid
						      : rendering->note),
		store_text(rendering->submitter), store_text(part->file_name),
		store_bytes(part->archive),
		store_number(is_skipped ? rendering->now_s : 0),
		store_number(part->messages)),
	    err);
}

static bool send_parts(struct store_reports *reports,
		       const struct store_report_rendering *rendering,
		       struct error *err)
{
	struct store_db *db = reports->db;

	if (!store_reports_run(reports, reports->sql->lock_report,
			       STORE_VALUES(store_text(rendering->report_id)),
			       err) ||
	    !update_first(db, rendering, err))
		return false;
	if (store_db_changes(db) == 0 || rendering->invalid != NULL)
		return true;
	for (size_t i = 0; i < rendering->part_count; i++) {
		const struct store_report_part *part = &rendering->parts[i];
		for (size_t k = 0; k < part->address_count; k++) {
			if (!store_query_run(
				db,
				"INSERT INTO "
				"report_destination " STORE_SQL_DESTINATION
				" SELECT report_id, ?2, ?3, 'unchecked', 0, "
				"?4, "
				"0, '', '', 0, rank FROM report WHERE "
				"report_id = ?1 ON CONFLICT DO NOTHING",
				STORE_VALUES(store_text(part->report_id),
					     store_text(part->addresses[k]),
					     store_number((int64_t)k),
					     store_number(rendering->now_s)),
				err))
				return false;
		}
	}
	return true;
}

bool store_reports_rendered(struct store_reports *reports,
			    const struct store_report_rendering *rendering,
			    struct error *err)
{
	struct store_db *db = reports->db;
	int64_t is_open = 0;

	if (!store_query_number(
		db,
		"SELECT count(*) FROM report WHERE report_id = ? AND " IS_OPEN,
		STORE_VALUES(store_text(rendering->report_id)), 0, &is_open,
		err))
		return false;
	for (size_t i = 1; is_open != 0 && rendering->invalid == NULL &&
			   i < rendering->part_count;
	     i++) {
		if (!add_part(reports, rendering, i, err))
			return false;
	}
	return store_query_begin(db, err) &&
	       store_query_end(db, send_parts(reports, rendering, err), err);
}

/* As a rule there is none: looked for without keeping others from writing. */
bool store_reports_retry_invalid(struct store_reports *reports,
				 struct error *err)
{
	int64_t count = 0;

	return store_query_number(reports->db,
				  "SELECT count(*) FROM report WHERE "
				  "state = 'invalid' AND settled_s = 0",
				  NULL, 0, 0, &count, err) &&
	       (count == 0 ||
		(store_reports_run(reports, reports->sql->retry_rounds, NULL, 0,
				   err) &&
		 store_query_run(reports->db,
				 "UPDATE report SET state = 'collected', note "
				 "= '' WHERE state = 'invalid' AND settled_s = "
				 "0",
				 NULL, 0, err)));
}

bool store_reports_archive(TALLOC_CTX *mem, struct store_reports *reports,
			   const char *report_id, struct span *bytes,
			   struct error *err)
{
	struct store_statement *rows;
	struct span found = {.data = NULL};

	if (!store_query_open(reports->db,
			      "SELECT archive, report_id FROM report WHERE "
			      "report_id = ?",
			      STORE_VALUES(store_text(report_id)), &rows, err))
		return false;
	if (store_db_next(rows, err)) {
		struct span kept = store_db_column_bytes(
		    rows, 0, (size_t)LIMIT_REPORT_ARCHIVE_MIB << 20);
		if (store_db_is_sound(rows, "report", 1))
			found = span_make(
			    mem_strndup(mem, kept.data == NULL ? "" : kept.data,
					kept.length),
			    kept.length);
	}
	if (!store_db_end(rows))
		return false;
	*bytes = found;
	return true;
}

/* --- an end --- */

/* By row, since an id may be unreadable. Until the time is over that others may
 * be kept waiting. */
static bool purge_some(struct store_db *db, const int64_t *found, size_t *count,
		       struct error *err)
{
	int64_t end_us = clock_monotonic_us() + STORE_HELD_US;

	do {
		int64_t row = found[--*count];
		if (!store_query_run(
			db,
			"DELETE FROM report_destination WHERE report_id = "
			"(SELECT report_id FROM report WHERE rowid = ?)",
			STORE_VALUES(store_number(row)), err) ||
		    !store_query_run(db, "DELETE FROM report WHERE rowid = ?",
				     STORE_VALUES(store_number(row)), err))
			return false;
	} while (*count > 0 && clock_monotonic_us() < end_us);
	return true;
}

bool store_reports_purge(struct store_reports *reports, int64_t before_s,
			 struct error *err)
{
	struct store_db *db = reports->db;
	struct store_statement *rows;
	int64_t found[PURGE_BATCH];
	size_t count;

	for (;;) {
		count = 0;
		if (!store_query_open(
			db,
			"SELECT rowid FROM report WHERE settled_s > 0 AND "
			"settled_s < ? ORDER BY settled_s LIMIT ?",
			STORE_VALUES(store_number(before_s),
				     store_number(PURGE_BATCH)),
			&rows, err))
			return false;
		while (count < PURGE_BATCH && store_db_next(rows, err))
			found[count++] = store_db_column_number(rows, 0);
		bool ok = store_db_end(rows);
		bool is_last = count == 0;
		while (ok && count > 0)
			ok = store_query_begin(db, err) &&
			     store_query_end(
				 db, purge_some(db, found, &count, err), err);
		if (!ok || is_last)
			return ok &&
			       store_reports_run(
				   reports, reports->sql->purge,
				   STORE_VALUES(store_number(before_s)), err);
	}
}

/* --- runs --- */

bool store_run_get(TALLOC_CTX *mem, struct store_reports *reports,
		   struct store_run *run, struct error *err)
{
	struct store_statement *rows;
	struct store_run found = {.words = ""};

	if (!store_query_open(reports->db,
			      "SELECT collected_until_s, started_s, ended_s, "
			      "words FROM report_run",
			      NULL, 0, &rows, err))
		return false;
	if (store_db_next(rows, err)) {
		const struct store_run row = {
		    .collected_until_s = store_db_column_time(rows, 0),
		    .started_s = store_db_column_time(rows, 1),
		    .ended_s = store_db_column_time(rows, 2),
		    .words = store_db_column_text(rows, 3),
		};
		if (store_db_is_sound(rows, "report_run", 0)) {
			found = row;
			found.words = mem_strdup(mem, row.words);
		}
	}
	if (!store_db_end(rows))
		return false;
	*run = found;
	return true;
}

bool store_run_lower(struct store_reports *reports, int64_t until_s,
		     struct error *err)
{
	return store_query_run(
	    reports->db,
	    "UPDATE report_run SET collected_until_s = ?1 WHERE "
	    "collected_until_s > ?1",
	    STORE_VALUES(store_number(until_s)), err);
}

/* A row to change, whatever keys a table has. */
static bool make_run(struct store_db *db, struct error *err)
{
	return store_query_run(db,
			       "INSERT INTO report_run SELECT 1, 0, 0, 0, '' "
			       "WHERE NOT EXISTS (SELECT 1 FROM report_run) "
			       "ON CONFLICT DO NOTHING",
			       NULL, 0, err);
}

bool store_run_advance(struct store_reports *reports, int64_t until_s,
		       struct error *err)
{
	return make_run(reports->db, err) &&
	       store_query_run(reports->db,
			       "UPDATE report_run SET collected_until_s = ?1 "
			       "WHERE collected_until_s < ?1",
			       STORE_VALUES(store_number(until_s)), err);
}

bool store_run_set(struct store_reports *reports, const struct store_run *run,
		   struct error *err)
{
	return make_run(reports->db, err) &&
	       store_query_run(
		   reports->db,
		   "UPDATE report_run SET collected_until_s = CASE "
		   "WHEN " STORE_SQL_TIME(
		       "collected_until_s") " AND collected_until_s > ?1 THEN "
					    "collected_until_s ELSE ?1 "
					    "END, started_s = ?2, ended_s = "
					    "?3, words = ?4",
		   STORE_VALUES(store_number(run->collected_until_s),
				store_number(run->started_s),
				store_number(run->ended_s),
				store_text(run->words)),
		   err);
}

bool store_reports_states(struct store_reports *reports, const char *kind,
			  bool (*seen)(void *context, const char *state,
				       int64_t count),
			  void *context, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(reports->db,
			      "SELECT state, count(*) FROM report WHERE kind = "
			      "? GROUP BY state ORDER BY state",
			      STORE_VALUES(store_text(kind)), &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const char *state = store_db_column_text(rows, 0);
		if (store_db_is_sound(rows, "reports in state", 0) &&
		    !seen(context, state, store_db_column_number(rows, 1)))
			break;
	}
	return store_db_end(rows);
}
