/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_cache.c - bounded, shared memory of answers, with single flight
 *
 * Shards, each with a lock, a table of answers and the list of its queries: at
 * most LIMIT_DNS_IN_FLIGHT and LIMIT_DNS_WAITING of these exist at all, so a
 * list does. A query is held by the backend until it is answered, and by each
 * thread that waits for it. One that has no place yet is the quota's instead:
 * the thread whose query makes room sends it, the last that waits withdraws
 * it. Locks are taken in the order shard, quota.
 * RFC 1035 7.4, RFC 2308 5 and 7, RFC 8767.
 */
#include "lib/dns/dns_cache.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/base/random.h"
#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_quota.h"
#include "lib/dns/dns_table.h"

#define SHARDS 16

struct query {
	struct dns_place place; /* first: the quota gives it back */
	struct dns_cache *cache;
	struct shard *shard;
	struct query *next; /* of the shard, until it is answered */
	char *name;
	struct dns_key key;
	unsigned holders;
	pthread_cond_t answered;
	struct dns_answer *answer; /* packed; NULL before */
	dns_arrived *arrived;	   /* acts on the answer; or NULL */
	void *context;
	int64_t sent_us;
	atomic_bool is_sent; /* it has had a place */
};

struct shard {
	pthread_mutex_t lock;
	struct dns_table *table;
	struct query *queries;
	bool is_stopping;
	struct dns_statistics figures;
};

struct dns_cache {
	struct dns_backend *backend;
	const struct clock *clock;
	struct dns_cache_limits limits;
	struct dns_quota *quota;
	uint64_t seed;
	struct histogram round_trip;
	struct shard shards[SHARDS];
};

/* -- life --------------------------------------------------------------- */

struct dns_cache *dns_cache_new(struct dns_backend *backend,
				const struct clock *clock,
				const struct dns_cache_limits *limits)
{
	struct dns_cache *cache = heap_new(struct dns_cache);
	const struct random_source *source = random_system();

	cache->backend = backend;
	cache->clock = clock;
	cache->limits = *limits;
	cache->quota = dns_quota_new();
	source->fill(source, &cache->seed, sizeof cache->seed);
	for (size_t i = 0; i < SHARDS; i++) {
		(void)pthread_mutex_init(&cache->shards[i].lock, NULL);
		cache->shards[i].table =
		    dns_table_new(limits->max_entries / SHARDS);
	}
	return cache;
}

static struct query *make_query(struct dns_cache *cache, struct shard *shard,
				const struct dns_key *key)
{
	struct query *query = heap_new(struct query);
	pthread_condattr_t attributes;

	query->cache = cache;
	query->shard = shard;
	query->name = heap_strdup(key->name);
	query->key = *key;
	query->key.name = query->name;
	query->holders = 1;
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&query->answered, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return query;
}

static void release_query(struct query *query)
{
	if (--query->holders > 0)
		return;
	(void)pthread_cond_destroy(&query->answered);
	heap_free(query->answer);
	heap_free(query->name);
	heap_free(query);
}

void dns_cache_stop(struct dns_cache *cache)
{
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];
		(void)pthread_mutex_lock(&shard->lock);
		shard->is_stopping = true;
		for (struct query *query = shard->queries; query != NULL;
		     query = query->next)
			(void)pthread_cond_broadcast(&query->answered);
		(void)pthread_mutex_unlock(&shard->lock);
	}
}

