/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PROGRAM_H
#define TOOLS_PROGRAM_H

/*
 * program - runs another program and reads what it says
 *
 * Without a shell: nothing in an argument is ever more than an argument. The
 * program is looked for in PATH and, since those who call alignctl often have
 * them not in there, in /usr/sbin and /sbin.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"

struct tool_output {
	const char *text; /* standard output, then standard error */
	int status;	  /* of the exit; 128 and the signal */
};

/* Runs argv[0] until it ends; its output is cut at 1 MiB. False: it could not
 * be started. The text belongs to `mem`. */
bool tool_program(TALLOC_CTX *mem, const char *const argv[],
		  struct tool_output *output, struct error *err)
    __attribute__((warn_unused_result));

/* The program's path, or NULL when it is not there. */
const char *tool_program_path(TALLOC_CTX *mem, const char *name);

#endif
