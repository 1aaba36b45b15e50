/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process_figures.c - what the kernel says about this process: getrusage(2),
 * getrlimit(2), proc(5)
 * Tested by test_wire_metrics.
 */
#include "milter/process_figures.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t microseconds(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

/* The entries of a folder but "." and ".."; 0 where it cannot be read. */
static uint64_t count_entries(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	uint64_t count = 0;

	if (folder == NULL)
		return 0;
	while ((entry = readdir(folder)) != NULL)
		count += entry->d_name[0] != '.';
	(void)closedir(folder);
	return count;
}

static uint64_t resident_bytes(void)
{
	unsigned long whole = 0;
	unsigned long resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu %lu", &whole, &resident) != 2)
		resident = 0;
	(void)fclose(file);
	return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

void process_figures_read(struct process_figures *figures)
{
	struct rusage usage = {.ru_maxrss = 0};
	struct rlimit files = {.rlim_cur = 0};
	uint64_t open_files = count_entries("/proc/self/fd");

	(void)getrusage(RUSAGE_SELF, &usage);
	(void)getrlimit(RLIMIT_NOFILE, &files);
	*figures = (struct process_figures){
	    .cpu_us =
		microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
	    .resident_bytes = resident_bytes(),
	    /* less the one that reading the folder took */
	    .open_files = open_files > 0 ? open_files - 1 : 0,
	    .max_files = (uint64_t)files.rlim_cur,
	    .threads = count_entries("/proc/self/task"),
	};
}
