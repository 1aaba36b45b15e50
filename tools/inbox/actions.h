/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_INBOX_ACTIONS_H
#define TOOLS_INBOX_ACTIONS_H

/*
 * actions - what alignctl inbox can do, a file NAME.c each; sources.c has
 * explain too
 */

#include "tools/action.h"

extern const struct tool_action inbox_action_aside;
extern const struct tool_action inbox_action_explain;
extern const struct tool_action inbox_action_fetch;
extern const struct tool_action inbox_action_scan;
extern const struct tool_action inbox_action_sources;
extern const struct tool_action inbox_action_summary;
extern const struct tool_action inbox_action_take;

#endif
