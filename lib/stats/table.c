/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - tallies by name: domains, networks, overrides
 */
#include "lib/stats/table.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/random.h"

#define FIRST_SLOTS 64
#define ROOM_BYTES 65536 /* names at once; longer ones get their own */

struct stats_table *stats_table_new(TALLOC_CTX *mem)
{
	struct stats_table *table = mem_new(mem, struct stats_table);

	table->slot_count = FIRST_SLOTS;
	table->slots = mem_array(table, uint32_t, FIRST_SLOTS);
	random_system()->fill(random_system(), &table->seed,
			      sizeof table->seed);
	return table;
}

/* FNV-1a from a start that differs in each run. */
static size_t hash_of(const struct stats_table *table, const char *name)
{
	uint64_t hash = table->seed;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3U;
	return (size_t)(hash ^ (hash >> 32));
}

/* The slot that holds the name, or the free one where it belongs. */
static uint32_t *find_slot(const struct stats_table *table, const char *name)
{
	size_t mask = table->slot_count - 1;
	size_t at = hash_of(table, name) & mask;

	while (table->slots[at] != 0 &&
	       strcmp(table->names[table->slots[at] - 1].name, name) != 0)
		at = (at + 1) & mask;
	return &table->slots[at];
}

/* At most half of the slots are taken, and all names have room. */
static void grow(struct stats_table *table)
{
	table->slot_count *= 2;
	mem_free(table->slots);
	table->slots = mem_array(table, uint32_t, table->slot_count);
	table->names = mem_resize(table, table->names, struct stats_name,
				  table->slot_count / 2);
	for (size_t i = 0; i < table->count; i++)
		*find_slot(table, table->names[i].name) = (uint32_t)i + 1;
}

/* A block of its own for each would cost four times the name. */
static const char *keep_name(struct stats_table *table, const char *name)
{
	size_t bytes = strlen(name) + 1;

	if (bytes > ROOM_BYTES)
		return mem_strdup(table, name);
	if (bytes > table->room_left) {
		table->room = mem_array(table, char, ROOM_BYTES);
		table->room_left = ROOM_BYTES;
	}
	char *kept = table->room;
	memcpy(kept, name, bytes);
	table->room += bytes;
	table->room_left -= bytes;
	return kept;
}

uint32_t stats_table_place(struct stats_table *table, const char *name)
{
	uint32_t *slot = find_slot(table, name);

	if (*slot != 0)
		return *slot - 1;
	if (table->names == NULL || table->count == table->slot_count / 2) {
		grow(table);
		slot = find_slot(table, name);
	}
	table->names[table->count++] = (struct stats_name){
	    .name = keep_name(table, name),
	};
	*slot = (uint32_t)table->count;
	return *slot - 1;
}

void stats_table_count(struct stats_table *table, uint32_t place,
		       const struct stats_kind *kind, int64_t messages)
{
	struct stats_name *name = &table->names[place];

	name->messages += messages;
	if (kind->place[STATS_RESULT] == DMARC_RESULT_FAIL)
		name->failed += messages;
}

static int compare_messages(const void *a, const void *b)
{
	const struct stats_name *x = *(struct stats_name *const *)a;
	const struct stats_name *y = *(struct stats_name *const *)b;

	if (x->messages != y->messages)
		return x->messages > y->messages ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int compare_failures(const void *a, const void *b)
{
	const struct stats_name *x = *(struct stats_name *const *)a;
	const struct stats_name *y = *(struct stats_name *const *)b;

	if (x->failed != y->failed)
		return x->failed > y->failed ? -1 : 1;
	return compare_messages(a, b);
}

void stats_table_keep(struct stats_table *table, bool is_by_failures,
		      size_t limit)
{
	struct stats_name **order =
	    mem_array(table, struct stats_name *, table->count);

	for (size_t i = 0; i < table->count; i++)
		order[i] = &table->names[i];
	if (table->count > 0)
		qsort(order, table->count, sizeof *order,
		      is_by_failures ? compare_failures : compare_messages);
	table->kept = table->count < limit ? table->count : limit;
	table->rows = mem_array(table, struct stats_row, table->kept);
	for (size_t i = 0; i < table->kept; i++) {
		table->rows[i].name = order[i]->name;
		order[i]->rank = (uint32_t)i + 1;
	}
	mem_free(order);
}

void stats_table_add(struct stats_table *table, uint32_t place,
		     const struct stats_kind *kind, int64_t messages)
{
	uint32_t rank = table->names[place].rank;

	if (rank != 0)
		stats_tally_add(&table->rows[rank - 1].tally, kind, messages);
}
