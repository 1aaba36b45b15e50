/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * number.c - counts and shares as people read them, and axes for them
 */
#include "lib/stats/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_MAX 24

const char *stats_count(TALLOC_CTX *mem, int64_t number)
{
	char digits[DIGITS_MAX];
	char grouped[2 * DIGITS_MAX];
	size_t filled = 0;

	(void)snprintf(digits, sizeof digits, "%" PRId64, number);
	size_t length = strlen(digits);
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
			grouped[filled++] = ',';
		grouped[filled++] = digits[i];
	}
	return mem_strndup(mem, grouped, filled);
}

const char *stats_counted(TALLOC_CTX *mem, int64_t number, const char *one,
			  const char *many)
{
	return mem_printf(mem, "%s %s", stats_count(mem, number),
			  number == 1 ? one : many);
}

int64_t stats_share_millis(int64_t part, int64_t whole)
{
	if (whole <= 0)
		return 0;
	/* Long double holds all 63 bits; part * 100000 would not fit. */
	return (int64_t)((long double)part * 100000 / (long double)whole +
			 0.5L);
}

const char *stats_share(TALLOC_CTX *mem, int64_t part, int64_t whole)
{
	int64_t tenths = (stats_share_millis(part, whole) + 50) / 100;

	if (whole <= 0)
		return "-";
	if (part == 0 || part == whole)
		return part == 0 ? "0 %" : "100 %";
	if (tenths == 0)
		return "<0.1 %";
	if (tenths >= 1000)
		return ">99.9 %";
	return mem_printf(mem, "%" PRId64 ".%" PRId64 " %%", tenths / 10,
			  tenths % 10);
}

int64_t stats_tick(int64_t top, int ticks)
{
	static const int64_t factors[] = {1, 2, 5};

	for (int64_t power = 1; power <= INT64_MAX / 50; power *= 10) {
		for (size_t i = 0; i < 3; i++) {
			if (top / (factors[i] * power) <= ticks)
				return factors[i] * power;
		}
	}
	return top;
}
