/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_sightings.c - which signed headers came over which bodies
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/eval/sightings.h"

#define DAY_MS ((int64_t)86400000)

/* A clock whose monotonic time the test moves. */
struct moved_clock {
	struct clock clock;
	int64_t now_ms;
};

static int64_t moved_ms(const struct clock *clock)
{
	return ((const struct moved_clock *)clock)->now_ms;
}

static struct moved_clock moved;

static struct sightings *begin(void)
{
	moved = (struct moved_clock){.clock = clock_fixed(1777636800)};
	moved.clock.monotonic_ms = moved_ms;
	return sightings_new(&moved.clock, random_system());
}

/* The header `b` of `signer` over the body of that number, from a name or an
 * address. */
static bool note(struct sightings *sightings, const char *b, const char *signer,
		 int body, const char *client)
{
	struct digest_value value = {.is_good = true};
	struct net_address address = {.family = NET_NONE};
	bool is_address = net_address_parse(client, &address);
	struct sighting sighting = {
	    .signature = span_of(b),
	    .signer = signer,
	    .body = &value,
	    .handler = is_address ? NULL : client,
	    .client = &address,
	};

	memcpy(value.bytes, &body, sizeof body);
	return sightings_note(sightings, &sighting);
}

static void believes_the_first_three(void **state)
{
	struct sightings *s = begin();

	(void)state;
	/* A list, from hosts of two networks: footers for each member. */
	for (int i = 0; i < 1000; i++)
		assert_false(note(s, "list", "d.test", i,
				  i % 2 == 0 ? "192.0.2.1" : "2001:db8::1"));
	/* One body to many, by way of many. */
	for (int i = 0; i < 1000; i++)
		assert_false(note(s, "one", "d.test", 1 + i % 2,
				  i % 4 == 0   ? "a.test"
				  : i % 4 == 1 ? "b.test"
				  : i % 4 == 2 ? "192.0.2.1"
					       : "192.0.3.1"));
	assert_false(note(s, "two", "d.test", 1, "mx.a.test"));
	assert_false(note(s, "two", "d.test", 2, "mx.b.test"));
	assert_false(note(s, "two", "d.test", 3, "mx.c.test"));
	assert_true(note(s, "two", "d.test", 4, "mx.d.test"));
	assert_true(note(s, "two", "d.test", 1, "mx.e.test"));
	/* Who comes late takes nobody's place. */
	assert_false(note(s, "two", "d.test", 5, "mx.a.test"));
	assert_false(note(s, "two", "d.test", 6, "mx.c.test"));
	/* Another signature is another matter. */
	assert_false(note(s, "other", "d.test", 5, "mx.d.test"));
	sightings_free(s);
}

static void knows_organisations(void **state)
{
	static const struct {
		const char *one;
		const char *two;
		bool is_same;
	} rows[] = {
	    {"a.b.example.co.uk", "example.co.uk", true},
	    {"a.example.co.uk", "b.other.co.uk", false},
	    {"192.0.2.1", "192.0.2.200", true},
	    {"192.0.2.1", "192.0.3.1", false},
	    {"2001:db8:1:2::1", "2001:db8:1:ffff::2", true},
	    {"2001:db8:1::1", "2001:db8:2::1", false},
	    {"192.0.2.1", "mx.example.test", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sightings *s = begin();
		assert_false(note(s, "b", "d.test", 1, "first.test"));
		assert_false(note(s, "b", "d.test", 2, "second.test"));
		assert_false(note(s, "b", "d.test", 3, rows[i].one));
		assert_int_equal(note(s, "b", "d.test", 4, rows[i].two),
				 !rows[i].is_same);
		sightings_free(s);
	}
}

static void forgets_after_seven_days(void **state)
{
	struct sightings *s = begin();

	(void)state;
	assert_false(note(s, "b", "d.test", 1, "a.test"));
	moved.now_ms += 4 * DAY_MS;
	assert_false(note(s, "b", "d.test", 2, "b.test"));
	assert_false(note(s, "b", "d.test", 2, "c.test"));
	moved.now_ms += 4 * DAY_MS; /* a.test and its body: too long ago */
	assert_false(note(s, "b", "d.test", 3, "e.test"));
	/* Full again; b.test is four days old. */
	assert_false(note(s, "b", "d.test", 3, "d.test"));
	assert_true(note(s, "b", "d.test", 4, "d.test"));
	assert_false(note(s, "b", "d.test", 4, "b.test"));
	moved.now_ms += 6 * DAY_MS;
	assert_false(note(s, "b", "d.test", 5, "d.test")); /* for c.test */
	assert_true(note(s, "b", "d.test", 6, "c.test"));
	moved.now_ms += 8 * DAY_MS;
	assert_false(note(s, "b", "d.test", 7, "c.test"));
	sightings_free(s);
}

/* A stranger with one domain, and with ten, who signs far more headers than
 * there is room for, makes it forget nobody else's. */
static void strangers_push_out_their_own(void **state)
{
	struct sightings *s = begin();
	struct sightings_statistics figures;
	char b[32];
	char signer[32];

	(void)state;
	(void)note(s, "victim", "bank.test", 1, "a.test");
	(void)note(s, "victim", "bank.test", 2, "b.test");
	(void)note(s, "victim", "bank.test", 3, "c.test");
	for (int i = 0; i < 3 * LIMIT_SIGHTINGS / 2; i++) {
		moved.now_ms += 1000;
		(void)snprintf(b, sizeof b, "b%d", i);
		(void)snprintf(signer, sizeof signer, "s%d.test", i % 10);
		(void)note(s, b, signer, i, "c.test");
	}
	sightings_get_statistics(s, &figures);
	assert_true(figures.headers <= LIMIT_SIGHTINGS);
	assert_true(figures.evicted > 0);
	assert_true(note(s, "victim", "bank.test", 4, "d.test"));
	sightings_free(s);
}

static void nothing_is_known_without_a_hash(void **state)
{
	struct sightings *s = begin();
	struct digest_value unknown = {.is_good = false};
	struct net_address address = {.family = NET_NONE};
	struct sighting sighting = {.signature = span_of("b"),
				    .signer = "d.test",
				    .body = &unknown,
				    .handler = "a.test",
				    .client = &address};

	(void)state;
	for (int i = 0; i < 9; i++)
		assert_false(sightings_note(s, &sighting));
	sightings_free(s);
	sightings_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(believes_the_first_three),
	    cmocka_unit_test(knows_organisations),
	    cmocka_unit_test(forgets_after_seven_days),
	    cmocka_unit_test(strangers_push_out_their_own),
	    cmocka_unit_test(nothing_is_known_without_a_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
