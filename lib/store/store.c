/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.c - the record of what was decided: the writer thread and its counts
 *
 * Messages' threads meet the writer in the queue only; counts and the last
 * error have a lock of their own. Whatever fails, the thread goes on: the next
 * group tries again.
 */
#include "lib/store/store.h"

#include <pthread.h>

#include "lib/store/store_queue.h"
#include "lib/store/store_writer.h"

#define GROUP_MAX 512 /* entries in one transaction */

struct store {
	struct store_queue queue;
	struct store_writer writer; /* the thread's alone */
	pthread_t thread;
	char *host;
	const struct clock *clock;

	pthread_mutex_t lock; /* for what follows */
	struct store_statistics statistics;
	struct error last_error;
	int64_t last_error_s;
};

static void note_error(struct store *store, const struct error *err)
{
	(void)pthread_mutex_lock(&store->lock);
	store->last_error = *err;
	store->last_error_s = clock_now_s(store->clock);
	(void)pthread_mutex_unlock(&store->lock);
}

static void note_counts(struct store *store, const struct store_item *items,
			uint64_t groups)
{
	(void)pthread_mutex_lock(&store->lock);
	store->statistics.groups += groups;
	for (; items != NULL; items = items->next) {
		if (items->outcome == STORE_COMMITTED)
			store->statistics.committed++;
		else
			store->statistics.lost++;
	}
	(void)pthread_mutex_unlock(&store->lock);
}

static void note_refused(struct store *store, const struct store_entry *entry,
			 const char *why)
{
	const char *reference =
	    entry->has_incident ? entry->incident.reference : NULL;
	struct error err;

	(void)error_set(&err, ERROR_STORE, "%s (%.40s)", why,
			reference == NULL ? "no incident" : reference);
	note_error(store, &err);
	(void)pthread_mutex_lock(&store->lock);
	store->statistics.lost++;
	(void)pthread_mutex_unlock(&store->lock);
}

/* Counts are noted before the waiters wake, so that whoever was answered is
 * counted already. */
static void write_group(struct store *store, struct store_item *items)
{
	uint64_t groups = 0;
	struct error err;

	if (!store_writer_write(&store->writer, items, &groups, &err))
		note_error(store, &err);
	note_counts(store, items, groups);
	store_queue_settle(&store->queue, items);
}

static void *run(void *context)
{
	struct store *store = context;
	struct store_item *items;
	struct error err;

	do {
		items =
		    store_queue_take(&store->queue, GROUP_MAX,
				     store_writer_purge_in_ms(&store->writer));
		if (items != NULL)
			write_group(store, items);
		if (store_writer_purge_in_ms(&store->writer) == 0 &&
		    !store_writer_purge(&store->writer, &err))
			note_error(store, &err);
	} while (!store_queue_is_drained(&store->queue));
	return NULL;
}

static void free_store(struct store *store)
{
	store_writer_done(&store->writer);
	store_queue_done(&store->queue);
	(void)pthread_mutex_destroy(&store->lock);
	heap_free(store->host);
	heap_free(store);
}

static bool start(struct store *store, struct error *err)
{
	int code = pthread_create(&store->thread, NULL, run, store);

	if (code != 0)
		return error_errno(err, ERROR_SYSTEM, code,
				   "cannot start the store's thread");
	return true;
}

bool store_open(const struct store_settings *settings, const char *host,
		const struct clock *clock, struct store **store,
		struct error *err)
{
	if (settings->sqlite[0] == '\0')
		return error_set(err, ERROR_CONFIG,
				 "store.sqlite is empty: no record is kept");
	struct store *made = heap_new(struct store);
	made->clock = clock;
	made->host = heap_strdup(host);
	store_queue_init(&made->queue);
	(void)pthread_mutex_init(&made->lock, NULL);
	if (!store_writer_init(&made->writer, settings, clock, err) ||
	    !start(made, err)) {
		free_store(made);
		return false;
	}
	*store = made;
	return true;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	store_queue_close(&store->queue);
	(void)pthread_join(store->thread, NULL);
	free_store(store);
}

enum store_outcome store_record(struct store *store,
				const struct store_entry *entry,
				int64_t wait_ms)
{
	enum store_outcome outcome;
	struct store_item *item = store_item_new(entry, store->host);

	if (item == NULL) {
		note_refused(store, entry, "an entry is too long to be stored");
		return STORE_LOST;
	}
	if (store_queue_submit(&store->queue, item, wait_ms, &outcome))
		return outcome;
	store_item_free(item);
	note_refused(store, entry,
		     "the store's queue is full: an entry is lost");
	return STORE_LOST;
}

void store_get_statistics(struct store *store,
			  struct store_statistics *statistics)
{
	uint64_t oldest_ms;
	size_t queued = store_queue_count(&store->queue, &oldest_ms);

	(void)pthread_mutex_lock(&store->lock);
	*statistics = store->statistics;
	statistics->last_error_s = (uint64_t)store->last_error_s;
	(void)pthread_mutex_unlock(&store->lock);
	statistics->queued = queued;
	statistics->oldest_ms = oldest_ms;
}

bool store_last_error(struct store *store, struct error *err, int64_t *time_s)
{
	(void)pthread_mutex_lock(&store->lock);
	bool has_failed = store->last_error.kind != ERROR_NONE;
	if (has_failed) {
		*err = store->last_error;
		*time_s = store->last_error_s;
	}
	(void)pthread_mutex_unlock(&store->lock);
	return has_failed;
}