void dns_cache_free(struct dns_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];
		while (shard->queries != NULL) { /* the backend forgot them */
			struct query *query = shard->queries;
			shard->queries = query->next;
			if (query->arrived != NULL)
				query->arrived(query->context, NULL);
			release_query(query);
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

static struct query **find_query(struct shard *shard, const struct dns_key *key)
{
	struct query **link = &shard->queries;

	while (*link != NULL && ((*link)->key.hash != key->hash ||
				 (*link)->key.type != key->type ||
				 strcmp((*link)->key.name, key->name) != 0))
		link = &(*link)->next;
	return link;
}

/* -- queries ------------------------------------------------------------ */

static uint32_t bound_ttl(uint32_t ttl_s, uint32_t min_s, uint32_t max_s)
{
	uint32_t at_least_s = ttl_s < min_s ? min_s : ttl_s;

	return at_least_s > max_s ? max_s : at_least_s;
}

static uint32_t kept_ttl(const struct dns_cache_limits *limits,
			 const struct dns_answer *answer)
{
	uint32_t negative_s = limits->negative_ttl_s < limits->max_ttl_s
				  ? limits->negative_ttl_s
				  : limits->max_ttl_s;

	switch (answer->status) {
	case DNS_OK:
		return bound_ttl(answer->ttl_s, limits->min_ttl_s,
				 limits->max_ttl_s);
	case DNS_NODATA:
	case DNS_NXDOMAIN:
		return bound_ttl(answer->ttl_s, limits->min_ttl_s, negative_s);
	case DNS_TEMPORARY:
	case DNS_BOGUS:
		break;
	}
	return bound_ttl(answer->ttl_s, 0, DNS_FAILURE_TTL_S);
}

/* Keeps a copy of what arrived. A failure replaces no answer that still holds:
 * that one is fetched anew after a pause. */
static void keep_answer(struct query *query, int64_t now_ms)
{
	struct dns_table *table = query->shard->table;
	const struct dns_answer *answer = query->answer;
	bool is_failure = dns_answer_is_failure(answer);
	struct dns_entry *old = dns_table_peek(table, &query->key, now_ms);

	if (old != NULL && is_failure) {
		old->refresh_ms = now_ms + DNS_FAILURE_TTL_S * 1000;
		return;
	}
	if (answer->status == DNS_TEMPORARY &&
	    (old = dns_table_peek_stale(table, &query->key, now_ms)) != NULL) {
		old->recheck_ms = now_ms + DNS_RECHECK_MS;
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
	    .follow_ms =
		now_ms + (query->arrived == NULL ? 0 : DNS_FOLLOW_PAUSE_MS),
	    .stale_ms = is_failure ? 0
				   : now_ms + life_ms +
					 query->cache->limits.max_stale_s *
					     INT64_C(1000),
	};
	dns_table_store(table, &query->key, &entry);
}

/* Gives the answer to who acts on it, then lets go of the query. */
static void deliver_answer(struct query *query)
{
	struct shard *shard = query->shard;
	const struct dns_question question = {.name = query->name,
					      .type = query->key.type,
					      .answer = query->answer};

	query->arrived(query->context, &question);
	(void)pthread_mutex_lock(&shard->lock);
	release_query(query);
	(void)pthread_mutex_unlock(&shard->lock);
}

/* With the shard locked: counts those that got a place by an answer here. */
static void note_admitted(struct shard *shard, struct dns_place *admitted)
{
	for (struct dns_place *place = admitted; place != NULL;
	     place = place->next) {
		((struct query *)place)->sent_us = clock_monotonic_us();
		atomic_store(&((struct query *)place)->is_sent, true);
		shard->figures.sent++;
	}
}

/* Takes the query's answer. Those that got its place: to be sent. */
static struct dns_place *settle_query(struct query *query,
				      const struct dns_answer *answer)
{
	struct shard *shard = query->shard;
	int64_t now_ms = clock_monotonic_ms(query->cache->clock);
	struct dns_answer *copy = dns_answer_pack(answer);

	histogram_add(&query->cache->round_trip,
		      clock_monotonic_us() - query->sent_us);
	copy->ttl_s = kept_ttl(&query->cache->limits, copy);
	struct dns_place *admitted =
	    dns_quota_leave(query->cache->quota, &query->place);
	(void)pthread_mutex_lock(&shard->lock);
	note_admitted(shard, admitted);
	struct query **link = find_query(shard, &query->key);
	assert(*link == query);
	*link = query->next;
	query->answer = copy;
	keep_answer(query, now_ms);
	(void)pthread_cond_broadcast(&query->answered);
	bool is_awaited = query->arrived != NULL;
	if (!is_awaited)
		release_query(query);
	(void)pthread_mutex_unlock(&shard->lock);
	if (is_awaited)
		deliver_answer(query);
	return admitted;
}

static void send_queries(struct dns_place *places);

/* The backend's answer. */
static void take_reply(void *context, const struct dns_answer *answer)
{
	send_queries(settle_query(context, answer));
}

/* Without a lock: hands questions to the backend, and those that get the place
 * of one it refuses. A query may be gone when it is handed over, unless the
 * caller holds it too. */
static void send_queries(struct dns_place *places)
{
	const struct dns_answer failure =
	    dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);

	while (places != NULL) {
		struct query *query = (struct query *)places;
		struct dns_backend *backend = query->cache->backend;
		struct dns_place **end = &places;
		places = places->next;
		if (backend->ask(backend, query->key.name, query->key.type,
				 take_reply, query))
			continue;
		while (*end != NULL)
			end = &(*end)->next;
		*end = settle_query(query, &failure);
	}
}

