/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_GATE_H
#define MILTER_GATE_H

/*
 * gate - what all sessions share, how much mail is inside, and the bound on it
 *
 * libmilter starts as many workers as it has busy connections; the gate is
 * what keeps a flood from becoming a thousand threads that wait for DNS. It
 * also tells the end of the daemon what is still under way. Any thread.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/store/store.h"
#include "milter/current.h"
#include "milter/unneeded.h"
#include "milter/waiting.h"

/* One message that waits for its answer; the waiter's own. */
struct gate_wait {
	struct gate_wait *previous;
	struct gate_wait *next;
	int64_t since_ms;
};

struct gate {
	atomic_long connections;
	atomic_long begun;	/* messages between MAIL and their end */
	atomic_long streaming;	/* those of them whose header has begun */
	atomic_long evaluating; /* those of them at end of message */
	atomic_bool is_closed;	/* the daemon stops */
	long max_connections;	/* what the machine has room for, set at the */
	long max_evaluating;	/* start (milter/capacity.h); 0: no bound */
	long (*ask_threads)(void); /* how many may evaluate while no further
				      thread can be started; 0: no matter;
				      NULL: as 0 */

	/* Since when connections have something to say and none of them got a
	 * worker; 0: none waits. Written by milter/pool.c. */
	_Atomic int64_t unserved_ms;

	pthread_mutex_t lock; /* for what follows: who came first is first */
	struct gate_wait *first;
	struct gate_wait *last;
};

struct service {
	struct current current;
	struct gate gate;
	struct unneeded unneeded;    /* bodies, of late */
	struct store *store;	     /* NULL: switched off */
	struct sightings *sightings; /* these three outlive the engines */
	struct dns_memory *memory;
	struct hold_budget *holds;
	struct exempt_budget *exempt;
	const char *host;	/* names this machine in the store's rows */
	struct waiting waiting; /* the metrics' thread alone */
};

void gate_init(struct gate *gate);

/* What may be promised: `wanted`, or the machine's bound if that is less. */
long gate_bound(long bound, long wanted);

/* The same for messages in evaluation; `is_short` becomes true when it is for
 * want of threads, now. */
long gate_evaluations(const struct gate *gate, long wanted, bool *is_short);

/* One more, unless there are `max` already. */
bool gate_enter(atomic_long *count, long max);
void gate_leave(atomic_long *count);

/* Whoever enters from here on is to leave at once: after it has entered it
 * looks, so that a count that is 0 once the gate is closed means that nobody
 * is inside, nor will be. */
void gate_close(struct gate *gate);
bool gate_is_closed(struct gate *gate);

/* Between the two, a message's wait is seen from outside. */
void gate_wait_begin(struct gate *gate, struct gate_wait *wait);
void gate_wait_end(struct gate *gate, struct gate_wait *wait);

/* How long whoever waits longest has now: a message for its answer, or a
 * connection for a worker. 0: nobody does. */
int64_t gate_longest_wait_ms(struct gate *gate);

/* Waits until *count is 0, at most `wait_ms`; true when it is. */
bool gate_wait_empty(atomic_long *count, int64_t wait_ms);

#endif
