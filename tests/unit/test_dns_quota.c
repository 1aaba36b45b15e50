/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dns_quota.c - who shares the places of questions in flight, and who
 * waits for one
 *
 * The counts by themselves, then the whole resolver over a transport that
 * answers when the test says so, or never.
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/dns/dns.h"
#include "lib/dns/dns_chain.h"
#include "lib/dns/dns_private.h"
#include "lib/dns/dns_quota.h"
#include "tests/unit/slow_dns.h"

enum { PLACES_MAX = LIMIT_DNS_IN_FLIGHT + LIMIT_DNS_WAITING + 1 };

/* -- the counts --------------------------------------------------------- */

static struct dns_place places[PLACES_MAX];
static size_t taken;

static enum dns_admission enter(struct dns_quota *quota, const char *name,
				const char *author, bool is_ahead)
{
	struct dns_place *place = &places[taken];

	*place = (struct dns_place){0};
	enum dns_admission admission =
	    dns_quota_enter(quota, place, name, author, is_ahead);
	taken += admission != DNS_TURNED_AWAY;
	return admission;
}

/* Takes places for "n0.NAME", "n1.NAME" ... until there is none; how many. */
static size_t fill(struct dns_quota *quota, const char *name,
		   const char *author, bool is_ahead)
{
	size_t count = 0;
	char made[64];

	for (;;) {
		(void)snprintf(made, sizeof made, "n%zu.%s", count, name);
		if (enter(quota, made, author, is_ahead) != DNS_ADMITTED)
			return count;
		count++;
	}
}

/* Gives all back; whatever is queued is withdrawn first. */
static void empty(struct dns_quota *quota)
{
	for (size_t i = 0; i < taken; i++) {
		if (dns_quota_withdraw(quota, &places[i]))
			places[i].count = 0;
	}
	for (size_t i = 0; i < taken; i++) {
		if (places[i].count > 0)
			assert_null(dns_quota_leave(quota, &places[i]));
	}
	taken = 0;
}

static void bounds_each_share(void **state)
{
	static const struct {
		const char *filled; /* asked for, below it */
		const char *author;
		size_t count;
		const char *other; /* then finds a place, or none */
		const char *other_author;
		bool has_place;
	} rows[] = {
	    /* a registered name: all below it, nobody beside it */
	    {"_domainkey.example.com", "example.com", LIMIT_DNS_PER_ZONE,
	     "a.example.com", NULL, false},
	    {"_domainkey.example.com", "example.com", LIMIT_DNS_PER_ZONE,
	     "example.org", NULL, true},
	    {"_domainkey.a.asso.fr", NULL, LIMIT_DNS_PER_ZONE, "b.asso.fr",
	     NULL, true},
	    {"_domainkey.a.asso.fr", NULL, LIMIT_DNS_PER_ZONE, "c.a.asso.fr",
	     NULL, false},
	    /* one name directly under it */
	    {"x.a.example.com", NULL, LIMIT_DNS_PER_SHARE, "y.a.example.com",
	     NULL, false},
	    {"x.a.example.com", NULL, LIMIT_DNS_PER_SHARE, "y.b.example.com",
	     NULL, true},
	    {"x.a.example.com", NULL, LIMIT_DNS_PER_SHARE, "_dmarc.example.com",
	     NULL, true},
	    /* one author, asking about others' names */
	    {"_domainkey.example.com", "m.evil.example", LIMIT_DNS_PER_SHARE,
	     "a.example.com", "n.evil.example", false},
	    {"_domainkey.example.com", "m.evil.example", LIMIT_DNS_PER_SHARE,
	     "a.example.com", "good.example", true},
	    {"_domainkey.example.com", "m.evil.example", LIMIT_DNS_PER_SHARE,
	     "a.example.com", "example.com", true},
	    {"_domainkey.example.com", "m.evil.example", LIMIT_DNS_PER_SHARE,
	     "a.example.org", "m.evil.example", true},
	    /* one of several below a registered name */
	    {"x.a.example.com", "b.example.com", LIMIT_DNS_PER_SHARE,
	     "y.c.example.com", "x.b.example.com", false},
	    {"x.a.example.com", "b.example.com", LIMIT_DNS_PER_SHARE,
	     "_dmarc.b.example.com", "b.example.com", true},
	    {"x.a.example.com", "b.example.com", LIMIT_DNS_PER_SHARE,
	     "_dmarc.example.com", "b.example.com", true},
	    /* reverse names: a /24 of a /16 */
	    {"2.0.192.in-addr.arpa", NULL, LIMIT_DNS_PER_SHARE,
	     "1.2.0.192.in-addr.arpa", NULL, false},
	    {"2.0.192.in-addr.arpa", NULL, LIMIT_DNS_PER_SHARE,
	     "1.3.0.192.in-addr.arpa", NULL, true},
	};
	struct dns_quota *quota = dns_quota_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
		    fill(quota, rows[i].filled, rows[i].author, false),
		    rows[i].count);
		enum dns_admission got =
		    enter(quota, rows[i].other, rows[i].other_author, false);
		if (got != (rows[i].has_place ? DNS_ADMITTED : DNS_QUEUED))
			fail_msg("row %zu: %s", i, rows[i].other);
		empty(quota);
		/* Ahead there is half, and no waiting. */
		assert_int_equal(
		    fill(quota, rows[i].filled, rows[i].author, true),
		    rows[i].count / 2);
		assert_int_equal(taken, rows[i].count / 2);
		empty(quota);
	}
	dns_quota_free(quota);
}

