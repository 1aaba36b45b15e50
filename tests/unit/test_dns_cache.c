/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dns_cache.c - one question for many askers, and answers that age
 *
 * Over a backend that answers when the test says so, on a clock that the test
 * moves.
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/dns/dns_answer.h"
#include "lib/dns/dns_cache.h"
#include "lib/dns/dns_quota.h"
#include "lib/dns/dns_table.h"

/* -- a clock that the test moves ---------------------------------------- */

static atomic_int_fast64_t fake_ms;

static int64_t fake_monotonic_ms(const struct clock *clock)
{
	(void)clock;
	return atomic_load(&fake_ms);
}

static const struct clock fake_clock = {.monotonic_ms = fake_monotonic_ms};

static void advance(int64_t ms)
{
	(void)atomic_fetch_add(&fake_ms, ms);
}

/* -- a backend that answers when told ----------------------------------- */

enum { HELD_MAX = 2048 };

struct held {
	dns_answered *answered;
	void *context;
};

struct fake {
	struct dns_backend backend;
	pthread_mutex_t lock;
	bool is_holding; /* answers wait for release() */
	bool is_refusing;
	size_t asked;
	size_t held_count;
	struct held held[HELD_MAX];
	struct dns_answer answer;
};

static bool fake_ask(struct dns_backend *backend, const char *name,
		     enum dns_type type, dns_answered *answered, void *context)
{
	struct fake *fake = (struct fake *)backend;

	(void)name;
	(void)type;
	(void)pthread_mutex_lock(&fake->lock);
	fake->asked++;
	bool is_refusing = fake->is_refusing;
	bool is_holding = fake->is_holding;
	if (is_holding && !is_refusing)
		fake->held[fake->held_count++] =
		    (struct held){answered, context};
	struct dns_answer answer = fake->answer;
	(void)pthread_mutex_unlock(&fake->lock);
	if (!is_holding && !is_refusing)
		answered(context, &answer);
	return !is_refusing;
}

static size_t asked(struct fake *fake)
{
	(void)pthread_mutex_lock(&fake->lock);
	size_t count = fake->asked;
	(void)pthread_mutex_unlock(&fake->lock);
	return count;
}

/* Answers all that is held. */
static void release(struct fake *fake)
{
	(void)pthread_mutex_lock(&fake->lock);
	size_t count = fake->held_count;
	fake->held_count = 0;
	struct dns_answer answer = fake->answer;
	(void)pthread_mutex_unlock(&fake->lock);
	for (size_t i = 0; i < count; i++)
		fake->held[i].answered(fake->held[i].context, &answer);
}

static void fake_init(struct fake *fake, enum dns_status status, uint32_t ttl_s)
{
	static const struct dns_record record = {.text = "t\0u", .length = 3};

	*fake = (struct fake){
	    .backend = {.ask = fake_ask},
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .answer = {.status = status, .ttl_s = ttl_s},
	};
	if (status == DNS_OK) {
		fake->answer.count = 1;
		fake->answer.records = &record;
	}
}

/* -- asking ------------------------------------------------------------- */

static const struct dns_cache_limits usual = {
    .max_ttl_s = LIMIT_TTL_S, .negative_ttl_s = LIMIT_NEGATIVE_TTL_S};

static struct dns_cache *cache_within(struct fake *backend,
				      struct dns_cache_limits limits,
				      size_t max_entries)
{
	limits.max_entries = max_entries;
	return dns_cache_new(&backend->backend, &fake_clock, &limits);
}

static struct fake fake;

static struct dns_cache *cache_of(size_t max_entries)
{
	return cache_within(&fake, usual, max_entries);
}

static int64_t in_ms(int64_t ms)
{
	return clock_monotonic_ms(clock_system()) + ms;
}

static void pause_ms(int64_t ms)
{
	const struct timespec pause = clock_timespec(ms);

	(void)nanosleep(&pause, NULL);
}

static struct dns_answer ask(struct dns_cache *cache, TALLOC_CTX *mem,
			     const char *name, int64_t wait_ms)
{
	struct dns_answer answer;

	const struct dns_request request = {.name = name, .type = DNS_TXT};

	if (!dns_cache_find(cache, mem, name, DNS_TXT, &answer))
		answer = dns_cache_wait(cache, mem, &request, in_ms(wait_ms));
	return answer;
}

