/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_CMD_OVERRIDE_H
#define TOOLS_CMD_OVERRIDE_H

/*
 * cmd_override - what the files of alignctl override share
 */

#include "tools/alignctl.h"

/* Each returns the exit status. */
int override_add(struct tool *tool);
int override_remove(struct tool *tool);

#endif