/* With the shard locked: the query for the key, a new one if need be,
 * ready to be sent or queued. *may_send tells the caller to send it. NULL when
 * there is no place, nor one to wait for. */
static struct query *find_or_make_query(struct dns_cache *cache,
					struct shard *shard,
					const struct dns_key *key,
					const char *author, bool is_ahead,
					bool *may_send)
{
	struct query **link = find_query(shard, key);

	*may_send = false;
	if (*link != NULL)
		return *link;
	struct query *query = make_query(cache, shard, key);
	enum dns_admission admission = dns_quota_enter(
	    cache->quota, &query->place, key->name, author, is_ahead);
	if (admission == DNS_TURNED_AWAY) {
		shard->figures.refused += !is_ahead;
		release_query(query);
		return NULL;
	}
	*may_send = admission == DNS_ADMITTED;
	query->sent_us = clock_monotonic_us();
	atomic_store(&query->is_sent, *may_send);
	shard->figures.sent += *may_send;
	shard->figures.sent_ahead += *may_send && is_ahead;
	shard->figures.queued += !*may_send;
	*link = query;
	return query;
}

/* With the shard locked, by one that waits: withdraws a query that has no
 * place yet and that nobody else waits for. */
static bool withdraw_query(struct query *query)
{
	struct shard *shard = query->shard;

	if (query->answer != NULL || query->holders > 2 ||
	    !dns_quota_withdraw(query->cache->quota, &query->place))
		return false;
	*find_query(shard, &query->key) = query->next;
	shard->figures.refused++;
	query->holders--;
	return true;
}

/* -- asking ------------------------------------------------------------- */

/* With the shard locked: an answer of its table's, for the one who asks. */
static void give_entry(TALLOC_CTX *mem, struct shard *shard,
		       const struct dns_entry *entry, int64_t now_ms,
		       struct dns_answer *answer)
{
	int64_t age_ms = now_ms - entry->stored_ms;
	uint32_t age_s = (uint32_t)(age_ms / 1000);

	shard->figures.hits++;
	shard->figures.hit_age_ms += (uint64_t)age_ms;
	*answer = *dns_answer_copy(mem, entry->answer);
	answer->ttl_s = answer->ttl_s > age_s ? answer->ttl_s - age_s : 0;
}

/* Likewise one past its TTL. */
static void give_stale(TALLOC_CTX *mem, struct shard *shard,
		       const struct dns_entry *entry, struct dns_answer *answer)
{
	shard->figures.stale++;
	*answer = *dns_answer_copy(mem, entry->answer);
	answer->staleness = DNS_STALE;
	answer->ttl_s = DNS_STALE_TTL_S;
	answer->is_secure = false;
}

/* With the shard locked: what stands in unasked, since the servers of its name
 * failed just now; or NULL. */
static struct dns_entry *
find_standing_in(struct shard *shard, const struct dns_key *key, int64_t now_ms)
{
	struct dns_entry *entry =
	    dns_table_peek_stale(shard->table, key, now_ms);

	return entry != NULL && now_ms < entry->recheck_ms ? entry : NULL;
}

bool dns_cache_find(struct dns_cache *cache, TALLOC_CTX *mem, const char *name,
		    enum dns_type type, struct dns_answer *answer)
{
	const struct dns_key key = make_key(cache, name, type);
	struct shard *shard = find_shard(cache, &key);
	int64_t now_ms = clock_monotonic_ms(cache->clock);
	struct query *refresh = NULL;
	bool may_send = false;

	(void)pthread_mutex_lock(&shard->lock);
	struct dns_entry *entry = dns_table_find(shard->table, &key, now_ms);
	bool is_found = entry != NULL;
	if (is_found) {
		give_entry(mem, shard, entry, now_ms, answer);
		if (now_ms >= entry->refresh_ms)
			refresh = find_or_make_query(cache, shard, &key, NULL,
						     true, &may_send);
	} else {
		entry = find_standing_in(shard, &key, now_ms);
		is_found = entry != NULL;
		if (is_found)
			give_stale(mem, shard, entry, answer);
	}
	(void)pthread_mutex_unlock(&shard->lock);
	if (may_send)
		send_queries(&refresh->place);
	return is_found;
}

