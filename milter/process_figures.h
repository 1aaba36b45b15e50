/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_PROCESS_FIGURES_H
#define MILTER_PROCESS_FIGURES_H

/*
 * process_figures - what the kernel says about this process
 */

#include <stdint.h>

struct process_figures {
	uint64_t cpu_us;	 /* user and system, all threads */
	uint64_t resident_bytes; /* 0 where /proc cannot be read */
	uint64_t open_files;	 /* likewise */
	uint64_t max_files;
	uint64_t threads; /* likewise */
};

/* Any thread. */
void process_figures_read(struct process_figures *figures);

#endif