/* Whoever forges an author can take that one's share of others' names, never
 * the places of the author's own. */
static void leaves_an_author_his_own(void **state)
{
	struct dns_quota *quota = dns_quota_new();
	char name[64];
	size_t count = 0;

	(void)state;
	for (;; count++) {
		(void)snprintf(name, sizeof name, "k.s%zu.test", count);
		if (enter(quota, name, "bank.example", false) != DNS_ADMITTED)
			break;
	}
	assert_int_equal(count, LIMIT_DNS_PER_AUTHOR);
	assert_int_equal(
	    enter(quota, "_dmarc.bank.example", "bank.example", false),
	    DNS_ADMITTED);
	assert_int_equal(enter(quota, "k.other.test", "shop.example", false),
			 DNS_ADMITTED);
	empty(quota);
	dns_quota_free(quota);
}

/* Places go to those that fit, in the order of coming. */
static void admits_in_order(void **state)
{
	struct dns_quota *quota = dns_quota_new();

	(void)state;
	(void)fill(quota, "_domainkey.a.test", NULL, false); /* one is queued */
	size_t waiting = taken - 1;
	(void)fill(quota, "_domainkey.b.test", NULL, false);
	assert_int_equal(enter(quota, "one.a.test", NULL, false), DNS_QUEUED);
	struct dns_place *got = dns_quota_leave(quota, &places[waiting + 1]);
	assert_ptr_equal(got, &places[waiting + 1 + LIMIT_DNS_PER_ZONE]);
	assert_null(got->next);
	got = dns_quota_leave(quota, &places[0]);
	assert_ptr_equal(got, &places[waiting]);
	assert_false(dns_quota_withdraw(quota, got));
	got = dns_quota_leave(quota, &places[1]);
	assert_ptr_equal(got, &places[taken - 1]);
	assert_null(dns_quota_leave(quota, &places[2]));
	empty(quota);
	dns_quota_free(quota);
}

static void bounds_the_queue(void **state)
{
	struct dns_quota *quota = dns_quota_new();
	char name[64];

	(void)state;
	for (unsigned i = 0; i < PLACES_MAX; i++) {
		(void)snprintf(name, sizeof name, "n%u.test", i);
		enum dns_admission want = i < LIMIT_DNS_IN_FLIGHT ? DNS_ADMITTED
					  : i < PLACES_MAX - 1
					      ? DNS_QUEUED
					      : DNS_TURNED_AWAY;
		assert_int_equal(enter(quota, name, NULL, false), want);
	}
	empty(quota);
	dns_quota_free(quota);
}

/* -- waiting ------------------------------------------------------------ */

static const struct dns_settings settings = {
    .timeout_ms = 20000,
    .cache_entries = 10000,
    .max_ttl_ms = 86400000,
    .negative_ttl_ms = 300000,
    .fixture = "",
};

