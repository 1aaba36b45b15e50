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

#define SQL_MAX 1024
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

static char *select_sql(TALLOC_CTX *mem, const char *rest)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT ");
	store_columns_names(&health_columns, "", ", ", &sql);
	strbuf_printf(&sql, " FROM report_health %s", rest);
	return strbuf_text(&sql);
}

struct finding {
	TALLOC_CTX *mem;
	struct store_health *health;
};

static bool keep(void *context, struct store_statement *statement)
{
	struct finding *finding = context;
	struct store_health row;

	store_columns_read(&health_columns, statement, 0, &row);
	if (!store_db_is_sound(statement, "report_health", 0))
		return false;
	finding->health = mem_new(finding->mem, struct store_health);
	*finding->health = row;
	(void)store_columns_pack(
	    &health_columns, finding->health,
	    mem_array(finding->mem, char,
		      store_columns_bytes(&health_columns, &row)));
	return false;
}

bool store_health_find(TALLOC_CTX *mem, struct store_reports *reports,
		       const char *address, const char *policy_domain,
		       struct store_health **health, struct error *err)
{
	struct finding finding = {.mem = mem};

	if (!store_query_each(
		store_reports_db(reports),
		select_sql(mem, "WHERE address = ? AND policy_domain = ?"),
		STORE_VALUES(store_text(address), store_text(policy_domain)),
		keep, &finding, err))
		return false;
	*health = finding.health;
	return true;
}

bool store_health_set(struct store_reports *reports,
		      const struct store_health *health, struct error *err)
{
	return store_query_run(
	    store_reports_db(reports),
	    "INSERT OR REPLACE INTO report_health (address, policy_domain, "
	    "last_ok_s, last_error_s, last_error, failures, "
	    "suppressed_until_s, suppressed_why) VALUES (?, ?, ?, ?, ?, ?, ?, "
	    "?)",
	    STORE_VALUES(
		store_text(health->address), store_text(health->policy_domain),
		store_number(health->last_ok_s),
		store_number(health->last_error_s),
		store_text(health->last_error), store_number(health->failures),
		store_number(health->suppressed_until_s),
		store_text(health->suppressed_why)),
	    err);
}

struct listing {
	bool (*seen)(void *context, const struct store_health *health);
	void *context;
};

static bool tell_row(void *context, struct store_statement *statement)
{
	const struct listing *listing = context;
	struct store_health row;

	store_columns_read(&health_columns, statement, 0, &row);
	return !store_db_is_sound(statement, "report_health", 0) ||
	       listing->seen(listing->context, &row);
}

bool store_health_list(struct store_reports *reports, int64_t now_s,
		       bool (*seen)(void *context,
				    const struct store_health *health),
		       void *context, struct error *err)
{
	struct listing listing = {seen, context};
	TALLOC_CTX *mem = mem_context(NULL);
	bool ok = store_query_each(
	    store_reports_db(reports),
	    select_sql(mem, "WHERE ?1 = 0 OR failures > 0 OR "
			    "suppressed_until_s > ?1 ORDER BY address, "
			    "policy_domain"),
	    STORE_VALUES(store_number(now_s)), tell_row, &listing, err);

	mem_free(mem);
	return ok;
}

bool store_health_of(struct store_reports *reports, const char *address,
		     bool (*seen)(void *context,
				  const struct store_health *health),
		     void *context, struct error *err)
{
	struct listing listing = {seen, context};
	TALLOC_CTX *mem = mem_context(NULL);
	bool ok = store_query_each(store_reports_db(reports),
				   select_sql(mem, "WHERE address = ? ORDER BY "
						   "policy_domain"),
				   STORE_VALUES(store_text(address)), tell_row,
				   &listing, err);

	mem_free(mem);
	return ok;
}

struct lifting {
	struct store_db *db;
	const char *address;
	int64_t now_s;
};

/* What was kept for a later day is due again. */
static bool lift(void *context, struct error *err)
{
	const struct lifting *lifting = context;
	bool is_domain = lifting->address[0] == '@';

	return store_query_run(
		   lifting->db, "DELETE FROM report_health WHERE address = ?",
		   STORE_VALUES(store_text(lifting->address)), err) &&
	       store_query_run(
		   lifting->db,
		   is_domain ? "UPDATE report_destination SET next_try_s = ?2 "
			       "WHERE state IN ('unchecked', 'waiting') AND "
			       "next_try_s > ?2 AND "
			       "substr(address, -length(?1)) = ?1"
			     : "UPDATE report_destination SET next_try_s = ?2 "
			       "WHERE state IN ('unchecked', 'waiting') AND "
			       "next_try_s > ?2 AND address = ?1",
		   STORE_VALUES(store_text(lifting->address),
				store_number(lifting->now_s)),
		   err);
}

bool store_health_lift(struct store_reports *reports, const char *address,
		       int64_t now_s, struct error *err)
{
	struct lifting lifting = {store_reports_db(reports), address, now_s};

	return store_query_transaction(lifting.db, lift, &lifting, err);
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
