/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PATHS_FLEET_H
#define TOOLS_PATHS_FLEET_H

/*
 * paths_fleet - alignctl paths over the hosts of a fleet
 */

#include "lib/fleet/fleet_paths.h"
#include "tools/tool.h"

/* Writes the sums that are wanted; its limit is what people see. */
bool tool_paths_of_fleet(struct tool *tool, const char *conninfo,
			 const struct fleet_path_wanted *wanted,
			 struct error *err) __attribute__((warn_unused_result));

#endif
