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

#include "lib/store/store_budget.h"
#include "lib/store/store_file.h"
#include "lib/store/store_queue.h"
#include "lib/store/store_writer.h"

#define GROUP_MAX 512 /* entries in one transaction */
#define DOUBT_TOLD_MS ((int64_t)3600000)
#define CLOSING_WAIT_MS 3000 /* for a lock, once the store is to end */

struct store {
	struct store_queue queue;
	struct store_writer writer; /* the thread's alone */
	struct store_passed passed;
	struct store_paths paths;
	struct store_budget *budget;
	pthread_t thread;
	char *host;
	const struct clock *clock;

	pthread_mutex_t lock; /* for what follows */
	struct store_statistics statistics;
	struct error last_error;
	int64_t last_error_s;
	struct error clock_doubt; /* ERROR_NONE: it is believed */
	int64_t doubt_told_ms;	  /* 0: not yet */
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
		if (items->outcome != STORE_COMMITTED) {
			store->statistics.lost++;
			continue;
		}
		store->statistics.committed++;
		store->statistics.kept_bytes += items->bytes;
		if (items->entry.is_counted)
			store->statistics.counted++;
		if (items->is_other)
			store->statistics.others++;
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

/* While others hold the lock, as long as the queue takes what comes; at the
 * end, not for ever. */
static bool may_wait(struct store *store, int64_t since_ms)
{
	return !store_queue_is_closed(&store->queue) ||
	       clock_monotonic_ms(store->clock) - since_ms < CLOSING_WAIT_MS;
}

/* Counts are noted before the waiters wake, so that whoever was answered is
 * counted already. */
static void write_group(struct store *store, struct store_item *items)
{
	uint64_t groups = 0;
	struct error err;
	struct store_item *left = items;
	int64_t busy_since_ms = clock_monotonic_ms(store->clock);

	/* Each try waits for the lock by itself. The senders do not wait so
	 * long, but what they handed over is kept. */
	do {
		if (!store_writer_write(&store->writer, left, &groups, &left,
					&err))
			note_error(store, &err);
	} while (left != NULL && may_wait(store, busy_since_ms));
	store_writer_lose(left);
	note_counts(store, items, groups);
	store_queue_settle(&store->queue, items);
}

static void note_file(struct store *store)
{
	const struct store_writer *writer = &store->writer;
	const struct store_size *size = &writer->bounds;

	(void)pthread_mutex_lock(&store->lock);
	store->statistics.file_bytes = writer->size > size->file_bytes
					   ? (uint64_t)writer->size
					   : (uint64_t)size->file_bytes;
	store->statistics.used_bytes = (uint64_t)size->used_bytes;
	store->statistics.max_bytes = (uint64_t)size->max_bytes;
	store->statistics.shed = size->shed;
	store->statistics.fleet_waiting = (uint64_t)writer->waiting;
	store->statistics.fleet_waiting_s = (uint64_t)writer->waiting_hour_s;
	store->statistics.fleet_let_go_messages =
	    writer->let_go.messages + size->let_go.messages;
	store->statistics.fleet_let_go_incidents =
	    writer->let_go.incidents + size->let_go.incidents;
	store->statistics.fleet_let_go_erasures = writer->let_go.erasures;
	store->statistics.clock_doubted = writer->is_clock_doubted;
	store->clock_doubt = writer->clock_doubt;
	(void)pthread_mutex_unlock(&store->lock);
}

static void *run_writer(void *context)
{
	struct store *store = context;
	struct store_item *items;
	struct error err;

	do {
		items =
		    store_queue_take(&store->queue, GROUP_MAX,
				     store_writer_upkeep_in_ms(&store->writer));
		if (items != NULL)
			write_group(store, items);
		if (store_writer_upkeep_in_ms(&store->writer) == 0 &&
		    !store_writer_upkeep(&store->writer, &err))
			note_error(store, &err);
		note_file(store);
	} while (!store_queue_is_drained(&store->queue));
	if (!store_writer_finish(&store->writer, &err))
		note_error(store, &err);
	return NULL;
}

static void free_store(struct store *store)
{
	store_writer_done(&store->writer);
	store_budget_free(store->budget);
	store_passed_done(&store->passed);
	store_paths_done(&store->paths);
	store_queue_done(&store->queue);
	(void)pthread_mutex_destroy(&store->lock);
	heap_free(store->host);
	heap_free(store);
}

static bool start_writer(struct store *store, struct error *err)
{
	int code = pthread_create(&store->thread, NULL, run_writer, store);

	if (code != 0)
		return error_errno(err, ERROR_SYSTEM, code,
				   "cannot start the store's thread");
	return true;
}

static struct store *make_store(const struct store_settings *settings,
				const char *host, const struct clock *clock)
{
	struct store *made = heap_new(struct store);

	made->clock = clock;
	made->host = heap_strdup(host);
	store_queue_init(&made->queue);
	(void)pthread_mutex_init(&made->lock, NULL);
	store_passed_init(&made->passed);
	store_paths_init(&made->paths);
	made->budget = store_budget_new(settings->incidents_per_pair,
					&made->passed, random_system());
	store_writer_init(&made->writer, settings, &made->passed, &made->paths,
			  made->budget, clock);
	return made;
}

static bool check_settings(const struct store_settings *settings,
			   struct error *err)
{
	return settings->sqlite[0] != '\0' ||
	       error_set(err, ERROR_CONFIG,
			 "store.sqlite is empty: no record is kept");
}

bool store_open(const struct store_settings *settings, const char *host,
		const struct clock *clock, struct store **store,
		struct error *err)
{
	if (!check_settings(settings, err))
		return false;
	struct store *made = make_store(settings, host, clock);
	if (!store_writer_open(&made->writer, err) ||
	    !start_writer(made, err)) {
		free_store(made);
		return false;
	}
	*store = made;
	return true;
}

bool store_start(const struct store_settings *settings, const char *host,
		 const struct clock *clock, struct store **store,
		 struct error *fault, struct error *err)
{
	if (!check_settings(settings, err) ||
	    !store_file_is_possible(settings->sqlite, err))
		return false;
	struct store *made = make_store(settings, host, clock);
	*fault = (struct error){.kind = ERROR_NONE};
	if (!store_writer_open(&made->writer, fault))
		note_error(made, fault);
	if (!start_writer(made, err)) {
		free_store(made);
		return false;
	}
	*store = made;
	return true;
}

void store_end(struct store *store)
{
	if (store == NULL || store_queue_is_closed(&store->queue))
		return;
	store_queue_close(&store->queue);
	(void)pthread_join(store->thread, NULL);
}

void store_close(struct store *store)
{
	store_end(store);
	if (store != NULL)
		free_store(store);
}

void store_take_place(struct store *store, int64_t time_s,
		      const char *client_ip, const char *author_domain,
		      struct store_place *place)
{
	store_budget_take(store->budget, time_s, client_ip, author_domain,
			  place);
}

enum store_outcome store_record(struct store *store,
				const struct store_entry *entry,
				int64_t wait_ms)
{
	enum store_outcome outcome;
	struct store_item *item = store_item_new(entry, store->host);

	if (entry->has_incident)
		store_budget_settle(store->budget, &entry->place,
				    item == NULL ? 0 : item->incident_bytes);

	if (item == NULL) {
		note_refused(store, entry, "an entry is too long to be stored");
		return STORE_LOST;
	}
	if (store_queue_submit(&store->queue, item, wait_ms, &outcome))
		return outcome;
	store_item_free(item);
	if (store_queue_is_closed(&store->queue))
		return STORE_ENDED;
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
	statistics->paths_broken = store_paths_broken(&store->paths);
	statistics->queued = queued;
	statistics->oldest_ms = oldest_ms;
}

bool store_has_path(struct store *store, const char *client_ip,
		    const char *client_name, const char *author_domain,
		    int64_t time_s)
{
	bool is_loaded;

	return store_paths_has_credit(&store->paths, client_ip, client_name,
				      author_domain, time_s, &is_loaded);
}

unsigned store_author_days(struct store *store, const char *author_domain,
			   int64_t time_s, bool *is_loaded)
{
	return store_paths_author_days(&store->paths, author_domain, time_s,
				       is_loaded);
}

bool store_path_alarm(struct store *store, struct store_path_alarm *alarm)
{
	return store_paths_take_alarm(&store->paths, alarm);
}

bool store_clock_doubt(struct store *store, struct error *err)
{
	int64_t now_ms = clock_monotonic_ms(store->clock);

	(void)pthread_mutex_lock(&store->lock);
	bool is_due = store->clock_doubt.kind != ERROR_NONE &&
		      (store->doubt_told_ms == 0 ||
		       now_ms - store->doubt_told_ms >= DOUBT_TOLD_MS);
	if (is_due) {
		store->doubt_told_ms = now_ms;
		*err = store->clock_doubt;
	}
	(void)pthread_mutex_unlock(&store->lock);
	return is_due;
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
