/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_exempt_budget.c - how much refused mail may reach a postmaster
 */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "lib/base/limits.h"
#include "lib/eval/exempt_budget.h"

#define HOUR_MS 3600000

struct moved_clock {
	struct clock clock;
	int64_t now_ms;
};

static struct moved_clock moved;

static int64_t moved_ms(const struct clock *clock)
{
	return ((const struct moved_clock *)clock)->now_ms;
}

static struct exempt_budget *begin(void)
{
	moved = (struct moved_clock){.clock = clock_fixed(1777636800),
				     .now_ms = 777};
	moved.clock.monotonic_ms = moved_ms;
	return exempt_budget_new(&moved.clock, random_system());
}

static bool take(struct exempt_budget *budget, const char *ip, const char *name)
{
	struct net_address address = {.family = NET_NONE};

	assert_true(net_address_parse(ip, &address));
	return exempt_budget_take(budget, &address, name);
}

static void bounds_an_organisation(void **state)
{
	static const struct {
		const char *ip;
		const char *name;
		bool is_another;
	} rows[] = {
	    {"192.0.2.200", NULL, false},
	    {"192.0.3.1", NULL, true},
	    {"2001:db8:1::1", NULL, true},
	    {"2001:db8:1:ffff::1", NULL, false},
	    {"203.0.113.1", "mx1.a.example.co.uk", true},
	    {"198.51.100.1", "mx2.b.example.co.uk", false},
	    {"198.51.100.1", "mx2.b.other.co.uk", true},
	};
	struct exempt_budget *budget = begin();

	(void)state;
	for (int i = 0; i < LIMIT_EXEMPT_MESSAGES; i++)
		assert_true(take(budget, "192.0.2.1", NULL));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int taken = 0;
		while (take(budget, rows[i].ip, rows[i].name))
			taken++;
		assert_int_equal(
		    taken, rows[i].is_another ? LIMIT_EXEMPT_MESSAGES : 0);
	}
	moved.now_ms += HOUR_MS;
	assert_true(take(budget, "192.0.2.1", NULL));
	exempt_budget_free(budget);
}

static void bounds_them_all(void **state)
{
	struct exempt_budget *budget = begin();
	char ip[32];
	int taken = 0;

	(void)state;
	for (int i = 0; i < 3 * LIMIT_EXEMPT_CLIENTS; i++) {
		(void)snprintf(ip, sizeof ip, "10.%d.%d.1", i / 256, i % 256);
		taken += take(budget, ip, NULL);
	}
	assert_int_equal(taken, LIMIT_EXEMPT_CLIENTS);
	/* Who is in it stays. */
	assert_true(take(budget, "10.0.0.9", NULL));
	exempt_budget_free(budget);
	exempt_budget_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bounds_an_organisation),
	    cmocka_unit_test(bounds_them_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
