/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_failure_report.c - from a kept failure to a report on its way
 * Tested by test_store_failure.
 */
#include "lib/store/store_failure_report.h"

#include "lib/store/store_columns.h"
#include "lib/store/store_query.h"
#include "lib/store/store_report_sql.h"

bool store_failures_list(struct store_reports *reports, const char *domain,
			 int64_t after_id, long limit,
			 bool (*seen)(void *context,
				      const struct store_failure_row *row),
			 void *context, struct error *err)
{
	struct store_statement *rows;
	struct store_failure_row row;

	if (!store_query_open_columns(
		store_reports_db(reports), "SELECT failure_id, incidents, ",
		&store_failure_columns,
		" FROM failure WHERE failure_id > ?1 AND "
		"(?2 = '' OR policy_domain = ?2) ORDER BY failure_id LIMIT ?3",
		STORE_VALUES(store_number(after_id), store_text(domain),
			     store_number(limit > 0 ? limit : -1)),
		&rows, err))
		return false;
	while (store_db_next(rows, err)) {
		row.failure_id =
		    store_db_column_within(rows, 0, 1, STORE_COUNT_MAX);
		row.incidents = store_db_column_count(rows, 1);
		store_columns_read(&store_failure_columns, rows, 2,
				   &row.failure);
		if (store_db_is_sound(rows, "failure", 0) &&
		    !seen(context, &row))
			break;
	}
	return store_db_end(rows);
}

/* Deleted text is overwritten, too: it tells of people. */
static bool overwrite_deleted(struct store_db *db, struct error *err)
{
	return store_db_kind(db) != STORE_DB_SQLITE ||
	       store_db_run(db, "PRAGMA secure_delete = ON", err);
}

static bool write_addresses(struct store_db *db,
			    const struct store_failure_rendering *rendering,
			    struct error *err)
{
	for (size_t i = 0; i < rendering->address_count; i++) {
		if (!store_query_run(
			db,
			"INSERT INTO report_destination " STORE_SQL_DESTINATION
			" VALUES (?, ?, ?, 'unchecked', 0, ?, 0, '', '', 0, 0) "
			"ON CONFLICT DO NOTHING",
			STORE_VALUES(store_text(rendering->report_id),
				     store_text(rendering->addresses[i]),
				     store_number((int64_t)i),
				     store_number(rendering->now_s)),
			err))
			return false;
	}
	return true;
}

/* record is part of what makes a report unique, and no aggregate report's is
 * empty. */
static bool write_report(struct store_db *db,
			 const struct store_failure_rendering *rendering,
			 struct error *err)
{
	if (!store_query_run(
		db,
		"INSERT INTO report (report_id, policy_domain, begin_s, end_s, "
		"part, messages, state, note, created_s, give_up_s, settled_s, "
		"submitter, file_name, record, archive, kind) SELECT ?2, "
		"policy_domain, time_s, time_s, failure_id, incidents, "
		"'rendered', '', ?3, ?4, 0, '', reference, '', ?5, 'failure' "
		"FROM failure WHERE failure_id = ?1",
		STORE_VALUES(store_number(rendering->failure_id),
			     store_text(rendering->report_id),
			     store_number(rendering->now_s),
			     store_number(rendering->give_up_s),
			     store_bytes(rendering->message)),
		err))
		return false;
	if (store_db_changes(db) == 0)
		return true;
	return write_addresses(db, rendering, err) &&
	       store_query_run(
		   db, "DELETE FROM failure WHERE failure_id = ?",
		   STORE_VALUES(store_number(rendering->failure_id)), err);
}

bool store_failures_rendered(struct store_reports *reports,
			     const struct store_failure_rendering *rendering,
			     struct error *err)
{
	struct store_db *db = store_reports_db(reports);

	return overwrite_deleted(db, err) && store_query_begin(db, err) &&
	       store_query_end(db, write_report(db, rendering, err), err);
}

static bool write_fleet_report(struct store_db *db,
			       const struct store_failure_rendering *rendering,
			       struct error *err)
{
	return store_query_run(
		   db,
		   "INSERT INTO report (report_id, policy_domain, begin_s, "
		   "end_s, part, messages, state, note, created_s, give_up_s, "
		   "settled_s, submitter, file_name, record, archive, kind) "
		   "VALUES (?1, ?2, ?3, ?3, ?4, ?5, 'rendered', '', ?6, ?7, 0, "
		   "'', ?8, '', ?9, 'failure') ON CONFLICT DO NOTHING",
		   STORE_VALUES(store_text(rendering->report_id),
				store_text(rendering->policy_domain),
				store_number(rendering->time_s),
				store_number(rendering->failure_id),
				store_number(rendering->incidents),
				store_number(rendering->now_s),
				store_number(rendering->give_up_s),
				store_text(rendering->reference),
				store_bytes(rendering->message)),
		   err) &&
	       (store_db_changes(db) == 0 ||
		write_addresses(db, rendering, err));
}

bool store_failures_hand_over(struct store_reports *fleet,
			      const struct store_failure_rendering *rendering,
			      struct error *err)
{
	struct store_db *db = store_reports_db(fleet);

	return store_reports_begin(fleet, err) &&
	       store_query_end(db, write_fleet_report(db, rendering, err), err);
}

bool store_failures_drop(struct store_reports *reports, int64_t failure_id,
			 struct error *err)
{
	struct store_db *db = store_reports_db(reports);

	return overwrite_deleted(db, err) &&
	       store_query_run(db, "DELETE FROM failure WHERE failure_id = ?",
			       STORE_VALUES(store_number(failure_id)), err);
}

/* Looking for the reports whose text is to go goes through all, which must not
 * keep others from writing: it is done before. */
bool store_failures_forget(struct store_reports *reports, struct error *err)
{
	struct store_db *db = store_reports_db(reports);
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_statement *rows = NULL;
	int64_t *found = NULL;
	size_t count = 0;
	bool ok =
	    overwrite_deleted(db, err) &&
	    store_query_open(db,
			     "SELECT rowid FROM report WHERE kind = 'failure' "
			     "AND settled_s > 0 AND length(archive) > 0",
			     NULL, 0, &rows, err);

	while (ok && store_db_next(rows, err)) {
		found = mem_resize(mem, found, int64_t, count + 1);
		found[count++] = store_db_column_number(rows, 0);
	}
	ok = store_db_end(rows);
	for (size_t i = 0; ok && i < count; i++)
		ok = store_query_run(
		    db,
		    "UPDATE report SET archive = ?2 WHERE rowid = ?1 AND "
		    "settled_s > 0",
		    STORE_VALUES(store_number(found[i]),
				 store_bytes(span_make("", 0))),
		    err);
	mem_free(mem);
	return ok;
}

bool store_failures_count(struct store_reports *reports, int64_t *waiting,
			  int64_t *counted_only, struct error *err)
{
	struct store_db *db = store_reports_db(reports);

	return store_query_number(db, "SELECT count(*) FROM failure", NULL, 0,
				  0, waiting, err) &&
	       store_query_number(db,
				  "SELECT sum(more) FROM failure_hour "
				  "WHERE " STORE_SQL_COUNT("more"),
				  NULL, 0, 0, counted_only, err);
}
