/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dns_memory.c - what DNS said, for when it says nothing
 *
 * Sessions over a zone file; a second zone, in which the same names fail, is
 * the outage.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/dns/dns.h"
#include "lib/dns/dns_cache.h"
#include "lib/dns/dns_kept.h"
#include "lib/dns/dns_memory.h"
#include "lib/dns/dns_packet.h"

#define DAY_S 86400
#define NOW_S (INT64_C(20000) * DAY_S + 40000)

static const char good_zone[] = "_dmarc.a.test TXT \"v=DMARC1; p=reject\"\n"
				"a.test TXT \"v=spf1 mx a:h.a.test -all\"\n"
				"a.test TXT \"other\"\n"
				"a.test MX 10 h.a.test\n"
				"h.a.test A 192.0.2.7\n"
				"h.a.test AAAA 2001:db8::7\n"
				"7.2.0.192.in-addr.arpa PTR h.a.test\n";
static const char other_zone[] = "_dmarc.a.test TXT \"v=DMARC1; p=none\"\n"
				 "a.test TXT \"v=spf1 -all\"\n";
static const char dead_zone[] = ";!FAIL _dmarc.a.test TXT SERVFAIL\n"
				";!FAIL a.test TXT TIMEOUT\n"
				";!FAIL a.test MX TIMEOUT\n"
				";!FAIL h.a.test A TIMEOUT\n"
				";!FAIL h.a.test AAAA TIMEOUT\n"
				";!FAIL gone.a.test TXT TIMEOUT\n"
				";!FAIL 7.2.0.192.in-addr.arpa PTR TIMEOUT\n"
				";!FAIL never.a.test TXT BOGUS\n";

static const struct wanted {
	const char *name;
	enum dns_type type;
	enum dns_status status;
	size_t count;
} names[] = {
    {"_dmarc.a.test", DNS_TXT, DNS_OK, 1},
    {"a.test", DNS_TXT, DNS_OK, 2},
    {"a.test", DNS_MX, DNS_OK, 1},
    {"h.a.test", DNS_A, DNS_OK, 1},
    {"h.a.test", DNS_AAAA, DNS_OK, 1},
    {"gone.a.test", DNS_TXT, DNS_NXDOMAIN, 0},
    {"7.2.0.192.in-addr.arpa", DNS_PTR, DNS_TEMPORARY, 0},
};

struct world {
	TALLOC_CTX *mem;
	struct dns_memory *memory;
};

static struct world world_new(void)
{
	return (struct world){.mem = mem_context(NULL),
			      .memory = dns_memory_new(random_system())};
}

static void world_free(struct world *world)
{
	dns_memory_free(world->memory);
	mem_free(world->mem);
}

static struct dns *dns_of(const char *zone)
{
	struct dns *dns;
	struct error err;

	if (!dns_new_from_text(zone, &dns, &err))
		fail_msg("%s", err.words);
	return dns;
}

/* A message of the author over that zone. */
static bool send(struct world *world, const char *zone, const char *author,
		 const char *passed, int64_t now_s, struct dns_memory_row *row)
{
	struct dns *dns = dns_of(zone);
	struct dns_session *session = dns_session_new(world->mem, dns, 1000);
	const struct dns_memory_event event = {author, passed, now_s};
	struct dns_memory_row ignored;

	dns_session_set_author(session, author);
	dns_session_use_memory(session, world->memory, now_s);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		(void)dns_session_ask(session, names[i].name, names[i].type);
	bool is_due = dns_memory_note(world->memory, world->mem, session,
				      &event, row == NULL ? &ignored : row);
	dns_free(dns);
	return is_due;
}

static enum dns_staleness ask(struct world *world, const char *author,
			      const char *name, int64_t now_s,
			      struct dns_answer *answer)
{
	struct dns *dns = dns_of(dead_zone);
	struct dns_session *session = dns_session_new(world->mem, dns, 1000);

