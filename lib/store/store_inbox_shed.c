/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_inbox_shed.c - reports of others go, a part at a time
 * Tested by test_alignctl_inbox.
 */
#include "lib/store/store_inbox_shed.h"

#include "lib/base/mem.h"
#include "lib/store/store_query.h"

#define PART_ROWS 500
#define PART_ASIDES 20 /* of 32 KiB */

static bool run_all(struct store_db *db, const char *const *list, size_t count,
		    int64_t id, struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (!store_query_run(
			db, list[i],
			STORE_VALUES(store_number(id), store_number(PART_ROWS)),
			err))
			return false;
	return true;
}

/* Rows of a pair of texts go together; of the texts, those that nobody has. */
static const char *const shed_rows[] = {
    "DELETE FROM temp.shed WHERE ?1 = ?1 AND ?2 = ?2",
    "INSERT INTO temp.shed SELECT source_id, cause_id FROM inbox_row WHERE "
    "report_id = ?1 LIMIT ?2",
    "DELETE FROM inbox_row WHERE report_id = ?1 AND ?2 = ?2 AND (source_id, "
    "cause_id) IN (SELECT source_id, cause_id FROM temp.shed)",
    "DELETE FROM inbox_source WHERE ?1 = ?1 AND ?2 = ?2 AND source_id IN "
    "(SELECT source_id FROM temp.shed) AND NOT EXISTS (SELECT 1 FROM inbox_row "
    "WHERE inbox_row.source_id = inbox_source.source_id)",
    "DELETE FROM inbox_cause WHERE ?1 = ?1 AND ?2 = ?2 AND cause_id IN (SELECT "
    "cause_id FROM temp.shed) AND NOT EXISTS (SELECT 1 FROM inbox_row WHERE "
    "inbox_row.cause_id = inbox_cause.cause_id)",
    "DELETE FROM inbox_tls_failure WHERE failure_id IN (SELECT failure_id FROM "
    "inbox_tls CROSS JOIN inbox_tls_failure USING (tls_id) WHERE report_id = "
    "?1 LIMIT ?2)",
};

/* Once these are none. */
static const char *const shed_rest[] = {
    "DELETE FROM inbox_tls WHERE report_id = ?1 AND ?2 = ?2",
    "DELETE FROM inbox_failure WHERE report_id = ?1 AND ?2 = ?2",
    "DELETE FROM inbox_report WHERE report_id = ?1 AND ?2 = ?2",
};

static const char left_sql[] =
    "SELECT EXISTS (SELECT 1 FROM inbox_row WHERE report_id = ?1) OR EXISTS "
    "(SELECT 1 FROM inbox_tls CROSS JOIN inbox_tls_failure USING (tls_id) "
    "WHERE report_id = ?1)";

bool store_inbox_shed_part(struct store_db *db, int64_t id, bool *is_gone,
			   struct error *err)
{
	int64_t left;

	if (!store_db_run(db,
			  "CREATE TEMP TABLE IF NOT EXISTS shed (source_id "
			  "INTEGER, cause_id INTEGER)",
			  err) ||
	    !store_query_run(db,
			     "UPDATE inbox_report SET state = 'leaving' WHERE "
			     "report_id = ?",
			     STORE_VALUES(store_number(id)), err) ||
	    !run_all(db, shed_rows, COUNT_OF(shed_rows), id, err) ||
	    !store_query_number(db, left_sql, STORE_VALUES(store_number(id)), 0,
				&left, err))
		return false;
	*is_gone = left == 0;
	return !*is_gone ||
	       run_all(db, shed_rest, COUNT_OF(shed_rest), id, err);
}

bool store_inbox_shed_first(struct store_db *db, bool *has_moved,
			    struct error *err)
{
	bool unused;
	int64_t id;

	if (!store_query_run(db,
			     "DELETE FROM inbox_aside WHERE aside_id IN "
			     "(SELECT aside_id FROM inbox_aside ORDER BY "
			     "aside_id LIMIT ?)",
			     STORE_VALUES(store_number(PART_ASIDES)), err))
		return false;
	*has_moved = store_db_changes(db) > 0;
	if (*has_moved)
		return true;
	if (!store_query_number(db,
				"SELECT report_id FROM inbox_report WHERE ?1 "
				"AND " STORE_INBOX_FIRST " LIMIT 1",
				STORE_VALUES(store_number(1)), 0, &id, err))
		return false;
	*has_moved = id > 0;
	return id == 0 || store_inbox_shed_part(db, id, &unused, err);
}
