/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_purge.c - what is past its time goes, batch by batch
 * Tested by test_store, test_store_segments.
 */
#include "lib/store/store_purge.h"

#include "lib/store/store_failure.h"
#include "lib/store/store_passed_rows.h"
#include "lib/store/store_query.h"
#include "lib/store/store_remembered.h"

#define BATCH 200 /* rows: a few milliseconds */

/* --- what holds it --- */

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

bool store_purge_report_hold(struct store_db *db, int64_t now_s,
			     int64_t *hold_s, struct error *err)
{
	int64_t found;

	if (!store_query_number(db, report_hold_sql,
				STORE_VALUES(store_number(now_s)), 0, &found,
				err))
		return false;
	*hold_s = found > 0 ? found : INT64_MAX; /* 0: NULL, no reports */
	return true;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The fleet has not taken it, or not what an erasure left of it. */
#define WAITS "(pushed_s = 0 OR restated > restated_told)"

/* The first hour of a segment that waits for the fleet and may still wait. One
 * that would go now is held from now on. */
static bool find_fleet_hold(struct store_db *db,
			    const struct store_purge_times *times,
			    int64_t *hold_s, struct error *err)
{
	int64_t before_s =
	    -earlier(-times->results_before_s, -times->incidents_before_s);

	return store_query_run(db,
			       "UPDATE segment SET held_s = ? WHERE " WAITS
			       " AND held_s = 0 AND hour_s < ?",
			       STORE_VALUES(store_number(times->now_s),
					    store_number(before_s)),
			       err) &&
	       store_query_number(
		   db,
		   "SELECT ifnull(min(hour_s), ?1) FROM segment WHERE " WAITS
		   " AND (held_s = 0 OR held_s > ?2)",
		   STORE_VALUES(
		       store_number(INT64_MAX),
		       store_number(times->now_s - STORE_FLEET_HOLD_S)),
		   INT64_MAX, hold_s, err);
}

/* Lowers both times to what is still needed. */
static bool respect_needs(struct store_db *db, struct store_purge_times *times,
			  struct error *err)
{
	int64_t fleet_s = INT64_MAX;
	int64_t report_s;

	if (!store_purge_report_hold(db, times->now_s, &report_s, err) ||
	    (times->is_for_fleet && !find_fleet_hold(db, times, &fleet_s, err)))
		return false;
	times->results_before_s =
	    earlier(times->results_before_s, earlier(report_s, fleet_s));
	times->incidents_before_s = earlier(times->incidents_before_s, fleet_s);
	return true;
}

/* --- what goes --- */

bool store_purge_count(struct store_db *db, const char *sql, int64_t first,
		       int64_t second, uint64_t *count, struct error *err)
{
	int64_t found;

	if (!store_query_number(
		db, sql,
		STORE_VALUES(store_number(first), store_number(second)), 0,
		&found, err))
		return false;
	*count += (uint64_t)found;
	return true;
}

bool store_purge_note(struct store_db *db, const struct store_let_go *before,
		      const struct store_let_go *now, struct error *err)
{
	int64_t messages = (int64_t)(now->messages - before->messages);
	int64_t incidents = (int64_t)(now->incidents - before->incidents);

	return (messages == 0 && incidents == 0) ||
	       store_query_run(
		   db,
		   "INSERT INTO let_go VALUES (1, ?, ?) ON CONFLICT DO UPDATE "
		   "SET messages = messages + excluded.messages, "
		   "incidents = incidents + excluded.incidents",
		   STORE_VALUES(store_number(messages),
				store_number(incidents)),
		   err);
}

static bool delete_before(struct store_db *db, const char *sql,
			  int64_t before_s, bool *has_more, struct error *err)
{
	if (!store_query_run(
		db, sql,
		STORE_VALUES(store_number(before_s), store_number(BATCH)), err))
		return false;
	if (store_db_changes(db) == BATCH)
		*has_more = true;
	return true;
}

#define OLD_INCIDENTS "FROM incident WHERE time_s < ?1 LIMIT ?2"
#define OLD_RESULTS "FROM result WHERE hour_s < ?1 LIMIT ?2"

static bool count_let_go(struct store_db *db,
			 const struct store_purge_times *times,
			 struct store_let_go *let_go, struct error *err)
{
	return !times->is_for_fleet ||
	       (store_purge_count(
		    db,
		    "SELECT count(*) FROM (SELECT segment_id " OLD_INCIDENTS
		    ") JOIN segment USING (segment_id) WHERE pushed_s = 0",
		    times->incidents_before_s, BATCH, &let_go->incidents,
		    err) &&
		store_purge_count(
		    db,
		    "SELECT ifnull(sum(count), 0) FROM (SELECT segment_id, "
		    "count " OLD_RESULTS ") JOIN segment USING (segment_id) "
		    "WHERE pushed_s = 0 AND " STORE_SQL_COUNT("count"),
		    times->results_before_s, BATCH, &let_go->messages, err));
}

static bool delete_rows(struct store_db *db,
			const struct store_purge_times *times, bool *has_more,
			struct error *err)
{
	return delete_before(db,
			     "DELETE FROM incident WHERE incident_id IN "
			     "(SELECT incident_id " OLD_INCIDENTS ")",
			     times->incidents_before_s, has_more, err) &&
	       delete_before(db,
			     "DELETE FROM counted WHERE counted_id IN (SELECT "
			     "counted_id FROM counted WHERE hour_s < ? "
			     "LIMIT ?)",
			     times->incidents_before_s, has_more, err) &&
	       delete_before(db,
			     "DELETE FROM result WHERE (hour_s, tuple_id, "
			     "segment_id) IN (SELECT hour_s, tuple_id, "
			     "segment_id " OLD_RESULTS ")",
			     times->results_before_s, has_more, err) &&
	       delete_before(db,
			     "DELETE FROM imported WHERE (hour_s, message) IN "
			     "(SELECT hour_s, message FROM imported WHERE "
			     "hour_s < ? LIMIT ?)",
			     times->results_before_s, has_more, err);
}

#define OLD_SEGMENTS                                                           \
	"FROM segment WHERE hour_s < ?1 AND sealed_s > 0 LIMIT ?2"
#define OLD_ERASED                                                             \
	"FROM erased WHERE time_s < ?1 ORDER BY erased_id LIMIT ?2"

/* What was erased here, and stays in the fleet. */
static bool count_untold(struct store_db *db,
			 const struct store_purge_times *times,
			 int64_t segments_before_s, int64_t erased_before_s,
			 struct store_let_go *let_go, struct error *err)
{
	return !times->is_for_fleet ||
	       (store_purge_count(
		    db,
		    "SELECT count(*) FROM (SELECT pushed_s, restated, "
		    "restated_told " OLD_SEGMENTS
		    ") WHERE pushed_s > 0 AND restated > restated_told",
		    segments_before_s, BATCH, &let_go->erasures, err) &&
		store_purge_count(
		    db,
		    "SELECT count(*) FROM (SELECT told_s " OLD_ERASED
		    ") WHERE told_s = 0",
		    erased_before_s, BATCH, &let_go->erasures, err));
}

/* A segment goes when its rows have gone. What an erasure took out of it has been
 * told by then, or has waited as long as it may. */
static bool delete_segments(struct store_db *db,
			    const struct store_purge_times *times,
			    bool *has_more, struct store_let_go *let_go,
			    struct error *err)
{
	int64_t before_s =
	    earlier(times->results_before_s, times->incidents_before_s);
	int64_t erased_before_s =
	    times->is_for_fleet
		? earlier(before_s, times->now_s - STORE_FLEET_HOLD_S)
		: before_s;

	return *has_more ||
	       (count_untold(db, times, before_s, erased_before_s, let_go,
			     err) &&
		delete_before(db,
			      "DELETE FROM segment WHERE segment_id IN "
			      "(SELECT segment_id " OLD_SEGMENTS ")",
			      before_s, has_more, err) &&
		delete_before(db,
			      "DELETE FROM erased WHERE erased_id IN "
			      "(SELECT erased_id " OLD_ERASED ")",
			      erased_before_s, has_more, err));
}

bool store_purge_batch(struct store_db *db,
		       const struct store_purge_times *times, bool *has_more,
		       struct store_let_go *let_go, struct error *err)
{
	struct store_purge_times held_times = *times;
	struct store_let_go gone = *let_go;
	bool more = false;

	if (!respect_needs(db, &held_times, err) ||
	    !count_let_go(db, &held_times, &gone, err) ||
	    !store_purge_note(db, let_go, &gone, err) ||
	    !delete_rows(db, &held_times, &more, err) ||
	    !delete_segments(db, &held_times, &more, &gone, err) ||
	    !store_passed_rows_purge(db, times->now_s, err) ||
	    !store_failure_purge(db, times->now_s, err) ||
	    !store_remembered_purge(db, times->now_s, err))
		return false;
	*has_more = more;
	*let_go = gone;
	return true;
}