static void start(struct dns_cache *cache, const char *name, enum dns_type type)
{
	const struct dns_request request = {.name = name, .type = type};

	dns_cache_start(cache, &request);
}

static struct dns_statistics figures(struct dns_cache *cache)
{
	struct dns_statistics statistics = {0};

	dns_cache_add_statistics(cache, &statistics);
	return statistics;
}

/* -- tests -------------------------------------------------------------- */

enum { THREADS = 16 };

struct asker {
	pthread_t thread;
	struct dns_cache *cache;
	enum dns_status status;
	bool is_right;
};

static void *ask_once(void *context)
{
	struct asker *asker = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_answer answer = ask(asker->cache, mem, "one.test", 10000);

	asker->status = answer.status;
	asker->is_right = answer.count == 1 && answer.records[0].length == 3 &&
			  memcmp(answer.records[0].text, "t\0u", 4) == 0;
	mem_free(mem);
	return NULL;
}

static void asks_once_for_many(void **state)
{
	struct asker askers[THREADS];
	struct dns_cache *cache;

	(void)state;
	fake_init(&fake, DNS_OK, 300);
	fake.is_holding = true;
	cache = cache_of(1000);
	for (size_t i = 0; i < THREADS; i++) {
		askers[i] = (struct asker){.cache = cache};
		assert_int_equal(pthread_create(&askers[i].thread, NULL,
						ask_once, &askers[i]),
				 0);
	}
	for (int i = 0; i < 500 && figures(cache).joined < THREADS - 1; i++)
		pause_ms(10);
	release(&fake);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(askers[i].thread, NULL), 0);
		assert_int_equal(askers[i].status, DNS_OK);
		assert_true(askers[i].is_right);
	}
	assert_int_equal(asked(&fake), 1);
	assert_int_equal(figures(cache).joined, THREADS - 1);
	assert_int_equal(figures(cache).sent, 1);
	dns_cache_free(cache);
}

static void keeps_for_the_ttl(void **state)
{
	static const struct {
		enum dns_status status;
		uint32_t ttl_s;
		uint32_t want_ttl_s; /* also what the asker is told */
		int64_t life_ms;
	} rows[] = {
	    {DNS_OK, 300, 300, 300000},
	    {DNS_OK, 1, 1, 1000},
	    {DNS_OK, 0, 0, 1000},
	    {DNS_OK, 4000000000U, LIMIT_TTL_S, LIMIT_TTL_S * 1000},
	    {DNS_NODATA, 30, 30, 30000},
	    {DNS_NODATA, 90000, LIMIT_NEGATIVE_TTL_S, 300000},
	    {DNS_NXDOMAIN, 90000, LIMIT_NEGATIVE_TTL_S, 300000},
	    {DNS_TEMPORARY, 900, DNS_FAILURE_TTL_S, 5000},
	    {DNS_BOGUS, 900, DNS_FAILURE_TTL_S, 5000},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		fake_init(&fake, rows[i].status, rows[i].ttl_s);
		struct dns_cache *cache = cache_of(1000);
		struct dns_answer answer = ask(cache, mem, "a.test", 100);
		assert_int_equal(answer.status, rows[i].status);
		assert_int_equal(answer.ttl_s, rows[i].want_ttl_s);
		advance(rows[i].life_ms * 8 / 10);
		answer = ask(cache, mem, "a.test", 100);
		assert_int_equal(answer.status, rows[i].status);
		assert_true(answer.ttl_s <=
			    rows[i].want_ttl_s - rows[i].want_ttl_s * 7 / 10);
		assert_int_equal(asked(&fake), 1);
		advance(rows[i].life_ms * 2 / 10 + 1);
		(void)ask(cache, mem, "a.test", 100);
		assert_int_equal(asked(&fake), 2);
		dns_cache_free(cache);
	}
	mem_free(mem);
}

