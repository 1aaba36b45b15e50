/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/*
 * clock - time as a seam
 *
 * Two clocks: wall time for what people and signatures read, and a monotonic
 * one for deadlines. The system's is shared by all threads; a fixed one serves
 * tests and alignctl --now.
 */

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_TEXT 21 /* "2026-05-01T12:00:00Z" and NUL */

struct clock {
	int64_t (*now_s)(const struct clock *);	       /* since 1970, UTC */
	int64_t (*monotonic_ms)(const struct clock *); /* for differences */
	int64_t fixed_s; /* of the fixed clock; how far another one is ahead */
};

/* The machine's clocks. */
const struct clock *clock_system(void);

/* Wall time stands still at `epoch_s`; deadlines still run. */
struct clock clock_fixed(int64_t epoch_s);

/* Another machine's, which is so many seconds ahead of this one's. */
struct clock clock_ahead(int64_t ahead_s);

/* Is it any other than the machine's? */
bool clock_is_fixed(const struct clock *clock);

int64_t clock_now_s(const struct clock *clock);
int64_t clock_monotonic_ms(const struct clock *clock);

/* The machine's monotonic clock in finer steps, for measuring only. */
int64_t clock_monotonic_us(void);

/* As the system's calls have it, whatever the sizes of their members here; what
 * lies before 0 is 0. */
struct timespec clock_timespec(int64_t ms);

/* RFC 3339 in UTC; returns `text`. */
const char *clock_text(int64_t epoch_s, char text[CLOCK_TEXT]);

/* Its day alone, "2026-05-01"; returns `text`. */
const char *clock_day_text(int64_t epoch_s, char text[CLOCK_TEXT]);

#endif
