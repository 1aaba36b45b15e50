/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_cache.c - bounded, shared memory of answers, with single flight
 *
 * Shards, each with a lock, a table of answers and the list of its flights: at
 * most LIMIT_DNS_IN_FLIGHT of these exist at all, so a list does. A flight is
 * held by the backend until it lands, and by each thread that waits for it.
 * RFC 1035 7.4, RFC 2308 5 and 7.
 */
#include "lib/dns/dns_cache.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "lib/base/limits.h"
#include "lib/base/random.h"
#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_quota.h"
#include "lib/dns/dns_table.h"

#define SHARDS 16

struct flight {
	struct dns_cache *cache;
	struct shard *shard;
	struct flight *next; /* of the shard, until it lands */
	char *name;
	struct dns_key key;
	unsigned holders;
	pthread_cond_t landed;
	struct dns_answer *answer; /* packed; NULL in the air */
};

struct shard {
	pthread_mutex_t lock;
	struct dns_table *table;
	struct flight *flights;
	bool is_stopping;
	struct dns_statistics figures;
};

struct dns_cache {
	struct dns_backend *backend;
	const struct clock *clock;
	struct dns_quota *quota;
	uint64_t seed;
	struct shard shards[SHARDS];
};

/* -- life --------------------------------------------------------------- */

struct dns_cache *dns_cache_new(struct dns_backend *backend,
				const struct clock *clock, size_t max_entries)
{
	struct dns_cache *cache = heap_new(struct dns_cache);
	const struct random_source *source = random_system();

	cache->backend = backend;
	cache->clock = clock;
	cache->quota = dns_quota_new();
	source->fill(source, &cache->seed, sizeof cache->seed);
	for (size_t i = 0; i < SHARDS; i++) {
		(void)pthread_mutex_init(&cache->shards[i].lock, NULL);
		cache->shards[i].table = dns_table_new(max_entries / SHARDS);
	}
	return cache;
}

static struct flight *flight_new(struct dns_cache *cache, struct shard *shard,
				 const struct dns_key *key)
{
	struct flight *flight = heap_new(struct flight);
	pthread_condattr_t attributes;

	flight->cache = cache;
	flight->shard = shard;
	flight->name = heap_strdup(key->name);
	flight->key = *key;
	flight->key.name = flight->name;
	flight->holders = 1;
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&flight->landed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return flight;
}

static void flight_release(struct flight *flight)
{
	if (--flight->holders > 0)
		return;
	(void)pthread_cond_destroy(&flight->landed);
	heap_free(flight->answer);
	heap_free(flight->name);
	heap_free(flight);
}

void dns_cache_stop(struct dns_cache *cache)
{
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];
		(void)pthread_mutex_lock(&shard->lock);
		shard->is_stopping = true;
		for (struct flight *flight = shard->flights; flight != NULL;
		     flight = flight->next)
			(void)pthread_cond_broadcast(&flight->landed);
		(void)pthread_mutex_unlock(&shard->lock);
	}
}

void dns_cache_free(struct dns_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];
		while (shard->flights != NULL) { /* the backend forgot them */
			struct flight *flight = shard->flights;
			shard->flights = flight->next;
			flight_release(flight);
		}
		dns_table_free(shard->table);
		(void)pthread_mutex_destroy(&shard->lock);
	}
	dns_quota_free(cache->quota);
	heap_free(cache);
}

/* -- keys --------------------------------------------------------------- */

/* Seeded, since strangers choose the names. */
static struct dns_key make_key(const struct dns_cache *cache, const char *name,
			       enum dns_type type)
{
	uint64_t hash = cache->seed ^ (uint64_t)type;