static void fetches_anew_before_the_end(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	fake_init(&fake, DNS_OK, 100);
	struct dns_cache *cache = cache_of(1000);
	(void)ask(cache, mem, "a.test", 100);
	advance(89000);
	(void)ask(cache, mem, "a.test", 100);
	assert_int_equal(asked(&fake), 1);

	/* In the last tenth one question leaves, and nobody waits for it. */
	fake.is_holding = true;
	advance(2000);
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(cache, mem, "a.test", 100).ttl_s, 9);
	assert_int_equal(asked(&fake), 2);
	release(&fake);
	assert_int_equal(ask(cache, mem, "a.test", 100).ttl_s, 100);

	/* A failure replaces nothing, and is not tried again at once. */
	fake.is_holding = false;
	fake.answer = dns_answer_empty(DNS_TEMPORARY, 5);
	advance(91000);
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(cache, mem, "a.test", 100).status, DNS_OK);
	assert_int_equal(asked(&fake), 3);
	advance(5000);
	assert_int_equal(ask(cache, mem, "a.test", 100).status, DNS_OK);
	assert_int_equal(asked(&fake), 4);
	advance(5000);
	assert_int_equal(ask(cache, mem, "a.test", 100).status, DNS_TEMPORARY);
	dns_cache_free(cache);
	mem_free(mem);
}

static void stays_bounded(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char name[32];

	(void)state;
	fake_init(&fake, DNS_OK, 300);
	struct dns_cache *cache = cache_of(1600);
	for (unsigned i = 0; i < 10000; i++) {
		(void)snprintf(name, sizeof name, "n%u.test", i);
		assert_int_equal(ask(cache, mem, name, 100).status, DNS_OK);
		/* Used all the time, so it stays. */
		assert_int_equal(ask(cache, mem, "used.test", 100).status,
				 DNS_OK);
		assert_true(dns_cache_count(cache) <= 1600);
	}
	assert_true(dns_cache_count(cache) > 1500);
	assert_int_equal(asked(&fake), 10001);
	dns_cache_free(cache);
	mem_free(mem);
}

static void bounds_the_bytes(void **state)
{
	static char text[16001];
	const struct dns_record record = {.text = text, .length = 16000};
	TALLOC_CTX *mem = mem_context(NULL);
	char name[32];

	(void)state;
	fake_init(&fake, DNS_OK, 300);
	fake.answer.records = &record;
	struct dns_cache *cache = cache_of(1600);
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof name, "n%u.test", i);
		assert_int_equal(ask(cache, mem, name, 100).status, DNS_OK);
	}
	assert_true(dns_cache_count(cache) <= 1600 * 1024 / 16000);
	assert_true(dns_cache_count(cache) >= 16);
	dns_cache_free(cache);
	mem_free(mem);
}

static void leaves_at_the_deadline(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	fake_init(&fake, DNS_OK, 300);
	fake.is_holding = true;
	struct dns_cache *cache = cache_of(1000);
	int64_t start_ms = in_ms(0);
	assert_int_equal(ask(cache, mem, "slow.test", 100).status,
			 DNS_TEMPORARY);
	int64_t took_ms = in_ms(0) - start_ms;
	assert_true(took_ms >= 99 && took_ms < 5000);

	/* The question goes on; its answer serves the next. */
	assert_int_equal(ask(cache, mem, "slow.test", 50).status,
			 DNS_TEMPORARY);
	release(&fake);
	assert_int_equal(ask(cache, mem, "slow.test", 0).status, DNS_OK);
	assert_int_equal(asked(&fake), 1);

	/* Nothing is asked when there is no time left to wait. */
	assert_int_equal(ask(cache, mem, "other.test", 0).status,
			 DNS_TEMPORARY);
	assert_int_equal(asked(&fake), 1);
	dns_cache_free(cache);
	mem_free(mem);
}

static void starts_ahead(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	fake_init(&fake, DNS_OK, 0);
	fake.is_holding = true;
	struct dns_cache *cache = cache_of(1000);
	start(cache, "a.test", DNS_TXT);
	start(cache, "a.test", DNS_TXT);
	start(cache, "a.test", DNS_A);
	assert_int_equal(asked(&fake), 2);
	release(&fake);
	assert_int_equal(ask(cache, mem, "a.test", 100).status, DNS_OK);
	assert_int_equal(asked(&fake), 2);
	dns_cache_free(cache);
	mem_free(mem);
}

