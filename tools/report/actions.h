/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_ACTIONS_H
#define TOOLS_REPORT_ACTIONS_H

/*
 * actions - what alignctl report can do, one file report_NAME.c each
 *
 * A new action is its file, a declaration here, a line in the table of
 * report/command.c, and there its options where they are new.
 */

#include "tools/action.h"

extern const struct tool_action report_action_begin;
extern const struct tool_action report_action_bounce;
extern const struct tool_action report_action_failures;
extern const struct tool_action report_action_key;
extern const struct tool_action report_action_list;
extern const struct tool_action report_action_preview;
extern const struct tool_action report_action_read;
extern const struct tool_action report_action_resend;
extern const struct tool_action report_action_send;
extern const struct tool_action report_action_status;
extern const struct tool_action report_action_suppress;

#endif
