/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ENGINE_H
#define TOOLS_ENGINE_H

/*
 * engine - the daemon's engine, set up for one run of a subcommand
 */

#include "lib/app/engine.h"
#include "tools/tool.h"

/* From the tool's configuration, with --dns, --resolver and --now in place;
 * engine_unref() it in the end. */
bool tool_engine(struct tool *tool, struct engine **engine, struct error *err)
    __attribute__((warn_unused_result));

#endif
