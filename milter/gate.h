/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_GATE_H
#define MILTER_GATE_H

/*
 * gate - how much mail is inside, and the bound on it
 *
 * libmilter starts as many workers as it has busy connections; the gate is
 * what keeps a flood from becoming a thousand threads that wait for DNS. It
 * also tells the end of the daemon what is still under way. Any thread.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct gate {
	atomic_long connections;
	atomic_long begun;	/* messages between MAIL and their end */
	atomic_long streaming;	/* those of them whose header has begun */
	atomic_long evaluating; /* those of them at end of message */
	atomic_bool is_closed;	/* the daemon stops */
};

/* One more, unless there are `max` already. */
bool gate_enter(atomic_long *count, long max);
void gate_leave(atomic_long *count);

/* Whoever enters from here on is to leave at once: after it has entered it
 * looks, so that a count that is 0 once the gate is closed means that nobody
 * is inside, nor will be. */
void gate_close(struct gate *gate);
bool gate_is_closed(struct gate *gate);

/* Waits until *count is 0, at most `wait_ms`; true when it is. */
bool gate_wait_empty(atomic_long *count, int64_t wait_ms);

#endif
