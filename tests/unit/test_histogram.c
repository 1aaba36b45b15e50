/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_histogram.c - durations find their class, none is lost
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdlib.h>

#include "lib/base/histogram.h"

#define THREADS 4
#define ADDITIONS 20000

static const struct {
	int64_t duration_us;
	unsigned class;
	uint64_t sum_us;
} rows[] = {
    {INT64_MIN, 0, 0},
    {-1, 0, 0},
    {0, 0, 0},
    {100, 0, 100},
    {101, 1, 101},
    {250, 1, 250},
    {500, 2, 500},
    {501, 3, 501},
    {1000, 3, 1000},
    {999999, 12, 999999},
    {1000000, 12, 1000000},
    {30000000, 17, 30000000},
    {30000001, 18, 30000001},
    {INT64_MAX, 18, INT64_MAX},
};

static void each_has_its_class(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct histogram histogram = {0};
		struct histogram_figures figures;

		histogram_add(&histogram, rows[i].duration_us);
		histogram_read(&histogram, &figures);
		assert_int_equal(figures.total, 1);
		assert_int_equal(figures.counts[rows[i].class], 1);
		assert_int_equal(figures.sum_us, rows[i].sum_us);
	}
}

static void bounds_rise(void **state)
{
	double before = 0;

	(void)state;
	for (unsigned i = 0; i < HISTOGRAM_CLASSES - 1; i++) {
		char *end;
		double bound = strtod(histogram_bound_text(i), &end);

		assert_int_equal(*end, '\0');
		assert_true(bound > before);
		before = bound;
		/* The text says what the class does. */
		struct histogram histogram = {0};
		struct histogram_figures figures;
		histogram_add(&histogram, (int64_t)(bound * 1e6 + 0.5));
		histogram_add(&histogram, (int64_t)(bound * 1e6 + 0.5) + 1);
		histogram_read(&histogram, &figures);
		assert_int_equal(figures.counts[i], 1);
		assert_int_equal(figures.counts[i + 1], 1);
	}
	assert_string_equal(histogram_bound_text(HISTOGRAM_CLASSES - 1),
			    "+Inf");
}

static void *add_many(void *histogram)
{
	for (int64_t i = 0; i < ADDITIONS; i++)
		histogram_add(histogram, i);
	return NULL;
}

static void threads_lose_nothing(void **state)
{
	static struct histogram histogram;
	struct histogram_figures figures;
	pthread_t threads[THREADS];

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, add_many, &histogram), 0);
	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	histogram_read(&histogram, &figures);
	assert_int_equal(figures.total, THREADS * ADDITIONS);
	assert_int_equal(figures.sum_us,
			 (uint64_t)THREADS * ADDITIONS * (ADDITIONS - 1) / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_has_its_class),
	    cmocka_unit_test(bounds_rise),
	    cmocka_unit_test(threads_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
