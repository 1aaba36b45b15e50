/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_budget.c - how many incidents of an hour are kept, and what becomes of
 * the others
 */
#include "lib/store/store_budget.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"

#define PAIRS 16384 /* four times the incidents that fit */
#define HALVES STORE_BUDGET_SLOTS

/* Places taken in this hour. */
struct tally {
	int64_t bytes;
	uint32_t pairs[PAIRS];
	uint32_t networks[HALVES];
	uint32_t authors[HALVES];
};

/* A row of those that are only counted. */
struct counted_row {
	uint64_t number; /* of the pair; of the network */
	char reference[REFERENCE_TEXT];
	char network[NET_BLOCK_TEXT]; /* "": of the hour */
	char *author;		      /* "": any */
};

struct counted_rows {
	size_t count;
	struct counted_row items[STORE_COUNTED_ROWS];
	uint16_t heads[PAIRS]; /* index + 1 of a row; searched from there on */
	uint16_t networks[HALVES];
	uint16_t authors[HALVES];
};

struct store_budget {
	pthread_mutex_t lock;
	long per_pair;
	struct store_passed *passed;
	struct siphash_key key;
	int64_t hour_s;
	struct tally general;
	struct tally reserve;
	struct counted_rows of_pairs;
	struct counted_rows of_networks;
	struct counted_row of_hour;
};

int64_t store_budget_cost(size_t text_bytes)
{
	return (int64_t)(text_bytes + text_bytes / 4 + 2048);
}

struct store_budget *store_budget_new(long per_pair,
				      struct store_passed *passed,
				      const struct random_source *random)
{
	struct store_budget *made = heap_new(struct store_budget);
	uint8_t bytes[SIPHASH_KEY_BYTES];

	(void)pthread_mutex_init(&made->lock, NULL);
	made->per_pair = per_pair;
	made->passed = passed;
	random->fill(random, bytes, sizeof bytes);
	made->key = siphash_key(bytes);
	return made;
}

static void forget_rows(struct counted_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		heap_free(rows->items[i].author);
	memset(rows, 0, sizeof *rows);
}

void store_budget_free(struct store_budget *budget)
{
	if (budget == NULL)
		return;
	forget_rows(&budget->of_pairs);
	forget_rows(&budget->of_networks);
	(void)pthread_mutex_destroy(&budget->lock);
	heap_free(budget);
}

static void enter_hour(struct store_budget *budget, int64_t time_s)
{
	if (!store_hour_begins(time_s, &budget->hour_s))
		return;
	memset(&budget->general, 0, sizeof budget->general);
	memset(&budget->reserve, 0, sizeof budget->reserve);
	forget_rows(&budget->of_pairs);
	forget_rows(&budget->of_networks);
	budget->of_hour = (struct counted_row){.number = 0, .author = NULL};
}

/* --- places --- */

static bool take_place(struct store_budget *budget, struct tally *tally,
		       int64_t bytes_max,
		       const struct store_pair_numbers *numbers, int64_t bytes)
{
	uint32_t *pair = &tally->pairs[numbers->pair % PAIRS];
	uint32_t *network = &tally->networks[numbers->network % HALVES];
	uint32_t *author = &tally->authors[numbers->author % HALVES];
	int64_t per_pair = budget->per_pair;
	int64_t share = per_pair * STORE_BUDGET_SHARE;

	if (tally->bytes + bytes > bytes_max || *pair >= per_pair ||
	    *network >= share || *author >= share)
		return false;
	tally->bytes += bytes;
	++*pair;
	++*network;
	++*author;
	return true;
}

/* --- rows --- */

static struct counted_row *find_row(struct counted_rows *rows, uint64_t number,
				    size_t *at)
{
	for (*at = number % PAIRS; rows->heads[*at] != 0;
	     *at = (*at + 1) % PAIRS) {
		struct counted_row *row = &rows->items[rows->heads[*at] - 1];
		if (row->number == number)
			return row;
	}
	return NULL;
}

static void name_row(struct counted_row *row)
{
	(void)reference_make(random_system(), row->reference);
}

