/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_PARKING_H
#define MILTER_PARKING_H

/*
 * parking - threads that have finished, kept for the next one's work
 *
 * libmilter ends a worker when more than two are idle and starts another when
 * the next connection speaks up: with a few connections about every other
 * message. A thread's begin and end cost as much as reading a message's header.
 * So a worker that has ended waits here for a while, and whoever wants to start
 * one looks here first; the one that came last goes first, so that those too
 * many are not woken and end by themselves. Any thread.
 */

#include <pthread.h>
#include <stdbool.h>

#define PARKING_PLACES 64
#define PARKING_MS 10000

/* Waits for work, which goes to *argument. False: none came in time, or there
 * is no place, and the thread is to end. */
bool parking_wait(void **argument);

/* Gives `argument` to a thread that waits, whose id goes to *thread. False:
 * none does. */
bool parking_take(void *argument, pthread_t *thread);

long parking_count(void); /* how many wait */

/* Whoever waits ends, and nobody waits any more; how many still do. */
long parking_end(void);

#endif