static void bounds_what_is_in_flight(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char name[32];

	(void)state;
	fake_init(&fake, DNS_OK, 300);
	fake.is_holding = true;
	struct dns_cache *cache = cache_of(10000);
	/* One zone has its share, whatever the names below it; of that the
	 * questions ahead take half. */
	for (unsigned i = 0; i < 100; i++) {
		(void)snprintf(name, sizeof name, "n%u.dead.test", i);
		start(cache, name, DNS_TXT);
	}
	assert_int_equal(asked(&fake), LIMIT_DNS_PER_ZONE / 2);
	assert_int_equal(figures(cache).refused, 0);
	for (unsigned i = 0; i < 100; i++) {
		(void)snprintf(name, sizeof name, "m%u.dead.test", i);
		(void)ask(cache, mem, name, 1);
	}
	assert_int_equal(asked(&fake), LIMIT_DNS_PER_ZONE);
	assert_int_equal(figures(cache).refused, 100 - LIMIT_DNS_PER_ZONE / 2);
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof name, "n%u.test", i);
		start(cache, name, DNS_TXT);
	}
	assert_int_equal(asked(&fake), LIMIT_DNS_IN_FLIGHT / 2);
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof name, "m%u.test", i);
		(void)ask(cache, mem, name, 1);
	}
	assert_int_equal(asked(&fake), LIMIT_DNS_IN_FLIGHT);
	assert_int_equal(figures(cache).sent_ahead,
			 LIMIT_DNS_IN_FLIGHT / 2 - LIMIT_DNS_PER_ZONE / 2);
	assert_int_equal(ask(cache, mem, "one.more.test", 1000).status,
			 DNS_TEMPORARY);

	/* A refusal is not kept, and places come back. */
	release(&fake);
	fake.is_holding = false;
	assert_int_equal(ask(cache, mem, "one.more.test", 1000).status, DNS_OK);
	assert_int_equal(ask(cache, mem, "n99.dead.test", 1000).status, DNS_OK);
	dns_cache_free(cache);
	mem_free(mem);
}

static void count_arrival(void *context, const struct dns_question *question)
{
	size_t *count = context;

	assert_string_equal(question->name, "a.test");
	assert_int_equal(question->type, DNS_TXT);
	assert_int_equal(question->answer->count, 1);
	(*count)++;
}

static bool start_counted(struct dns_cache *cache, size_t *count)
{
	const struct dns_request request = {.name = "a.test", .type = DNS_TXT};

	return dns_cache_start_then(cache, &request, count_arrival, count);
}

/* An answer is acted on as it lands, and then once in a while. */
static void tells_who_acts_on_it(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	size_t count = 0;

	(void)state;
	fake_init(&fake, DNS_OK, 300);
	fake.is_holding = true;
	struct dns_cache *cache = cache_of(1000);
	start(cache, "a.test", DNS_TXT);
	assert_true(start_counted(cache, &count));
	assert_false(start_counted(cache, &count));
	assert_int_equal(count, 0);
	release(&fake);
	assert_int_equal(count, 1);
	advance(DNS_FOLLOW_PAUSE_MS - 1);
	assert_false(start_counted(cache, &count));
	advance(1);
	assert_true(start_counted(cache, &count));
	assert_false(start_counted(cache, &count));
	assert_int_equal(count, 2);
	assert_int_equal(asked(&fake), 1);
	dns_cache_free(cache);
	mem_free(mem);
}

static void expect_none(void *context, const struct dns_question *question)
{
	bool *is_told = context;

	assert_null(question);
	*is_told = true;
}

static void lets_go_of_who_waits(void **state)
{
	const struct dns_request request = {.name = "a.test", .type = DNS_TXT};
	bool is_told = false;

	(void)state;
	fake_init(&fake, DNS_OK, 300);
	fake.is_holding = true;
	struct dns_cache *cache = cache_of(1000);
	assert_true(
	    dns_cache_start_then(cache, &request, expect_none, &is_told));
	dns_cache_free(cache);
	assert_true(is_told);
}

