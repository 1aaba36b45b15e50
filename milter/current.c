/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * current.c - the engine in force
 * Tested by test_wire_reload.
 */
#include "milter/current.h"

void current_init(struct current *current, struct engine *engine)
{
	(void)pthread_mutex_init(&current->lock, NULL);
	current->engine = engine;
}

struct engine *current_share(struct current *current)
{
	(void)pthread_mutex_lock(&current->lock);
	struct engine *share = engine_ref(current->engine);
	(void)pthread_mutex_unlock(&current->lock);
	return share;
}

void current_replace(struct current *current, struct engine *engine)
{
	(void)pthread_mutex_lock(&current->lock);
	struct engine *before = current->engine;
	current->engine = engine;
	(void)pthread_mutex_unlock(&current->lock);
	/* The last share of an engine ends its DNS threads: not under a lock
	 * that every MAIL takes. */
	engine_unref(before);
}

void current_done(struct current *current)
{
	engine_unref(current->engine);
	(void)pthread_mutex_destroy(&current->lock);
}
