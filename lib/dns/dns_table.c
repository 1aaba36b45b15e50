/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_table.c - answers by (name, type), what served real traffic leaving last
 *
 * A hash table with chains; every node also stands in one of the two lists by
 * use that its type has.
 * Tested by test_dns_cache.
 */
#include "lib/dns/dns_table.h"

#include <string.h>

#include "lib/base/mem.h"

#define EIGHTHS 8
#define ROUNDS_AT_ONCE 16 /* granted in one call, which must stay short */

/* An entry stands in the chain of its bucket and in a list by use. */
struct node {
	struct dns_entry entry;
	enum dns_type type;
	unsigned uses;	    /* DNS_USE_PAUSE_MS apart, at most DNS_USES_MAX */
	int64_t counted_ms; /* when the last of them was */
	uint64_t hash;
	size_t bytes;
	struct segment *segment;
	struct node *chain;
	struct node *newer;
	struct node *older;
	char name[];
};

struct segment {
	size_t count;
	size_t bytes;
	struct node *newest;
	struct node *oldest;
};

/* What one type has. */
struct room {
	unsigned eighths;
	struct segment fresh;
	struct segment proven;
};

enum { ROOM_TXT, ROOM_A, ROOM_AAAA, ROOM_MX, ROOM_PTR, ROOMS };

struct dns_table {
	struct node **buckets;
	size_t bucket_count; /* a power of two */
	size_t max_entries;
	size_t max_bytes;
	uint64_t evicted;
	struct room rooms[ROOMS];
};

static struct room *find_room(struct dns_table *table, enum dns_type type)
{
	switch (type) {
	case DNS_TXT:
		break;
	case DNS_A:
		return &table->rooms[ROOM_A];
	case DNS_AAAA:
		return &table->rooms[ROOM_AAAA];
	case DNS_MX:
		return &table->rooms[ROOM_MX];
	case DNS_PTR:
	case DNS_NS: /* these are alignctl's, which evicts nothing */
	case DNS_CNAME:
	case DNS_SOA:
	case DNS_DS:
	case DNS_TLSA:
		return &table->rooms[ROOM_PTR];
	}
	return &table->rooms[ROOM_TXT];
}

struct dns_table *dns_table_new(size_t max_entries)
{
	struct dns_table *table = heap_new(struct dns_table);

	table->max_entries = max_entries > 0 ? max_entries : 1;
	table->max_bytes = table->max_entries * DNS_ENTRY_BYTES;
	table->bucket_count = 16;
	while (table->bucket_count < max_entries)
		table->bucket_count *= 2;
	table->buckets = heap_array(struct node *, table->bucket_count);
	for (size_t i = 0; i < ROOMS; i++)
		table->rooms[i].eighths = i == ROOM_TXT ? 4 : 1;
	return table;
}

/* The link that points to the key's node, or ends its chain. */
static struct node **find_link(const struct dns_table *table,
			       const struct dns_key *key)
{
	struct node **link =
	    &table->buckets[key->hash & (table->bucket_count - 1)];

	while (*link != NULL &&
	       ((*link)->hash != key->hash || (*link)->type != key->type ||
		strcmp((*link)->name, key->name) != 0))
		link = &(*link)->chain;
	return link;
}

static void leave_segment(struct node *node)
{
	struct segment *segment = node->segment;

	if (node->newer == NULL)
		segment->newest = node->older;
	else
		node->newer->older = node->older;
	if (node->older == NULL)
		segment->oldest = node->newer;
	else
		node->older->newer = node->newer;
	segment->count--;
	segment->bytes -= node->bytes;
}

static void enter_segment(struct segment *segment, struct node *node)
{
	node->segment = segment;
	node->newer = NULL;
	node->older = segment->newest;
	if (segment->newest == NULL)
		segment->oldest = node;
	else
		segment->newest->newer = node;
	segment->newest = node;
	segment->count++;
	segment->bytes += node->bytes;
}

/* Takes the node that *link points to out of the table and frees it. */
static void drop(struct node **link)
{
	struct node *node = *link;

	*link = node->chain;
	leave_segment(node);
	heap_free(node->entry.answer);
	heap_free(node);
}

static void drop_node(struct dns_table *table, const struct node *node)
{
	const struct dns_key key = {node->name, node->type, node->hash};

	drop(find_link(table, &key));
}

void dns_table_free(struct dns_table *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < ROOMS; i++) {
		while (table->rooms[i].fresh.oldest != NULL)
			drop_node(table, table->rooms[i].fresh.oldest);
		while (table->rooms[i].proven.oldest != NULL)
			drop_node(table, table->rooms[i].proven.oldest);
	}
	heap_free(table->buckets);
	heap_free(table);
}

static size_t count_of(const struct room *room)
{
	return room->fresh.count + room->proven.count;
}

static size_t bytes_of(const struct room *room)
{
	return room->fresh.bytes + room->proven.bytes;
}

size_t dns_table_count(const struct dns_table *table)
{
	size_t count = 0;

	for (size_t i = 0; i < ROOMS; i++)
		count += count_of(&table->rooms[i]);
	return count;
}

static size_t table_bytes(const struct dns_table *table)
{
	size_t bytes = 0;

	for (size_t i = 0; i < ROOMS; i++)
		bytes += bytes_of(&table->rooms[i]);
	return bytes;
}

/* -- by name ------------------------------------------------------------ */

