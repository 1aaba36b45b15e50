/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl import: the way over from OpenDMARC, OpenDKIM and
 * policyd-spf
 * Tested by test_alignctl_import.
 */
#include "tools/action.h"
#include "tools/import/actions.h"

static const struct tool_option options[] = {
    {.name = "--json"},
    {.name = "--kind", .value = "DAEMON"},
    {.name = "--out", .value = "DIR"},
    {.name = NULL},
};

static const char *const of_config[] = {"--json", "--kind", "--out", NULL};
static const char *const of_others[] = {"--json", NULL};

static const struct tool_action *const actions[] = {
    &(const struct tool_action){"config", 1, OLD_KINDS, of_config,
				import_config},
    &(const struct tool_action){"history", 1, SIZE_MAX, of_others,
				import_history},
    &(const struct tool_action){"settings", 0, 1, of_others, import_settings},
    NULL,
};

static int run_import(struct tool *tool)
{
	return tool_run_action(tool, actions);
}

const struct command command_import = {
    .name = "import",
    .summary = "Bring over settings and history of OpenDMARC, OpenDKIM and "
	       "policyd-spf.",
    .usage = "config [--kind opendmarc|opendkim|policyd-spf] --out DIR "
	     "[--json] FILE... | history [--json] FILE... | settings [--json] "
	     "[DAEMON]",
    .options = options,
    .run = run_import,
};
