/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl setup: how this host's mail server comes to call alignd
 * Tested by test_alignctl_setup.
 */
#include "tools/action.h"
#include "tools/setup/actions.h"

static const struct tool_option options[] = {
    {.name = "--apply"},
    {.name = "--postfix", .value = "DIR"},
    {.name = NULL},
};

static const char *const of_postfix[] = {"--apply", "--postfix", NULL};

static const struct tool_action *const actions[] = {
    &(const struct tool_action){"postfix", 0, 0, of_postfix, setup_postfix},
    &(const struct tool_action){"sendmail", 0, 0, NULL, setup_sendmail},
    NULL,
};

static int run_setup(struct tool *tool)
{
	return tool_run_action(tool, actions);
}

const struct command command_setup = {
    .name = "setup",
    .summary = "Show, or make, what lets the mail server call alignd.",
    .usage = "postfix [--apply] [--postfix DIR] | sendmail",
    .options = options,
    .run = run_setup,
};
