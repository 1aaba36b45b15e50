/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_waiting.c - what waits for a person, and how the last runs went
 * Tested by test_wire_metrics.
 */
#include "lib/store/store_waiting.h"

#include "lib/store/store_query.h"
#include "lib/store/store_report.h"

/* The index on times has all of it, but for what was done. */
static const char held_sql[] =
    "SELECT count(*), coalesce(min(time_s), 0) FROM incident WHERE "
    "time_s >= ?1 AND " STORE_SQL_TIME(
	"time_s") " AND applied = 'quarantine' AND NOT EXISTS (SELECT 1 FROM "
		  "act WHERE act.incident_id = incident.incident_id)";

static bool read_held(struct store_db *db, int64_t since_s,
		      struct store_waiting *waiting, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(db, held_sql, STORE_VALUES(store_number(since_s)),
			      &rows, err))
		return false;
	if (store_db_next(rows, err)) {
		waiting->held = store_db_column_number(rows, 0);
		waiting->held_oldest_s = store_db_column_number(rows, 1);
	}
	return store_db_end(rows);
}

static bool read_run(struct store_db *db, struct store_waiting *waiting,
		     struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(db,
			      "SELECT started_s, ended_s, words LIKE ?1 || "
			      "'%' FROM report_run WHERE run_id = 1",
			      STORE_VALUES(store_text(STORE_RUN_FAILED)), &rows,
			      err))
		return false;
	if (store_db_next(rows, err)) {
		waiting->run_started_s = store_db_column_time(rows, 0);
		waiting->run_ended_s = store_db_column_time(rows, 1);
		waiting->has_run_failed = store_db_column_number(rows, 2) == 1;
	}
	return store_db_end(rows);
}

bool store_waiting_by(struct store_reader *reader, int64_t since_s,
		      struct store_waiting *waiting, struct error *err)
{
	struct store_waiting found = {.held = 0};
	bool ok =
	    read_held(reader->db, since_s, &found, err) &&
	    read_run(reader->db, &found, err) &&
	    store_notice_run_read(reader->db, "digest", &found.digest, err) &&
	    store_notice_run_read(reader->db, "alert", &found.alert, err);

	if (ok)
		*waiting = found;
	return ok;
}

bool store_waiting_read(const char *path, int64_t since_s,
			struct store_waiting *waiting, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_reader *reader;
	bool ok = store_reader_open(mem, path, &reader, err) &&
		  store_waiting_by(reader, since_s, waiting, err);

	mem_free(mem);
	return ok;
}
