/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * remove.c - alignctl fleet remove: a host leaves
 *
 * Tested by test_fleet_init.
 */
#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/fleet/members.h"
#include "tools/fleet/actions.h"
#include "tools/fleet/people.h"

static int tell_none(struct tool *tool, const char *name)
{
	struct error err;

	(void)error_set(&err, ERROR_INPUT,
			"no host %s is in the fleet: alignctl fleet status "
			"lists them",
			text_escape(tool->mem, span_of(name), 60, true));
	return tool_fail(&err);
}

/* Before its timer reports them once more. */
static void tell_day(int64_t until_s)
{
	char day[CLOCK_TEXT];

	if (until_s > 0)
		(void)printf("  alignctl report begin --day %s\n",
			     clock_day_text(until_s, day));
}

static int run_remove(struct tool *tool)
{
	const char *name = tool->operands.items[1];
	const char *conninfo =
	    tool->operands.count > 2 ? tool->operands.items[2] : NULL;
	const char *role = NULL;
	int64_t until_s;
	struct config *config;
	struct error err;
	struct pg *pg;

	if (!tool_config(tool, &config, &err) ||
	    !fleet_admin_open(tool, config, conninfo, &pg, &err) ||
	    fleet_member_remove(tool->mem, pg, name, &role, &until_s, &err) !=
		PG_DONE)
		return tool_fail(&err);
	if (role == NULL)
		return tell_none(tool, name);
	(void)printf("%s has left: role %s may bring nothing more. What it "
		     "brought stays;\nwhat no report has is the host's own to "
		     "report again. On the host:\n",
		     name, role);
	tell_day(until_s);
	(void)printf("  systemctl disable --now alignd-forward\n"
		     "and store.postgresql out of its configuration; here, if "
		     "it shall not come back:\n"
		     "  dropuser %s\n",
		     role);
	return TOOL_DONE;
}

const struct tool_action fleet_action_remove = {
    .name = "remove",
    .operands_min = 1,
    .operands_max = 2,
    .run = run_remove,
};