void dns_cache_start(struct dns_cache *cache, const struct dns_request *request)
{
	(void)dns_cache_start_then(cache, request, NULL, NULL);
}

/* With the shard locked: one acts on the query's answer, the first. */
static bool follow_query(struct query *query, dns_arrived *arrived,
			 void *context)
{
	if (query == NULL || arrived == NULL || query->arrived != NULL)
		return false;
	query->arrived = arrived;
	query->context = context;
	return true;
}

/* With the shard locked: a copy for the one who is to act on it now; or NULL.
 */
static struct dns_answer *take_to_follow(struct dns_entry *entry,
					 int64_t now_ms)
{
	if (entry == NULL || now_ms < entry->follow_ms)
		return NULL;
	entry->follow_ms = now_ms + DNS_FOLLOW_PAUSE_MS;
	return dns_answer_pack(entry->answer);
}

bool dns_cache_start_then(struct dns_cache *cache,
			  const struct dns_request *request,
			  dns_arrived *arrived, void *context)
{
	const struct dns_key key =
	    make_key(cache, request->name, request->type);
	struct shard *shard = find_shard(cache, &key);
	int64_t now_ms = clock_monotonic_ms(cache->clock);
	struct dns_question question = {.name = request->name,
					.type = request->type};
	struct dns_answer *at_hand = NULL;
	struct query *query = NULL;
	bool may_send = false;

	(void)pthread_mutex_lock(&shard->lock);
	struct dns_entry *entry = dns_table_peek(shard->table, &key, now_ms);
	struct dns_entry *stale =
	    dns_table_peek_stale(shard->table, &key, now_ms);
	if (entry == NULL && (stale == NULL || now_ms >= stale->recheck_ms))
		query = find_or_make_query(cache, shard, &key, request->author,
					   true, &may_send);
	/* Also what is stale is followed, or each of the names behind it would
	 * be waited for in turn. */
	if (arrived != NULL)
		at_hand = take_to_follow(entry == NULL ? stale : entry, now_ms);
	bool is_followed =
	    at_hand == NULL && follow_query(query, arrived, context);
	(void)pthread_mutex_unlock(&shard->lock);
	if (may_send)
		send_queries(&query->place);
	if (at_hand == NULL)
		return is_followed;
	question.answer = at_hand;
	arrived(context, &question);
	heap_free(at_hand);
	return true;
}

/* With the shard locked: waits for the answer, gives up at the deadline. */
static void await_settling(struct query *query, int64_t deadline_ms)
{
	const struct timespec deadline = clock_timespec(deadline_ms);
	int status = 0;

	while (query->answer == NULL && !query->shard->is_stopping &&
	       status == 0)
		status = pthread_cond_timedwait(&query->answered,
						&query->shard->lock, &deadline);
}

/* How long somebody waits, by the system's clock. */
struct patience {
	int64_t deadline_ms; /* his own */
	int64_t stale_ms;    /* and where a stale answer is at hand; or later */
};

static int64_t end_of(const struct patience *patience)
{
	return patience->stale_ms < patience->deadline_ms
		   ? patience->stale_ms
		   : patience->deadline_ms;
}

/* With the shard locked: a stale answer in place of none or of a failure. Who
 * has waited for it in vain waits for the next ones too. */
static bool stand_in(struct dns_cache *cache, struct shard *shard,
		     TALLOC_CTX *mem, const struct dns_key *key,
		     bool was_waited_for, struct dns_answer *answer)
{
	int64_t now_ms = clock_monotonic_ms(cache->clock);
	struct dns_entry *entry =
	    dns_table_peek_stale(shard->table, key, now_ms);

	if (entry == NULL)
		return false;
	if (was_waited_for)
		entry->recheck_ms = now_ms + DNS_RECHECK_MS;
	give_stale(mem, shard, entry, answer);
	return true;
}

/* With the shard locked, for one that holds the query: what it came to. One
 * that found no place says nothing of its servers: nothing stands in. */
static void take_answer(struct query *query, TALLOC_CTX *mem,
			const struct patience *patience,
			struct dns_answer *answer)
{
	bool is_silent = query->answer == NULL;
	bool was_waited_for =
	    is_silent && patience->stale_ms <= patience->deadline_ms;

