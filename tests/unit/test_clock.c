/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_clock.c - time as people, files and the system's calls have it
 */
#include "tests/unit/unit.h"

#include <stdint.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"

static void splits_milliseconds(void **state)
{
	static const struct {
		int64_t ms;
		int64_t want_s;
		long want_ns;
	} rows[] = {
	    {0, 0, 0},
	    {1, 0, 1000000},
	    {999, 0, 999000000},
	    {1000, 1, 0},
	    {-1, 0, 0},
	    {INT64_MIN, 0, 0},
	    {INT64_C(86400999), 86400, 999000000},
	    /* a day past what 32 bits count in milliseconds */
	    {INT64_C(4381367001), 4381367, 1000000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct timespec got = clock_timespec(rows[i].ms);
		assert_int_equal(got.tv_sec, rows[i].want_s);
		assert_int_equal(got.tv_nsec, rows[i].want_ns);
	}
}

/* What configure cannot give (it warns) is not asked for. */
static void writes_what_lies_past_2038(void **state)
{
	static const struct {
		int64_t epoch_s;
		const char *want;
	} rows[] = {
	    {0, "1970-01-01T00:00:00Z"},
	    {INT64_C(2147483647), "2038-01-19T03:14:07Z"},
	    {INT64_C(2147483648), "2038-01-19T03:14:08Z"},
	    {INT64_C(4102444800), "2100-01-01T00:00:00Z"},
	    {INT64_C(253402300799), "9999-12-31T23:59:59Z"},
	    {INT64_C(253402300800), "0000-00-00T00:00:00Z"},
	};
	char text[CLOCK_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (sizeof(time_t) < 8 && rows[i].epoch_s > INT32_MAX)
			continue;
		assert_string_equal(clock_text(rows[i].epoch_s, text),
				    rows[i].want);
	}
	assert_string_equal(clock_day_text(1777636800, text), "2026-05-01");
}

static void goes_ahead_by_what_was_said(void **state)
{
	struct clock ahead = clock_ahead(86400);
	int64_t ahead_s = clock_now_s(&ahead) - clock_now_s(clock_system());

	(void)state;
	assert_true(clock_is_fixed(&ahead)); /* not the machine's */
	assert_in_range(ahead_s, 86399, 86400);
}

static void stands_still_where_fixed(void **state)
{
	struct clock fixed = clock_fixed(INT64_C(4102444800));
	int64_t before_ms = clock_monotonic_ms(&fixed);

	(void)state;
	assert_true(clock_is_fixed(&fixed));
	assert_false(clock_is_fixed(clock_system()));
	assert_int_equal(clock_now_s(&fixed), INT64_C(4102444800));
	assert_true(clock_monotonic_ms(&fixed) >= before_ms);
	assert_true(clock_now_s(clock_system()) > 1777636800);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(splits_milliseconds),
	    cmocka_unit_test(writes_what_lies_past_2038),
	    cmocka_unit_test(goes_ahead_by_what_was_said),
	    cmocka_unit_test(stands_still_where_fixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
