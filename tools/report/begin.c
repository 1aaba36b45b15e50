/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * begin.c - alignctl report begin: from which day a host reports by itself
 *
 * For a host that has left its fleet: fleet remove says the day. Only ever
 * later: what this host has reported is not reported again.
 * Tested by test_fleet_reports.
 */
#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/report/make/aggregate.h"
#include "tools/report/actions.h"
#include "tools/report/shared.h"
#include "tools/store.h"

static bool begin_at(struct tool *tool, int64_t day_s, struct store_run *run,
		     struct error *err)
{
	struct store_reports *reports;
	struct config *config;

	return tool_config(tool, &config, err) &&
	       tool_store_reports(tool, config->store.sqlite, STORE_DB_WRITE,
				  &reports, err) &&
	       store_run_advance(reports, day_s, err) &&
	       store_run_get(tool->mem, reports, run, err);
}

static int run_begin(struct tool *tool)
{
	int64_t today = aggregate_day_of(clock_now_s(&tool->clock));
	int64_t day_s;
	struct store_run run;
	struct error err;
	char text[CLOCK_TEXT];

	if (!report_read_day(tool, &day_s))
		return TOOL_BAD_USAGE;
	if (day_s == 0 || day_s > today + AGGREGATE_DAY_S)
		return tool_usage(tool, "report begin: --day names the first "
					"day that this host reports by itself, "
					"tomorrow at the latest");
	if (!begin_at(tool, day_s, &run, &err))
		return tool_fail(&err);
	(void)printf("this host reports by itself from %s on\n",
		     clock_day_text(run.collected_until_s, text));
	return TOOL_DONE;
}

static const char *const options[] = {"--day", NULL};

const struct tool_action report_action_begin = {
    .name = "begin",
    .options = options,
    .run = run_begin,
};
