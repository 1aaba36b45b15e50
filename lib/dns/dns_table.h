/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_TABLE_H
#define DNS_DNS_TABLE_H

/*
 * dns_table - answers by (name, type), the least useful leaving first
 *
 * One part of the cache, behind its owner's lock.
 *
 * Two segments, each in the order of use ("segmented LRU"). An answer enters
 * the first; its second use moves it to the second, which takes four fifths of
 * the room and returns its least recently used to the first. What has to leave
 * leaves the first. A message uses an answer once, so names that are made up
 * for one message each push out one another, however many: a name that two
 * messages needed stays. Whoever sends two messages for each of his names
 * competes with the others by recency, as in a plain LRU.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/dns/dns.h"

struct dns_key {
	const char *name; /* inner form */
	enum dns_type type;
	uint64_t hash;
};

struct dns_entry {
	struct dns_answer *answer; /* packed */
	int64_t stored_ms;
	int64_t expires_ms;
	int64_t refresh_ms; /* a hit from here on fetches it anew */
	int64_t follow_ms;  /* from here on it may be followed (dns_chain.h) */
};

struct dns_table;

/* Holds at most `max_entries` answers and DNS_CACHE_ENTRY_BYTES for each, all
 * in all; but always the newest. */
struct dns_table *dns_table_new(size_t max_entries);
void dns_table_free(struct dns_table *table);

/* The answer that holds at `now_ms`, or NULL. That is a use of it. It lives
 * until the next call. */
struct dns_entry *dns_table_find(struct dns_table *table,
				 const struct dns_key *key, int64_t now_ms);

/* The same without being a use. */
struct dns_entry *dns_table_peek(struct dns_table *table,
				 const struct dns_key *key, int64_t now_ms);

/* Replaces the answer of `key`, which keeps its standing; takes over
 * entry->answer. */
void dns_table_store(struct dns_table *table, const struct dns_key *key,
		     const struct dns_entry *entry);

size_t dns_table_count(const struct dns_table *table);

/* Adds entries, bytes and evicted. */
void dns_table_add_statistics(const struct dns_table *table,
			      struct dns_statistics *statistics);

#endif