struct asker {
	pthread_t thread;
	struct dns *dns;
	const char *name;
	int64_t budget_ms;
	enum dns_status status;
	int64_t took_ms;
};

static int64_t now_ms(void)
{
	return clock_monotonic_ms(clock_system());
}

static void pause_ms(int64_t ms)
{
	const struct timespec pause = clock_timespec(ms);

	(void)nanosleep(&pause, NULL);
}

static void *ask(void *context)
{
	struct asker *asker = context;
	struct dns_session *session =
	    dns_session_new(NULL, asker->dns, asker->budget_ms);
	int64_t start_ms = now_ms();

	asker->status = dns_session_ask(session, asker->name, DNS_TXT)->status;
	asker->took_ms = now_ms() - start_ms;
	mem_free(session);
	return NULL;
}

static struct dns_statistics figures(struct dns *dns)
{
	struct dns_statistics statistics;

	dns_get_statistics(dns, &statistics);
	return statistics;
}

/* Takes every place below busy.test, waiting for none of the answers. */
static void take_the_zone(struct dns *dns)
{
	char name[64];

	for (unsigned i = 0; i < LIMIT_DNS_PER_ZONE; i++) {
		(void)snprintf(name, sizeof name, "n%u._x.busy.test", i);
		struct asker asker = {
		    .dns = dns, .name = name, .budget_ms = 20};
		(void)ask(&asker);
	}
}

static void begin(struct asker *asker)
{
	assert_int_equal(pthread_create(&asker->thread, NULL, ask, asker), 0);
}

static void end(struct asker *asker)
{
	assert_int_equal(pthread_join(asker->thread, NULL), 0);
}

/* Past the quota a question waits; whoever wants the same waits with it. */
static void waits_for_a_place(void **state)
{
	struct slow_dns *slow = slow_dns_new("x.busy.test. TXT \"x\"\n", 0);
	struct dns *dns = dns_new_over(slow_dns_backend(slow), &settings);
	struct asker askers[4];

	(void)state;
	take_the_zone(dns);
	assert_int_equal(slow_dns_asked(slow), LIMIT_DNS_PER_ZONE);
	for (size_t i = 0; i < 4; i++) {
		askers[i] = (struct asker){
		    .dns = dns, .name = "x.busy.test", .budget_ms = 15000};
		begin(&askers[i]);
	}
	while (figures(dns).joined < 3)
		pause_ms(1);
	assert_int_equal(figures(dns).queued, 1);
	assert_int_equal(slow_dns_asked(slow), LIMIT_DNS_PER_ZONE);
	(void)slow_dns_round(slow); /* the places come back */
	assert_int_equal(slow_dns_asked(slow), LIMIT_DNS_PER_ZONE + 1);
	(void)slow_dns_round(slow);
	for (size_t i = 0; i < 4; i++) {
		end(&askers[i]);
		assert_int_equal(askers[i].status, DNS_OK);
	}
	assert_int_equal(figures(dns).refused, 0);
	assert_int_equal(figures(dns).sent, LIMIT_DNS_PER_ZONE + 1);
	dns_free(dns);
}

static void note_end(struct dns_chain *chain,
		     const struct dns_question *question, const void *state)
{
	(void)chain;
	(void)question;
	(void)state;
	fail();
}

/* Within its budget only; then it is never sent, whoever hoped for it. */
static void gives_up_with_its_message(void **state)
{
	static const struct dns_chain_rules rules = {.follow = note_end};
	struct slow_dns *slow = slow_dns_new("", 0);
	struct dns *dns = dns_new_over(slow_dns_backend(slow), &settings);
	struct dns_session *session = dns_session_new(NULL, dns, 1000);
	struct asker asker = {
	    .dns = dns, .name = "x.busy.test", .budget_ms = 300};

	(void)state;
	take_the_zone(dns);
	begin(&asker);
	while (figures(dns).queued < 1)
		pause_ms(1);
	dns_session_ask_ahead_then(session, "x.busy.test", DNS_TXT,
				   dns_session_chain(session, &rules));
	dns_session_ask_ahead(session, "y.busy.test", DNS_TXT);
	end(&asker);
	assert_int_equal(asker.status, DNS_TEMPORARY);
	assert_in_range(asker.took_ms, 299, 5000);
	assert_int_equal(figures(dns).refused, 1);
	while (slow_dns_round(slow) > 0)
		continue;
	assert_int_equal(slow_dns_asked(slow), LIMIT_DNS_PER_ZONE);
	mem_free(session);
	dns_free(dns);
}

