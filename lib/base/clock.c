/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - time as a seam
 */
#include "lib/base/clock.h"

#include <stdio.h>

static int64_t system_now_s(const struct clock *clock)
{
	(void)clock;
	return (int64_t)time(NULL);
}

int64_t clock_monotonic_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t system_monotonic_ms(const struct clock *clock)
{
	(void)clock;
	return clock_monotonic_us() / 1000;
}

static int64_t fixed_now_s(const struct clock *clock)
{
	return clock->fixed_s;
}

const struct clock *clock_system(void)
{
	static const struct clock system = {
	    .now_s = system_now_s,
	    .monotonic_ms = system_monotonic_ms,
	};

	return &system;
}

struct clock clock_fixed(int64_t epoch_s)
{
	return (struct clock){
	    .now_s = fixed_now_s,
	    .monotonic_ms = system_monotonic_ms,
	    .fixed_s = epoch_s,
	};
}

static int64_t ahead_now_s(const struct clock *clock)
{
	return system_now_s(clock) + clock->fixed_s;
}

struct clock clock_ahead(int64_t ahead_s)
{
	return (struct clock){
	    .now_s = ahead_now_s,
	    .monotonic_ms = system_monotonic_ms,
	    .fixed_s = ahead_s,
	};
}

bool clock_is_fixed(const struct clock *clock)
{
	return clock->now_s != system_now_s;
}

int64_t clock_now_s(const struct clock *clock)
{
	return clock->now_s(clock);
}

int64_t clock_monotonic_ms(const struct clock *clock)
{
	return clock->monotonic_ms(clock);
}

struct timespec clock_timespec(int64_t ms)
{
	if (ms < 0)
		ms = 0;
	return (struct timespec){.tv_sec = (time_t)(ms / 1000),
				 .tv_nsec = (long)(ms % 1000) * 1000000};
}

const char *clock_text(int64_t epoch_s, char text[CLOCK_TEXT])
{
	time_t seconds = (time_t)epoch_s;
	struct tm utc;

	if (gmtime_r(&seconds, &utc) == NULL || utc.tm_year > 8099 ||
	    strftime(text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		(void)snprintf(text, CLOCK_TEXT, "0000-00-00T00:00:00Z");
	return text;
}

const char *clock_day_text(int64_t epoch_s, char text[CLOCK_TEXT])
{
	(void)clock_text(epoch_s, text);
	text[sizeof "2026-05-01" - 1] = '\0';
	return text;
}
