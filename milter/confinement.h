/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_CONFINEMENT_H
#define MILTER_CONFINEMENT_H

/*
 * confinement - the daemon gives up what it will not need
 *
 * In two steps, since landlock holds for threads that are started later and
 * files may be needed before system calls can be barred. A step that fails
 * where the kernel has it is told as an error, and the daemon goes on: mail
 * that stands still is the greater harm.
 */

#include "lib/app/config.h"
#include "lib/base/confine.h"

/* Before any other thread: files, ports, signals. `path` is the configuration
 * file, NULL for the default. Nothing with "confine = no". */
void confinement_bar_files(const struct config *config, const char *path,
			   struct confine_state *state);

/* Once every socket listens: no program, no process, no further listening. */
void confinement_bar_calls(const struct config *config,
			   struct confine_state *state);

/* "landlock (ABI 7), seccomp; no AppArmor", in the log; below `mem`. */
char *confinement_tell(TALLOC_CTX *mem, const struct confine_state *state);

#endif
