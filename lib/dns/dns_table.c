/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_table.c - answers by (name, type), the least recently used leaving first
 */
#include "lib/dns/dns_table.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_cache.h"

/* An entry stands in the chain of its bucket and in the list by use. */
struct node {
	struct dns_entry entry;
	char *name;
	enum dns_type type;
	uint64_t hash;
	size_t bytes;
	struct node *chain;
	struct node *newer;
	struct node *older;
};

struct dns_table {
	struct node **buckets;
	size_t bucket_count; /* a power of two */
	size_t max_entries;
	size_t count;
	size_t bytes;
	struct node *newest;
	struct node *oldest;
};

struct dns_table *dns_table_new(size_t max_entries)
{
	struct dns_table *table = heap_new(struct dns_table);

	table->max_entries = max_entries;
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

static void leave_list(struct dns_table *table, struct node *node)
{
	if (node->newer == NULL)
		table->newest = node->older;
	else
		node->newer->older = node->older;
	if (node->older == NULL)
		table->oldest = node->newer;
	else
		node->older->newer = node->newer;
}

static void enter_list(struct dns_table *table, struct node *node)
{
	node->newer = NULL;
	node->older = table->newest;
	if (table->newest == NULL)
		table->oldest = node;
	else
		table->newest->newer = node;
	table->newest = node;
}

/* Takes the node that *link points to out of the table and frees it. */
static void drop(struct dns_table *table, struct node **link)
{
	struct node *node = *link;

	*link = node->chain;
	leave_list(table, node);
	table->count--;
	table->bytes -= node->bytes;
	heap_free(node->entry.answer);
	heap_free(node->name);
	heap_free(node);
}

static void drop_oldest(struct dns_table *table)
{
	const struct node *oldest = table->oldest;
	const struct dns_key key = {oldest->name, oldest->type, oldest->hash};

	drop(table, find_link(table, &key));
}

void dns_table_free(struct dns_table *table)
{
	if (table == NULL)
		return;
	while (table->oldest != NULL)
		drop_oldest(table);
	heap_free(table->buckets);
	heap_free(table);
}

struct dns_entry *dns_table_find(struct dns_table *table,
				 const struct dns_key *key, int64_t now_ms)
{
	struct node **link = find_link(table, key);
	struct node *node = *link;

	if (node == NULL)
		return NULL;
	if (node->entry.expires_ms <= now_ms) {
		drop(table, link);
		return NULL;
	}
	leave_list(table, node);
	enter_list(table, node);
	return &node->entry;
}

void dns_table_store(struct dns_table *table, const struct dns_key *key,
		     const struct dns_entry *entry)
{
	struct node **link = find_link(table, key);

	if (*link != NULL)
		drop(table, link);
	struct node *node = heap_new(struct node);
	node->entry = *entry;
	node->name = heap_strdup(key->name);
	node->type = key->type;
	node->hash = key->hash;
	node->bytes = sizeof *node + strlen(key->name) + 1 +
		      dns_answer_size(entry->answer);
	node->chain = *link;
	*link = node;
	enter_list(table, node);
	table->count++;
	table->bytes += node->bytes;
	while (table->count > 1 &&
	       (table->count > table->max_entries ||
		table->bytes > table->max_entries * DNS_CACHE_ENTRY_BYTES))
		drop_oldest(table);
}

size_t dns_table_count(const struct dns_table *table)
{
	return table->count;
}
