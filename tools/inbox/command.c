/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl inbox: reports of others, kept
 * Tested by test_alignctl_inbox.
 */
#include "tools/inbox/actions.h"

/* Of all actions; each names its own. */
static const struct tool_option options[] = {
    {.name = "--authserv-id", .value = "NAME|none"},
    {.name = "--by", .value = "messages|failing"},
    {.name = "--ca-file", .value = "FILE"},
    {.name = "--csv"},
    {.name = "--domain", .value = "D"},
    {.name = "--html", .value = "FILE"},
    {.name = "--json"},
    {.name = "--limit", .value = "NUMBER"},
    {.name = "--names"},
    {.name = "--new"},
    {.name = "--password-file", .value = "FILE"},
    {.name = "--since", .value = "T"},
    {.name = NULL},
};

static const struct tool_action *const actions[] = {
    &inbox_action_take,	   &inbox_action_scan,
    &inbox_action_fetch,   &inbox_action_summary,
    &inbox_action_sources, &inbox_action_explain,
    &inbox_action_aside,   NULL,
};

static int run_inbox(struct tool *tool)
{
	return tool_run_action(tool, actions);
}

const struct command command_inbox = {
    .name = "inbox",
    .summary = "Keep the reports of others about your own domains, and sum "
	       "them.",
    .usage = "take [--authserv-id NAME|none] [--json]\n"
	     "       alignctl inbox scan [--authserv-id NAME|none] [--json] "
	     "MAILDIR|MBOX|FILE|-...\n"
	     "       alignctl inbox fetch --password-file FILE [--authserv-id "
	     "NAME|none] [--ca-file FILE] [--json] "
	     "imaps://USER@HOST[:PORT][/MAILBOX]\n"
	     "       alignctl inbox summary [--since T] [--domain D] "
	     "[--by messages|failing] [--limit NUMBER] [--names] "
	     "[--json|--csv|--html FILE]\n"
	     "       alignctl inbox sources [--new] [--since T] [--domain D] "
	     "[--by messages|failing] [--limit NUMBER] [--names] [--json]\n"
	     "       alignctl inbox explain [--since T] [--domain D] [--json] "
	     "SOURCE\n"
	     "       alignctl inbox aside [--json] NUMBER",
    .options = options,
    .run = run_inbox,
};
