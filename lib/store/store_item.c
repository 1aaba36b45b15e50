/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_item.c - an entry on its way from a message's thread to the writer
 * Tested by test_store.
 */
#include "lib/store/store_item.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_remembered.h"

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static size_t address_bytes(const struct store_entry *entry)
{
	return strlen(or_empty(entry->from_address)) +
	       strlen(or_empty(entry->sender_address)) + 2;
}

static size_t entry_bytes(const struct store_entry *entry)
{
	size_t bytes = store_columns_bytes(&store_tuple_columns, &entry->tuple);

	if (entry->has_incident)
		bytes += store_columns_bytes(&store_incident_columns,
					     &entry->incident) +
			 address_bytes(entry);
	if (entry->has_failure)
		bytes += store_columns_bytes(&store_failure_columns,
					     &entry->failure);
	if (entry->has_remembered)
		bytes += store_remembered_bytes(&entry->remembered);
	return bytes;
}

static bool is_too_long(const struct store_incident *incident)
{
	return store_columns_bytes(&store_incident_columns, incident) >
	       LIMIT_INCIDENT_BYTES;
}

/* Whoever made an incident keeps to the bound (record_keeping.c); should it be
 * too long all the same, the JSON goes, the longest-winded first, and says how
 * long it was. */
static void shorten(TALLOC_CTX *mem, struct store_incident *incident)
{
	const struct {
		const char **column;
		const char *format;
	} parts[] = {
	    {&incident->queries, "[{\"cut\":%zu}]"},
	    {&incident->verdict, "{\"cut\":%zu}"},
	    {&incident->rcpt_domains, "[\"(cut: %zu bytes)\"]"},
	    {&incident->dkim, "[{\"cut\":%zu}]"},
	};

	for (size_t i = 0; i < COUNT_OF(parts) && is_too_long(incident); i++)
		if (*parts[i].column != NULL)
			*parts[i].column = mem_printf(mem, parts[i].format,
						      strlen(*parts[i].column));
}

void store_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t monotonic;

	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(cond, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
}

static char *pack_text(const char **text, char *room)
{
	size_t bytes = strlen(or_empty(*text)) + 1;

	*text = memcpy(room, or_empty(*text), bytes);
	return room + bytes;
}

static char *pack_addresses(struct store_entry *entry, char *room)
{
	return pack_text(&entry->sender_address,
			 pack_text(&entry->from_address, room));
}

/* One block; NULL when it would be too long. */
static struct store_item *pack_entry(const struct store_entry *entry)
{
	size_t bytes = entry_bytes(entry);
	size_t incident_bytes =
	    entry->has_incident
		? store_columns_bytes(&store_incident_columns, &entry->incident)
		: 0;

	if (bytes > LIMIT_STORE_ENTRY_BYTES ||
	    incident_bytes > LIMIT_INCIDENT_BYTES)
		return NULL;
	struct store_item *item =
	    (struct store_item *)heap_zeroed(sizeof *item + bytes, 1);
	item->entry = *entry;
	item->bytes = bytes;
	item->incident_bytes = incident_bytes;
	char *room = store_columns_pack(&store_tuple_columns,
					&item->entry.tuple, item->texts);
	if (entry->has_incident)
		room = pack_addresses(
		    &item->entry,
		    store_columns_pack(&store_incident_columns,
				       &item->entry.incident, room));
	if (entry->has_failure)
		room = store_columns_pack(&store_failure_columns,
					  &item->entry.failure, room);
	if (entry->has_remembered)
		store_remembered_pack(&item->entry.remembered, room);
	store_cond_init(&item->done);
	return item;
}

struct store_item *store_item_new(const struct store_entry *entry,
				  const char *host)
{
	TALLOC_CTX *mem = NULL;
	struct store_entry copy = *entry;

	if (copy.incident.host == NULL || copy.incident.host[0] == '\0')
		copy.incident.host = host;
	if (copy.has_incident && is_too_long(&copy.incident)) {
		mem = mem_context(NULL);
		shorten(mem, &copy.incident);
	}
	struct store_item *item = pack_entry(&copy);
	mem_free(mem);
	return item;
}

void store_item_free(struct store_item *item)
{
	if (item == NULL)
		return;
	(void)pthread_cond_destroy(&item->done);
	heap_free(item);
}
