/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_CHILD_PROCESS_H
#define TOOLS_CHILD_PROCESS_H

/*
 * child_process - what is common to the processes in which alignctl lets
 * others' code read strangers' bytes
 *
 * Such a process has its input, one pipe to answer by and nothing else. It may
 * use so much memory and processor time, writes no file, gains no privilege and
 * ends when its time is over, whether or not anybody waits for it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/mem.h"

struct child_bounds {
	unsigned cpu_s;
	int64_t timeout_ms;
};

/* For the process itself, before it looks at what is foreign: input and output
 * become its standard ones, every other descriptor is closed. False: it must
 * not go on. */
bool child_process_arrange(int input, int output)
    __attribute__((warn_unused_result));

/* Likewise; lower limits that are in force stay. */
void child_process_bound(const struct child_bounds *bounds);

/* Waits for something to read, the end included; false when the time is
 * over. */
bool child_process_answers(int output, int64_t end_ms);

struct child_end {
	enum {
		CHILD_DONE,	/* by itself, with status 0 */
		CHILD_STATUS,	/* another one */
		CHILD_SIGNALED, /* by that signal */
		CHILD_LATE,	/* its time was over */
	} how;
	int number;
};

/* Waits for its end until then, ends it past that. */
struct child_end child_process_end(pid_t child, int64_t end_ms);

/* "signal 6", "timeout", "exit 1"; NULL where it was done. */
const char *child_end_text(TALLOC_CTX *mem, struct child_end end);

#endif
