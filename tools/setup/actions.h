/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_SETUP_ACTIONS_H
#define TOOLS_SETUP_ACTIONS_H

#include "tools/tool.h"

/* alignctl setup NAME; each returns the exit status. */
int setup_postfix(struct tool *tool);
int setup_sendmail(struct tool *tool);

#endif
