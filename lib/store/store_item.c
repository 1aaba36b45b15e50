/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_item.c - an entry on its way from a message's thread to the writer
 */
#include "lib/store/store_item.h"

#include "lib/base/limits.h"
#include "lib/store/store_columns.h"

static size_t entry_bytes(const struct store_entry *entry)
{
	size_t bytes = store_columns_bytes(&store_tuple_columns, &entry->tuple);

	if (entry->has_incident)
		bytes += store_columns_bytes(&store_incident_columns,
					     &entry->incident);
	if (entry->has_failure)
		bytes += store_columns_bytes(&store_failure_columns,
					     &entry->failure);
	return bytes;
}

/* A sender with very long DNS answers must not get rid of its incident. */
static size_t shorten(struct store_entry *entry)
{
	size_t bytes = entry_bytes(entry);

	if (bytes > LIMIT_STORE_ENTRY_BYTES && entry->has_incident) {
		entry->incident.queries = "[]";
		bytes = entry_bytes(entry);
	}
	if (bytes > LIMIT_STORE_ENTRY_BYTES && entry->has_incident) {
		entry->incident.verdict = "{}";
		bytes = entry_bytes(entry);
	}
	return bytes;
}

void store_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t monotonic;

	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(cond, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
}

struct store_item *store_item_new(const struct store_entry *entry,
				  const char *host)
{
	struct store_entry copy = *entry;

	if (copy.incident.host == NULL || copy.incident.host[0] == '\0')
		copy.incident.host = host;
	size_t bytes = shorten(&copy);
	if (bytes > LIMIT_STORE_ENTRY_BYTES)
		return NULL;
	struct store_item *item =
	    (struct store_item *)heap_zeroed(sizeof *item + bytes, 1);
	item->entry = copy;
	item->bytes = bytes;
	char *room = store_columns_pack(&store_tuple_columns,
					&item->entry.tuple, item->texts);
	if (copy.has_incident)
		room = store_columns_pack(&store_incident_columns,
					  &item->entry.incident, room);
	if (copy.has_failure)
		(void)store_columns_pack(&store_failure_columns,
					 &item->entry.failure, room);
	store_cond_init(&item->done);
	return item;
}

void store_item_free(struct store_item *item)
{
	if (item == NULL)
		return;
	(void)pthread_cond_destroy(&item->done);
	heap_free(item);
}