static void bounds_the_ttl(void **state)
{
	static const struct {
		enum dns_status status;
		uint32_t ttl_s;
		uint32_t want_s;
	} rows[] = {
	    {DNS_OK, 0, 60},	     {DNS_OK, 59, 60},
	    {DNS_OK, 61, 61},	     {DNS_OK, 4000, 3600},
	    {DNS_NODATA, 10, 60},    {DNS_NODATA, 100, 90},
	    {DNS_NXDOMAIN, 100, 90}, {DNS_TEMPORARY, 1, 1},
	    {DNS_TEMPORARY, 100, 5}, {DNS_BOGUS, 100, 5},
	};
	static const struct dns_cache_limits limits = {
	    .min_ttl_s = 60, .max_ttl_s = 3600, .negative_ttl_s = 90};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		fake_init(&fake, rows[i].status, rows[i].ttl_s);
		struct dns_cache *cache = cache_within(&fake, limits, 1000);
		assert_int_equal(ask(cache, mem, "a.test", 100).ttl_s,
				 rows[i].want_s);
		struct dns_answer answer;
		advance(rows[i].want_s * INT64_C(800));
		assert_true(
		    dns_cache_find(cache, mem, "a.test", DNS_TXT, &answer));
		advance(rows[i].want_s * INT64_C(200));
		assert_false(
		    dns_cache_find(cache, mem, "a.test", DNS_TXT, &answer));
		dns_cache_free(cache);
	}
	mem_free(mem);
}

static void counts(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	fake_init(&fake, DNS_OK, 300);
	struct dns_cache *cache = cache_of(1000);
	(void)ask(cache, mem, "a.test", 100);
	advance(10000);
	(void)ask(cache, mem, "a.test", 100);
	advance(5000);
	(void)ask(cache, mem, "a.test", 100);
	struct dns_statistics statistics = figures(cache);
	assert_int_equal(statistics.hits, 2);
	assert_int_equal(statistics.hit_age_ms, 25000);
	assert_int_equal(statistics.entries, 1);
	assert_true(statistics.bytes > 0 && statistics.bytes < DNS_ENTRY_BYTES);
	assert_int_equal(statistics.evicted, 0);
	dns_cache_free(cache);
	mem_free(mem);
}

/* -- the table ---------------------------------------------------------- */

static struct dns_key key_of(const char *name, enum dns_type type)
{
	struct dns_key key = {.name = name, .type = type, .hash = 5381};

	for (const char *c = name; *c != '\0'; c++)
		key.hash = key.hash * 33 + (unsigned char)*c;
	key.hash += (uint64_t)type;
	return key;
}

static void store_as(struct dns_table *table, const char *name,
		     enum dns_type type, enum dns_status status)
{
	const struct dns_answer answer = dns_answer_empty(status, 300);
	const struct dns_entry entry = {.answer = dns_answer_pack(&answer),
					.expires_ms = INT64_MAX};
	const struct dns_key key = key_of(name, type);

	dns_table_store(table, &key, &entry);
}

static void store(struct dns_table *table, const char *name)
{
	store_as(table, name, DNS_TXT, DNS_NODATA);
}

static bool use_at(struct dns_table *table, const char *name,
		   enum dns_type type, int64_t ms)
{
	const struct dns_key key = key_of(name, type);

	return dns_table_find(table, &key, ms) != NULL;
}

static bool is_there(struct dns_table *table, const char *name)
{
	const struct dns_key key = key_of(name, DNS_TXT);

	return dns_table_peek(table, &key, 0) != NULL;
}

/* Of use to messages a minute apart, `count` times. */
static void make_busy(struct dns_table *table, const char *name,
		      enum dns_type type, int count)
{
	store_as(table, name, type, DNS_NODATA);
	for (int i = 0; i < count; i++)
		assert_true(use_at(table, name, type, i * DNS_USE_PAUSE_MS));
}

/* A million names, each of use to two messages at once, against ten that were
 * needed again a minute later and that nobody needs meanwhile. */