enum { CROWD = 32, EACH = 40 };

struct member {
	pthread_t thread;
	struct dns *dns;
	unsigned number;
	unsigned failed;
};

/* Each its own names, so that all together are far past the quota. */
static void *ask_many(void *context)
{
	struct member *member = context;
	char name[64];

	for (unsigned i = 0; i < EACH; i++) {
		struct dns_session *session =
		    dns_session_new(NULL, member->dns, 20000);
		dns_session_set_author(session, "evil.example");
		(void)snprintf(name, sizeof name, "n%u.m%u.s%u.busy.test",
			       i / 2, member->number, i % 2);
		member->failed +=
		    dns_session_ask(session, name, DNS_A)->status != DNS_OK;
		mem_free(session);
	}
	return NULL;
}

/* Nobody is forgotten: all get their answer, however few the places. */
static void wakes_everybody(void **state)
{
	struct slow_dns *slow = slow_dns_new("*.busy.test. A 192.0.2.1\n", 1);
	struct dns *dns = dns_new_over(slow_dns_backend(slow), &settings);
	struct member members[CROWD];

	(void)state;
	for (unsigned i = 0; i < LIMIT_DNS_PER_SHARE - 4; i++) {
		char name[64];
		(void)snprintf(name, sizeof name, "n%u.silent.busy.test", i);
		struct asker asker = {
		    .dns = dns, .name = name, .budget_ms = 20};
		(void)ask(&asker);
	}
	for (unsigned i = 0; i < CROWD; i++) {
		members[i] = (struct member){.dns = dns, .number = i};
		assert_int_equal(pthread_create(&members[i].thread, NULL,
						ask_many, &members[i]),
				 0);
	}
	for (unsigned i = 0; i < CROWD; i++) {
		assert_int_equal(pthread_join(members[i].thread, NULL), 0);
		assert_int_equal(members[i].failed, 0);
	}
	assert_int_equal(figures(dns).refused, 0);
	assert_int_equal(slow_dns_asked_twice(slow), 0);
	dns_free(dns);
}

/* Many give up at the moment at which they get their place. */
static void survives_giving_up(void **state)
{
	struct slow_dns *slow = slow_dns_new("", 3);
	struct dns *dns = dns_new_over(slow_dns_backend(slow), &settings);
	struct asker askers[CROWD * 4];
	char names[CROWD * 4][32];

	(void)state;
	for (unsigned round = 0; round < 10; round++) {
		for (unsigned i = 0; i < CROWD * 4; i++) {
			(void)snprintf(names[i], sizeof names[i],
				       "r%u.n%u.busy.test", round, i / 2);
			askers[i] = (struct asker){.dns = dns,
						   .name = names[i],
						   .budget_ms = 1 + i % 6};
			begin(&askers[i]);
		}
		for (unsigned i = 0; i < CROWD * 4; i++)
			end(&askers[i]);
	}
	/* No place was lost on the way. */
	pause_ms(50);
	struct asker asker = {
	    .dns = dns, .name = "x.busy.test", .budget_ms = 10000};
	(void)ask(&asker);
	assert_int_equal(asker.status, DNS_NXDOMAIN);
	take_the_zone(dns);
	pause_ms(50);
	(void)ask(&asker);
	assert_int_equal(asker.status, DNS_NXDOMAIN);
	dns_free(dns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bounds_each_share),
	    cmocka_unit_test(leaves_an_author_his_own),
	    cmocka_unit_test(admits_in_order),
	    cmocka_unit_test(bounds_the_queue),
	    cmocka_unit_test(waits_for_a_place),
	    cmocka_unit_test(gives_up_with_its_message),
	    cmocka_unit_test(wakes_everybody),
	    cmocka_unit_test(survives_giving_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
