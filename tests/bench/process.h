/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_BENCH_PROCESS_H
#define TESTS_BENCH_PROCESS_H

/*
 * process - what another process has used, from /proc and its CPU clock
 *
 * The clock is exact to the nanosecond where /proc/PID/stat counts in 10 ms.
 * All figures are 0 for a process that is gone or not ours to read.
 */

#include <stdint.h>
#include <sys/types.h>

struct process_memory {
	long rss_kb;
	long peak_kb; /* highest resident size since process_reset_peak */
	long pss_kb;
	long threads;
};

int64_t process_cpu_us(pid_t pid); /* 0: the caller's own */
struct process_memory process_memory(pid_t pid);
void process_reset_peak(pid_t pid);

#endif
