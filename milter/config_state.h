/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_CONFIG_STATE_H
#define MILTER_CONFIG_STATE_H

/*
 * config_state - when a configuration was taken over, and whether the last was
 *
 * What metrics, systemd's Status line and the status file
 * (lib/app/daemon_status.h) say about reloads. Written by one thread at a
 * time; the atomic members may be read by any.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/app/config.h"

struct config_state {
	_Atomic int64_t started_s;
	_Atomic int64_t taken_s; /* the configuration in force */
	_Atomic int64_t
	    mode_since_s;	/* over restarts, where there is a store */
	atomic_bool is_refused; /* the last reload was */

	/* The writer's alone. */
	int64_t tried_s;
	int mode;		 /* enum policy_mode */
	struct error refusal;	 /* where is_refused */
	const char *config_path; /* the caller's */
	char *status_path;	 /* NULL: none */
	char *confinement;	 /* what bars the process, in words */
};

/* The first configuration; `path` is the file's, and outlives the state;
 * `confinement` is copied. The words of a failed writing go to the log. */
void config_state_start(struct config_state *state, const struct config *config,
			const char *path, const char *confinement,
			int64_t now_s);
void config_state_taken(struct config_state *state, const struct config *config,
			int64_t now_s);
void config_state_refused(struct config_state *state, const struct error *err,
			  int64_t now_s);
void config_state_done(struct config_state *state);

/* "reload refused at TIME: WORDS", below `mem`; NULL when it was not. */
const char *config_state_warning(TALLOC_CTX *mem,
				 const struct config_state *state);

#endif
