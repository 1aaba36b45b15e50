/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_FLEET_H
#define TOOLS_REPORT_FLEET_H

/*
 * fleet - the reports of a fleet, as its actions find them
 *
 * By the time of PostgreSQL, whatever this host's clock says. Opened before a
 * process confines itself: later no connection can be made.
 */

#include "lib/report/make/fleet_key.h"
#include "lib/store/store_round.h"
#include "tools/tool.h"

struct report_fleet {
	struct store_reports *reports;
	struct store_reader *reader; /* opens days to report */
	struct clock clock;
};

/* By which the fleet is come to, as somebody who looks and decides, or who
 * sends; NULL: the host is by itself, or --local is given. */
const char *report_fleet_people(const struct tool *tool,
				const struct config *config);
const char *report_fleet_sender(const struct tool *tool,
				const struct config *config);

/* Below the tool. `conninfo` is one of these, not NULL. */
bool report_fleet_open(struct tool *tool, const char *conninfo,
		       enum store_db_mode mode, struct report_fleet **fleet,
		       struct error *err) __attribute__((warn_unused_result));

/* What who sends and who reads bounces has besides. */
bool report_fleet_key(struct tool *tool, const struct report_fleet *fleet,
		      struct fleet_key **key, struct error *err)
    __attribute__((warn_unused_result));

/* Reports where they are: the fleet's, or this host's own. */
bool report_open_either(struct tool *tool, const struct config *config,
			enum store_db_mode mode, struct store_reports **reports,
			struct clock *clock, struct error *err)
    __attribute__((warn_unused_result));

#endif
