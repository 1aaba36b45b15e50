/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_ITEM_H
#define STORE_STORE_ITEM_H

/*
 * store_item - an entry on its way from a message's thread to the writer
 *
 * One block of heap memory with all the entry's texts behind it, so that
 * nothing points back into the message's own memory.
 */

#include <pthread.h>

#include "lib/store/store_entry.h"

struct store_item {
	/* These five belong to the queue, under its lock. */
	struct store_item *next;
	int64_t queued_ms; /* monotonic */
	pthread_cond_t done;
	bool is_settled;
	unsigned holders; /* the sender and the writer: the last one frees it */

	enum store_outcome outcome; /* the writer's, until it is settled */
	size_t bytes;
	size_t incident_bytes; /* of them, the incident's */
	bool is_other;	       /* counted with less detail, store_ceiling.h */
	uint64_t identity;     /* of an imported message (store_import.h), which
				  is counted once; 0: our own */
	bool is_known;	       /* it was imported before: not counted again */
	int64_t segment_id;    /* in which it is counted: the writer's */
	uint64_t
	    fingerprint; /* of the tuple, by the file's key: the writer's */
	struct store_entry entry;
	char texts[];
};

/* A copy; `host` stands in for an incident's empty one. An entry above
 * LIMIT_STORE_ENTRY_BYTES, or an incident above LIMIT_INCIDENT_BYTES that does
 * not shrink to it when its JSON is left out, gives NULL. */
struct store_item *store_item_new(const struct store_entry *entry,
				  const char *host);

/* A condition whose deadlines follow the monotonic clock. */
void store_cond_init(pthread_cond_t *cond);

/* NULL is fine. */
void store_item_free(struct store_item *item);

#endif
