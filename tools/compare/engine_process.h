/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_COMPARE_ENGINE_PROCESS_H
#define TOOLS_COMPARE_ENGINE_PROCESS_H

/*
 * engine_process - one library, one message, one process
 *
 * The process is this program once more (/proc/self/exe): it sets its own
 * limits of memory, CPU and time, runs the library and writes one line. It has
 * nothing but the message and the pipe. Whatever it does, it ends, and what it
 * wrote is no more trusted than the message: engine_answer.h reads it.
 */

#include <stdint.h>
#include <stdio.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

/* What a process may write; past: it is ended. An answer for the 20 signatures
 * looked at takes some KiB. */
#define ENGINE_OUTPUT_BYTES 65536

/* Of a process that wrote too much, or nothing that is an answer. */
#define ENGINE_NO_ANSWER "no answer"

struct engine_process {
	const char *const *arguments; /* NULL at the end; [0] is a name */
	FILE *input;		      /* read from its beginning */
	int64_t timeout_ms;
};

struct engine_output {
	/* NULL: it ended by itself, with status 0. Else "signal 6",
	 * "timeout", "exit 1", ENGINE_NO_ANSWER. */
	const char *ended;
	const char *text; /* what it wrote; may hold any byte but NUL */
};

/* False where no process can be started. */
bool engine_process_run(TALLOC_CTX *mem, const struct engine_process *process,
			struct engine_output *output, struct error *err)
    __attribute__((warn_unused_result));

/* For the process itself, before it does anything. */
void engine_process_limit(int64_t timeout_ms);

#endif