	dns_session_set_author(session, author);
	dns_session_use_memory(session, world->memory, now_s);
	*answer = *dns_session_ask(session, name, DNS_TXT);
	assert_int_equal(dns_session_take_staleness(session),
			 answer->staleness);
	dns_free(dns);
	return answer->staleness;
}

static bool knows(struct world *world, const char *author, int64_t now_s)
{
	struct dns_answer answer;
	bool is_known = ask(world, author, "_dmarc.a.test", now_s, &answer) ==
			DNS_REMEMBERED;

	assert_int_equal(answer.status, is_known ? DNS_OK : DNS_TEMPORARY);
	return is_known;
}

/* Every type that a policy, SPF and keys have; the client's own names not. */
static void stands_in_for_no_answer(void **state)
{
	struct world world = world_new();
	struct dns *dns = dns_of(dead_zone);

	(void)state;
	(void)send(&world, good_zone, "a.test", "a.test", NOW_S, NULL);
	struct dns_session *session = dns_session_new(world.mem, dns, 1000);
	dns_session_set_author(session, "news.a.test");
	dns_session_use_memory(session, world.memory, NOW_S + 60);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct dns_answer *answer =
		    dns_session_ask(session, names[i].name, names[i].type);
		assert_int_equal(answer->status, names[i].status);
		assert_int_equal(answer->count, names[i].count);
		assert_int_equal(answer->staleness,
				 names[i].status == DNS_TEMPORARY
				     ? DNS_FRESH
				     : DNS_REMEMBERED);
	}
	assert_string_equal(
	    dns_session_question(session, 0)->answer->records[0].text,
	    "v=DMARC1; p=reject");
	/* Something was said that does not validate: that holds. */
	assert_int_equal(
	    dns_session_ask(session, "never.a.test", DNS_TXT)->status,
	    DNS_BOGUS);
	dns_free(dns);
	world_free(&world);
}

/* A day; three where mail passed on two days. */
static void knows_for_how_long(void **state)
{
	struct world world = world_new();

	(void)state;
	(void)send(&world, good_zone, "a.test", "a.test", NOW_S, NULL);
	assert_true(knows(&world, "a.test", NOW_S + DAY_S));
	assert_false(knows(&world, "a.test", NOW_S + DAY_S + 1));
	assert_false(knows(&world, "b.test", NOW_S));
	assert_false(knows(&world, "test", NOW_S));
	(void)send(&world, good_zone, "a.test", "a.test", NOW_S + DAY_S, NULL);
	int64_t last_s = NOW_S + DAY_S;
	assert_true(knows(&world, "a.test", last_s + LIMIT_REMEMBERED_S));
	assert_false(knows(&world, "a.test", last_s + LIMIT_REMEMBERED_S + 1));
	/* A clock set back: what it says of ages is nothing. */
	assert_true(knows(&world, "a.test", last_s - 60));
	assert_false(knows(&world, "a.test", last_s - DAY_S));
	world_free(&world);
}

/* Whoever asks: what DNS says replaces what is remembered, and adds nothing. */
static void believes_what_is_said(void **state)
{
	struct world world = world_new();
	struct dns_answer answer;

	(void)state;
	assert_false(send(&world, good_zone, "a.test", NULL, NOW_S, NULL));
	assert_false(knows(&world, "a.test", NOW_S));
	(void)send(&world, good_zone, "a.test", "a.test", NOW_S, NULL);
	(void)send(&world, other_zone, "x.a.test", NULL, NOW_S, NULL);
	(void)ask(&world, "a.test", "a.test", NOW_S, &answer);
	assert_int_equal(answer.count, 1);
	assert_string_equal(answer.records[0].text, "v=spf1 -all");
	(void)send(&world, "b.test TXT x\n", "a.test", NULL, NOW_S, NULL);
	(void)ask(&world, "a.test", "_dmarc.a.test", NOW_S, &answer);
	assert_int_equal(answer.status, DNS_NXDOMAIN);
	/* What was not said changes nothing, and is no day on which it passed.
	 */
	(void)send(&world, dead_zone, "a.test", NULL, NOW_S + DAY_S, NULL);
	assert_false(knows(&world, "a.test", NOW_S + 2 * DAY_S));
	world_free(&world);
}

