/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock_shift.c - another date for one program, preloaded by test_story.py
 *
 * Adds CLOCK_SHIFT_S seconds to what the wall clock says. Deadlines go by the
 * monotonic clock, which is left alone.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

typedef int get_time(clockid_t, struct timespec *);

static time_t shift(void)
{
	const char *text = getenv("CLOCK_SHIFT_S");

	return text == NULL ? 0 : (time_t)strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	/* POSIX has it that a function's address survives this. */
	get_time *real = (get_time *)dlsym(RTLD_NEXT, "clock_gettime");
	int status = real(clock, now);

	if (status == 0 && clock == CLOCK_REALTIME)
		now->tv_sec += shift();
	return status;
}

time_t time(time_t *now)
{
	struct timespec found;

	(void)clock_gettime(CLOCK_REALTIME, &found);
	if (now != NULL)
		*now = found.tv_sec;
	return found.tv_sec;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec found;
	int status = clock_gettime(CLOCK_REALTIME, &found);

	(void)zone;
	now->tv_sec = found.tv_sec;
	now->tv_usec = (suseconds_t)(found.tv_nsec / 1000);
	return status;
}
