/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * people.c - the fleet's record, opened for a person's command
 * Tested by test_fleet_status.
 */
#include "tools/fleet/people.h"

#include <string.h>

#define WAIT_MS 10000
#define ADMIN_WAIT_MS 600000 /* tables are made, or changed */

#define NO_RIGHT "42501" /* insufficient privilege */
#define NO_TABLE "42P01" /* undefined table */

static bool lacks_right(enum pg_kind kind, const struct error *err)
{
	return kind == PG_DENIED && strstr(err->words, NO_RIGHT) != NULL;
}

/* What PostgreSQL said names a schema and a state, and not what to do. */
bool fleet_people_failed(const struct config *config, enum pg_kind kind,
			 struct error *err)
{
	if (kind == PG_SCHEMA && strstr(err->words, NO_TABLE) != NULL)
		return error_set(err, ERROR_STORE,
				 "the database has no fleet: alignctl fleet "
				 "init makes it");
	if (!lacks_right(kind, err))
		return false;
	if (*config->fleet.people == '\0')
		return error_set(err, ERROR_STORE,
				 "fleet.people is empty, so store.postgresql's "
				 "role was asked, which only brings: name a "
				 "role there that was granted alignd_reader, "
				 "or alignd_operator to change something");
	return error_set(err, ERROR_STORE,
			 "the role of fleet.people may not: GRANT "
			 "alignd_reader TO it to read, alignd_operator to "
			 "change something");
}

bool fleet_people_open(struct tool *tool, const struct config *config,
		       struct pg **pg, struct error *err)
{
	if (!store_is_of_fleet(&config->store))
		return error_set(
		    err, ERROR_CONFIG,
		    "store.postgresql is empty: this host is of no "
		    "fleet");
	const struct pg_login login = {
	    .conninfo = config_fleet_people(config),
	    .setting = *config->fleet.people == '\0' ? "store.postgresql"
						     : "fleet.people"};
	return pg_connect_as(tool->mem, &login, WAIT_MS, pg, err) == PG_DONE;
}

static bool open_given(struct tool *tool, const char *conninfo, struct pg **pg,
		       struct error *err)
{
	const struct pg_login login = {
	    .conninfo = conninfo,
	    .setting = "the connection string that was given",
	    .denied = "run it as the database's administrator, postgres as a "
		      "rule"};

	return pg_connect_as(tool->mem, &login, WAIT_MS, pg, err) == PG_DONE;
}

bool fleet_admin_open(struct tool *tool, const struct config *config,
		      const char *conninfo, struct pg **pg, struct error *err)
{
	if (conninfo == NULL && !store_is_of_fleet(&config->store))
		return error_set(err, ERROR_CONFIG,
				 "store.postgresql is empty: say which "
				 "database, as in alignctl fleet %s "
				 "\"dbname=alignd\"",
				 tool->operands.items[0]);
	if (conninfo == NULL ? !fleet_people_open(tool, config, pg, err)
			     : !open_given(tool, conninfo, pg, err))
		return false;
	pg_set_wait(*pg, ADMIN_WAIT_MS);
	return true;
}
