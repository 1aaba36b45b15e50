/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_QUEUE_H
#define STORE_STORE_QUEUE_H

/*
 * store_queue - where entries wait for the writer, and their senders for them
 *
 * Bounded in entries and bytes. The writer takes all that waits, up to a
 * group, and settles the group as a whole. The lock is never held during
 * input or output, so nobody waits longer than he asked to.
 */

#include "lib/store/store_item.h"

struct store_queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct store_item *first;
	struct store_item **end;
	size_t count;
	size_t bytes;
	bool is_closed;
};

void store_queue_init(struct store_queue *queue);
void store_queue_done(struct store_queue *queue);

/* Hands an item over and waits for its outcome; owns it from here on. False:
 * the queue is full or closed, and the item is still the caller's. */
bool store_queue_submit(struct store_queue *queue, struct store_item *item,
			int64_t wait_ms, enum store_outcome *outcome)
    __attribute__((warn_unused_result));

/* Takes up to `max` items, oldest first, linked by `next`; waits for the first
 * at most `wait_ms`. NULL: none came, or the queue is closed and empty. */
struct store_item *store_queue_take(struct store_queue *queue, size_t max,
				    int64_t wait_ms);

/* Every item's outcome stands: wakes who waits for it. */
void store_queue_settle(struct store_queue *queue, struct store_item *items);

/* No more items; the taker gets what is left without waiting. */
void store_queue_close(struct store_queue *queue);

bool store_queue_is_closed(struct store_queue *queue);

/* Closed, and nothing left? */
bool store_queue_is_drained(struct store_queue *queue);

/* How many wait, and for how long the first of them has. */
size_t store_queue_count(struct store_queue *queue, uint64_t *oldest_ms);

#endif
