/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_INBOX_ACTIONS_H
#define TOOLS_INBOX_ACTIONS_H

/*
 * actions - what alignctl inbox can do, one file NAME.c each
 */

#include "tools/action.h"

extern const struct tool_action inbox_action_scan;
extern const struct tool_action inbox_action_take;

#endif
