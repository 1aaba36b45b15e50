/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * series.c - tallies over time: hours put together to days, weeks, months
 */
#include "lib/stats/series.h"

#include <time.h>

#define HOUR_S 3600
#define DAY_S 86400
#define WEEK_S (7 * DAY_S)
#define MONDAY_S (4 * DAY_S) /* 1970-01-05 was the first Monday */
#define HOURS_DRAWN 48
#define DAYS_DRAWN 62
#define WEEKS_DRAWN 60
#define MONTHS_DRAWN 60

/* The start of the calendar month or year, `ahead` of them later. */
static int64_t calendar_start(enum stats_step step, int64_t time_s, int ahead)
{
	time_t moment = (time_t)time_s;
	struct tm utc;
	struct tm start = {.tm_mday = 1};

	if (gmtime_r(&moment, &utc) == NULL)
		return time_s;
	start.tm_year = utc.tm_year + (step == STATS_YEAR ? ahead : 0);
	start.tm_mon = step == STATS_MONTH ? utc.tm_mon + ahead : 0;
	return (int64_t)timegm(&start);
}

static int64_t floor_to(int64_t time_s, int64_t unit_s, int64_t offset_s)
{
	int64_t past = (time_s - offset_s) % unit_s;

	return time_s - past - (past < 0 ? unit_s : 0);
}

int64_t stats_step_start(enum stats_step step, int64_t time_s)
{
	switch (step) {
	case STATS_HOUR:
		return floor_to(time_s, HOUR_S, 0);
	case STATS_DAY:
		return floor_to(time_s, DAY_S, 0);
	case STATS_WEEK:
		return floor_to(time_s, WEEK_S, MONDAY_S);
	case STATS_MONTH:
	case STATS_YEAR:
		break;
	}
	return calendar_start(step, time_s, 0);
}

int64_t stats_step_next(enum stats_step step, int64_t start_s)
{
	switch (step) {
	case STATS_HOUR:
		return start_s + HOUR_S;
	case STATS_DAY:
		return start_s + DAY_S;
	case STATS_WEEK:
		return start_s + WEEK_S;
	case STATS_MONTH:
	case STATS_YEAR:
		break;
	}
	return calendar_start(step, start_s, 1);
}

const char *stats_step_label(TALLOC_CTX *mem, enum stats_step step,
			     int64_t start_s)
{
	static const char *const formats[] = {
	    [STATS_HOUR] = "%Y-%m-%d %H:00",
	    [STATS_DAY] = "%Y-%m-%d",
	    [STATS_WEEK] = "%Y-%m-%d",
	    [STATS_MONTH] = "%Y-%m",
	    [STATS_YEAR] = "%Y",
	};
	time_t moment = (time_t)start_s;
	struct tm utc;
	char text[40];

	if (gmtime_r(&moment, &utc) == NULL ||
	    strftime(text, sizeof text, formats[step], &utc) == 0)
		return "-";
	return mem_strdup(mem, text);
}

enum stats_step stats_step_for(int64_t first_s, int64_t last_s)
{
	int64_t span_s = last_s - first_s;

	if (span_s < (int64_t)HOURS_DRAWN * HOUR_S)
		return STATS_HOUR;
	if (span_s < (int64_t)DAYS_DRAWN * DAY_S)
		return STATS_DAY;
	if (span_s < (int64_t)WEEKS_DRAWN * WEEK_S)
		return STATS_WEEK;
	if (span_s < (int64_t)MONTHS_DRAWN * 31 * DAY_S)
		return STATS_MONTH;
	return STATS_YEAR;
}

static struct stats_row empty_row(TALLOC_CTX *mem, enum stats_step step,
				  int64_t start_s)
{
	return (struct stats_row){.name = stats_step_label(mem, step, start_s),
				  .start_s = start_s};
}

struct stats_series stats_series_fold(TALLOC_CTX *mem,
				      const struct stats_series *finer,
				      enum stats_step step)
{
	struct stats_series folded = {
	    .step = step,
	    .rows = mem_array(mem, struct stats_row, finer->count),
	};

	for (size_t i = 0; i < finer->count; i++) {
		const struct stats_row *row = &finer->rows[i];
		int64_t start_s = stats_step_start(step, row->start_s);
		if (folded.count == 0 ||
		    folded.rows[folded.count - 1].start_s != start_s)
			folded.rows[folded.count++] =
			    empty_row(mem, step, start_s);
		stats_tally_merge(&folded.rows[folded.count - 1].tally,
				  &row->tally);
	}
	return folded;
}

/* The first of the last STATS_POINTS_MAX steps. */
static int64_t first_drawn(const struct stats_series *sparse)
{
	int64_t start_s = sparse->rows[0].start_s;
	int64_t last_s = sparse->rows[sparse->count - 1].start_s;
	int64_t steps = 1;

	for (int64_t s = start_s; s < last_s;
	     s = stats_step_next(sparse->step, s)) {
		if (++steps > STATS_POINTS_MAX)
			start_s = stats_step_next(sparse->step, start_s);
	}
	return start_s;
}

struct stats_series stats_series_filled(TALLOC_CTX *mem,
					const struct stats_series *sparse)
{
	struct stats_series filled = {
	    .step = sparse->step,
	    .rows = mem_array(mem, struct stats_row, STATS_POINTS_MAX),
	};
	size_t i = 0;

	if (sparse->count == 0)
		return filled;
	int64_t start_s = first_drawn(sparse);
	while (sparse->rows[i].start_s < start_s)
		i++;
	while (i < sparse->count && filled.count < STATS_POINTS_MAX) {
		bool is_there = sparse->rows[i].start_s == start_s;
		filled.rows[filled.count++] =
		    is_there ? sparse->rows[i++]
			     : empty_row(mem, sparse->step, start_s);
		start_s = stats_step_next(sparse->step, start_s);
	}
	return filled;
}
