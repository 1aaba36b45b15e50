/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.c - the daemon's engine, set up for one run of a subcommand
 * Tested by test_alignctl_check.
 */
#include "tools/engine.h"

bool tool_engine(struct tool *tool, struct engine **engine, struct error *err)
{
	struct config *config;

	return tool_config(tool, &config, err) &&
	       engine_new(config, NULL, &tool->clock, random_system(), engine,
			  err);
}
