/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TIME_H
#define TOOLS_TIME_H

/*
 * time - times on the command line
 *
 * What may be typed: lib/base/time_text.h.
 */

#include "tools/tool.h"

/* Reads the option's value; without the option *time_s stays. False: usage,
 * which has been printed. */
bool tool_time(struct tool *tool, const char *option, int64_t now_s,
	       int64_t *time_s);

/* Reads "36h", "90d" as a length of time; without the option *seconds
 * stays. */
bool tool_duration(const struct tool *tool, const char *option,
		   int64_t *seconds, struct error *err)
    __attribute__((warn_unused_result));

#endif
