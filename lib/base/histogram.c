/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * histogram.c - how long something took, counted by classes of duration
 */
#include "lib/base/histogram.h"

static const struct {
	int64_t longest_us;
	const char *text; /* the same in seconds */
} bounds[HISTOGRAM_CLASSES] = {
    {100, "0.0001"},  {250, "0.00025"}, {500, "0.0005"},     {1000, "0.001"},
    {2500, "0.0025"}, {5000, "0.005"},	{10000, "0.01"},     {25000, "0.025"},
    {50000, "0.05"},  {100000, "0.1"},	{250000, "0.25"},    {500000, "0.5"},
    {1000000, "1"},   {2500000, "2.5"}, {5000000, "5"},	     {10000000, "10"},
    {20000000, "20"}, {30000000, "30"}, {INT64_MAX, "+Inf"},
};

const char *histogram_bound_text(unsigned class)
{
	return bounds[class].text;
}

void histogram_add(struct histogram *histogram, int64_t duration_us)
{
	uint64_t us = duration_us > 0 ? (uint64_t)duration_us : 0;
	unsigned class = 0;

	while (duration_us > bounds[class].longest_us)
		class ++;
	(void)atomic_fetch_add_explicit(&histogram->sum_us, us,
					memory_order_relaxed);
	(void)atomic_fetch_add_explicit(&histogram->counts[class], 1,
					memory_order_relaxed);
}

void histogram_read(const struct histogram *histogram,
		    struct histogram_figures *figures)
{
	*figures = (struct histogram_figures){
	    .sum_us =
		atomic_load_explicit(&histogram->sum_us, memory_order_relaxed),
	};
	for (unsigned i = 0; i < HISTOGRAM_CLASSES; i++) {
		figures->counts[i] = atomic_load_explicit(&histogram->counts[i],
							  memory_order_relaxed);
		figures->total += figures->counts[i];
	}
}