/* Once in vain is enough, for a while. */
static void is_patient_once(void **state)
{
	const struct dns_question question = {.name = "_dmarc.a.test",
					      .type = DNS_TXT};
	struct world world = world_new();
	struct dns_memory *memory = world.memory;

	(void)state;
	assert_int_equal(
	    dns_memory_patience_ms(memory, "a.test", &question, NOW_S),
	    INT64_MAX);
	(void)send(&world, good_zone, "a.test", "a.test", NOW_S, NULL);
	assert_int_equal(
	    dns_memory_patience_ms(memory, "a.test", &question, NOW_S),
	    DNS_STALE_WAIT_MS);
	assert_true(knows(&world, "a.test", NOW_S));
	assert_int_equal(
	    dns_memory_patience_ms(memory, "a.test", &question, NOW_S), 0);
	(void)send(&world, good_zone, "a.test", NULL, NOW_S, NULL);
	assert_int_equal(
	    dns_memory_patience_ms(memory, "a.test", &question, NOW_S),
	    DNS_STALE_WAIT_MS);
	world_free(&world);
}

/* The first day is written without answers, the second with them, then no more
 * than needed; a row read back says the same. */
static void is_written_down(void **state)
{
	struct world world = world_new();
	struct world next = world_new();
	struct dns_memory_row row;

	(void)state;
	assert_true(send(&world, good_zone, "x.a.test", "a.test", NOW_S, &row));
	assert_string_equal(row.domain, "a.test");
	assert_int_equal(row.days, 1);
	assert_int_equal(row.length, 0);
	assert_false(
	    send(&world, good_zone, "a.test", "a.test", NOW_S + 60, &row));
	assert_true(
	    send(&world, good_zone, "a.test", "a.test", NOW_S + DAY_S, &row));
	assert_int_equal(row.days, 2);
	assert_true(row.length > 0);
	assert_false(send(&world, other_zone, "a.test", "a.test",
			  NOW_S + DAY_S + 60, NULL));
	dns_memory_load(next.memory, &row);
	assert_true(knows(&next, "a.test", NOW_S + 3 * DAY_S));
	/* Another record, an hour later, whether mail passes by it or not. */
	assert_true(send(&world, other_zone, "a.test", NULL,
			 NOW_S + DAY_S + 3601, &row));
	struct world last = world_new();
	struct dns_answer answer;
	dns_memory_load(last.memory, &row);
	(void)ask(&last, "a.test", "_dmarc.a.test", NOW_S + DAY_S, &answer);
	assert_string_equal(answer.records[0].text, "v=DMARC1; p=none");
	world_free(&last);
	world_free(&next);
	world_free(&world);
}

/* Bytes of anybody's, cut and changed anywhere. */
static void trusts_no_bytes(void **state)
{
	struct world world = world_new();
	struct dns_memory_row row;

	(void)state;
	(void)send(&world, good_zone, "a.test", "a.test", NOW_S, NULL);
	assert_true(
	    send(&world, good_zone, "a.test", "a.test", NOW_S + DAY_S, &row));
	for (size_t i = 0; i <= row.length; i++) {
		struct dns_kept kept = {.count = 0};
		uint8_t *bytes = mem_array(world.mem, uint8_t, row.length + 1);
		memcpy(bytes, row.bytes, row.length);
		dns_kept_unpack(&kept, bytes, i);
		dns_kept_clear(&kept);
		bytes[i] ^= 0xff;
		dns_kept_unpack(&kept, bytes, row.length);
		for (size_t n = 0; n < kept.count; n++) {
			struct dns_answer answer;
			assert_true(dns_kept_read(world.mem, &kept.answers[n],
						  &answer));
		}
		dns_kept_clear(&kept);
		mem_free(bytes);
	}
	world_free(&world);
}

