/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_CLOCK_H
#define TOOLS_CLOCK_H

/*
 * clock - may a command settle or delete on the clock's word?
 *
 * The machine's clock is asked about as the daemon does (clock_trust.h). A time
 * that was given by --now is believed for reading; to settle, only in a build
 * for development: there could be records that are younger.
 */

#include "lib/store/store_report.h"
#include "tools/tool.h"

/* Why the clock is in doubt, below the tool; NULL: it is not, or --now stands
 * for it. */
bool tool_clock_doubt(struct tool *tool, struct store_reports *reports,
		      const char **why, struct error *err)
    __attribute__((warn_unused_result));

/* Before something is settled: notes down that the clock is believed. False,
 * with words, where it is not. */
bool tool_clock_settles(struct tool *tool, struct store_reports *reports,
			struct error *err) __attribute__((warn_unused_result));

/* The operator vouches for the clock. */
bool tool_clock_believe(struct tool *tool, struct store_reports *reports,
			struct error *err) __attribute__((warn_unused_result));

/* clock_given.c, for tests; clock_given_none.c. */
bool tool_clock_given_settles(void);

#endif
