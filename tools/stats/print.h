/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_STATS_PRINT_H
#define TOOLS_STATS_PRINT_H

/*
 * print - alignctl stats on standard output
 */

#include "lib/stats/report.h"

/* `is_ascii`: bars of "#". */
void stats_print_text(const struct stats_report *report, bool is_ascii,
		      size_t width);
void stats_print_json(const struct stats_report *report);
void stats_print_csv(const struct stats_report *report);

#endif
