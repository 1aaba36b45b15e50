/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_COMPARE_ENGINE_CHILD_H
#define TOOLS_COMPARE_ENGINE_CHILD_H

/*
 * engine_child - what a library's process does
 *
 * "alignctl compare --run-engine NAME ..." with the message (libopendkim), the
 * facts (libopendmarc) or nothing (libspf2) on standard input. An option for
 * alignctl itself, in no usage line.
 */

#include "tools/tool.h"

#define ENGINE_CHILD_OPTION "--run-engine"

/* How long it may take, with its DNS. */
int64_t engine_child_timeout_ms(const struct config *config);

/* Runs the library, prints its answer; the exit status. */
int engine_child_run(struct tool *tool, const char *name);

#endif
