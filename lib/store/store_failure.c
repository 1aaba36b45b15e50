/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_failure.c - failures on their way into the store
 */
#include "lib/store/store_failure.h"

#include "lib/store/store_columns.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_query.h"

#define DAY_S 86400
#define KEEP_S (5 * DAY_S) /* as long as a report is tried */
#define SQL_MAX 4096

static bool count_kept(struct store_db *db, int64_t hour_s, const char *domain,
		       int64_t *of_domain, int64_t *of_all, struct error *err)
{
	return store_query_number(
		   db,
		   "SELECT kept FROM failure_hour WHERE hour_s "
		   "= ? AND policy_domain = ?",
		   STORE_VALUES(store_number(hour_s), store_text(domain)), 0,
		   of_domain, err) &&
	       store_query_number(
		   db,
		   "SELECT sum(kept) FROM failure_hour WHERE hour_s = ? "
		   "AND " STORE_SQL_COUNT("kept"),
		   STORE_VALUES(store_number(hour_s)), 0, of_all, err);
}

static bool insert_failure(struct store_db *db,
			   const struct store_failure *failure,
			   int64_t incidents, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_statement *statement;
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "INSERT INTO failure (incidents, ");
	store_columns_names(&store_failure_columns, "", ", ", &sql);
	strbuf_printf(&sql, ") VALUES (%lld", (long long)incidents);
	for (size_t i = 0; i < store_failure_columns.count; i++)
		strbuf_add_text(&sql, ", ?");
	strbuf_add_char(&sql, ')');
	bool ok = store_db_prepare(db, strbuf_text(&sql), &statement, err);
	if (ok) {
		store_columns_bind(&store_failure_columns, failure, statement,
				   1);
		ok = store_db_execute(statement, err);
		store_db_finish(statement);
	}
	mem_free(mem);
	return ok;
}

/* Adds to the counts of an hour and domain. */
static bool add_counts(struct store_db *db, int64_t hour_s, const char *domain,
		       int64_t kept, int64_t more, struct error *err)
{
	return store_query_run(
	    db,
	    "INSERT INTO failure_hour VALUES (?, ?, ?, ?) ON CONFLICT DO "
	    "UPDATE SET kept = kept + excluded.kept, more = more + "
	    "excluded.more",
	    STORE_VALUES(store_number(hour_s), store_text(domain),
			 store_number(kept), store_number(more)),
	    err);
}

/* With those of its domain that were counted since the last one was fetched. */
static bool keep_failure(struct store_db *db,
			 const struct store_failure *failure, int64_t hour_s,
			 struct error *err)
{
	const struct store_value domain[] = {
	    store_text(failure->policy_domain)};
	int64_t more;

	return store_query_number(
		   db,
		   "SELECT sum(more) FROM failure_hour WHERE "
		   "policy_domain = ? AND " STORE_SQL_COUNT("more"),
		   domain, 1, 0, &more, err) &&
	       insert_failure(db, failure, 1 + more, err) &&
	       store_query_run(db,
			       "UPDATE failure_hour SET more = 0 WHERE "
			       "policy_domain = ? AND more > 0",
			       domain, 1, err) &&
	       add_counts(db, hour_s, failure->policy_domain, 1, 0, err);
}

static bool count_only(struct store_db *db, const char *domain, int64_t hour_s,
		       bool has_row, struct error *err)
{
	if (!store_query_run(db,
			     "UPDATE failure SET incidents = incidents + 1 "
			     "WHERE failure_id = (SELECT max(failure_id) FROM "
			     "failure WHERE policy_domain = ?)",
			     STORE_VALUES(store_text(domain)), err))
		return false;
	return store_db_changes(db) > 0 ||
	       add_counts(db, hour_s, has_row ? domain : "", 0, 1, err);
}

bool store_failure_write(struct store_db *db,
			 const struct store_failure *failure,
			 const struct store_failure_limits *limits,
			 struct error *err)
{
	const char *domain = failure->policy_domain;
	int64_t hour_s = store_hour_of(failure->time_s);
	int64_t of_domain;
	int64_t of_all;

	if (!count_kept(db, hour_s, domain, &of_domain, &of_all, err))
		return false;
	bool ok = of_domain < limits->per_domain && of_all < limits->per_hour
		      ? keep_failure(db, failure, hour_s, err)
		      : count_only(db, domain, hour_s, of_domain > 0, err);
	return ok || error_wrap(err, "failure %.40s", failure->reference);
}

bool store_failure_purge(struct store_db *db, int64_t now_s, struct error *err)
{
	return store_query_run(db, "DELETE FROM failure WHERE time_s < ?",
			       STORE_VALUES(store_number(now_s - KEEP_S)),
			       err) &&
	       store_query_run(db, "DELETE FROM failure_hour WHERE hour_s < ?",
			       STORE_VALUES(store_number(now_s - DAY_S)), err);
}