/* Does a type's second segment pass four fifths of its share? */
static bool is_overfull(const struct dns_table *table, const struct room *room)
{
	const struct segment *proven = &room->proven;
	size_t entries = table->max_entries * room->eighths / EIGHTHS;
	size_t bytes = table->max_bytes * room->eighths / EIGHTHS;

	return proven->count > 1 && (proven->count > entries / 5 * 4 ||
				     proven->bytes > bytes / 5 * 4);
}

/* Gives back what passes it; who was of use more often has another round. */
static void bound_proven(struct dns_table *table, struct room *room)
{
	unsigned rounds = ROUNDS_AT_ONCE;

	while (is_overfull(table, room)) {
		struct node *oldest = room->proven.oldest;
		bool has_round = rounds > 0 && oldest->uses > DNS_PROVEN_USES;
		rounds -= has_round;
		oldest->uses -= has_round || oldest->uses == DNS_PROVEN_USES;
		leave_segment(oldest);
		enter_segment(has_round ? &room->proven : &room->fresh, oldest);
	}
}

static void use(struct dns_table *table, struct node *node, int64_t now_ms)
{
	struct room *room = find_room(table, node->type);

	if (node->uses == 0 || now_ms - node->counted_ms >= DNS_USE_PAUSE_MS) {
		node->uses += node->uses < DNS_USES_MAX;
		node->counted_ms = now_ms;
	}
	leave_segment(node);
	enter_segment(
	    node->uses < DNS_PROVEN_USES ? &room->fresh : &room->proven, node);
	bound_proven(table, room);
}

struct dns_entry *dns_table_find(struct dns_table *table,
				 const struct dns_key *key, int64_t now_ms)
{
	struct node *node = *find_link(table, key);

	if (node == NULL)
		return NULL;
	use(table, node, now_ms);
	return node->entry.expires_ms > now_ms ? &node->entry : NULL;
}

struct dns_entry *dns_table_peek(struct dns_table *table,
				 const struct dns_key *key, int64_t now_ms)
{
	struct node *node = *find_link(table, key);

	return node != NULL && node->entry.expires_ms > now_ms ? &node->entry
							       : NULL;
}

struct dns_entry *dns_table_peek_stale(struct dns_table *table,
				       const struct dns_key *key,
				       int64_t now_ms)
{
	struct node *node = *find_link(table, key);

	return node != NULL && node->entry.expires_ms <= now_ms &&
		       now_ms < node->entry.stale_ms
		   ? &node->entry
		   : NULL;
}

/* -- by type ------------------------------------------------------------ */

/* How much of its share a type has, in thousandths. */
static uint64_t fill_of(const struct dns_table *table, const struct room *room)
{
	uint64_t by_count = (uint64_t)count_of(room) * EIGHTHS * 1000 /
			    room->eighths / table->max_entries;
	uint64_t by_bytes = (uint64_t)bytes_of(room) * EIGHTHS * 1000 /
			    room->eighths / table->max_bytes;

	return by_count > by_bytes ? by_count : by_bytes;
}

/* What leaves first of a type; never `kept`. NULL when nothing else is there.
 */
static const struct node *first_of(const struct room *room,
				   const struct node *kept)
{
	const struct node *fresh = room->fresh.oldest;
	const struct node *proven = room->proven.oldest;

	if (fresh != NULL && fresh == kept)
		fresh = fresh->newer;
	if (proven != NULL && proven == kept)
		proven = proven->newer;
	return fresh != NULL ? fresh : proven;
}

static const struct node *next_to_leave(const struct dns_table *table,
					const struct node *kept)
{
	const struct node *found = NULL;
	uint64_t most = 0;

	for (size_t i = 0; i < ROOMS; i++) {
		const struct node *node = first_of(&table->rooms[i], kept);
		uint64_t fill = fill_of(table, &table->rooms[i]);
		if (node != NULL && (found == NULL || fill > most)) {
			found = node;
			most = fill;
		}
	}
	return found;
}

static void make_room(struct dns_table *table, const struct node *kept)
{
	while (dns_table_count(table) > 1 &&
	       (dns_table_count(table) > table->max_entries ||
		table_bytes(table) > table->max_bytes)) {
		drop_node(table, next_to_leave(table, kept));
		table->evicted++;
	}
}

/* -- storing ------------------------------------------------------------ */

static struct node *node_new(const struct dns_key *key,
			     const struct dns_entry *entry)
{
	size_t size = sizeof(struct node) + strlen(key->name) + 1;
	struct node *node = heap_zeroed(size, 1);

	memcpy(node->name, key->name, strlen(key->name) + 1);
	node->entry = *entry;
	node->type = key->type;
	node->hash = key->hash;
	node->bytes = size + dns_answer_size(entry->answer);
	return node;
}

void dns_table_store(struct dns_table *table, const struct dns_key *key,
		     const struct dns_entry *entry)
{
	struct node *node = node_new(key, entry);
	struct node **link = find_link(table, key);
	struct room *room = find_room(table, key->type);
	struct segment *segment = &room->fresh;

	if (*link != NULL) {
		segment = (*link)->segment;
		node->uses = (*link)->uses;
		node->counted_ms = (*link)->counted_ms;
		drop(link);
	}
	node->chain = *link;
	*link = node;
	enter_segment(segment, node);
	bound_proven(table, room);
	make_room(table, node);
}

void dns_table_add_statistics(const struct dns_table *table,
			      struct dns_statistics *statistics)
{
	statistics->entries += dns_table_count(table);
	statistics->bytes += table_bytes(table);
	statistics->evicted += table->evicted;
}
