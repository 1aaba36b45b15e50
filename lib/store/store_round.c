/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_round.c - which segments of a day the fleet's reports are made of
 *
 * The rules stand in lib/fleet/sql/report.sql, beside the rows that they lock.
 * Tested by test_fleet_reports.
 */
#include "lib/store/store_round.h"

#include "lib/base/limits.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_query.h"
#include "lib/store/store_report_sql.h"

#define KEY_BYTES 32

static const char *const steps[] = {
    [STORE_ROUND_GOES_ON] = "",
    [STORE_ROUND_COLLECTED] = "collected",
    [STORE_ROUND_RENDERED] = "rendered",
    [STORE_ROUND_LEFT] = "",
};

bool store_round_clock(struct store_reports *reports, int64_t *now_s,
		       struct error *err)
{
	return store_query_number(store_reports_db(reports),
				  "SELECT alignd_report.now_s()", NULL, 0, 0,
				  now_s, err);
}

bool store_round_taken_until(struct store_reports *reports, int64_t *until_s,
			     struct error *err)
{
	return store_query_number(store_reports_db(reports),
				  "SELECT alignd_report.taken_until_s()", NULL,
				  0, 0, until_s, err);
}

bool store_round_key(TALLOC_CTX *mem, struct store_reports *reports,
		     struct span *key, struct error *err)
{
	struct store_statement *rows;
	struct span found = {.data = NULL};

	if (!store_query_open(store_reports_db(reports),
			      "SELECT bytes FROM report_key", NULL, 0, &rows,
			      err))
		return false;
	while (store_db_next(rows, err)) {
		struct span bytes = store_db_column_bytes(rows, 0, KEY_BYTES);
		if (bytes.length == KEY_BYTES)
			found = span_make(
			    mem_strndup(mem, bytes.data, bytes.length),
			    bytes.length);
	}
	if (!store_db_end(rows))
		return false;
	if (found.data == NULL)
		return error_set(err, ERROR_STORE,
				 "the fleet's key of reports is missing: "
				 "alignctl fleet init --upgrade");
	*key = found;
	return true;
}

/* --- rounds --- */

/* A function of the server's, in a transaction that must not be forgotten. */
static bool call(struct store_reports *reports, const char *sql,
		 const struct store_value *values, size_t count,
		 int64_t *number, struct error *err)
{
	struct store_db *db = store_reports_db(reports);
	int64_t found = 0;

	if (!store_reports_begin(reports, err) ||
	    !store_query_end(
		db, store_query_number(db, sql, values, count, 0, &found, err),
		err))
		return false;
	*number = found;
	return true;
}

bool store_rounds_take(struct store_reports *reports,
		       const struct store_round_limits *limits, int64_t *count,
		       struct error *err)
{
	return call(reports,
		    "SELECT alignd_report.take_rounds(?1, ?2, ?3, ?4, ?5)",
		    STORE_VALUES(store_number(limits->wait_s),
				 store_number(limits->margin_s),
				 store_number(limits->pause_s),
				 store_number(LIMIT_REPORT_ROUNDS),
				 store_number(limits->days)),
		    count, err);
}

static bool claim(struct store_reports *reports, const char *owner,
		  int64_t lease_s, struct store_round *round, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(
		store_reports_db(reports),
		"SELECT o_day_s, o_round, o_is_collected FROM "
		"alignd_report.claim_round(?1, ?2)",
		STORE_VALUES(store_text(owner), store_number(lease_s)), &rows,
		err))
		return false;
	while (store_db_next(rows, err)) {
		*round = (struct store_round){
		    .day_s = store_db_column_number(rows, 0),
		    .round = store_db_column_number(rows, 1),
		    .is_collected = store_db_column_number(rows, 2) != 0,
		};
	}
	return store_db_end(rows);
}

bool store_round_claim(struct store_reports *reports, const char *owner,
		       int64_t lease_s, struct store_round *round,
		       struct error *err)
{
	struct store_round found = {.round = 0};

	if (!store_reports_begin(reports, err) ||
	    !store_query_end(store_reports_db(reports),
			     claim(reports, owner, lease_s, &found, err), err))
		return false;
	*round = found;
	return true;
}

bool store_round_keep(struct store_reports *reports,
		      const struct store_round *round, const char *owner,
		      int64_t lease_s, enum store_round_step step,
		      bool *is_ours, struct error *err)
{
	bool is_left = step == STORE_ROUND_RENDERED || step == STORE_ROUND_LEFT;
	int64_t is_kept;

	if (!call(reports,
		  "SELECT alignd_report.keep_round(?1, ?2, ?3, ?4, ?5)::bigint",
		  STORE_VALUES(store_number(round->day_s),
			       store_number(round->round), store_text(owner),
			       store_number(is_left ? 0 : lease_s),
			       store_text(steps[step])),
		  &is_kept, err))
		return false;
	*is_ours = is_kept != 0;
	return true;
}

bool store_round_figures(struct store_reports *reports,
			 struct store_round_figures *figures, struct error *err)
{
	struct store_statement *rows;
	struct store_round_figures found = {.unrendered = 0};

	if (!store_query_open(
		store_reports_db(reports),
		"SELECT reported_until_s, unrendered, late, "
		"missing, let_go_segments, let_go_messages, "
		"standbys_unsure, ahead_s FROM alignd_report.figures()",
		NULL, 0, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		found.reported_until_s = store_db_column_time(rows, 0);
		found.unrendered = store_db_column_number(rows, 1);
		found.late = store_db_column_number(rows, 2);
		found.missing = store_db_column_number(rows, 3);
		found.let_go_segments = store_db_column_number(rows, 4);
		found.let_go_messages = store_db_column_number(rows, 5);
		found.standbys_unsure = store_db_column_number(rows, 6);
		found.ahead_s = store_db_column_number(rows, 7);
	}
	if (!store_db_end(rows))
		return false;
	*figures = found;
	return true;
}

bool store_round_admit_failure(struct store_reports *reports, int64_t time_s,
			       const char *policy_domain, int64_t per_domain,
			       int64_t per_hour, bool *is_in, struct error *err)
{
	int64_t admitted;

	if (!call(reports,
		  "SELECT alignd_report.admit_failure(?1, ?2, ?3, ?4)::bigint",
		  STORE_VALUES(store_number(store_hour_of(time_s)),
			       store_text(policy_domain),
			       store_number(per_domain),
			       store_number(per_hour)),
		  &admitted, err))
		return false;
	*is_in = admitted != 0;
	return true;
}