static void keeps_busy_names(void **state)
{
	struct dns_table *table = dns_table_new(1000);
	char name[32];

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		(void)snprintf(name, sizeof name, "busy%u.test", i);
		make_busy(table, name, DNS_TXT, DNS_PROVEN_USES);
	}
	for (unsigned i = 0; i < 1000000; i++) {
		(void)snprintf(name, sizeof name, "x%u.test", i);
		store(table, name);
		assert_true(use_at(table, name, DNS_TXT, 100000 + i / 10));
		assert_true(use_at(table, name, DNS_TXT, 100000 + i / 10));
	}
	assert_int_equal(dns_table_count(table), 1000);
	for (unsigned i = 0; i < 10; i++) {
		(void)snprintf(name, sizeof name, "busy%u.test", i);
		assert_true(is_there(table, name));
		store(table, name); /* fetched anew, it keeps its standing */
	}
	for (unsigned i = 0; i < 2000; i++) {
		(void)snprintf(name, sizeof name, "y%u.test", i);
		store(table, name);
	}
	assert_true(is_there(table, "busy0.test"));
	assert_true(is_there(table, "busy9.test"));
	dns_table_free(table);
}

/* No answer stays for ever: names that are busy now push out those that are no
 * more, the longer those were the later. */
static void forgets_what_was_busy(void **state)
{
	static const struct {
		int uses;
		unsigned stays; /* others proven meanwhile, in hundreds */
		unsigned goes;
	} rows[] = {
	    {DNS_PROVEN_USES, 3, 15},
	    {DNS_PROVEN_USES + 2, 11, 25},
	    {DNS_USES_MAX + 9, 27, 45},
	};
	struct dns_table *table;
	char name[32];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		table = dns_table_new(1000);
		make_busy(table, "busy.test", DNS_TXT, rows[i].uses);
		for (unsigned k = 0; k < rows[i].goes * 100; k++) {
			if (k < rows[i].stays * 100)
				assert_true(is_there(table, "busy.test"));
			(void)snprintf(name, sizeof name, "z%u.test", k);
			make_busy(table, name, DNS_TXT, DNS_PROVEN_USES);
		}
		assert_false(is_there(table, "busy.test"));
		assert_true(is_there(table, name));
		assert_int_equal(dns_table_count(table), 1000);
		dns_table_free(table);
	}
}

/* Whatever floods of one type do, the others keep their share. */
static void keeps_types_apart(void **state)
{
	static const enum dns_type types[] = {DNS_TXT, DNS_A, DNS_AAAA, DNS_MX,
					      DNS_PTR};
	enum { TYPES = sizeof types / sizeof types[0], EACH = 100 };
	char name[32];

	(void)state;
	for (size_t flood = 0; flood < TYPES; flood++) {
		struct dns_table *table = dns_table_new(1000);
		for (unsigned i = 0; i < EACH * TYPES; i++) {
			(void)snprintf(name, sizeof name, "few%u.test", i);
			store_as(table, name, types[i % TYPES], DNS_NODATA);
		}
		/* Of as good a standing as can be. */
		for (unsigned i = 0; i < 3000; i++) {
			(void)snprintf(name, sizeof name, "many%u.test", i);
			make_busy(table, name, types[flood], DNS_USES_MAX);
		}
		for (unsigned i = 0; i < EACH * TYPES; i++) {
			(void)snprintf(name, sizeof name, "few%u.test", i);
			assert_int_equal(
			    use_at(table, name, types[i % TYPES], 0),
			    i % TYPES != flood);
		}
		assert_int_equal(dns_table_count(table), 1000);
		dns_table_free(table);
	}
}

/* Too small for shares: the newest is always there. */
static void keeps_the_newest_in_no_room(void **state)
{
	static const enum dns_type types[] = {DNS_A, DNS_TXT, DNS_PTR};

	(void)state;
	for (size_t room = 0; room < 3; room++) {
		struct dns_table *table = dns_table_new(room);
		for (size_t i = 0; i < 3; i++) {
			make_busy(table, "a.test", types[i], DNS_USES_MAX);
			assert_true(use_at(table, "a.test", types[i], 0));
			assert_in_range(dns_table_count(table), 1,
					room == 0 ? 1 : room);
		}
		dns_table_free(table);
	}
}

