/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_SUMMARY_H
#define TOOLS_REPORT_SUMMARY_H

/*
 * summary - one report for people: whom it goes to, what it says
 */

#include "lib/report/make/aggregate_xml.h"

/* On standard output, with its largest rows. */
bool report_print_summary(struct aggregate_day *day,
			  const struct aggregate_report *report,
			  const struct aggregate_rendered *rendered,
			  struct error *err)
    __attribute__((warn_unused_result));

#endif
