/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_stats_series.c - hours put together to days, weeks, months, in UTC
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <time.h>

#include "lib/stats/series.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define HOUR_S 3600
#define DAY_S 86400
#define NOON_S ((int64_t)1777636800) /* Friday, 2026-05-01T12:00:00Z */
#define MIDNIGHT_S (NOON_S - 12 * HOUR_S)

static void steps_begin_and_end_in_utc(void **state)
{
	static const struct {
		enum stats_step step;
		int64_t time_s;
		const char *label;
		const char *next;
	} cases[] = {
	    {STATS_HOUR, NOON_S + 3599, "2026-05-01 12:00", "2026-05-01 13:00"},
	    {STATS_DAY, NOON_S, "2026-05-01", "2026-05-02"},
	    {STATS_DAY, MIDNIGHT_S, "2026-05-01", "2026-05-02"},
	    {STATS_DAY, MIDNIGHT_S - 1, "2026-04-30", "2026-05-01"},
	    {STATS_WEEK, NOON_S, "2026-04-27", "2026-05-04"},
	    {STATS_WEEK, 0, "1969-12-29", "1970-01-05"},
	    {STATS_WEEK, 4 * DAY_S, "1970-01-05", "1970-01-12"},
	    {STATS_MONTH, NOON_S, "2026-05", "2026-06"},
	    {STATS_MONTH, MIDNIGHT_S - 1, "2026-04", "2026-05"},
	    {STATS_MONTH, 1767225599, "2025-12", "2026-01"},
	    {STATS_YEAR, NOON_S, "2026", "2027"},
	    {STATS_YEAR, 1767225599, "2025", "2026"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		enum stats_step step = cases[i].step;
		int64_t start_s = stats_step_start(step, cases[i].time_s);
		assert_true(start_s <= cases[i].time_s);
		assert_int_equal(stats_step_start(step, start_s), start_s);
		assert_string_equal(stats_step_label(mem, step, start_s),
				    cases[i].label);
		assert_string_equal(
		    stats_step_label(mem, step, stats_step_next(step, start_s)),
		    cases[i].next);
	}
	mem_free(mem);
}

static void finer_steps_for_shorter_periods(void **state)
{
	static const struct {
		int64_t days;
		enum stats_step want;
	} cases[] = {
	    {0, STATS_HOUR},	{1, STATS_HOUR},     {2, STATS_DAY},
	    {61, STATS_DAY},	{62, STATS_WEEK},    {400, STATS_WEEK},
	    {420, STATS_MONTH}, {1859, STATS_MONTH}, {1860, STATS_YEAR},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(
		    stats_step_for(NOON_S, NOON_S + cases[i].days * DAY_S),
		    cases[i].want);
}

static struct stats_series hours_at(struct stats_row *rows,
				    const int64_t *hours, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct stats_row){
		    .start_s = MIDNIGHT_S + hours[i] * HOUR_S,
		    .tally = {.messages = (int64_t)i + 1},
		};
	return (struct stats_series){STATS_HOUR, count, rows};
}

static void folds_and_fills(void **state)
{
	static const int64_t hours[] = {-1, 0, 23, 24, 24 * 4};
	TALLOC_CTX *mem = mem_context(NULL);
	struct stats_row rows[COUNT_OF(hours)];
	struct stats_series finer = hours_at(rows, hours, COUNT_OF(hours));
	struct stats_series days = stats_series_fold(mem, &finer, STATS_DAY);
	struct stats_series filled = stats_series_filled(mem, &days);
	static const int64_t want[] = {1, 5, 4, 0, 0, 5};

	(void)state;
	assert_int_equal(days.count, 4);
	assert_int_equal(days.rows[1].tally.messages, 2 + 3);
	assert_int_equal(filled.count, COUNT_OF(want));
	for (size_t i = 0; i < COUNT_OF(want); i++) {
		assert_int_equal(filled.rows[i].start_s,
				 MIDNIGHT_S + ((int64_t)i - 1) * DAY_S);
		assert_int_equal(filled.rows[i].tally.messages, want[i]);
	}
	finer.count = 0;
	days = stats_series_fold(mem, &finer, STATS_DAY);
	assert_int_equal(stats_series_filled(mem, &days).count, 0);
	mem_free(mem);
}

/* A clock that stood at 1970 for a while makes no page of 400,000 hours. */
static void a_wild_clock_keeps_the_latest(void **state)
{
	static const int64_t hours[] = {0, 1, 1000};
	TALLOC_CTX *mem = mem_context(NULL);
	struct stats_row rows[COUNT_OF(hours)];
	struct stats_series sparse = hours_at(rows, hours, COUNT_OF(hours));
	struct stats_series filled = stats_series_filled(mem, &sparse);

	(void)state;
	assert_int_equal(filled.count, STATS_POINTS_MAX);
	assert_int_equal(filled.rows[0].tally.messages, 0);
	assert_int_equal(filled.rows[filled.count - 1].tally.messages, 3);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(steps_begin_and_end_in_utc),
	    cmocka_unit_test(finer_steps_for_shorter_periods),
	    cmocka_unit_test(folds_and_fills),
	    cmocka_unit_test(a_wild_clock_keeps_the_latest),
	};

	/* Thirteen hours ahead: nothing here may ask for the local time. */
	(void)setenv("TZ", "TOT-13", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
