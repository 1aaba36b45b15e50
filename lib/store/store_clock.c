/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_clock.c - what the store knows of the time
 *
 * Times that alignd cannot have written count for none.
 * Tested by test_store.
 */
#include "lib/store/store_clock.h"

#include "lib/store/store_columns.h"
#include "lib/store/store_query.h"

static bool read_time(struct store_db *db, const char *sql, int64_t *time_s,
		      struct error *err)
{
	return store_query_number(db, sql,
				  STORE_VALUES(store_number(STORE_TIME_MAX)), 0,
				  time_s, err);
}

static bool read_believed(struct store_db *db, int64_t *time_s,
			  struct error *err)
{
	return read_time(
	    db,
	    "SELECT believed_s FROM clock WHERE typeof(believed_s) "
	    "= 'integer' AND believed_s BETWEEN 0 AND ?",
	    time_s, err);
}

static bool read_newest(struct store_db *db, int64_t *time_s, struct error *err)
{
	int64_t hour_s;
	int64_t incident_s;

	if (!read_time(db,
		       "SELECT hour_s FROM result WHERE hour_s BETWEEN 0 AND ? "
		       "ORDER BY hour_s DESC LIMIT 1",
		       &hour_s, err) ||
	    !read_time(db,
		       "SELECT time_s FROM incident WHERE time_s BETWEEN 0 AND "
		       "? ORDER BY time_s DESC LIMIT 1",
		       &incident_s, err))
		return false;
	*time_s = hour_s > incident_s ? hour_s : incident_s;
	return true;
}

bool store_clock_begin(struct store_db *db, struct error *err)
{
	int64_t believed_s;
	int64_t newest_s;

	return read_believed(db, &believed_s, err) &&
	       read_newest(db, &newest_s, err) &&
	       (believed_s > 0 || newest_s == 0 ||
		store_clock_believe(db, newest_s, err));
}

bool store_clock_facts(struct store_db *db, const struct clock *clock,
		       struct clock_facts *facts, struct error *err)
{
	int64_t believed_s;
	int64_t newest_s;

	if (!read_believed(db, &believed_s, err) ||
	    !read_newest(db, &newest_s, err))
		return false;
	*facts = (struct clock_facts){
	    .now_s = clock_now_s(clock),
	    .believed_s = believed_s,
	    .newest_s = newest_s,
	    .is_kept = clock_is_kept(clock),
	};
	return true;
}

bool store_clock_believe(struct store_db *db, int64_t now_s, struct error *err)
{
	return store_query_run(
	    db,
	    "INSERT OR REPLACE INTO clock (clock_id, believed_s) VALUES (1, ?)",
	    STORE_VALUES(store_number(now_s)), err);
}
