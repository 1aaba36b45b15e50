/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OVERRIDE_COMMAND_H
#define TOOLS_OVERRIDE_COMMAND_H

/*
 * command - what the files of alignctl override share
 */

#include "lib/policy/override_write.h"
#include "tools/override/used.h"
#include "tools/tool.h"

/* Each returns the exit status. */
int override_add(struct tool *tool);
int override_remove(struct tool *tool);
int override_propose(struct tool *tool);

/* Those of a set, or with --expired those that have ended; `uses` has how often
 * each was used (used.h), NULL: that is not told. */
void override_print(struct tool *tool, const struct override_set *set,
		    const struct override_use *uses);

/* --fleet: the same in PostgreSQL (fleet.c). */
int override_fleet_add(struct tool *tool, const struct config *config,
		       const struct override_draft *draft);
int override_fleet_remove(struct tool *tool, const struct config *config,
			  const char *name);
int override_fleet_list(struct tool *tool, const struct config *config);

#endif
