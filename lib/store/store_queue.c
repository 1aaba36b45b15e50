/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_queue.c - where entries wait for the writer, and their senders for
 * them
 *
 * An item has two holders, who waits and the writer; the last one frees it. So
 * the writer can wake without the lock, for which the woken would only have to
 * wait again.
 * Tested by test_store_faults.
 */
#include "lib/store/store_queue.h"

#include <errno.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"

void store_queue_init(struct store_queue *queue)
{
	*queue = (struct store_queue){.first = NULL};
	queue->end = &queue->first;
	(void)pthread_mutex_init(&queue->lock, NULL);
	store_cond_init(&queue->filled);
}

void store_queue_done(struct store_queue *queue)
{
	(void)pthread_cond_destroy(&queue->filled);
	(void)pthread_mutex_destroy(&queue->lock);
}

static struct timespec deadline_in(int64_t wait_ms)
{
	const struct timespec wait = clock_timespec(wait_ms);
	struct timespec when;

	(void)clock_gettime(CLOCK_MONOTONIC, &when);
	when.tv_sec += wait.tv_sec;
	when.tv_nsec += wait.tv_nsec;
	if (when.tv_nsec >= 1000000000) {
		when.tv_nsec -= 1000000000;
		when.tv_sec++;
	}
	return when;
}

/* With the lock held. True: the caller was the last, and frees it. */
static bool release_item(struct store_item *item)
{
	return --item->holders == 0;
}

static bool append_item(struct store_queue *queue, struct store_item *item)
{
	if (queue->is_closed || queue->count >= LIMIT_STORE_QUEUE ||
	    queue->bytes + item->bytes > LIMIT_STORE_QUEUE_BYTES)
		return false;
	item->next = NULL;
	item->holders = 2;
	item->queued_ms = clock_monotonic_ms(clock_system());
	*queue->end = item;
	queue->end = &item->next;
	queue->count++;
	queue->bytes += item->bytes;
	(void)pthread_cond_signal(&queue->filled);
	return true;
}

bool store_queue_submit(struct store_queue *queue, struct store_item *item,
			int64_t wait_ms, enum store_outcome *outcome)
{
	struct timespec deadline = deadline_in(wait_ms);
	bool is_last = false;
	int code = 0;

	(void)pthread_mutex_lock(&queue->lock);
	bool is_queued = append_item(queue, item);
	while (is_queued && !item->is_settled && code != ETIMEDOUT)
		code = pthread_cond_timedwait(&item->done, &queue->lock,
					      &deadline);
	if (is_queued) {
		*outcome = item->is_settled ? item->outcome : STORE_LATE;
		is_last = release_item(item);
	}
	(void)pthread_mutex_unlock(&queue->lock);
	if (is_last)
		store_item_free(item);
	return is_queued;
}

static struct store_item *detach_items(struct store_queue *queue, size_t max)
{
	struct store_item *items = queue->first;
	struct store_item **end = &queue->first;

	for (size_t i = 0; i < max && *end != NULL; i++) {
		queue->count--;
		queue->bytes -= (*end)->bytes;
		end = &(*end)->next;
	}
	queue->first = *end;
	if (queue->first == NULL)
		queue->end = &queue->first;
	if (items != queue->first)
		*end = NULL;
	return items;
}

struct store_item *store_queue_take(struct store_queue *queue, size_t max,
				    int64_t wait_ms)
{
	struct timespec deadline = deadline_in(wait_ms);
	struct store_item *items = NULL;
	int code = 0;

	(void)pthread_mutex_lock(&queue->lock);
	while (queue->first == NULL && !queue->is_closed && code != ETIMEDOUT)
		code = pthread_cond_timedwait(&queue->filled, &queue->lock,
					      &deadline);
	if (queue->first != NULL)
		items = detach_items(queue, max);
	(void)pthread_mutex_unlock(&queue->lock);
	return items;
}

void store_queue_settle(struct store_queue *queue, struct store_item *items)
{
	struct store_item *item;

	(void)pthread_mutex_lock(&queue->lock);
	for (item = items; item != NULL; item = item->next)
		item->is_settled = true;
	(void)pthread_mutex_unlock(&queue->lock);
	for (item = items; item != NULL; item = item->next)
		(void)pthread_cond_signal(&item->done);
	(void)pthread_mutex_lock(&queue->lock);
	while (items != NULL) {
		item = items;
		items = item->next;
		if (release_item(item))
			store_item_free(item);
	}
	(void)pthread_mutex_unlock(&queue->lock);
}

void store_queue_close(struct store_queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	queue->is_closed = true;
	(void)pthread_cond_broadcast(&queue->filled);
	(void)pthread_mutex_unlock(&queue->lock);
}

bool store_queue_is_closed(struct store_queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	bool is_closed = queue->is_closed;
	(void)pthread_mutex_unlock(&queue->lock);
	return is_closed;
}

bool store_queue_is_drained(struct store_queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	bool is_drained = queue->is_closed && queue->first == NULL;
	(void)pthread_mutex_unlock(&queue->lock);
	return is_drained;
}

size_t store_queue_count(struct store_queue *queue, uint64_t *oldest_ms)
{
	int64_t now_ms = clock_monotonic_ms(clock_system());

	(void)pthread_mutex_lock(&queue->lock);
	size_t count = queue->count;
	int64_t since_ms = count == 0 ? now_ms : queue->first->queued_ms;
	(void)pthread_mutex_unlock(&queue->lock);
	*oldest_ms = now_ms > since_ms ? (uint64_t)(now_ms - since_ms) : 0;
	return count;
}
