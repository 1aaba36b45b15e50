/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process.c - what another process has used
 */
#include "tests/bench/process.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/text.h"

int64_t process_cpu_us(pid_t pid)
{
	struct timespec used;
	clockid_t id;

	if (clock_getcpuclockid(pid, &id) != 0 || clock_gettime(id, &used) != 0)
		return 0;
	return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

static FILE *open_file(pid_t pid, const char *name, const char *mode)
{
	char path[64];

	(void)snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
	return fopen(path, mode);
}

/* The number in "VmRSS:     1234 kB"; 0 when there is no such line. */
static long read_number(pid_t pid, const char *file_name, const char *label)
{
	char line[256];
	long number = 0;
	FILE *file = open_file(pid, file_name, "r");

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof line, file) != NULL) {
		if (strncmp(line, label, strlen(label)) != 0)
			continue;
		struct span rest = span_trim(span_of(line + strlen(label)));
		(void)span_cut(rest, ' ', &rest, &(struct span){0});
		(void)text_number(rest, 0, LONG_MAX, &number);
	}
	(void)fclose(file);
	return number;
}

struct process_memory process_memory(pid_t pid)
{
	return (struct process_memory){
	    .rss_kb = read_number(pid, "status", "VmRSS:"),
	    .peak_kb = read_number(pid, "status", "VmHWM:"),
	    .pss_kb = read_number(pid, "smaps_rollup", "Pss:"),
	    .threads = read_number(pid, "status", "Threads:"),
	};
}

void process_reset_peak(pid_t pid)
{
	FILE *file = open_file(pid, "clear_refs", "w");

	if (file == NULL)
		return;
	(void)fputs("5", file); /* proc(5): resets VmHWM */
	(void)fclose(file);
}
