/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * month.c - a calendar month of UTC
 * Tested by test_alignctl_scorecard.
 */
#include "lib/scorecard/month.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/mem.h"
#include "lib/stats/series.h"

#define DAY_S 86400
#define YEAR_MIN 1970
#define YEAR_MAX 9998

static struct month month_of(int64_t time_s)
{
	struct month month = {.since_s = stats_step_start(STATS_MONTH, time_s)};
	TALLOC_CTX *mem = mem_context(NULL);

	month.until_s = stats_step_next(STATS_MONTH, month.since_s);
	(void)snprintf(month.text, sizeof month.text, "%s",
		       stats_step_label(mem, STATS_MONTH, month.since_s));
	mem_free(mem);
	return month;
}

/* Digits alone, "09" among them. */
static bool read_digits(const char *text, size_t length, int *number)
{
	*number = 0;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*number = 10 * *number + (text[i] - '0');
	}
	return true;
}

bool month_read(const char *text, struct month *month)
{
	struct tm start = {.tm_mday = 1};
	int year;
	int number;

	if (strlen(text) != MONTH_TEXT - 1 || text[4] != '-' ||
	    !read_digits(text, 4, &year) || !read_digits(text + 5, 2, &number))
		return false;
	if (year < YEAR_MIN || year > YEAR_MAX || number < 1 || number > 12)
		return false;
	start.tm_year = year - 1900;
	start.tm_mon = number - 1;
	*month = month_of((int64_t)timegm(&start));
	return true;
}

struct month month_before(int64_t now_s)
{
	return month_of(stats_step_start(STATS_MONTH, now_s) - 1);
}

int month_days(const struct month *month)
{
	return (int)((month->until_s - month->since_s) / DAY_S);
}
