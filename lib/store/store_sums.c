/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_sums.c - the counters that sums of SQL leave out
 * Tested by test_aggregate_xml, test_alignctl_stats.
 */
#include "lib/store/store_sums.h"

#include "lib/store/store_query.h"

#define COLUMNS "SELECT hour_s, tuple_id, count FROM result WHERE "

/* To SQLite a text is above every number. */
static const char left_out_sql[] =
    COLUMNS "hour_s >= ?1 AND hour_s < ?2 AND NOT (" STORE_SQL_COUNTED ")"
	    " UNION ALL " COLUMNS "hour_s < 0"
	    " UNION ALL " COLUMNS "hour_s > 253402300799"
	    " UNION ALL " COLUMNS "hour_s IS NULL";

bool store_sums_left_out(struct store_db *db, int64_t since_s, int64_t until_s,
			 struct error *err)
{
	struct store_statement *rows;

	/* PostgreSQL takes nothing else into such columns, and a fleet's sums
	 * need not look at each counter. */
	if (!store_db_lists_flaws(db) ||
	    store_db_kind(db) == STORE_DB_POSTGRESQL)
		return true;
	if (!store_query_open(
		db, left_out_sql,
		STORE_VALUES(store_number(since_s), store_number(until_s)),
		&rows, err))
		return false;
	while (store_db_next(rows, err)) {
		(void)store_db_column_time(rows, 0);
		(void)store_db_column_count(rows, 2);
		(void)store_db_is_pair_sound(rows, "result", 0, 1);
	}
	return store_db_end(rows);
}