/* NULL: there are too many, of all or of the network or author. */
static struct counted_row *row_for(struct counted_rows *rows, uint64_t number,
				   const struct store_pair *pair,
				   const struct store_pair_numbers *numbers)
{
	uint16_t *network = &rows->networks[numbers->network % HALVES];
	uint16_t *author = &rows->authors[numbers->author % HALVES];
	size_t at;
	struct counted_row *row = find_row(rows, number, &at);

	if (row != NULL)
		return row;
	if (rows->count == STORE_COUNTED_ROWS ||
	    *network >= STORE_COUNTED_SHARE || *author >= STORE_COUNTED_SHARE)
		return NULL;
	++*network;
	if (pair->author[0] != '\0') /* a row of a network is of any author */
		++*author;
	row = &rows->items[rows->count++];
	rows->heads[at] = (uint16_t)rows->count;
	row->number = number;
	row->author = heap_strdup(pair->author);
	memcpy(row->network, pair->network, sizeof row->network);
	name_row(row);
	return row;
}

static const struct counted_row *
find_counted(struct store_budget *budget, const struct store_pair *pair,
	     const struct store_pair_numbers *numbers)
{
	struct store_pair any = *pair;
	struct counted_row *row =
	    row_for(&budget->of_pairs, numbers->pair, pair, numbers);

	if (row != NULL)
		return row;
	any.author = "";
	row = row_for(&budget->of_networks, numbers->network, &any, numbers);
	if (row != NULL)
		return row;
	if (budget->of_hour.reference[0] == '\0')
		name_row(&budget->of_hour);
	return &budget->of_hour;
}

static void count_only(struct store_budget *budget,
		       const struct store_pair *pair,
		       const struct store_pair_numbers *numbers,
		       struct store_place *place)
{
	const struct counted_row *row = find_counted(budget, pair, numbers);

	place->is_counted = true;
	place->budget = budget->per_pair;
	memcpy(place->reference, row->reference, sizeof place->reference);
	memcpy(place->network, row->network, sizeof place->network);
	(void)snprintf(place->author_domain, sizeof place->author_domain, "%s",
		       row->author == NULL ? "" : row->author);
}

/* --- */

void store_budget_take(struct store_budget *budget, int64_t time_s,
		       const char *client_ip, const char *author_domain,
		       struct store_place *place)
{
	int64_t most = store_budget_cost(LIMIT_INCIDENT_BYTES);

	*place = (struct store_place){.is_counted = false};
	if (budget->per_pair == 0)
		return;
	struct store_pair pair = store_pair(client_ip, author_domain);
	struct store_pair_numbers numbers =
	    store_pair_numbers(&pair, &budget->key);
	bool has_passed = store_passed_has(budget->passed, &pair, time_s);

	(void)pthread_mutex_lock(&budget->lock);
	enter_hour(budget, time_s);
	place->hour_s = budget->hour_s;
	place->taken_bytes = most;
	if (!take_place(budget, &budget->general, STORE_BUDGET_BYTES, &numbers,
			most)) {
		place->is_reserve =
		    has_passed &&
		    take_place(budget, &budget->reserve, STORE_RESERVE_BYTES,
			       &numbers, most);
		if (!place->is_reserve)
			count_only(budget, &pair, &numbers, place);
	}
	(void)pthread_mutex_unlock(&budget->lock);
}

void store_budget_settle(struct store_budget *budget,
			 const struct store_place *place, size_t text_bytes)
{
	if (place->is_counted || place->taken_bytes == 0)
		return;
	(void)pthread_mutex_lock(&budget->lock);
	struct tally *tally =
	    place->is_reserve ? &budget->reserve : &budget->general;
	if (place->hour_s == budget->hour_s)
		tally->bytes -=
		    place->taken_bytes - store_budget_cost(text_bytes);
	(void)pthread_mutex_unlock(&budget->lock);
}

void store_budget_seed(struct store_budget *budget, int64_t time_s,
		       const char *client_ip, const char *author_domain,
		       size_t text_bytes)
{
	struct store_pair pair = store_pair(client_ip, author_domain);
	struct store_pair_numbers numbers =
	    store_pair_numbers(&pair, &budget->key);

	(void)pthread_mutex_lock(&budget->lock);
	enter_hour(budget, time_s);
	(void)take_place(budget, &budget->general, STORE_BUDGET_BYTES, &numbers,
			 store_budget_cost(text_bytes));
	(void)pthread_mutex_unlock(&budget->lock);
}
