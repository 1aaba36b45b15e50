/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl report: which action is meant
 */
#include "tools/report/actions.h"

/* Of all actions; each names its own. */
static const struct tool_option options[] = {
    {.name = "--day", .value = "DAY"},
    {.name = "--domain", .value = "D"},
    {.name = "--dry-run"},
    {.name = "--file", .value = "FILE"},
    {.name = "--json"},
    {.name = "--lift"},
    {.name = "--log"},
    {.name = "--limit", .value = "NUMBER"},
    {.name = "--make"},
    {.name = "--quiet"},
    {.name = "--retire"},
    {.name = "--state", .value = "S"},
    {.name = "--text"},
    {.name = "--type", .value = "TYPE"},
    {.name = "--until", .value = "T"},
    {.name = "--xml"},
    {.name = NULL},
};

static const struct tool_action *const actions[] = {
    &report_action_list,
    &report_action_preview,
    &report_action_send,
    &report_action_status,
    &report_action_resend,
    &report_action_suppress,
    &report_action_begin,
    &report_action_bounce,
    &report_action_failures,
    &report_action_read,
    &report_action_key,
    NULL,
};

static int run_report(struct tool *tool)
{
	return tool_run_action(tool, actions);
}

const struct command command_report = {
    .name = "report",
    .summary = "Show, send and follow the reports to the domains that ask for "
	       "them; read those of others.",
    .usage = "list [--domain D] [--day DAY] [--state S] [--json] "
	     "[--quiet] | "
	     "preview [--day DAY] [--xml | --json | --text] DOMAIN | "
	     "send [--dry-run] [--domain D] [--day DAY] [--json] "
	     "[--quiet] | status [--json] | resend [--json] ID | "
	     "resend [--json] --domain D | "
	     "suppress [--until T | --lift] [--json] ADDRESS|DOMAIN | "
	     "begin --day DAY | "
	     "bounce [--log] [--json] [FILE] | "
	     "read [--limit NUMBER] [--json] FILE... | "
	     "failures [--domain D] [--json] [--quiet] [ID] | "
	     "key [--make [--type rsa|ed25519] | --retire] [--file FILE] "
	     "[--json] [SELECTOR]",
    .options = options,
    .run = run_report,
};