/* An answer past its TTL is not found, but its name keeps its standing, through
 * failures too. */
static void keeps_the_standing_of_what_has_expired(void **state)
{
	static const enum dns_status later[] = {DNS_TEMPORARY, DNS_BOGUS,
						DNS_NXDOMAIN};
	struct dns_table *table = dns_table_new(1000);
	const struct dns_key key = key_of("busy.test", DNS_TXT);
	const struct dns_answer answer = dns_answer_empty(DNS_NODATA, 30);
	struct dns_entry entry = {.answer = dns_answer_pack(&answer),
				  .stored_ms = 7,
				  .expires_ms = 30000};
	char name[32];

	(void)state;
	dns_table_store(table, &key, &entry);
	assert_non_null(dns_table_find(table, &key, 29999));
	assert_null(dns_table_find(table, &key, 30000));
	assert_null(dns_table_peek(table, &key, 30000));
	assert_null(dns_table_find(table, &key, 29999 + DNS_USE_PAUSE_MS));
	for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
		for (unsigned k = 0; k < 5000; k++) {
			(void)snprintf(name, sizeof name, "x%zu-%u.test", i, k);
			store(table, name);
		}
		store_as(table, "busy.test", DNS_TXT, later[i]);
		assert_int_equal(
		    dns_table_peek(table, &key, 200000)->answer->status,
		    later[i]);
		for (unsigned k = 0; k < 5000; k++) {
			(void)snprintf(name, sizeof name, "y%zu-%u.test", i, k);
			store(table, name);
		}
		assert_non_null(dns_table_peek(table, &key, 200000));
	}
	dns_table_free(table);
}

/* A flood as it was met: 126,000 questions for made-up names in 38 seconds. */
enum { BUSY = 500, FLOOD = 126000, FLOOD_MS = 38000 };

static void ask_busy(struct dns_cache *cache, enum dns_status want)
{
	char name[40];

	for (unsigned i = 0; i < BUSY; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		(void)snprintf(name, sizeof name, "_dmarc.busy%u.test", i);
		assert_int_equal(ask(cache, mem, name, 100).status, want);
		mem_free(mem);
	}
}

/* Each question is put by two messages, the second a moment later. */
static void flood(struct dns_cache *cache)
{
	static const enum dns_type types[] = {DNS_TXT, DNS_TXT, DNS_A, DNS_PTR};
	char name[40];

	fake.answer = dns_answer_empty(DNS_NXDOMAIN, 3600);
	for (unsigned i = 0; i < FLOOD; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct dns_answer answer;
		enum dns_type type = types[i % 4];
		(void)snprintf(name, sizeof name, "_dmarc.made-up%u.test", i);
		start(cache, name, type);
		assert_true(dns_cache_find(cache, mem, name, type, &answer));
		assert_true(dns_cache_find(cache, mem, name, type, &answer));
		if (i % (FLOOD / FLOOD_MS) == 0)
			advance(1);
		mem_free(mem);
	}
}

static struct dns_cache *busy_cache(size_t max_entries, uint32_t ttl_s)
{
	fake_init(&fake, DNS_OK, ttl_s);
	struct dns_cache *cache = cache_of(max_entries);
	ask_busy(cache, DNS_OK);
	ask_busy(cache, DNS_OK);
	advance(DNS_USE_PAUSE_MS);
	ask_busy(cache, DNS_OK);
	return cache;
}

/* H8: then there is no DNS, and the busy domains keep their policies. */
static void h8_a_flood_leaves_busy_policies(void **state)
{
	static const size_t sizes[] = {100000, 20000};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct dns_cache *cache = busy_cache(sizes[i], 300);
		flood(cache);
		fake.is_refusing = true;
		ask_busy(cache, DNS_OK);
		assert_int_equal(asked(&fake), BUSY + FLOOD);
		assert_true(figures(cache).evicted > 0);
		assert_true(dns_cache_count(cache) <= sizes[i]);
		dns_cache_free(cache);
	}
}

/* A policy that expires in the midst of a flood, and is asked anew after it, is
 * not a new one to the next flood. */
