/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock_shift.c - another date for one program, preloaded by test_story.py and
 * test_outage.py
 *
 * Adds CLOCK_SHIFT_S seconds to what the wall clock says, and as many as the
 * file CLOCK_SHIFT_FILE holds, an int64_t that may change meanwhile. Deadlines
 * go by the monotonic clock, which is left alone. The clock is one that is kept
 * in step, or, with CLOCK_UNKEPT in the environment, one that nothing keeps.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *moved;

/* Before the program gives up its right to open files. */
__attribute__((constructor)) static void map_file(void)
{
	const char *path = getenv("CLOCK_SHIFT_FILE");
	int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	void *page = MAP_FAILED;

	if (file >= 0)
		page = mmap(NULL, sizeof *moved, PROT_READ, MAP_SHARED, file, 0);
	if (page != MAP_FAILED)
		moved = page;
	if (file >= 0)
		(void)close(file);
}

typedef int get_time(clockid_t, struct timespec *);

static time_t shift(void)
{
	const char *text = getenv("CLOCK_SHIFT_S");

	return (text == NULL ? 0 : (time_t)strtoll(text, NULL, 10)) +
	       (moved == NULL ? 0 : (time_t)*moved);
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
