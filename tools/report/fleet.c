/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet.c - the reports of a fleet, as its actions find them
 * Tested by test_fleet_reports.
 */
#include "tools/report/fleet.h"

#include "lib/fleet/fleet_db.h"
#include "tools/store.h"

#define NAME "the fleet's record"

const char *report_fleet_people(const struct tool *tool,
				const struct config *config)
{
	return tool_fleet(tool, config) == NULL ? NULL
						: config_fleet_people(config);
}

const char *report_fleet_sender(const struct tool *tool,
				const struct config *config)
{
	return tool_fleet(tool, config) == NULL ? NULL
						: config_fleet_sender(config);
}

static bool open_connections(struct tool *tool, const char *conninfo,
			     enum store_db_mode mode,
			     struct report_fleet *fleet, struct error *err)
{
	struct store_db *day;
	struct store_db *db;

	if (!fleet_db_open(conninfo, mode, &day, err))
		return false;
	fleet->reader = store_reader_over(tool->mem, day, NAME, NULL);
	store_reader_list_flaws(fleet->reader, tool_store_flaws(tool));
	if (!fleet_db_open(conninfo, mode, &db, err))
		return false;
	fleet->reports = store_reports_of_fleet(tool->mem, mode, db, day);
	store_reports_list_flaws(fleet->reports, tool_store_flaws(tool));
	return true;
}

bool report_fleet_open(struct tool *tool, const char *conninfo,
		       enum store_db_mode mode, struct report_fleet **fleet,
		       struct error *err)
{
	struct report_fleet *made = mem_new(tool->mem, struct report_fleet);
	int64_t now_s;

	if (!open_connections(tool, conninfo, mode, made, err) ||
	    !store_round_clock(made->reports, &now_s, err))
		return error_wrap(err, NAME " (--local is about this host's "
					    "own; who sends needs GRANT "
					    "alignd_sender)");
	made->clock = clock_ahead(now_s - clock_now_s(clock_system()));
	*fleet = made;
	return true;
}

bool report_fleet_key(struct tool *tool, const struct report_fleet *fleet,
		      struct fleet_key **key, struct error *err)
{
	struct span bytes;

	if (!store_round_key(tool->mem, fleet->reports, &bytes, err))
		return error_wrap(err, NAME);
	*key = fleet_key_of(tool->mem, bytes.data);
	return true;
}

bool report_open_either(struct tool *tool, const struct config *config,
			enum store_db_mode mode, struct store_reports **reports,
			struct clock *clock, struct error *err)
{
	const char *conninfo = report_fleet_people(tool, config);
	struct report_fleet *fleet;

	if (conninfo == NULL) {
		*clock = tool->clock;
		return tool_store_reports(tool, config->store.sqlite, mode,
					  reports, err);
	}
	if (!report_fleet_open(tool, conninfo, mode, &fleet, err))
		return false;
	*reports = fleet->reports;
	*clock = fleet->clock;
	return true;
}
