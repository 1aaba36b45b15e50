/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl report: which action is meant
 */
#include <string.h>

#include "tools/report/actions.h"

/* Of all actions; each names its own. */
static const struct tool_option options[] = {
    {.name = "--day", .value = "DAY"},
    {.name = "--domain", .value = "D"},
    {.name = "--dry-run"},
    {.name = "--json"},
    {.name = "--lift"},
    {.name = "--log"},
    {.name = "--limit", .value = "NUMBER"},
    {.name = "--state", .value = "S"},
    {.name = "--text"},
    {.name = "--until", .value = "T"},
    {.name = "--xml"},
    {.name = NULL},
};

static const struct report_action *const actions[] = {
    &report_action_list,   &report_action_preview,  &report_action_send,
    &report_action_status, &report_action_resend,   &report_action_suppress,
    &report_action_bounce, &report_action_failures, &report_action_read,
};

#define ACTIONS (sizeof actions / sizeof actions[0])

static bool is_own(const struct tool_option *option)
{
	for (const struct tool_option *own = options; own->name != NULL; own++)
		if (own == option)
			return true;
	return false;
}

static bool knows(const struct report_action *action, const char *option)
{
	for (const char *const *name = action->options; *name != NULL; name++)
		if (strcmp(*name, option) == 0)
			return true;
	return false;
}

static int run_action(struct tool *tool, const struct report_action *action)
{
	const struct text_list *operands = &tool->operands;
	size_t count = operands->count - 1;

	for (size_t i = 0; i < tool->given_count; i++) {
		const struct tool_option *option = tool->given[i].option;
		if (is_own(option) && !knows(action, option->name))
			return tool_usage(tool, "report %s: %s does not apply",
					  action->name, option->name);
	}
	if (count < action->operands_min)
		return tool_usage(tool, "report %s: an operand is missing",
				  action->name);
	if (count > action->operands_max)
		return tool_usage(
		    tool, "report %s: one operand too many: %s", action->name,
		    text_escape(tool->mem, span_of(operands->items[count]), 60,
				true));
	return action->run(tool);
}

static const char *allowed(struct tool *tool)
{
	const char *names = actions[0]->name;

	for (size_t i = 1; i < ACTIONS; i++)
		names =
		    mem_printf(tool->mem, "%s, %s", names, actions[i]->name);
	return names;
}

static int run(struct tool *tool)
{
	const struct text_list *operands = &tool->operands;

	if (operands->count == 0)
		return tool_usage(tool, "report: what to do is missing");
	for (size_t i = 0; i < ACTIONS; i++) {
		if (strcmp(actions[i]->name, operands->items[0]) == 0)
			return run_action(tool, actions[i]);
	}
	return tool_usage(
	    tool, "report: %s is not known (allowed: %s)",
	    text_escape(tool->mem, span_of(operands->items[0]), 60, true),
	    allowed(tool));
}

const struct command command_report = {
    .name = "report",
    .summary = "Show, send and follow the reports to the domains that ask for "
	       "them; read those of others.",
    .usage = "list [--domain D] [--day DAY] [--state S] [--json] | "
	     "preview [--day DAY] [--xml | --json | --text] DOMAIN | "
	     "send [--dry-run] [--domain D] [--day DAY] [--json] | "
	     "status [--json] | resend [--json] ID | "
	     "resend [--json] --domain D | "
	     "suppress [--until T | --lift] [--json] ADDRESS|DOMAIN | "
	     "bounce [--log] [--json] [FILE] | "
	     "read [--limit NUMBER] [--json] FILE... | "
	     "failures [--domain D] [--json] [ID]",
    .options = options,
    .run = run,
};
