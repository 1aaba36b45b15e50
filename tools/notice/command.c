/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl digest, alignctl alert: people are told, unasked
 * Tested by test_alignctl_notice.
 */
#include "tools/notice/tell.h"

static const struct tool_option digest_options[] = {
    {.name = "--mail", .value = "ADDRESS"},
    {.name = "--webhook", .value = "URL"},
    {.name = "--header-file", .value = "FILE"},
    {.name = "--ca-file", .value = "FILE"},
    {.name = "--since", .value = "T"},
    {.name = "--local"},
    {.name = "--print"},
    {.name = "--json"},
    {.name = "--quiet"},
    {.name = NULL},
};

static const struct tool_option alert_options[] = {
    {.name = "--mail", .value = "ADDRESS"},
    {.name = "--webhook", .value = "URL"},
    {.name = "--header-file", .value = "FILE"},
    {.name = "--ca-file", .value = "FILE"},
    {.name = "--local"},
    {.name = "--print"},
    {.name = "--json"},
    {.name = "--quiet"},
    {.name = NULL},
};

static int run_digest(struct tool *tool)
{
	return notice_run(tool, notice_digest);
}

static int run_alert(struct tool *tool)
{
	return notice_run(tool, notice_alert);
}

const struct command command_digest = {
    .name = "digest",
    .summary = "Tell what changed and what waits for somebody, with what to "
	       "do about each.",
    .usage = "[--mail ADDRESS] [--webhook URL] [--header-file FILE] "
	     "[--ca-file FILE] [--local] [--since T] [--print [--json]] "
	     "[--quiet]",
    .options = digest_options,
    .run = run_digest,
};

const struct command command_alert = {
    .name = "alert",
    .summary = "Tell what cannot wait for the digest: waves of spoofs, new "
	       "failing sources, held mail past a day.",
    .usage = "[--mail ADDRESS] [--webhook URL] [--header-file FILE] "
	     "[--ca-file FILE] [--local] [--print [--json]] [--quiet]",
    .options = alert_options,
    .run = run_alert,
};