static void h8_expired_policies_keep_their_standing(void **state)
{
	struct dns_cache *cache = busy_cache(20000, 30);

	(void)state;
	flood(cache);
	fake.answer = dns_answer_empty(DNS_OK, 3600);
	ask_busy(cache, DNS_OK);
	assert_int_equal(asked(&fake), BUSY + BUSY + FLOOD + BUSY);
	flood(cache);
	fake.is_refusing = true;
	ask_busy(cache, DNS_OK);
	dns_cache_free(cache);
}

static void takes_a_refusing_backend(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	fake_init(&fake, DNS_OK, 300);
	fake.is_refusing = true;
	struct dns_cache *cache = cache_of(1000);
	assert_int_equal(ask(cache, mem, "a.test", 5000).status, DNS_TEMPORARY);
	fake.is_refusing = false;
	advance(5001);
	assert_int_equal(ask(cache, mem, "a.test", 5000).status, DNS_OK);
	dns_cache_free(cache);
	mem_free(mem);
}

static void wakes_waiters_when_stopped(void **state)
{
	struct asker asker;

	(void)state;
	fake_init(&fake, DNS_OK, 300);
	fake.is_holding = true;
	struct dns_cache *cache = cache_of(1000);
	asker = (struct asker){.cache = cache};
	int64_t start_ms = in_ms(0);
	assert_int_equal(pthread_create(&asker.thread, NULL, ask_once, &asker),
			 0);
	for (int i = 0; i < 500 && asked(&fake) == 0; i++)
		pause_ms(10);
	dns_cache_stop(cache);
	assert_int_equal(pthread_join(asker.thread, NULL), 0);
	assert_int_equal(asker.status, DNS_TEMPORARY);
	assert_true(in_ms(0) - start_ms < 9000);
	dns_cache_free(cache); /* and what is held with it */
}

static void shares_by_zone(void **state)
{
	static const struct {
		const char *name;
		const char *want;
	} rows[] = {
	    {"_dmarc.mail.example.com", "example.com"},
	    {"example.com", "example.com"},
	    {"com", "com"},
	    {"a.b.co.uk", "b.co.uk"},
	    {"a.b.com.br", "b.com.br"},
	    {"co.uk", "co.uk"},
	    {"a.example.de", "example.de"},
	    {"_dmarc.a.b.asso.fr", "b.asso.fr"},
	    {"a.b.eu.org", "b.eu.org"},
	    {"a.b.uk.com", "b.uk.com"},
	    {"uk.com", "uk.com"},
	    {"a.b.test", "b.test"},
	    {"1.2.0.192.in-addr.arpa", "0.192.in-addr.arpa"},
	    {"1.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
	     "8.b.d.0.1.0.0.2.ip6.arpa"},
	    {"in-addr.arpa", "in-addr.arpa"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(dns_quota_zone(rows[i].name), rows[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(asks_once_for_many),
	    cmocka_unit_test(keeps_for_the_ttl),
	    cmocka_unit_test(fetches_anew_before_the_end),
	    cmocka_unit_test(stays_bounded),
	    cmocka_unit_test(bounds_the_bytes),
	    cmocka_unit_test(leaves_at_the_deadline),
	    cmocka_unit_test(starts_ahead),
	    cmocka_unit_test(bounds_what_is_in_flight),
	    cmocka_unit_test(tells_who_acts_on_it),
	    cmocka_unit_test(lets_go_of_who_waits),
	    cmocka_unit_test(bounds_the_ttl),
	    cmocka_unit_test(counts),
	    cmocka_unit_test(keeps_busy_names),
	    cmocka_unit_test(forgets_what_was_busy),
	    cmocka_unit_test(keeps_types_apart),
	    cmocka_unit_test(keeps_the_newest_in_no_room),
	    cmocka_unit_test(keeps_the_standing_of_what_has_expired),
	    cmocka_unit_test(h8_a_flood_leaves_busy_policies),
	    cmocka_unit_test(h8_expired_policies_keep_their_standing),
	    cmocka_unit_test(takes_a_refusing_backend),
	    cmocka_unit_test(wakes_waiters_when_stopped),
	    cmocka_unit_test(shares_by_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
