/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_upkeep.c - does anything keep the fleet's tables from being tidied?
 * Tested by test_fleet_sessions.
 */
#include "lib/fleet/fleet_upkeep.h"

static bool is_true(const struct pg_result *rows, size_t row, size_t column)
{
	return span_equals(pg_value(rows, row, column), "t");
}

static enum pg_kind read_times(struct pg *pg, struct fleet_upkeep *upkeep,
			       struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind = pg_exec(pg,
				    "SELECT extract(epoch FROM now())::bigint, "
				    "alignd_read.unsummed_since_s()",
				    NULL, 0, &rows, err);

	if (kind != PG_DONE)
		return kind;
	upkeep->now_s = pg_value_number(rows, 0, 0);
	upkeep->unsummed_s = pg_value_number(rows, 0, 1);
	pg_result_free(rows);
	return PG_DONE;
}

static struct fleet_session session_at(TALLOC_CTX *mem,
				       const struct pg_result *rows, size_t row)
{
	struct span role = pg_value(rows, row, 1);

	return (struct fleet_session){
	    .pid = pg_value_number(rows, row, 0),
	    .role = role.data == NULL
			? ""
			: mem_strndup(mem, role.data, role.length),
	    .since_s = pg_value_number(rows, row, 2),
	    .is_host = is_true(rows, row, 3),
	    .may_end = is_true(rows, row, 4),
	};
}

enum pg_kind fleet_upkeep_read(TALLOC_CTX *mem, struct pg *pg,
			       struct fleet_upkeep *upkeep, struct error *err)
{
	struct fleet_upkeep found = {.count = 0};
	struct pg_result *rows = NULL;
	enum pg_kind kind = read_times(pg, &found, err);

	if (kind == PG_DONE)
		kind = pg_exec(pg,
			       "SELECT pid, role::text, since_s, is_host, "
			       "may_end FROM alignd_read.endless() LIMIT 100",
			       NULL, 0, &rows, err);
	if (kind != PG_DONE)
		return kind;
	found.items = mem_array(mem, struct fleet_session, pg_rows(rows));
	for (; found.count < pg_rows(rows); found.count++)
		found.items[found.count] = session_at(mem, rows, found.count);
	pg_result_free(rows);
	*upkeep = found;
	return PG_DONE;
}
