/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl fleet: which action is meant
 */
#include "tools/fleet/actions.h"

/* Of all actions; each names its own. */
static const struct tool_option options[] = {
    {.name = "--host", .value = "NAME[=ROLE]", .is_repeatable = true},
    {.name = "--json"},
    {.name = "--once"},
    {.name = "--upgrade"},
    {.name = NULL},
};

static const struct tool_action *const actions[] = {
    &fleet_action_forward,
    &fleet_action_status,
    &fleet_action_init,
    &fleet_action_remove,
    NULL,
};

static int run_fleet(struct tool *tool)
{
	return tool_run_action(tool, actions);
}

const struct command command_fleet = {
    .name = "fleet",
    .summary = "Bring this host's record to the one that a fleet shares, and "
	       "say how its hosts fare.",
    .usage = "forward [--once] | status [--json] [CONNINFO] | init [CONNINFO] [--upgrade] "
	     "[--host NAME[=ROLE]]... | remove NAME [CONNINFO]",
    .options = options,
    .run = run_fleet,
};
