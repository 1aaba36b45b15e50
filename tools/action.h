/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ACTION_H
#define TOOLS_ACTION_H

/*
 * action - subcommands of a subcommand: "alignctl report list"
 */

#include "tools/tool.h"

struct tool_action {
	const char *name;
	size_t operands_min; /* behind the name */
	size_t operands_max;
	/* Those of the subcommand's own that it knows; NULL ends them, and
	 * NULL for the list is none. */
	const char *const *options;
	/* tool->operands.items[0] is the name. Returns the exit status. */
	int (*run)(struct tool *tool);
};

/* Runs the action that the first operand names, of those that NULL ends, if
 * operands and options are its; else usage is printed. Returns the exit
 * status. */
int tool_run_action(struct tool *tool,
		    const struct tool_action *const *actions);

#endif
