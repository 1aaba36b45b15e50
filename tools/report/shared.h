/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_SHARED_H
#define TOOLS_REPORT_SHARED_H

/*
 * shared - what the actions of alignctl report share
 */

#include "lib/show/show.h"
#include "lib/store/store_delivery.h"
#include "tools/tool.h"

/* The configuration and its reports: those of the fleet that it names, unless
 * --local asks for the host's own; and the clock that they go by. */
bool report_open(struct tool *tool, enum store_db_mode mode,
		 struct config **config, struct store_reports **reports,
		 struct clock *clock, struct error *err)
    __attribute__((warn_unused_result));

/* This host's own reports, for reading, where `reports` are the fleet's; else
 * these. */
bool report_open_own(struct tool *tool, const struct config *config,
		     struct store_reports *reports, struct store_reports **own,
		     struct error *err) __attribute__((warn_unused_result));

/* --day as 00:00:00 UTC, 0 without; false: usage, printed. */
bool report_read_day(struct tool *tool, int64_t *day_s);

/* Where a report goes, as an item of "destinations": a line and the first two
 * members; `why` may be "". */
void report_put_destination(struct show *item, const char *address,
			    const char *state, const char *why);

/* A delivery, added to "destinations"; and all of a report, in a list that is
 * put to the report's show. */
void report_put_delivery(struct show *list,
			 const struct store_delivery *delivery);
bool report_put_deliveries(struct show *show, struct store_reports *reports,
			   const char *id, struct error *err)
    __attribute__((warn_unused_result));

/* Is the text a report's id? */
bool report_is_id(const char *text);

#endif
