/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PATHS_FLEET_H
#define TOOLS_PATHS_FLEET_H

/*
 * paths_fleet - alignctl paths over the hosts of a fleet
 */

#include "lib/fleet/fleet_paths.h"
#include "tools/tool.h"

/* What a path is measured by, in the columns of a host's list and a fleet's. */
#define TOOL_PATH_FIGURES                                                      \
	{.key = "spf",                                                         \
	 .title = "SPF",                                                       \
	 .csv = "spf",                                                         \
	 .width = 6,                                                           \
	 .is_right = true},                                                    \
	    {.key = "dkim",                                                    \
	     .title = "DKIM",                                                  \
	     .csv = "dkim",                                                    \
	     .width = 6,                                                       \
	     .is_right = true},                                                \
	    {.key = "failed",                                                  \
	     .title = "failed",                                                \
	     .csv = "failed",                                                  \
	     .width = 6,                                                       \
	     .is_right = true},                                                \
	    {.key = "first", .title = "first", .csv = "first", .width = 10},   \
	    {.key = "last", .title = "last", .csv = "last", .width = 10},      \
	{                                                                      \
		.key = "days", .csv = "days"                                   \
	}

/* Writes the sums that are wanted; its limit is what people see. */
bool tool_paths_of_fleet(struct tool *tool, const char *conninfo,
			 const struct fleet_path_wanted *wanted,
			 struct error *err) __attribute__((warn_unused_result));

#endif
