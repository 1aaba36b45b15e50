/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_quota.c - how many questions may be in flight
 *
 * At most LIMIT_DNS_IN_FLIGHT zones are known at any time, so short chains
 * under one lock do. The lock is touched only where a question really leaves.
 */
#include "lib/dns/dns_quota.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/base/suffix.h"

#define BUCKETS 256

struct zone_count {
	struct zone_count *next;
	char *zone;
	unsigned count;
};

struct dns_quota {
	pthread_mutex_t lock;
	unsigned total;
	struct zone_count *buckets[BUCKETS];
};

struct dns_quota *dns_quota_new(void)
{
	struct dns_quota *quota = heap_new(struct dns_quota);

	(void)pthread_mutex_init(&quota->lock, NULL);
	return quota;
}

static void free_zone(struct zone_count *zone)
{
	heap_free(zone->zone);
	heap_free(zone);
}

void dns_quota_free(struct dns_quota *quota)
{
	if (quota == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		while (quota->buckets[i] != NULL) {
			struct zone_count *zone = quota->buckets[i];
			quota->buckets[i] = zone->next;
			free_zone(zone);
		}
	}
	(void)pthread_mutex_destroy(&quota->lock);
	heap_free(quota);
}

const char *dns_quota_zone(const char *name)
{
	if (domain_is_below(name, "in-addr.arpa"))
		return domain_suffix(name, 4);
	if (domain_is_below(name, "ip6.arpa"))
		return domain_suffix(name, 10);
	return suffix_registrable(name);
}

/* Where the zone's entry is linked, or would be. */
static struct zone_count **find_link(struct dns_quota *quota, const char *zone)
{
	unsigned hash = 5381;

	for (const char *c = zone; *c != '\0'; c++)
		hash = hash * 33 + (unsigned char)*c;
	struct zone_count **link = &quota->buckets[hash % BUCKETS];
	while (*link != NULL && strcmp((*link)->zone, zone) != 0)
		link = &(*link)->next;
	return link;
}

bool dns_quota_take(struct dns_quota *quota, const char *name, bool is_ahead)
{
	const char *zone = dns_quota_zone(name);
	unsigned share = is_ahead ? 2 : 1;
	bool is_taken = false;

	(void)pthread_mutex_lock(&quota->lock);
	struct zone_count **link = find_link(quota, zone);
	unsigned count = *link == NULL ? 0 : (*link)->count;
	if (quota->total < LIMIT_DNS_IN_FLIGHT / share &&
	    count < LIMIT_DNS_PER_ZONE / share) {
		if (*link == NULL) {
			*link = heap_new(struct zone_count);
			(*link)->zone = heap_strdup(zone);
		}
		(*link)->count++;
		quota->total++;
		is_taken = true;
	}
	(void)pthread_mutex_unlock(&quota->lock);
	return is_taken;
}

void dns_quota_release(struct dns_quota *quota, const char *name)
{
	(void)pthread_mutex_lock(&quota->lock);
	struct zone_count **link = find_link(quota, dns_quota_zone(name));
	struct zone_count *zone = *link;
	assert(zone != NULL && quota->total > 0);
	quota->total--;
	if (--zone->count == 0) {
		*link = zone->next;
		free_zone(zone);
	}
	(void)pthread_mutex_unlock(&quota->lock);
}
