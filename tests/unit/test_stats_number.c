/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_stats_number.c - counts and shares as people read them
 */
#include "tests/unit/unit.h"

#include "lib/stats/number.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static void counts_have_separators(void **state)
{
	static const struct {
		int64_t input;
		const char *want;
	} cases[] = {
	    {0, "0"},
	    {7, "7"},
	    {999, "999"},
	    {1000, "1,000"},
	    {12345, "12,345"},
	    {123456, "123,456"},
	    {1234567, "1,234,567"},
	    {-1, "-1"},
	    {-123, "-123"},
	    {-1234, "-1,234"},
	    {INT64_MAX, "9,223,372,036,854,775,807"},
	    {INT64_MIN, "-9,223,372,036,854,775,808"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(stats_count(mem, cases[i].input),
				    cases[i].want);
	mem_free(mem);
}

static void shares_never_lie(void **state)
{
	static const struct {
		int64_t part;
		int64_t whole;
		const char *want;
		int64_t millis;
	} cases[] = {
	    {0, 0, "-", 0},
	    {5, 0, "-", 0},
	    {0, 7, "0 %", 0},
	    {7, 7, "100 %", 100000},
	    {1, 3, "33.3 %", 33333},
	    {2, 3, "66.7 %", 66667},
	    {1, 2000, "0.1 %", 50},
	    {49, 100000, "<0.1 %", 49},
	    {1, 100000000, "<0.1 %", 0},
	    {99999999, 100000000, ">99.9 %", 100000},
	    {9994, 10000, "99.9 %", 99940},
	    {INT64_MAX, INT64_MAX, "100 %", 100000},
	    {INT64_MAX / 2, INT64_MAX, "50.0 %", 50000},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_string_equal(
		    stats_share(mem, cases[i].part, cases[i].whole),
		    cases[i].want);
		assert_int_equal(
		    stats_share_millis(cases[i].part, cases[i].whole),
		    cases[i].millis);
	}
	mem_free(mem);
}

static void ticks_are_round_and_few(void **state)
{
	static const struct {
		int64_t top;
		int64_t want;
	} cases[] = {
	    {0, 1},
	    {1, 1},
	    {4, 1},
	    {5, 2},
	    {9, 2},
	    {10, 5},
	    {24, 5},
	    {25, 10},
	    {5583, 2000},
	    {509, 200},
	    {480, 100},
	    {999999, 200000},
	    {10000000, 5000000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(stats_tick(cases[i].top, 4), cases[i].want);
	assert_true(stats_tick(INT64_MAX, 4) > INT64_MAX / 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_have_separators),
	    cmocka_unit_test(shares_never_lie),
	    cmocka_unit_test(ticks_are_round_and_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
