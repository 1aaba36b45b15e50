/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OVERRIDE_COMMAND_H
#define TOOLS_OVERRIDE_COMMAND_H

/*
 * command - what the files of alignctl override share
 */

#include "tools/tool.h"

/* Each returns the exit status. */
int override_add(struct tool *tool);
int override_remove(struct tool *tool);
int override_propose(struct tool *tool);

#endif