	for (const char *c = name; *c != '\0'; c++) {
		hash =
		    (hash ^ (unsigned char)*c) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return (struct dns_key){.name = name, .type = type, .hash = hash};
}

/* The high bits choose the shard, the low ones the bucket in its table. */
static struct shard *find_shard(struct dns_cache *cache,
				const struct dns_key *key)
{
	return &cache->shards[(key->hash >> 56) % SHARDS];
}

static struct flight **find_flight(struct shard *shard,
				   const struct dns_key *key)
{
	struct flight **link = &shard->flights;

	while (*link != NULL && ((*link)->key.hash != key->hash ||
				 (*link)->key.type != key->type ||
				 strcmp((*link)->key.name, key->name) != 0))
		link = &(*link)->next;
	return link;
}

/* -- flights ------------------------------------------------------------ */

static uint32_t longest_ttl(const struct dns_answer *answer)
{
	switch (answer->status) {
	case DNS_OK:
		return LIMIT_TTL_S;
	case DNS_NODATA:
	case DNS_NXDOMAIN:
		return LIMIT_NEGATIVE_TTL_S;
	case DNS_TEMPORARY:
	case DNS_BOGUS:
		break;
	}
	return DNS_FAILURE_TTL_S;
}

/* Keeps a copy of what landed. A failure replaces no answer that still holds:
 * that one is fetched anew after a pause. */
static void keep(struct flight *flight, int64_t now_ms)
{
	struct dns_table *table = flight->shard->table;
	const struct dns_answer *answer = flight->answer;
	bool is_failure = dns_answer_is_failure(answer);
	struct dns_entry *old = dns_table_find(table, &flight->key, now_ms);

	if (old != NULL && is_failure) {
		old->refresh_ms = now_ms + DNS_FAILURE_TTL_S * 1000;
		return;
	}
	/* TTL 0 holds for the message that asked (RFC 1035 3.2.1); a second
	 * lets it find what it asked ahead. */
	int64_t life_ms =
	    answer->ttl_s == 0 ? 1000 : answer->ttl_s * INT64_C(1000);
	struct dns_entry entry = {
	    .answer = dns_answer_pack(answer),
	    .stored_ms = now_ms,
	    .expires_ms = now_ms + life_ms,
	    .refresh_ms = now_ms + (is_failure ? life_ms : life_ms * 9 / 10),
	};
	dns_table_store(table, &flight->key, &entry);
}

/* The backend's answer. */
static void flight_land(void *context, const struct dns_answer *answer)
{
	struct flight *flight = context;
	struct shard *shard = flight->shard;
	int64_t now_ms = clock_monotonic_ms(flight->cache->clock);
	struct dns_answer *copy = dns_answer_pack(answer);

	if (copy->ttl_s > longest_ttl(copy))
		copy->ttl_s = longest_ttl(copy);
	dns_quota_release(flight->cache->quota, flight->key.name);
	(void)pthread_mutex_lock(&shard->lock);
	struct flight **link = find_flight(shard, &flight->key);
	assert(*link == flight);
	*link = flight->next;
	flight->answer = copy;
	keep(flight, now_ms);
	(void)pthread_cond_broadcast(&flight->landed);
	flight_release(flight);
	(void)pthread_mutex_unlock(&shard->lock);
}

/* With the shard locked: the flight for the key, a new one if need be, which
 * sets *is_new; NULL when too many are in the air. */
static struct flight *board(struct dns_cache *cache, struct shard *shard,
			    const struct dns_key *key, bool *is_new)
{
	struct flight **link = find_flight(shard, key);

	*is_new = false;
	if (*link != NULL)
		return *link;
	if (!dns_quota_take(cache->quota, key->name)) {
		shard->figures.refused++;
		return NULL;
	}
	*link = flight_new(cache, shard, key);
	*is_new = true;
	shard->figures.sent++;
	return *link;
}

/* Without a lock, for the thread that boarded first. The flight may be gone
 * when this returns, unless the caller holds it too. */
static void take_off(struct flight *flight)
{
	struct dns_backend *backend = flight->cache->backend;
	const struct dns_answer failure =
	    dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);

	if (!backend->ask(backend, flight->key.name, flight->key.type,
			  flight_land, flight))
		flight_land(flight, &failure);
}

/* -- asking ------------------------------------------------------------- */

static void copy_entry(TALLOC_CTX *mem, const struct dns_entry *entry,
		       int64_t now_ms, struct dns_answer *answer)
{
	uint32_t age_s = (uint32_t)((now_ms - entry->stored_ms) / 1000);

	*answer = *dns_answer_copy(mem, entry->answer);
	answer->ttl_s = answer->ttl_s > age_s ? answer->ttl_s - age_s : 0;
}

bool dns_cache_find(struct dns_cache *cache, TALLOC_CTX *mem, const char *name,
		    enum dns_type type, struct dns_answer *answer)
{
	const struct dns_key key = make_key(cache, name, type);
	struct shard *shard = find_shard(cache, &key);
	int64_t now_ms = clock_monotonic_ms(cache->clock);
	struct flight *refresh = NULL;
	bool is_new = false;

