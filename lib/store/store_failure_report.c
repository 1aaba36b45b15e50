/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_failure_report.c - from a kept failure to a report on its way
 * Tested by test_store_failure.
 */
#include "lib/store/store_failure_report.h"

#include "lib/store/store_columns.h"
#include "lib/store/store_query.h"

#define SQL_MAX 4096

struct listing {
	bool (*seen)(void *context, const struct store_failure_row *row);
	void *context;
};

static bool tell_row(void *context, struct store_statement *statement)
{
	const struct listing *listing = context;
	struct store_failure_row row = {
	    .failure_id =
		store_db_column_within(statement, 0, 1, STORE_COUNT_MAX),
	    .incidents = store_db_column_count(statement, 1),
	};

	store_columns_read(&store_failure_columns, statement, 2, &row.failure);
	return !store_db_is_sound(statement, "failure", 0) ||
	       listing->seen(listing->context, &row);
}

bool store_failures_list(struct store_reports *reports, const char *domain,
			 int64_t after_id, long limit,
			 bool (*seen)(void *context,
				      const struct store_failure_row *row),
			 void *context, struct error *err)
{
	struct listing listing = {seen, context};
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT failure_id, incidents, ");
	store_columns_names(&store_failure_columns, "", ", ", &sql);
	strbuf_add_text(&sql, " FROM failure WHERE failure_id > ?1 AND "
			      "(?2 = '' OR policy_domain = ?2) ORDER BY "
			      "failure_id LIMIT ?3");
	bool ok = store_query_each(
	    store_reports_db(reports), strbuf_text(&sql),
	    STORE_VALUES(store_number(after_id), store_text(domain),
			 store_number(limit > 0 ? limit : -1)),
	    tell_row, &listing, err);
	mem_free(mem);
	return ok;
}

/* Deleted text is overwritten, too: it tells of people. */
static bool overwrite_deleted(struct store_db *db, struct error *err)
{
	return store_db_run(db, "PRAGMA secure_delete = ON", err);
}

struct writing {
	struct store_db *db;
	const struct store_failure_rendering *rendering;
};

/* record is part of what makes a report unique, and no aggregate report's is
 * empty. */
static bool add_report(const struct writing *writing, struct error *err)
{
	const struct store_failure_rendering *rendering = writing->rendering;

	return store_query_run(
	    writing->db,
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
	    err);
}

static bool write_report(void *context, struct error *err)
{
	const struct writing *writing = context;
	const struct store_failure_rendering *rendering = writing->rendering;

	if (!add_report(writing, err))
		return false;
	if (store_db_changes(writing->db) == 0)
		return true;
	for (size_t i = 0; i < rendering->address_count; i++) {
		if (!store_query_run(
			writing->db,
			"INSERT OR IGNORE INTO report_destination VALUES "
			"(?, ?, ?, 'unchecked', 0, ?, 0, '', '', 0, 0)",
			STORE_VALUES(store_text(rendering->report_id),
				     store_text(rendering->addresses[i]),
				     store_number((int64_t)i),
				     store_number(rendering->now_s)),
			err))
			return false;
	}
	return store_query_run(
	    writing->db, "DELETE FROM failure WHERE failure_id = ?",
	    STORE_VALUES(store_number(rendering->failure_id)), err);
}

bool store_failures_rendered(struct store_reports *reports,
			     const struct store_failure_rendering *rendering,
			     struct error *err)
{
	struct writing writing = {store_reports_db(reports), rendering};

	return overwrite_deleted(writing.db, err) &&
	       store_query_transaction(writing.db, write_report, &writing, err);
}

bool store_failures_drop(struct store_reports *reports, int64_t failure_id,
			 struct error *err)
{
	struct store_db *db = store_reports_db(reports);

	return overwrite_deleted(db, err) &&
	       store_query_run(db, "DELETE FROM failure WHERE failure_id = ?",
			       STORE_VALUES(store_number(failure_id)), err);
}

/* The reports whose text is to go: looking for them goes through all, which
 * must not keep others from writing. */
struct forgetting {
	TALLOC_CTX *mem;
	size_t count;
	int64_t *rows;
};

static bool keep_row(void *context, struct store_statement *statement)
{
	struct forgetting *forgetting = context;

	forgetting->rows = mem_resize(forgetting->mem, forgetting->rows,
				      int64_t, forgetting->count + 1);
	forgetting->rows[forgetting->count++] =
	    store_db_column_number(statement, 0);
	return true;
}

bool store_failures_forget(struct store_reports *reports, struct error *err)
{
	struct store_db *db = store_reports_db(reports);

	TALLOC_CTX *mem = mem_context(NULL);
	struct forgetting forgetting = {.mem = mem};
	bool ok = overwrite_deleted(db, err) &&
		  store_query_each(db,
				   "SELECT rowid FROM report WHERE "
				   "kind = 'failure' AND settled_s > 0 AND "
				   "length(archive) > 0",
				   NULL, 0, keep_row, &forgetting, err);

	for (size_t i = 0; ok && i < forgetting.count; i++)
		ok = store_query_run(
		    db,
		    "UPDATE report SET archive = x'' WHERE rowid = ? AND "
		    "settled_s > 0",
		    STORE_VALUES(store_number(forgetting.rows[i])), err);
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
