/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_CURRENT_H
#define MILTER_CURRENT_H

/*
 * current - the engine in force
 *
 * A message takes a share of the engine when it begins and keeps it to its
 * end, so that a reload never changes the rules under a message. Any thread.
 */

#include <pthread.h>

#include "lib/app/engine.h"

struct current {
	pthread_mutex_t lock;
	struct engine *engine;
};

/* Takes over the caller's share of `engine`. */
void current_init(struct current *current, struct engine *engine);

/* A share for the caller, who gives it back with engine_unref(). */
struct engine *current_share(struct current *current);

/* Takes over the caller's share; drops the one of the engine before. */
void current_replace(struct current *current, struct engine *engine);

void current_done(struct current *current);

#endif
