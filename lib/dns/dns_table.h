/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_TABLE_H
#define DNS_DNS_TABLE_H

/*
 * dns_table - answers by (name, type), what served real traffic leaving last
 *
 * One part of the cache, behind its owner's lock.
 *
 * By type: half of the room is the TXT records' (policies, keys, SPF), an
 * eighth each of the other types'. A type may have what the others leave. When
 * something has to go, it goes from the type that is furthest past its share,
 * so that no flood of addresses or reverse names pushes out a policy, and none
 * of policies the addresses.
 *
 * By name: a type's answers stand in two segments, each in the order of use.
 * An answer enters the first, "fresh". Uses in DNS_PROVEN_USES times at least
 * DNS_USE_PAUSE_MS apart move it to the second, "proven", which takes four
 * fifths of the type's share. What has to go leaves the first. A message uses
 * an answer once, and whoever makes up names must use each again a minute
 * later, before his other names have pushed it out. Where the second is full,
 * its least recently used returns to the first; but an answer that was of use
 * more often has another round for each time, DNS_USES_MAX at most.
 *
 * By age: an answer past its TTL is not found but by dns_table_peek_stale().
 * It keeps its place, and the name its standing, until it is fetched anew or
 * has to go; so names with a short TTL become proven like others, and what
 * served real traffic is there still when its servers are not.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_statistics.h"

#define DNS_ENTRY_BYTES 1024 /* memory allowed for each, on average */

#define DNS_USE_PAUSE_MS 60000 /* more than one message's budget */
#define DNS_PROVEN_USES 2
#define DNS_USES_MAX 8

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
	int64_t stale_ms;   /* until then it may stand in for a failure, past
			       its TTL; 0: never */
	int64_t recheck_ms; /* and until then it does so unasked, since its
			       servers failed just now */
};

struct dns_table;

/* Holds at most `max_entries` answers and DNS_ENTRY_BYTES for each, all
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

/* One that does not hold any more, and that may stand in for a failure; or
 * NULL. No use of it. */
struct dns_entry *dns_table_peek_stale(struct dns_table *table,
				       const struct dns_key *key,
				       int64_t now_ms);

/* Replaces the answer of `key`, which keeps its standing; takes over
 * entry->answer. */
void dns_table_store(struct dns_table *table, const struct dns_key *key,
		     const struct dns_entry *entry);

size_t dns_table_count(const struct dns_table *table);

/* Adds entries, bytes and evicted. */
void dns_table_add_statistics(const struct dns_table *table,
			      struct dns_statistics *statistics);

#endif
