/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OVERRIDE_ADD_H
#define TOOLS_OVERRIDE_ADD_H

/*
 * add - the overrides file of the configuration, changed
 */

#include "lib/policy/override_write.h"
#include "tools/tool.h"

/* Adds it, shows what was added, and says how alignd comes to know. An
 * override that has ended already is refused. */
bool tool_override_add(struct tool *tool, const struct config *config,
		       const struct override_draft *draft, struct error *err)
    __attribute__((warn_unused_result));

/* The same of the fleet's overrides, which have versions (fleet.c). */
bool tool_override_add_fleet(struct tool *tool, const struct config *config,
			     const struct override_draft *draft,
			     struct error *err)
    __attribute__((warn_unused_result));

/* The same for taking one out. */
bool tool_override_remove(struct tool *tool, const struct config *config,
			  const char *name, struct error *err)
    __attribute__((warn_unused_result));

/* Is it an override that could stand in a file by itself, and that applies? */
bool tool_override_check(const struct tool *tool, const char *text,
			 struct error *err) __attribute__((warn_unused_result));

#endif
