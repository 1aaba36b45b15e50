/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats_table.c - tallies by name: domains, networks, overrides
 */
#include "tools/stats_table.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/random.h"

#define FIRST_SLOTS 64

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
	       strcmp(table->rows[table->slots[at] - 1].name, name) != 0)
		at = (at + 1) & mask;
	return &table->slots[at];
}

/* At most half of the slots are taken, and all rows have room. */
static void grow(struct stats_table *table)
{
	table->slot_count *= 2;
	mem_free(table->slots);
	table->slots = mem_array(table, uint32_t, table->slot_count);
	table->rows = mem_resize(table, table->rows, struct stats_row,
				 table->slot_count / 2);
	for (size_t i = 0; i < table->count; i++)
		*find_slot(table, table->rows[i].name) = (uint32_t)i + 1;
}

uint32_t stats_table_place(struct stats_table *table, const char *name)
{
	uint32_t *slot = find_slot(table, name);

	if (*slot != 0)
		return *slot - 1;
	if (table->rows == NULL || table->count == table->slot_count / 2) {
		grow(table);
		slot = find_slot(table, name);
	}
	table->rows[table->count++] = (struct stats_row){
	    .name = mem_strdup(table, name),
	};
	*slot = (uint32_t)table->count;
	return *slot - 1;
}

static int compare_messages(const void *a, const void *b)
{
	const struct stats_row *x = a;
	const struct stats_row *y = b;

	if (x->tally.messages != y->tally.messages)
		return x->tally.messages > y->tally.messages ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int compare_failures(const void *a, const void *b)
{
	const struct stats_row *x = a;
	const struct stats_row *y = b;
	int64_t failed_x = x->tally.by[STATS_RESULT][RESULT_FAIL];
	int64_t failed_y = y->tally.by[STATS_RESULT][RESULT_FAIL];

	if (failed_x != failed_y)
		return failed_x > failed_y ? -1 : 1;
	return compare_messages(a, b);
}

void stats_table_sort(struct stats_table *table, bool is_by_failures)
{
	if (table->count > 0)
		qsort(table->rows, table->count, sizeof *table->rows,
		      is_by_failures ? compare_failures : compare_messages);
}
