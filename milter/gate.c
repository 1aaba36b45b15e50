/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gate.c - how much mail is inside, and the bound on it
 */
#include "milter/gate.h"

#include <assert.h>
#include <time.h>

#include "lib/base/clock.h"

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
