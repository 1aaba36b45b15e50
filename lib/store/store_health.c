/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_health.c - what is known of the addresses that reports go to
 *
 * "@DOMAIN" stands for all addresses at that domain, the policy domain "" for
 * reports about anybody.
 * Tested by test_store_report, test_alignctl_report_replies.
 */
#include "lib/store/store_health.h"

#include "lib/store/store_columns.h"
#include "lib/store/store_query.h"
#include "lib/store/store_report_sql.h"

#define HEALTH(t, m) STORE_COLUMN(store_health, t, m)

static const struct store_column health_items[] = {
    {HEALTH(STORE_TEXT, address)},
    {HEALTH(STORE_TEXT, policy_domain)},
    {HEALTH(STORE_TIME, last_ok_s)},
    {HEALTH(STORE_TIME, last_error_s)},
    {HEALTH(STORE_TEXT, last_error)},
    {HEALTH(STORE_COUNT, failures)},
    {HEALTH(STORE_UNTIL, suppressed_until_s)},
    {HEALTH(STORE_TEXT, suppressed_why)},
};

static const struct store_columns health_columns = {health_items,
						    COUNT_OF(health_items)};

static bool open_rows(struct store_reports *reports, const char *condition,
		      const struct store_value *values, size_t count,
		      struct store_statement **rows, struct error *err)
{
	return store_query_open_columns(store_reports_db(reports), "SELECT ",
					&health_columns, condition, values,
					count, rows, err);
}

bool store_health_find(TALLOC_CTX *mem, struct store_reports *reports,
		       const char *address, const char *policy_domain,
		       struct store_health **health, struct error *err)
{
	struct store_statement *rows;
	struct store_health row;
	struct store_health *found = NULL;

	if (!open_rows(
		reports,
		" FROM report_health WHERE address = ? AND policy_domain = ?",
		STORE_VALUES(store_text(address), store_text(policy_domain)),
		&rows, err))
		return false;
	if (store_db_next(rows, err)) {
		store_columns_read(&health_columns, rows, 0, &row);
		if (store_db_is_sound(rows, "report_health", 0))
			found = store_columns_copy(mem, &health_columns, &row,
						   sizeof row);
	}
	if (!store_db_end(rows))
		return false;
	*health = found;
	return true;
}

bool store_health_set(struct store_reports *reports,
		      const struct store_health *health, struct error *err)
{
	return store_query_run(
	    store_reports_db(reports), store_reports_sql(reports)->set_health,
	    STORE_VALUES(
		store_text(health->address), store_text(health->policy_domain),
		store_number(health->last_ok_s),
		store_number(health->last_error_s),
		store_text(health->last_error), store_number(health->failures),
		store_number(health->suppressed_until_s),
		store_text(health->suppressed_why)),
	    err);
}

static bool show_rows(struct store_statement *rows,
		      bool (*seen)(void *context,
				   const struct store_health *health),
		      void *context, struct error *err)
{
	struct store_health row;

	while (store_db_next(rows, err)) {
		store_columns_read(&health_columns, rows, 0, &row);
		if (store_db_is_sound(rows, "report_health", 0) &&
		    !seen(context, &row))
			break;
	}
	return store_db_end(rows);
}

bool store_health_list(struct store_reports *reports, int64_t now_s,
		       bool (*seen)(void *context,
				    const struct store_health *health),
		       void *context, struct error *err)
{
	struct store_statement *rows;

	return open_rows(reports,
			 " FROM report_health WHERE ?1 = 0 OR failures > 0 OR "
			 "suppressed_until_s > ?1 ORDER BY address, "
			 "policy_domain",
			 STORE_VALUES(store_number(now_s)), &rows, err) &&
	       show_rows(rows, seen, context, err);
}

bool store_health_of(struct store_reports *reports, const char *address,
		     bool (*seen)(void *context,
				  const struct store_health *health),
		     void *context, struct error *err)
{
	struct store_statement *rows;

	return open_rows(reports,
			 " FROM report_health WHERE address = ? ORDER BY "
			 "policy_domain",
			 STORE_VALUES(store_text(address)), &rows, err) &&
	       show_rows(rows, seen, context, err);
}

/* What was kept for a later day is due again. */
bool store_health_lift(struct store_reports *reports, const char *address,
		       int64_t now_s, struct error *err)
{
	struct store_db *db = store_reports_db(reports);
	bool is_domain = address[0] == '@';

	if (!store_query_begin(db, err))
		return false;
	bool ok =
	    store_query_run(db, "DELETE FROM report_health WHERE address = ?",
			    STORE_VALUES(store_text(address)), err) &&
	    store_query_run(
		db,
		is_domain ? "UPDATE report_destination SET next_try_s = ?2 "
			    "WHERE state IN ('unchecked', 'waiting') AND "
			    "next_try_s > ?2 AND "
			    "substr(address, length(address) - "
			    "length(?1) + 1) = ?1"
			  : "UPDATE report_destination SET next_try_s = ?2 "
			    "WHERE state IN ('unchecked', 'waiting') AND "
			    "next_try_s > ?2 AND address = ?1",
		STORE_VALUES(store_text(address), store_number(now_s)), err);
	return store_query_end(db, ok, err);
}

bool store_health_forget(struct store_reports *reports, int64_t before_s,
			 struct error *err)
{
	return store_query_run(store_reports_db(reports),
			       "DELETE FROM report_health WHERE policy_domain "
			       "<> '' AND last_error_s < ?1 AND "
			       "suppressed_until_s < ?1",
			       STORE_VALUES(store_number(before_s)), err);
}
