/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alignctl.c - the operators' tool: subcommands and help
 * Tested by test_alignctl_check.
 */
#include "tools/tool.h"

#include <stdio.h>

#include "tools/store.h"

const struct command *const tool_commands[] = {
    &command_check,
    &command_compare,
    &command_lookup,
    &command_explain,
    &command_review,
    &command_stats,
    &command_report,
    &command_whatif,
    &command_import,
    &command_inbox,
    &command_paths,
    &command_override,
    &command_fleet,
    &command_config,
    &command_setup,
    &command_doctor,
    &command_store,
    &command_posture,
    &command_desk,
    &command_digest,
    &command_alert,
    &command_privacy,
    &command_scorecard,
    NULL,
};

static int print_version(void)
{
	(void)printf("%s\n", "alignctl " PACKAGE_VERSION);
	return TOOL_DONE;
}

static int print_help(const struct tool *tool)
{
	(void)printf("%s\n", tool_usage_line(tool));
	if (tool->command != NULL) {
		(void)printf("%s\n", tool->command->summary);
		return TOOL_DONE;
	}
	for (size_t i = 0; tool_commands[i] != NULL; i++)
		(void)printf("  %-9s %s\n", tool_commands[i]->name,
			     tool_commands[i]->summary);
	return TOOL_DONE;
}

/* A full disk behind standard output must not look like success. */
static int flush(int status)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	perror("alignctl: standard output");
	return status == TOOL_DONE ? TOOL_BAD_INPUT : status;
}

int main(int argc, char **argv)
{
	struct tool tool = {.mem = mem_context(NULL)};
	int status = tool_read_arguments(&tool, argc, argv);

	if (status == TOOL_DONE && tool_has(&tool, "--version"))
		status = print_version();
	else if (status == TOOL_DONE && tool_has(&tool, "--help"))
		status = print_help(&tool);
	else if (status == TOOL_DONE)
		status = tool.command->run(&tool);
	status = flush(status);
	tool_store_tell(&tool);
	mem_free(tool.mem);
	return status;
}