	answer->is_unasked = is_silent && !atomic_load(&query->is_sent);
	if (answer->is_unasked)
		return;
	if ((is_silent || query->answer->status == DNS_TEMPORARY) &&
	    stand_in(query->cache, query->shard, mem, &query->key,
		     was_waited_for, answer))
		return;
	if (!is_silent)
		*answer = *dns_answer_copy(mem, query->answer);
}

/* For one that holds the query, and lets go of it. */
static struct dns_answer await_answer(struct query *query, TALLOC_CTX *mem,
				      const struct patience *patience)
{
	struct shard *shard = query->shard;
	struct dns_answer answer =
	    dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);

	(void)pthread_mutex_lock(&shard->lock);
	await_settling(query, end_of(patience));
	if (query->answer == NULL && !atomic_load(&query->is_sent))
		await_settling(query, patience->deadline_ms);
	take_answer(query, mem, patience, &answer);
	void *context = query->context;
	dns_arrived *arrived = query->arrived;
	if (!withdraw_query(query))
		arrived = NULL;
	release_query(query);
	(void)pthread_mutex_unlock(&shard->lock);
	if (arrived != NULL)
		arrived(context, NULL);
	return answer;
}

/* With the shard locked: the query that will answer, held for the one who is to
 * wait for it; NULL when it finds no place. */
static struct query *join_query(struct dns_cache *cache, struct shard *shard,
				const struct dns_key *key,
				const struct dns_request *request,
				bool *may_send)
{
	bool is_joining = *find_query(shard, key) != NULL;
	struct query *query = find_or_make_query(
	    cache, shard, key, request->author, false, may_send);

	shard->figures.misses++;
	shard->figures.joined += is_joining;
	if (query != NULL)
		query->holders++;
	return query;
}

struct dns_answer dns_cache_wait(struct dns_cache *cache, TALLOC_CTX *mem,
				 const struct dns_request *request,
				 int64_t deadline_ms)
{
	const struct dns_key key =
	    make_key(cache, request->name, request->type);
	struct shard *shard = find_shard(cache, &key);
	int64_t now_ms = clock_monotonic_ms(cache->clock);
	int64_t system_ms = clock_monotonic_ms(clock_system());
	struct patience patience = {.deadline_ms = deadline_ms,
				    .stale_ms = INT64_MAX};
	struct dns_answer answer =
	    dns_answer_empty(DNS_TEMPORARY, DNS_FAILURE_TTL_S);
	struct query *query = NULL;
	bool may_send = false;

	(void)pthread_mutex_lock(&shard->lock);
	/* It may have arrived since dns_cache_find. */
	struct dns_entry *entry = dns_table_find(shard->table, &key, now_ms);
	if (entry != NULL)
		give_entry(mem, shard, entry, now_ms, &answer);
	else if (deadline_ms > system_ms &&
		 find_standing_in(shard, &key, now_ms) == NULL) {
		query = join_query(cache, shard, &key, request, &may_send);
		answer.is_unasked = query == NULL;
	}
	if (entry == NULL && query == NULL && !answer.is_unasked)
		(void)stand_in(cache, shard, mem, &key, false, &answer);
	if (dns_table_peek_stale(shard->table, &key, now_ms) != NULL)
		patience.stale_ms = system_ms + DNS_STALE_WAIT_MS;
	(void)pthread_mutex_unlock(&shard->lock);
	if (may_send)
		send_queries(&query->place);
	return query == NULL ? answer : await_answer(query, mem, &patience);
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
	histogram_read(&cache->round_trip, &statistics->round_trip);
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];
		(void)pthread_mutex_lock(&shard->lock);
		statistics->hits += shard->figures.hits;
		statistics->misses += shard->figures.misses;
		statistics->stale += shard->figures.stale;
		statistics->hit_age_ms += shard->figures.hit_age_ms;
		statistics->joined += shard->figures.joined;
		statistics->sent += shard->figures.sent;
		statistics->sent_ahead += shard->figures.sent_ahead;
		statistics->queued += shard->figures.queued;
		statistics->refused += shard->figures.refused;
		dns_table_add_statistics(shard->table, statistics);
		(void)pthread_mutex_unlock(&shard->lock);
	}
}
