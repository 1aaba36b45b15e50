/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_PRIVILEGES_H
#define MILTER_PRIVILEGES_H

/*
 * privileges - the daemon gives up what it will not need
 *
 * From root to its own user; started as anyone but root it stays who it is.
 *
 * Then files and system calls, in two steps, since landlock holds for threads
 * that are started later and files may be needed before system calls can be
 * barred. A step that fails where the kernel has it is told as an error, and
 * the daemon goes on: mail that stands still is the greater harm.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "lib/app/config.h"
#include "lib/base/confine.h"

struct identity {
	bool is_change; /* false: the process is not root */
	uid_t user;
	gid_t group;
};

/* Who `user` is; looked up early, so that a wrong name is found early. */
bool privileges_find(const char *user, struct identity *identity,
		     struct error *err) __attribute__((warn_unused_result));

/* For what is done to files: from here on root's rights are not at hand, so
 * that links in a folder of the user's lead nowhere that he may not go himself.
 * `group`, unless it is (gid_t)-1, is one that files may be given to. */
bool privileges_lower(const struct identity *identity, gid_t group,
		      struct error *err) __attribute__((warn_unused_result));
/* The rights that privileges_lower() put away; privileges_drop() wants them. */
bool privileges_raise(const struct identity *identity, struct error *err)
    __attribute__((warn_unused_result));

/* Becomes `identity` for good, and makes sure of it; leaves for "/". */
bool privileges_drop(const struct identity *identity, struct error *err)
    __attribute__((warn_unused_result));

/* Before any other thread: files, ports, signals. `path` is the configuration
 * file, NULL for the default. Nothing with "confine = no". */
void privileges_bar_files(const struct config *config, const char *path,
			  struct confine_state *state);

/* Once every socket listens: no program, no process, no further listening. */
void privileges_bar_calls(const struct config *config,
			  struct confine_state *state);

/* "landlock (ABI 7), seccomp; no AppArmor", in the log; below `mem`. */
char *privileges_tell_bars(TALLOC_CTX *mem, const struct confine_state *state);

#endif
