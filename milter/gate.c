/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gate.c - how much mail is inside, and the bound on it
 */
#include "milter/gate.h"

#include <assert.h>
#include <time.h>

#include "lib/base/clock.h"

void gate_init(struct gate *gate)
{
	*gate = (struct gate){.first = NULL};
	(void)pthread_mutex_init(&gate->lock, NULL);
}

long gate_bound(long bound, long wanted)
{
	return bound > 0 && bound < wanted ? bound : wanted;
}

long gate_evaluations(const struct gate *gate, long wanted, bool *is_short)
{
	long room = gate->ask_threads == NULL ? 0 : gate->ask_threads();

	*is_short = room > 0 && room < wanted;
	return gate_bound(room, gate_bound(gate->max_evaluating, wanted));
}

bool gate_enter(atomic_long *count, long max)
{
	if (atomic_fetch_add(count, 1) < max)
		return true;
	gate_leave(count);
	return false;
}

void gate_leave(atomic_long *count)
{
	long before = atomic_fetch_sub(count, 1);

	assert(before > 0);
}

void gate_close(struct gate *gate)
{
	atomic_store(&gate->is_closed, true);
}

bool gate_is_closed(struct gate *gate)
{
	return atomic_load(&gate->is_closed);
}

void gate_wait_begin(struct gate *gate, struct gate_wait *wait)
{
	(void)pthread_mutex_lock(&gate->lock);
	*wait = (struct gate_wait){
	    .previous = gate->last,
	    .since_ms = clock_monotonic_ms(clock_system()),
	};
	if (gate->last == NULL)
		gate->first = wait;
	else
		gate->last->next = wait;
	gate->last = wait;
	(void)pthread_mutex_unlock(&gate->lock);
}

void gate_wait_end(struct gate *gate, struct gate_wait *wait)
{
	(void)pthread_mutex_lock(&gate->lock);
	if (wait->previous == NULL)
		gate->first = wait->next;
	else
		wait->previous->next = wait->next;
	if (wait->next == NULL)
		gate->last = wait->previous;
	else
		wait->next->previous = wait->previous;
	(void)pthread_mutex_unlock(&gate->lock);
}

int64_t gate_longest_wait_ms(struct gate *gate)
{
	int64_t now_ms = clock_monotonic_ms(clock_system());
	int64_t since_ms = now_ms;
	int64_t unserved_ms = atomic_load(&gate->unserved_ms);

	(void)pthread_mutex_lock(&gate->lock);
	if (gate->first != NULL)
		since_ms = gate->first->since_ms;
	(void)pthread_mutex_unlock(&gate->lock);
	if (unserved_ms != 0 && unserved_ms < since_ms)
		since_ms = unserved_ms;
	return now_ms > since_ms ? now_ms - since_ms : 0;
}

bool gate_wait_empty(atomic_long *count, int64_t wait_ms)
{
	static const struct timespec pause = {.tv_nsec = 10000000};
	int64_t end_ms = clock_monotonic_ms(clock_system()) + wait_ms;

	while (atomic_load(count) != 0) {
		if (clock_monotonic_ms(clock_system()) >= end_ms)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return true;
}
