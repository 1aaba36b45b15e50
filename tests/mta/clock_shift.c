/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock_shift.c - another date for one program, preloaded by test_story.py
 *
 * Adds CLOCK_SHIFT_S seconds to what the wall clock says. Deadlines go by the
 * monotonic clock, which is left alone. The clock is one that is kept in step,
 * or, with CLOCK_UNKEPT in the environment, one that nothing keeps.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/timex.h>
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

int adjtimex(struct timex *kernel)
{
	bool is_kept = getenv("CLOCK_UNKEPT") == NULL;

	kernel->status = is_kept ? 0 : STA_UNSYNC;
	return is_kept ? TIME_OK : TIME_ERROR;
}
