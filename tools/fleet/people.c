/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * people.c - the fleet's record, opened for a person's command
 * Tested by test_fleet_status.
 */
#include "tools/fleet/people.h"

#define WAIT_MS 10000
#define ADMIN_WAIT_MS 600000 /* tables are made, or changed */

bool fleet_people_failed(enum pg_kind kind, struct error *err)
{
	if (kind != PG_DENIED)
		return false;
	struct error inner = *err;
	return error_set(
	    err, ERROR_STORE,
	    "%.140s: fleet.people names the role of a reader or an "
	    "operator",
	    inner.words);
}

bool fleet_people_open(struct tool *tool, const struct config *config,
		       struct pg **pg, struct error *err)
{
	if (!store_is_of_fleet(&config->store))
		return error_set(
		    err, ERROR_CONFIG,
		    "store.postgresql is empty: this host is of no "
		    "fleet");
	enum pg_kind kind = pg_connect(tool->mem, config_fleet_people(config),
				       WAIT_MS, pg, err);
	return kind == PG_DONE || fleet_people_failed(kind, err);
}

bool fleet_admin_open(struct tool *tool, const struct config *config,
		      const char *conninfo, struct pg **pg, struct error *err)
{
	if (conninfo == NULL) {
		if (!fleet_people_open(tool, config, pg, err))
			return false;
	} else if (pg_connect(tool->mem, conninfo, WAIT_MS, pg, err) !=
		   PG_DONE) {
		return false;
	}
	pg_set_wait(*pg, ADMIN_WAIT_MS);
	return true;
}
