/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TOOL_RUN_H
#define TOOLS_TOOL_RUN_H

/*
 * tool_run - another program, run without a shell
 */

#include <stdbool.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

#define TOOL_RUN_OUTPUT_MAX                                                    \
	8192 /* bytes kept; the rest is read and dropped                       \
	      */

/* Where the program of that name is: a folder of PATH, or /usr/sbin, which
 * users' paths leave out. NULL when it is nowhere. */
const char *tool_find_program(TALLOC_CTX *mem, const char *name);

/* How it ended. */
struct tool_ran {
	int status; /* its exit status; 128 + the signal that ended it */
	const char *output; /* of both streams, in the order of writing */
};

/* Runs argv[0], a path, with nothing on standard input, and waits for its
 * end. */
bool tool_run(TALLOC_CTX *mem, const char *const *argv, struct tool_ran *ran,
	      struct error *err) __attribute__((warn_unused_result));

#endif
