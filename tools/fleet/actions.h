/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_FLEET_ACTIONS_H
#define TOOLS_FLEET_ACTIONS_H

/*
 * actions - what alignctl fleet does, each in its own file
 */

#include "tools/action.h"

extern const struct tool_action fleet_action_forward; /* forward.c */
extern const struct tool_action fleet_action_init;    /* init.c */
extern const struct tool_action fleet_action_remove;  /* remove.c */
extern const struct tool_action fleet_action_status;  /* status.c */

#endif
