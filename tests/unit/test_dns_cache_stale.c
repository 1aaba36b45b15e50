/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dns_cache_stale.c - answers past their TTL, while nobody gives others
 *
 * Over a backend whose answer the test sets, or that keeps silent, on a clock
 * that the test moves (RFC 8767).
 */
#include "tests/unit/unit.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/dns/dns_cache.h"
#include "lib/dns/dns_table.h"

#define DAY_S 86400
#define TTL_S 300

static atomic_int_fast64_t fake_ms;

static int64_t fake_monotonic_ms(const struct clock *clock)
{
	(void)clock;
	return atomic_load(&fake_ms);
}

static const struct clock fake_clock = {.monotonic_ms = fake_monotonic_ms};

static void advance(int64_t s)
{
	(void)atomic_fetch_add(&fake_ms, s * 1000);
}

static struct fake {
	struct dns_backend backend;
	bool is_silent;
	size_t asked;
	dns_answered *answered; /* of the question it is silent about */
	void *context;
	struct dns_answer answer;
} fake;

static bool fake_ask(struct dns_backend *backend, const char *name,
		     enum dns_type type, dns_answered *answered, void *context)
{
	(void)backend;
	(void)name;
	(void)type;
	fake.asked++;
	fake.answered = answered;
	fake.context = context;
	if (!fake.is_silent)
		answered(context, &fake.answer);
	return true;
}

static void say(enum dns_status status, const char *text)
{
	static struct dns_record record;

	record = (struct dns_record){.text = text,
				     .length = text == NULL ? 0 : strlen(text)};
	fake.answer = (struct dns_answer){
	    .status = status,
	    .ttl_s = TTL_S,
	    .is_secure = true,
	    .count = text == NULL ? 0 : 1,
	    .records = text == NULL ? NULL : &record,
	};
	fake.is_silent = false;
}

static struct dns_cache *open_cache(uint32_t max_stale_s)
{
	const struct dns_cache_limits limits = {
	    .max_entries = 1600,
	    .max_ttl_s = LIMIT_TTL_S,
	    .negative_ttl_s = LIMIT_NEGATIVE_TTL_S,
	    .max_stale_s = max_stale_s,
	};

	fake = (struct fake){.backend = {.ask = fake_ask}};
	say(DNS_OK, "v=DMARC1; p=reject");
	return dns_cache_new(&fake.backend, &fake_clock, &limits);
}

static struct dns_answer ask_within(struct dns_cache *cache, TALLOC_CTX *mem,
				    const char *name, int64_t wait_ms)
{
	const struct dns_request request = {.name = name, .type = DNS_TXT};
	struct dns_answer answer;

	if (!dns_cache_find(cache, mem, name, DNS_TXT, &answer))
		answer = dns_cache_wait(cache, mem, &request,
					clock_monotonic_ms(clock_system()) +
					    wait_ms);
	return answer;
}

static struct dns_answer ask(struct dns_cache *cache, TALLOC_CTX *mem)
{
	return ask_within(cache, mem, "a.test", 60000);
}

static void stands_in_for_a_failure(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_cache *cache = open_cache(DAY_S);

	(void)state;
	struct dns_answer answer = ask(cache, mem);
	assert_int_equal(answer.staleness, DNS_FRESH);
	assert_true(answer.is_secure);
	say(DNS_TEMPORARY, NULL);
	advance(TTL_S + 1);
	answer = ask(cache, mem);
	assert_int_equal(answer.status, DNS_OK);
	assert_int_equal(answer.staleness, DNS_STALE);
	assert_int_equal(answer.ttl_s, DNS_STALE_TTL_S);
	assert_false(answer.is_secure);
	assert_string_equal(answer.records[0].text, "v=DMARC1; p=reject");
	assert_int_equal(fake.asked, 2);

	/* Its servers are asked again, not with each message. */
	advance(DNS_RECHECK_MS / 1000 - 1);
	assert_int_equal(ask(cache, mem).staleness, DNS_STALE);
	assert_int_equal(fake.asked, 2);
	advance(2);
	assert_int_equal(ask(cache, mem).staleness, DNS_STALE);
	assert_int_equal(fake.asked, 3);

	/* For a day, not longer. */
	advance(DAY_S - 60);
	assert_int_equal(ask(cache, mem).staleness, DNS_STALE);
	advance(60);
	assert_int_equal(ask(cache, mem).status, DNS_TEMPORARY);
	struct dns_statistics figures = {0};
	dns_cache_add_statistics(cache, &figures);
	assert_int_equal(figures.stale, 4);
	dns_cache_free(cache);
	mem_free(mem);
}

