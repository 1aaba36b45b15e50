/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exempt_budget.c - how much refused mail may reach a postmaster in an hour
 *
 * A table of open addressing with twice the places that are ever taken.
 */
#include "lib/eval/exempt_budget.h"

#include <pthread.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/base/siphash.h"
#include "lib/base/suffix.h"

#define HOUR_MS 3600000
#define PLACES (2 * LIMIT_EXEMPT_CLIENTS) /* a power of two */
#define NETWORK_IPV4 24
#define NETWORK_IPV6 48

struct place {
	uint64_t client; /* 0: free */
	unsigned messages;
};

struct exempt_budget {
	pthread_mutex_t lock;
	const struct clock *clock;
	struct siphash_key key;
	int64_t start_ms;
	int64_t hour;
	size_t count;
	struct place places[PLACES];
};

struct exempt_budget *exempt_budget_new(const struct clock *clock,
					const struct random_source *random)
{
	struct exempt_budget *made = heap_new(struct exempt_budget);

	(void)pthread_mutex_init(&made->lock, NULL);
	made->clock = clock;
	made->start_ms = clock_monotonic_ms(clock);
	uint8_t bytes[SIPHASH_KEY_BYTES];
	random->fill(random, bytes, sizeof bytes);
	made->key = siphash_key(bytes);
	return made;
}

void exempt_budget_free(struct exempt_budget *budget)
{
	if (budget == NULL)
		return;
	(void)pthread_mutex_destroy(&budget->lock);
	heap_free(budget);
}

static void turn_hour(struct exempt_budget *budget)
{
	int64_t hour =
	    (clock_monotonic_ms(budget->clock) - budget->start_ms) / HOUR_MS;

	if (hour == budget->hour)
		return;
	memset(budget->places, 0, sizeof budget->places);
	budget->count = 0;
	budget->hour = hour;
}

static uint64_t number_of(const struct exempt_budget *budget,
			  const struct net_address *client,
			  const char *client_name)
{
	char text[NET_BLOCK_TEXT];
	struct net_block block = net_block_around(
	    client, client->family == NET_IPV6 ? NETWORK_IPV6 : NETWORK_IPV4);
	const char *organisation = client_name == NULL
				       ? net_block_text(&block, text)
				       : suffix_registrable(client_name);
	struct siphash hash;

	siphash_init(&hash, &budget->key);
	siphash_add_text(&hash, organisation);
	uint64_t number = siphash_end(&hash);
	return number == 0 ? 1 : number;
}

/* Its place, or a free one: half of them always are. */
static struct place *find_place(struct exempt_budget *budget, uint64_t client)
{
	size_t at = client % PLACES;

	while (budget->places[at].client != 0 &&
	       budget->places[at].client != client)
		at = (at + 1) % PLACES;
	return &budget->places[at];
}

static bool take_place(struct exempt_budget *budget, uint64_t client)
{
	struct place *place = find_place(budget, client);

	if (place->client == 0) {
		if (budget->count == LIMIT_EXEMPT_CLIENTS)
			return false;
		budget->count++;
		place->client = client;
	}
	if (place->messages == LIMIT_EXEMPT_MESSAGES)
		return false;
	place->messages++;
	return true;
}

bool exempt_budget_take(struct exempt_budget *budget,
			const struct net_address *client,
			const char *client_name)
{
	uint64_t number = number_of(budget, client, client_name);

	(void)pthread_mutex_lock(&budget->lock);
	turn_hour(budget);
	bool is_taken = take_place(budget, number);
	(void)pthread_mutex_unlock(&budget->lock);
	return is_taken;
}
