/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_SETUP_DROP_IN_H
#define TOOLS_SETUP_DROP_IN_H

/*
 * drop_in - the file that sets `listen`, written and put back
 */

#include "tools/file.h"
#include "tools/setup/plan.h"

/* What stood in its place. */
struct drop_in_before {
	bool is_there;
	struct span text;
	struct tool_file_rights rights;
};

/* Writes the plan's file for all to read, its folder where there is none.
 * *before is below `mem`, and is set where true is returned. */
bool drop_in_write(TALLOC_CTX *mem, const struct setup_plan *plan,
		   struct drop_in_before *before, struct error *err)
    __attribute__((warn_unused_result));

/* Puts in its place what stood there, or nothing. */
bool drop_in_put_back(TALLOC_CTX *mem, const struct setup_plan *plan,
		      const struct drop_in_before *before, struct error *err)
    __attribute__((warn_unused_result));

#endif