static void note_text(struct dns_kept *kept, const char *name, char *text,
		      size_t length, int64_t now_s)
{
	const struct dns_record record = {.text = text, .length = length};
	const struct dns_answer answer = {
	    .status = DNS_OK, .count = 1, .records = &record};
	const struct dns_question question = {
	    .name = name, .type = DNS_TXT, .answer = &answer};

	memset(text, 'x', length);
	(void)dns_kept_note(kept, &question, now_s, true);
}

/* Records of any size, names without end: within LIMIT_REMEMBERED_BYTES,
 * LIMIT_REMEMBERED_ANSWERS and LIMIT_REMEMBERED_ANSWER_BYTES. */
static void bounds_a_domain(void **state)
{
	static char text[65000];
	struct dns_kept kept = {.count = 0};
	char name[64];

	(void)state;
	note_text(&kept, "big.test", text, sizeof text, NOW_S);
	note_text(&kept, "big.test", text, LIMIT_REMEMBERED_ANSWER_BYTES,
		  NOW_S);
	assert_int_equal(kept.count, 0);
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof name, "n%d.test", i);
		note_text(&kept, name, text, (size_t)(i * 7) % 3900, NOW_S + i);
		assert_true(kept.count <= LIMIT_REMEMBERED_ANSWERS);
		assert_true(kept.bytes <= LIMIT_REMEMBERED_BYTES);
	}
	assert_non_null(dns_kept_find(&kept, "n999.test", DNS_TXT));
	assert_null(dns_kept_find(&kept, "n1.test", DNS_TXT));
	/* Too large by now: what was there is no more true either. */
	note_text(&kept, "n999.test", text, sizeof text, NOW_S);
	assert_null(dns_kept_find(&kept, "n999.test", DNS_TXT));
	dns_kept_clear(&kept);
}

static bool pass_on(struct world *world, const char *name, int64_t now_s)
{
	struct dns_memory_row row;

	return send(world, good_zone, name, name, now_s, &row);
}

/* LIMIT_REMEMBERED_DOMAINS domains, LIMIT_REMEMBERED_PER_ORG below one
 * registered name; those of two days stay whatever comes. */
static void outlives_a_flood(void **state)
{
	struct world world = world_new();
	struct dns_memory_statistics figures;
	char name[64];

	(void)state;
	for (int day = 0; day < 2; day++)
		(void)pass_on(&world, "a.test", NOW_S + day * DAY_S);
	for (int i = 0; i < 50; i++) {
		(void)snprintf(name, sizeof name, "n%d.flood.test", i);
		(void)pass_on(&world, name, NOW_S + DAY_S);
	}
	dns_memory_get_statistics(world.memory, &figures);
	assert_int_equal(figures.domains, 1 + LIMIT_REMEMBERED_PER_ORG);
	for (int i = 0; i < 2 * LIMIT_REMEMBERED_DOMAINS; i++) {
		TALLOC_CTX *mem = world.mem;
		world.mem = mem_context(NULL);
		(void)snprintf(name, sizeof name, "flood%d.test", i);
		(void)pass_on(&world, name, NOW_S + DAY_S + i % 2000);
		mem_free(world.mem);
		world.mem = mem;
	}
	dns_memory_get_statistics(world.memory, &figures);
	assert_true(figures.domains <= LIMIT_REMEMBERED_DOMAINS);
	assert_true(figures.domains > LIMIT_REMEMBERED_DOMAINS / 2);
	assert_true(knows(&world, "a.test", NOW_S + 2 * DAY_S));
	dns_memory_get_statistics(world.memory, &figures);
	assert_int_equal(figures.given, 1);
	world_free(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(stands_in_for_no_answer),
	    cmocka_unit_test(knows_for_how_long),
	    cmocka_unit_test(believes_what_is_said),
	    cmocka_unit_test(is_patient_once),
	    cmocka_unit_test(is_written_down),
	    cmocka_unit_test(trusts_no_bytes),
	    cmocka_unit_test(bounds_a_domain),
	    cmocka_unit_test(outlives_a_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
