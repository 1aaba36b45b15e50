/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_hold_budget.c - how much mail may be held in an hour
 */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "lib/eval/hold_budget.h"

#define MIB ((uint64_t)1 << 20)
#define HOUR_MS 3600000

struct moved_clock {
	struct clock clock;
	int64_t now_ms;
};

static struct moved_clock moved;

static const struct policy_settings settings = {.hold_messages = 10,
						.hold_mib = 20,
						.hold_messages_domain = 3,
						.hold_mib_domain = 5,
						.known_path_messages = 2};

static int64_t moved_ms(const struct clock *clock)
{
	return ((const struct moved_clock *)clock)->now_ms;
}

static struct hold_budget *begin(void)
{
	moved = (struct moved_clock){.clock = clock_fixed(1777636800),
				     .now_ms = 12345};
	moved.clock.monotonic_ms = moved_ms;
	return hold_budget_new(&moved.clock);
}

static bool take(struct hold_budget *budget, const char *domain, uint64_t bytes)
{
	return hold_budget_take(budget, &settings, domain, bytes);
}

static void bounds_messages(void **state)
{
	struct hold_budget *budget = begin();
	struct hold_statistics figures;
	char name[32];
	unsigned taken = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		taken += take(budget, "a.test", 1);
	assert_int_equal(taken, settings.hold_messages_domain);
	/* Others have room, and from one name to a thousand no more than all.
	 */
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof name, "b%d.test", i);
		taken += take(budget, name, 1);
	}
	assert_int_equal(taken, settings.hold_messages);
	hold_budget_get_statistics(budget, &figures);
	assert_int_equal(figures.hour_messages, 10);
	assert_int_equal(figures.hour_bytes, 10);
	assert_int_equal(figures.refused, 995);
	hold_budget_free(budget);
}

/* What known paths spare takes nobody's place, and has few of its own. */
static void bounds_known_paths(void **state)
{
	struct hold_budget *budget = begin();
	unsigned taken = 0;

	(void)state;
	for (int i = 0; i < 9; i++)
		taken += hold_budget_take_path(budget, &settings);
	assert_int_equal(taken, settings.known_path_messages);
	assert_true(take(budget, "a.test", 1));
	moved.now_ms += HOUR_MS;
	assert_true(hold_budget_take_path(budget, &settings));
	hold_budget_free(budget);
}

static void bounds_bytes(void **state)
{
	struct hold_budget *budget = begin();

	(void)state;
	assert_false(take(budget, "a.test", 5 * MIB + 1));
	assert_false(take(budget, "a.test", UINT64_MAX));
	assert_true(take(budget, "a.test", 5 * MIB));
	assert_false(take(budget, "a.test", 1));
	assert_true(take(budget, "", 5 * MIB)); /* no author domain at all */
	assert_true(take(budget, "b.test", 5 * MIB));
	assert_true(take(budget, "c.test", 5 * MIB - 1));
	assert_false(take(budget, "d.test", 2));
	assert_true(take(budget, "d.test", 1));
	hold_budget_free(budget);
}

static void begins_anew_each_hour(void **state)
{
	struct hold_budget *budget = begin();
	struct hold_statistics figures;

	(void)state;
	for (int hour = 0; hour < 3; hour++) {
		for (int i = 0; i < 3; i++)
			assert_true(take(budget, "a.test", 1));
		assert_false(take(budget, "a.test", 1));
		moved.now_ms += HOUR_MS;
	}
	hold_budget_get_statistics(budget, &figures);
	assert_int_equal(figures.hour_messages, 0);
	assert_int_equal(figures.messages, 9);
	assert_int_equal(figures.bytes, 9);
	assert_int_equal(figures.refused, 3);
	hold_budget_free(budget);
	hold_budget_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bounds_messages),
	    cmocka_unit_test(bounds_known_paths),
	    cmocka_unit_test(bounds_bytes),
	    cmocka_unit_test(begins_anew_each_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