/* What servers say is believed the moment they say it. */
static void believes_what_is_said(void **state)
{
	static const struct {
		enum dns_status status;
		const char *text;
	} rows[] = {
	    {DNS_NXDOMAIN, NULL},
	    {DNS_NODATA, NULL},
	    {DNS_OK, "v=DMARC1; p=none"},
	    {DNS_BOGUS, NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dns_cache *cache = open_cache(DAY_S);
		(void)ask(cache, mem);
		say(rows[i].status, rows[i].text);
		advance(TTL_S + 1);
		struct dns_answer answer = ask(cache, mem);
		assert_int_equal(answer.status, rows[i].status);
		assert_int_equal(answer.staleness, DNS_FRESH);
		if (rows[i].text != NULL)
			assert_string_equal(answer.records[0].text,
					    rows[i].text);
		dns_cache_free(cache);
	}
	mem_free(mem);
}

/* A negative answer stands in likewise; a bogus one leaves nothing behind. */
static void knows_what_may_stand_in(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_cache *cache = open_cache(DAY_S);

	(void)state;
	say(DNS_NXDOMAIN, NULL);
	(void)ask(cache, mem);
	say(DNS_TEMPORARY, NULL);
	advance(TTL_S + 1);
	struct dns_answer answer = ask(cache, mem);
	assert_int_equal(answer.status, DNS_NXDOMAIN);
	assert_int_equal(answer.staleness, DNS_STALE);

	say(DNS_BOGUS, NULL);
	advance(DNS_RECHECK_MS / 1000 + 1);
	assert_int_equal(ask(cache, mem).status, DNS_BOGUS);
	say(DNS_TEMPORARY, NULL);
	advance(DNS_FAILURE_TTL_S + 1);
	assert_int_equal(ask(cache, mem).status, DNS_TEMPORARY);
	dns_cache_free(cache);

	/* The last second of a resolver's own cache. */
	cache = open_cache(DAY_S);
	fake.answer.ttl_s = 0;
	(void)ask(cache, mem);
	say(DNS_TEMPORARY, NULL);
	advance(2);
	assert_int_equal(ask(cache, mem).staleness, DNS_STALE);
	dns_cache_free(cache);
	mem_free(mem);
}

static void is_switched_off(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_cache *cache = open_cache(0);

	(void)state;
	(void)ask(cache, mem);
	say(DNS_TEMPORARY, NULL);
	advance(TTL_S + 1);
	assert_int_equal(ask(cache, mem).status, DNS_TEMPORARY);
	dns_cache_free(cache);
	mem_free(mem);
}

/* A silent server is waited for less long than the message would; once in vain
 * is enough, until it is asked again; its answer is taken when it comes. */
static void waits_for_the_silent(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_cache *cache = open_cache(DAY_S);

	(void)state;
	(void)ask(cache, mem);
	say(DNS_NXDOMAIN, NULL);
	fake.is_silent = true;
	advance(TTL_S + 1);
	int64_t start_ms = clock_monotonic_ms(clock_system());
	assert_int_equal(ask(cache, mem).staleness, DNS_STALE);
	int64_t took_ms = clock_monotonic_ms(clock_system()) - start_ms;
	assert_true(took_ms >= DNS_STALE_WAIT_MS);
	assert_true(took_ms < 50000);
	assert_int_equal(ask_within(cache, mem, "a.test", 0).staleness,
			 DNS_STALE);
	assert_int_equal(fake.asked, 2);
	fake.answered(fake.context, &fake.answer);
	assert_int_equal(ask(cache, mem).status, DNS_NXDOMAIN);
	dns_cache_free(cache);
	mem_free(mem);
}

/* Whose budget is spent does not wait, and says nothing of the servers. */
static void serves_a_spent_budget(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_cache *cache = open_cache(DAY_S);

	(void)state;
	(void)ask(cache, mem);
	say(DNS_NXDOMAIN, NULL);
	advance(TTL_S + 1);
	assert_int_equal(ask_within(cache, mem, "a.test", -1).staleness,
			 DNS_STALE);
	assert_int_equal(fake.asked, 1);
	assert_int_equal(ask(cache, mem).status, DNS_NXDOMAIN);
	dns_cache_free(cache);
	mem_free(mem);
}

static size_t followed;

static void follow(void *context, const struct dns_question *question)
{
	(void)context;
	assert_non_null(question);
	assert_int_equal(question->answer->status, DNS_OK);
	followed++;
}

/* Or the includes of a stale SPF record would be waited for one by one. */
static void is_followed_at_once(void **state)
{
	const struct dns_request request = {.name = "a.test", .type = DNS_TXT};
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_cache *cache = open_cache(DAY_S);

	(void)state;
	(void)ask(cache, mem);
	fake.is_silent = true;
	advance(TTL_S + 1);
	assert_true(dns_cache_start_then(cache, &request, follow, NULL));
	assert_int_equal(followed, 1);
	assert_int_equal(fake.asked, 2);
	/* Not again within the pause, and it is on its way. */
	assert_false(dns_cache_start_then(cache, &request, NULL, NULL));
	assert_int_equal(fake.asked, 2);
	fake.answered(fake.context, &fake.answer);
	dns_cache_free(cache);
	mem_free(mem);
}

/* Answers of 64 KB and made-up names push out what was of no use twice. */
static void outlives_a_flood(void **state)
{
	static char text[LIMIT_TXT_BYTES + 1];
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_cache *cache = open_cache(DAY_S);
	char name[32];

	(void)state;
	for (int i = 0; i < 3; i++) {
		(void)ask(cache, mem);
		advance(DNS_USE_PAUSE_MS / 1000 + 1);
	}
	memset(text, 'x', LIMIT_TXT_BYTES);
	say(DNS_OK, text);
	for (unsigned i = 0; i < 5000; i++) {
		TALLOC_CTX *scratch = mem_context(NULL);
		(void)snprintf(name, sizeof name, "n%u.test", i);
		(void)ask_within(cache, scratch, name, 60000);
		mem_free(scratch);
	}
	struct dns_statistics figures = {0};
	dns_cache_add_statistics(cache, &figures);
	assert_true(figures.evicted > 0);
	say(DNS_TEMPORARY, NULL);
	advance(TTL_S + 1);
	assert_int_equal(ask(cache, mem).staleness, DNS_STALE);
	assert_int_equal(ask_within(cache, mem, "n1.test", 60000).status,
			 DNS_TEMPORARY);
	dns_cache_free(cache);
	mem_free(mem);
}

/* All places are taken by questions of others: the servers were not asked, and
 * what they would say is not known. */
static void needs_a_place_to_stand_in(void **state)
{
	struct dns_cache *cache = open_cache(DAY_S);
	TALLOC_CTX *mem = mem_context(NULL);
	char name[64];

	(void)state;
	(void)ask(cache, mem);
	advance(TTL_S + 1);
	fake.is_silent = true;
	for (int i = 0; i < LIMIT_DNS_IN_FLIGHT; i++) {
		(void)snprintf(name, sizeof name, "x%d.s%d.z%d.test", i, i % 16,
			       i % 64);
		(void)dns_cache_wait(
		    cache, mem,
		    &(const struct dns_request){name, DNS_TXT, NULL},
		    clock_monotonic_ms(clock_system()) + 1);
	}
	size_t before = fake.asked;
	struct dns_answer answer = ask_within(cache, mem, "a.test", 10);
	assert_int_equal(fake.asked, before);
	assert_int_equal(answer.status, DNS_TEMPORARY);
	assert_int_equal(answer.staleness, DNS_FRESH);
	assert_true(answer.is_unasked);
	mem_free(mem);
	dns_cache_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(stands_in_for_a_failure),
	    cmocka_unit_test(believes_what_is_said),
	    cmocka_unit_test(knows_what_may_stand_in),
	    cmocka_unit_test(is_switched_off),
	    cmocka_unit_test(waits_for_the_silent),
	    cmocka_unit_test(serves_a_spent_budget),
	    cmocka_unit_test(is_followed_at_once),
	    cmocka_unit_test(outlives_a_flood),
	    cmocka_unit_test(needs_a_place_to_stand_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
