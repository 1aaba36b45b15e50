/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schema.c - the fleet's tables and functions in PostgreSQL, by version
 *
 * Tested by test_fleet_schema.
 */
#include "lib/fleet/schema.h"

#include "lib/base/mem.h"
#include "lib/fleet/sql_texts.inc"

/* Tables, in order; each makes its version of the one before. */
static const struct {
	int version;
	const char *sql;
} steps[] = {
    {1, sql_tables_1},
    {1, sql_report_tables_1},
    {1, sql_path_tables_1},
    {1, sql_posture_tables_1},
};

/* Replaced at each init, after the tables. */
static const char *const parts[] = {
    sql_sessions, sql_push,   sql_maintain,	sql_hours, sql_read,
    sql_path,	  sql_report, sql_report_erase, sql_erase, sql_grants};

enum pg_kind fleet_schema_version(struct pg *pg, int *version,
				  struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind =
	    pg_exec(pg, "SELECT to_regclass('alignd.fleet') IS NOT NULL", NULL,
		    0, &rows, err);

	if (kind != PG_DONE)
		return kind;
	bool is_there =
	    pg_rows(rows) == 1 && span_equals(pg_value(rows, 0, 0), "t");
	pg_result_free(rows);
	if (!is_there) {
		*version = 0;
		return PG_DONE;
	}
	kind = pg_exec(pg, "SELECT version FROM alignd.fleet", NULL, 0, &rows,
		       err);
	if (kind != PG_DONE)
		return kind;
	*version = pg_rows(rows) == 1 ? (int)pg_value_number(rows, 0, 0) : 0;
	pg_result_free(rows);
	return PG_DONE;
}

static enum pg_kind check_version(int version, bool may_upgrade,
				  struct error *err)
{
	if (version > FLEET_SCHEMA) {
		(void)error_set(err, ERROR_STORE,
				"the fleet's schema has version %d, this "
				"program knows %d: run init of the newer one",
				version, FLEET_SCHEMA);
		return PG_SCHEMA;
	}
	if (version != 0 && version < FLEET_SCHEMA && !may_upgrade) {
		(void)error_set(err, ERROR_STORE,
				"the fleet's schema has version %d, this "
				"program makes %d: init --upgrade does",
				version, FLEET_SCHEMA);
		return PG_SCHEMA;
	}
	return PG_DONE;
}

static enum pg_kind make_tables(struct pg *pg, int version, struct error *err)
{
	enum pg_kind kind =
	    pg_run(pg, "SET LOCAL search_path = alignd, pg_temp", err);

	for (size_t i = 0; kind == PG_DONE && i < COUNT_OF(steps); i++) {
		if (steps[i].version > version)
			kind = pg_run(pg, steps[i].sql, err);
	}
	if (kind != PG_DONE)
		return kind;
	return pg_exec(pg,
		       "INSERT INTO alignd.fleet (version) VALUES ($1) ON "
		       "CONFLICT (fleet_no) DO UPDATE SET version = $1",
		       PG_PARAMS(pg_number(FLEET_SCHEMA)), NULL, err);
}

static enum pg_kind apply_all(struct pg *pg, int version, struct error *err)
{
	enum pg_kind kind = pg_run(pg, "BEGIN", err);

	if (kind == PG_DONE)
		kind = pg_run(pg, sql_roles, err);
	if (kind == PG_DONE)
		kind = make_tables(pg, version, err);
	for (size_t i = 0; kind == PG_DONE && i < COUNT_OF(parts); i++)
		kind = pg_run(pg, parts[i], err);
	return kind == PG_DONE ? pg_run(pg, "COMMIT", err) : kind;
}

enum pg_kind fleet_schema_apply(struct pg *pg, bool may_upgrade, int *before,
				struct error *err)
{
	int version = 0;
	enum pg_kind kind = fleet_schema_version(pg, &version, err);

	if (kind == PG_DONE)
		kind = check_version(version, may_upgrade, err);
	if (kind == PG_DONE)
		kind = apply_all(pg, version, err);
	if (kind != PG_DONE) {
		pg_rollback(pg);
		return kind;
	}
	*before = version;
	return PG_DONE;
}
