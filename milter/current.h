/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_CURRENT_H
#define MILTER_CURRENT_H

/*
 * current - the configuration in force: its engine, and a new one while mail
 * flows
 *
 * A message takes a share of the engine when it begins and keeps it to its
 * end, so that a reload never changes the rules under a message. A reload is
 * all or nothing: a file that is not whole and right changes nothing. What
 * changed is logged, setting by setting; some settings need a restart and are
 * named. When a configuration was taken over, and whether the last was, is what
 * metrics, systemd's Status line and the status file (lib/app/daemon_status.h)
 * say about reloads.
 */

#include <pthread.h>
#include <stdatomic.h>

#include "lib/app/engine.h"

struct current {
	pthread_mutex_t lock;
	struct engine *engine; /* behind the lock */

	_Atomic int64_t started_s;
	_Atomic int64_t taken_s; /* the configuration in force */
	_Atomic int64_t
	    mode_since_s;	/* over restarts, where there is a store */
	atomic_bool is_refused; /* the last reload was */

	/* Of the thread that starts the daemon, then of the one that reloads.
	 */
	int64_t tried_s;
	int mode;	      /* enum policy_mode */
	size_t overrides;     /* in force, or ended */
	struct error refusal; /* where is_refused */
	const char *path;     /* the caller's; NULL: the usual place */
	char *status_path;    /* NULL: none */
	char *confinement;    /* what bars the process, in words */
	/* Of the daemon that had other defaults (lib/app/daemon_status.h). */
	size_t defaults_before;
	int64_t defaults_since_s;
};

/* Takes over the caller's share of `engine`. */
void current_init(struct current *current, struct engine *engine);

/* A share for the caller, who gives it back with engine_unref(). Any thread. */
struct engine *current_share(struct current *current);

/* Takes over the caller's share; drops the one of the engine before. Any
 * thread. */
void current_replace(struct current *current, struct engine *engine);

/* Of an engine that nobody shares yet: the key of marks. `random` NULL: none is
 * made. Without one mail flows, and the log says why no field gets a mark. */
void current_take_marks(struct engine *engine,
			const struct random_source *random);

/* From here on the status file tells; `path` is the configuration's and
 * outlives `current`, `confinement` is copied. The words of a failed writing
 * go to the log. */
void current_start(struct current *current, const char *path,
		   const char *confinement, int64_t now_s);

/* Logs who verifies signatures and evaluates SPF records, as a warning where a
 * library does, and what has run out: at the start, and after a reload. */
void current_tell(const struct config *config, int64_t now_s);

/* Takes over what the file says now; false: refused. From one thread at a
 * time, after current_start(). */
bool current_reload(struct current *current);

/* "reload refused at TIME: WORDS", below `mem`; NULL when it was not. Of the
 * thread that reloads. */
const char *current_warning(TALLOC_CTX *mem, const struct current *current);

void current_done(struct current *current);

#endif
