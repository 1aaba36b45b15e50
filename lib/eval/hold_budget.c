/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_budget.c - how much mail may go into the MTA's hold queue in an hour
 *
 * The domains of the hour stand in a list that is gone through from end to
 * end: it is as short as the bound on messages, and few messages are held.
 */
#include "lib/eval/hold_budget.h"

#include <pthread.h>

#include "lib/base/domain.h"
#include "lib/base/mem.h"

#define HOUR_MS 3600000
#define MIB ((uint64_t)1 << 20)
#define GROWTH 64

struct share {
	char *domain;
	uint64_t messages;
	uint64_t bytes;
};

struct hold_budget {
	pthread_mutex_t lock;
	const struct clock *clock;
	int64_t start_ms;
	int64_t hour;
	long hour_paths;
	struct hold_statistics figures;
	size_t count;
	size_t room;
	struct share *shares;
};

struct hold_budget *hold_budget_new(const struct clock *clock)
{
	struct hold_budget *made = heap_new(struct hold_budget);

	(void)pthread_mutex_init(&made->lock, NULL);
	made->clock = clock;
	made->start_ms = clock_monotonic_ms(clock);
	return made;
}

static void forget_hour(struct hold_budget *budget)
{
	for (size_t i = 0; i < budget->count; i++)
		heap_free(budget->shares[i].domain);
	budget->count = 0;
	budget->figures.hour_messages = 0;
	budget->figures.hour_bytes = 0;
	budget->hour_paths = 0;
}

void hold_budget_free(struct hold_budget *budget)
{
	if (budget == NULL)
		return;
	forget_hour(budget);
	(void)pthread_mutex_destroy(&budget->lock);
	heap_free(budget->shares);
	heap_free(budget);
}

static void turn_hour(struct hold_budget *budget)
{
	int64_t hour =
	    (clock_monotonic_ms(budget->clock) - budget->start_ms) / HOUR_MS;

	if (hour == budget->hour)
		return;
	forget_hour(budget);
	budget->hour = hour;
}

/* A new one has nothing yet. */
static struct share *find_share(struct hold_budget *budget, const char *domain)
{
	for (size_t i = 0; i < budget->count; i++) {
		if (domain_equals(budget->shares[i].domain, domain))
			return &budget->shares[i];
	}
	return NULL;
}

static struct share *add_share(struct hold_budget *budget, const char *domain)
{
	if (budget->count == budget->room) {
		budget->room += GROWTH;
		budget->shares = (struct share *)heap_resized(
		    budget->shares, sizeof(struct share), budget->room);
	}
	budget->shares[budget->count] =
	    (struct share){.domain = heap_strdup(domain)};
	return &budget->shares[budget->count++];
}

/* Would one message more, of so many bytes, stay within the bounds? */
static bool has_room(uint64_t messages, uint64_t bytes, uint64_t more,
		     long max_messages, long max_mib)
{
	return messages < (uint64_t)max_messages &&
	       more <= (uint64_t)max_mib * MIB &&
	       bytes <= (uint64_t)max_mib * MIB - more;
}

static bool take_share(struct hold_budget *budget,
		       const struct policy_settings *settings,
		       const char *domain, uint64_t bytes)
{
	struct hold_statistics *figures = &budget->figures;
	struct share *share = find_share(budget, domain);

	if (!has_room(figures->hour_messages, figures->hour_bytes, bytes,
		      settings->hold_messages, settings->hold_mib) ||
	    !has_room(share == NULL ? 0 : share->messages,
		      share == NULL ? 0 : share->bytes, bytes,
		      settings->hold_messages_domain,
		      settings->hold_mib_domain))
		return false;
	if (share == NULL)
		share = add_share(budget, domain);
	share->messages++;
	share->bytes += bytes;
	figures->hour_messages++;
	figures->hour_bytes += bytes;
	figures->messages++;
	figures->bytes += bytes;
	return true;
}

bool hold_budget_take(struct hold_budget *budget,
		      const struct policy_settings *settings,
		      const char *domain, uint64_t bytes)
{
	(void)pthread_mutex_lock(&budget->lock);
	turn_hour(budget);
	bool is_taken = take_share(budget, settings, domain, bytes);
	budget->figures.refused += !is_taken;
	(void)pthread_mutex_unlock(&budget->lock);
	return is_taken;
}

bool hold_budget_take_path(struct hold_budget *budget,
			   const struct policy_settings *settings)
{
	(void)pthread_mutex_lock(&budget->lock);
	turn_hour(budget);
	bool is_taken = budget->hour_paths < settings->known_path_messages;
	budget->hour_paths += is_taken;
	(void)pthread_mutex_unlock(&budget->lock);
	return is_taken;
}

void hold_budget_get_statistics(struct hold_budget *budget,
				struct hold_statistics *statistics)
{
	(void)pthread_mutex_lock(&budget->lock);
	turn_hour(budget);
	*statistics = budget->figures;
	(void)pthread_mutex_unlock(&budget->lock);
}
