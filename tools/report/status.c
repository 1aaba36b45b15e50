/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.c - alignctl report status: how it stands with reports
 */
#include "lib/report/send/status.h"

#include "tools/clock.h"
#include "tools/report/actions.h"
#include "tools/report/shared.h"

static int print_status(struct tool *tool)
{
	struct clock clock;
	struct report_sender sender = {.clock = &clock};
	struct store_reports *own;
	struct config *config;
	struct show *show;
	const char *clock_doubt;
	struct error err;

	if (!report_open(tool, STORE_DB_READ, &config, &sender.reports, &clock,
			 &err) ||
	    !report_open_own(tool, config, sender.reports, &own, &err))
		return tool_fail(&err);
	sender.settings = &config->report;
	sender.own = own == sender.reports ? NULL : own;
	if (!tool_clock_doubt(tool, own, &clock_doubt, &err) ||
	    !report_status(tool->mem, &sender, clock_doubt, &show, &err))
		return tool_fail(&err);
	show_write(stdout, tool_form(tool), show);
	return TOOL_DONE;
}

static const char *const options[] = {"--json", "--local", NULL};

const struct tool_action report_action_status = {
    .name = "status",
    .options = options,
    .run = print_status,
};
