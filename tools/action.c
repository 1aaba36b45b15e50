/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * action.c - subcommands of a subcommand
 * Tested by test_alignctl_config, test_alignctl_override and
 * test_alignctl_report.
 */
#include "tools/action.h"

#include <string.h>

#define SHOWN_MAX 60

static const char *shown(const struct tool *tool, const char *text)
{
	return text_escape(tool->mem, span_of(text), SHOWN_MAX, true);
}

static bool is_own(const struct tool *tool, const struct tool_option *option)
{
	const struct tool_option *own = tool->command->options;

	for (; own != NULL && own->name != NULL; own++)
		if (own == option)
			return true;
	return false;
}

static bool knows(const struct tool_action *action, const char *option)
{
	const char *const *name = action->options;

	for (; name != NULL && *name != NULL; name++)
		if (strcmp(*name, option) == 0)
			return true;
	return false;
}

static int check_and_run(struct tool *tool, const struct tool_action *action)
{
	const char *command = tool->command->name;
	size_t count = tool->operands.count - 1;

	for (size_t i = 0; i < tool->given_count; i++) {
		const struct tool_option *option = tool->given[i].option;
		if (is_own(tool, option) && !knows(action, option->name))
			return tool_usage(tool, "%s is not for %s %s",
					  option->name, command, action->name);
	}
	if (count < action->operands_min)
		return tool_usage(tool, "%s %s: an operand is missing", command,
				  action->name);
	if (count > action->operands_max)
		return tool_usage(tool, "%s %s: one operand too many: %s",
				  command, action->name,
				  shown(tool, tool->operands.items[count]));
	return action->run(tool);
}

int tool_run_action(struct tool *tool, const struct tool_action *const *actions)
{
	const char *command = tool->command->name;
	const char *allowed = NULL;

	if (tool->operands.count == 0)
		return tool_usage(tool, "%s: what to do is missing", command);
	const char *word = tool->operands.items[0];
	for (size_t i = 0; actions[i] != NULL; i++) {
		const char *name = actions[i]->name;
		if (strcmp(name, word) == 0)
			return check_and_run(tool, actions[i]);
		allowed = allowed == NULL
			      ? name
			      : mem_printf(tool->mem, "%s, %s", allowed, name);
	}
	return tool_usage(tool, "%s: %s is not known (allowed: %s)", command,
			  shown(tool, word), allowed);
}
