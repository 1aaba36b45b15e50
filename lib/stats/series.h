/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_SERIES_H
#define STATS_SERIES_H

/*
 * series - tallies over time: hours put together to days, weeks, months
 *
 * All borders are those of UTC, wherever the host stands; weeks begin on
 * Monday. Times are seconds since 1970.
 */

#include "lib/base/mem.h"
#include "lib/stats/tally.h"

enum stats_step { STATS_HOUR, STATS_DAY, STATS_WEEK, STATS_MONTH, STATS_YEAR };

/* Rows ascend. */
struct stats_series {
	enum stats_step step;
	size_t count;
	struct stats_row *rows;
};

/* The start of the hour, day ... that the time lies in, and of the next. */
int64_t stats_step_start(enum stats_step step, int64_t time_s);
int64_t stats_step_next(enum stats_step step, int64_t start_s);

/* "2026-05-01 14:00", "2026-05-01" (also of a week's Monday), "2026-05",
 * "2026". */
const char *stats_step_label(TALLOC_CTX *mem, enum stats_step step,
			     int64_t start_s);

/* The finest step that draws a period in some sixty points at most. */
enum stats_step stats_step_for(int64_t first_s, int64_t last_s);

/* Puts rows of a finer step together, by their labels; only those with
 * messages.
 */
struct stats_series stats_series_fold(TALLOC_CTX *mem,
				      const struct stats_series *finer,
				      enum stats_step step);

/* The same with an empty row where there was none, so that it can be drawn; its
 * last STATS_POINTS_MAX, should a clock have run wild. */
struct stats_series stats_series_filled(TALLOC_CTX *mem,
					const struct stats_series *sparse);

#define STATS_POINTS_MAX 120

#endif
