/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * override_index.c - which overrides have a key, found by bisection
 *
 * One array of (kind, key, place), sorted. An override stands in it under one
 * of its kinds only: the one whose commonest key it shares with the fewest.
 * So neither 100,000 exceptions for gmail.com, each for another list, nor
 * 100,000 authors behind one list make a search long.
 */
#include "lib/policy/override_index.h"

#include <stdlib.h>
#include <string.h>

#define PREFIXES 129

struct override_index {
	size_t count;
	struct override_posting *postings;
	bool has_kind[OVERRIDE_KINDS];
	bool has_prefix[NET_IPV6 + 1][PREFIXES];
};

/* How many overrides have the commonest key of each kind. */
struct weights {
	size_t of[OVERRIDE_KINDS];
};

static int compare_keys(const struct override_posting *a,
			const struct override_posting *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->key, b->key);
}

static int compare_postings(const void *first, const void *second)
{
	const struct override_posting *a = first;
	const struct override_posting *b = second;
	int order = compare_keys(a, b);

	if (order == 0)
		order = (a->place > b->place) - (a->place < b->place);
	return order;
}

static void note_prefixes(struct override_index *index,
			  const struct text_list *networks)
{
	for (size_t i = 0; i < networks->count; i++) {
		struct net_block block = {.address.family = NET_NONE};
		struct error err;
		bool is_network =
		    net_block_parse(networks->items[i], &block, &err);
		index->has_prefix[block.address.family][block.prefix] =
		    is_network;
	}
}

static void post_all(struct override_index *index, const struct override *item,
		     size_t place)
{
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		for (size_t i = 0; i < item->scope[kind].count; i++)
			index->postings[index->count++] =
			    (struct override_posting){
				.kind = (enum override_kind)kind,
				.key = item->scope[kind].items[i],
				.place = place,
			    };
		if (item->scope[kind].count > 0)
			index->has_kind[kind] = true;
	}
	note_prefixes(index, &item->scope[OVERRIDE_NETWORK]);
}

static size_t count_items(const struct override *items, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		for (int kind = 0; kind < OVERRIDE_KINDS; kind++)
			sum += items[i].scope[kind].count;
	}
	return sum;
}

/* The end of the run of equal keys that begins at `start`. */
static size_t run_end(const struct override_index *index, size_t start)
{
	size_t end = start;

	while (end < index->count && compare_keys(&index->postings[start],
						  &index->postings[end]) == 0)
		end++;
	return end;
}

static void weigh(const struct override_index *index, struct weights *weights)
{
	for (size_t start = 0, end; start < index->count; start = end) {
		end = run_end(index, start);
		for (size_t i = start; i < end; i++) {
			const struct override_posting *at = &index->postings[i];
			size_t *weight = &weights[at->place].of[at->kind];
			if (end - start > *weight)
				*weight = end - start;
		}
	}
}

/* The kind to file under; what is not named weighs nothing. */
static enum override_kind lightest(const struct weights *weights)
{
	int found = OVERRIDE_KINDS;

	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		if (weights->of[kind] != 0 &&
		    (found == OVERRIDE_KINDS ||
		     weights->of[kind] < weights->of[found]))
			found = kind;
	}
	return (enum override_kind)found;
}

static void keep_lightest(struct override_index *index,
			  const struct weights *weights)
{
	size_t kept = 0;

	for (size_t i = 0; i < index->count; i++) {
		const struct override_posting *at = &index->postings[i];
		if (lightest(&weights[at->place]) == at->kind)
			index->postings[kept++] = *at;
	}
	index->count = kept;
}

struct override_index *
override_index_new(TALLOC_CTX *mem, const struct override *items, size_t count)
{
	struct override_index *index = mem_new(mem, struct override_index);
	struct weights *weights = mem_array(index, struct weights, count);

	index->postings = mem_array(index, struct override_posting,
				    count_items(items, count));
	for (size_t i = 0; i < count; i++)
		post_all(index, &items[i], i);
	if (index->count > 0)
		qsort(index->postings, index->count, sizeof index->postings[0],
		      compare_postings);
	weigh(index, weights);
	keep_lightest(index, weights);
	mem_free(weights);
	return index;
}

/* The first posting that is not before the key. */
static size_t lower_bound(const struct override_index *index,
			  const struct override_posting *key)
{
	size_t low = 0;
	size_t high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_keys(&index->postings[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct override_run override_index_find(const struct override_index *index,
					enum override_kind kind,
					const char *key)
{
	struct override_posting wanted = {.kind = kind, .key = key};
	size_t start = lower_bound(index, &wanted);
	size_t end = start;

	while (end < index->count &&
	       compare_keys(&index->postings[end], &wanted) == 0)
		end++;
	return (struct override_run){.count = end - start,
				     .first = index->postings + start};
}

bool override_index_has(const struct override_index *index,
			enum override_kind kind)
{
	return index->has_kind[kind];
}

bool override_index_has_prefix(const struct override_index *index,
			       enum net_family family, unsigned prefix)
{
	return prefix < PREFIXES && index->has_prefix[family][prefix];
}
