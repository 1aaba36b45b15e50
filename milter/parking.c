/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parking.c - threads that have finished, kept for the next one's work
 */
#include "milter/parking.h"

#include <errno.h>
#include <time.h>

#include "lib/base/clock.h"

/* On the stack of the thread that waits. */
struct place {
	struct place *next;
	pthread_t thread;
	pthread_cond_t woken;
	bool is_given;
	void *argument;
};

static struct {
	pthread_mutex_t lock;
	struct place *last; /* the others behind it */
	long count;	    /* of threads that have not left yet */
	bool is_ending;
} parking = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t monotonic;

	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(condition, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
}

static void take_out(struct place *place)
{
	struct place **at = &parking.last;

	while (*at != NULL && *at != place)
		at = &(*at)->next;
	if (*at != NULL)
		*at = place->next;
}

/* With the lock held. */
static void wait_in(struct place *place)
{
	const struct timespec end =
	    clock_timespec(clock_monotonic_ms(clock_system()) + PARKING_MS);
	int code = 0;

	place->next = parking.last;
	parking.last = place;
	parking.count++;
	while (!place->is_given && !parking.is_ending && code != ETIMEDOUT)
		code =
		    pthread_cond_timedwait(&place->woken, &parking.lock, &end);
	take_out(place);
	parking.count--;
}

bool parking_wait(void **argument)
{
	struct place place = {.thread = pthread_self()};

	init_condition(&place.woken);
	(void)pthread_mutex_lock(&parking.lock);
	if (!parking.is_ending && parking.count < PARKING_PLACES)
		wait_in(&place);
	(void)pthread_mutex_unlock(&parking.lock);
	(void)pthread_cond_destroy(&place.woken);
	*argument = place.argument;
	return place.is_given;
}

bool parking_take(void *argument, pthread_t *thread)
{
	(void)pthread_mutex_lock(&parking.lock);
	struct place *place = parking.last;
	if (place != NULL) {
		parking.last = place->next;
		place->argument = argument;
		place->is_given = true;
		*thread = place->thread;
		(void)pthread_cond_signal(&place->woken);
	}
	(void)pthread_mutex_unlock(&parking.lock);
	return place != NULL;
}

long parking_count(void)
{
	(void)pthread_mutex_lock(&parking.lock);
	long count = parking.count;
	(void)pthread_mutex_unlock(&parking.lock);
	return count;
}

long parking_end(void)
{
	(void)pthread_mutex_lock(&parking.lock);
	parking.is_ending = true;
	for (struct place *at = parking.last; at != NULL; at = at->next)
		(void)pthread_cond_signal(&at->woken);
	long count = parking.count;
	(void)pthread_mutex_unlock(&parking.lock);
	return count;
}
