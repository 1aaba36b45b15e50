/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_table.c - answers by (name, type), the least useful leaving first
 *
 * A hash table with chains; every node also stands in one of two lists by use.
 */
#include "lib/dns/dns_table.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_cache.h"

#define USES_TO_STAY 2

/* An entry stands in the chain of its bucket and in the list by use. */
struct node {
	struct dns_entry entry;
	enum dns_type type;
	unsigned uses; /* at most USES_TO_STAY */
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

struct dns_table {
	struct node **buckets;
	size_t bucket_count; /* a power of two */
	size_t max_entries;
	size_t max_bytes;
	uint64_t evicted;
	struct segment fresh;
	struct segment proven;
};

struct dns_table *dns_table_new(size_t max_entries)
{
	struct dns_table *table = heap_new(struct dns_table);

	table->max_entries = max_entries;
	table->max_bytes = max_entries * DNS_CACHE_ENTRY_BYTES;
	table->bucket_count = 16;
	while (table->bucket_count < max_entries)
		table->bucket_count *= 2;
	table->buckets = heap_array(struct node *, table->bucket_count);
	return table;
}

/* The link that points to the key's node, or ends its chain. */
static struct node **find_link(struct dns_table *table,
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
	while (table->fresh.oldest != NULL)
		drop_node(table, table->fresh.oldest);
	while (table->proven.oldest != NULL)
		drop_node(table, table->proven.oldest);
	heap_free(table->buckets);
	heap_free(table);
}

size_t dns_table_count(const struct dns_table *table)
{
	return table->fresh.count + table->proven.count;
}

/* The second segment gives back what passes its four fifths. */
static void bound_proven(struct dns_table *table)
{
	struct segment *proven = &table->proven;

	while (proven->count > 1 &&
	       (proven->count > table->max_entries / 5 * 4 ||
		proven->bytes > table->max_bytes / 5 * 4)) {
		struct node *oldest = proven->oldest;
		leave_segment(oldest);
		enter_segment(&table->fresh, oldest);
	}
}

static void use(struct dns_table *table, struct node *node)
{
	node->uses += node->uses < USES_TO_STAY;
	leave_segment(node);
	enter_segment(
	    node->uses < USES_TO_STAY ? &table->fresh : &table->proven, node);
	bound_proven(table);
}

static struct node *find(struct dns_table *table, const struct dns_key *key,
			 int64_t now_ms)
{
	struct node **link = find_link(table, key);
	struct node *node = *link;

	if (node == NULL || node->entry.expires_ms > now_ms)
		return node;
	drop(link);
	return NULL;
}

struct dns_entry *dns_table_find(struct dns_table *table,
				 const struct dns_key *key, int64_t now_ms)
{
	struct node *node = find(table, key, now_ms);

	if (node == NULL)
		return NULL;
	use(table, node);
	return &node->entry;
}

struct dns_entry *dns_table_peek(struct dns_table *table,
				 const struct dns_key *key, int64_t now_ms)
{
	struct node *node = find(table, key, now_ms);

	return node == NULL ? NULL : &node->entry;
}

/* What leaves next; never `kept`, unless nothing else is there. */
static const struct node *next_to_leave(const struct dns_table *table,
					const struct node *kept)
{
	const struct node *oldest = table->fresh.oldest;

	return oldest == NULL || oldest == kept ? table->proven.oldest : oldest;
}

static void make_room(struct dns_table *table, const struct node *kept)
{
	while (dns_table_count(table) > 1 &&
	       (dns_table_count(table) > table->max_entries ||
		table->fresh.bytes + table->proven.bytes > table->max_bytes)) {
		drop_node(table, next_to_leave(table, kept));
		table->evicted++;
	}
}

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
	struct segment *segment = &table->fresh;

	if (*link != NULL) {
		segment = (*link)->segment;
		node->uses = (*link)->uses;
		drop(link);
	}
	node->chain = *link;
	*link = node;
	enter_segment(segment, node);
	bound_proven(table);
	make_room(table, node);
}

void dns_table_add_statistics(const struct dns_table *table,
			      struct dns_statistics *statistics)
{
	statistics->entries += dns_table_count(table);
	statistics->bytes += table->fresh.bytes + table->proven.bytes;
	statistics->evicted += table->evicted;
}