	(void)pthread_mutex_lock(&shard->lock);
	struct dns_entry *entry = dns_table_find(shard->table, &key, now_ms);
	bool is_found = entry != NULL;
	if (is_found) {
		shard->figures.hits++;
		copy_entry(mem, entry, now_ms, answer);
		if (now_ms >= entry->refresh_ms)
			refresh = board(cache, shard, &key, &is_new);
	}
	(void)pthread_mutex_unlock(&shard->lock);
	if (is_new)
		take_off(refresh);
	return is_found;
}

void dns_cache_start(struct dns_cache *cache, const char *name,
		     enum dns_type type)
{
	const struct dns_key key = make_key(cache, name, type);
	struct shard *shard = find_shard(cache, &key);
	int64_t now_ms = clock_monotonic_ms(cache->clock);
	struct flight *flight = NULL;
	bool is_new = false;

	(void)pthread_mutex_lock(&shard->lock);
	if (dns_table_find(shard->table, &key, now_ms) == NULL)
		flight = board(cache, shard, &key, &is_new);
	(void)pthread_mutex_unlock(&shard->lock);
	if (is_new)
		take_off(flight);
}

/* With the shard locked: waits for the landing, gives up at the deadline. */
static void await(struct flight *flight, int64_t deadline_ms)
{
	const struct timespec deadline = {
	    .tv_sec = (time_t)(deadline_ms / 1000),
	    .tv_nsec = (long)(deadline_ms % 1000 * 1000000),
	};
	int status = 0;

	while (flight->answer == NULL && !flight->shard->is_stopping &&
	       status == 0)
		status = pthread_cond_timedwait(
		    &flight->landed, &flight->shard->lock, &deadline);
}

static struct dns_answer fly(struct flight *flight, bool is_new,
			     TALLOC_CTX *mem, int64_t deadline_ms)
{
	struct shard *shard = flight->shard;
	struct dns_answer answer =
	    dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);

	if (is_new)
		take_off(flight);
	(void)pthread_mutex_lock(&shard->lock);
	await(flight, deadline_ms);
	if (flight->answer != NULL)
		answer = *dns_answer_copy(mem, flight->answer);
	flight_release(flight);
	(void)pthread_mutex_unlock(&shard->lock);
	return answer;
}

struct dns_answer dns_cache_wait(struct dns_cache *cache, TALLOC_CTX *mem,
				 const char *name, enum dns_type type,
				 int64_t deadline_ms)
{
	const struct dns_key key = make_key(cache, name, type);
	struct shard *shard = find_shard(cache, &key);
	int64_t now_ms = clock_monotonic_ms(cache->clock);
	struct dns_answer answer =
	    dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);
	struct flight *flight = NULL;
	bool is_new = false;

	if (deadline_ms <= clock_monotonic_ms(clock_system()))
		return answer;
	(void)pthread_mutex_lock(&shard->lock);
	/* It may have landed since dns_cache_find. */
	struct dns_entry *entry = dns_table_find(shard->table, &key, now_ms);
	if (entry != NULL) {
		shard->figures.hits++;
		copy_entry(mem, entry, now_ms, &answer);
	} else {
		flight = board(cache, shard, &key, &is_new);
	}
	if (flight != NULL) {
		flight->holders++;
		shard->figures.joined += !is_new;
	}
	(void)pthread_mutex_unlock(&shard->lock);
	return flight == NULL ? answer : fly(flight, is_new, mem, deadline_ms);
}

size_t dns_cache_count(struct dns_cache *cache)
{
	size_t count = 0;

	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];
		(void)pthread_mutex_lock(&shard->lock);
		count += dns_table_count(shard->table);
		(void)pthread_mutex_unlock(&shard->lock);
	}
	return count;
}

void dns_cache_add_statistics(struct dns_cache *cache,
			      struct dns_statistics *statistics)
{
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];
		(void)pthread_mutex_lock(&shard->lock);
		statistics->hits += shard->figures.hits;
		statistics->joined += shard->figures.joined;
		statistics->sent += shard->figures.sent;
		statistics->refused += shard->figures.refused;
		(void)pthread_mutex_unlock(&shard->lock);
	}
}
