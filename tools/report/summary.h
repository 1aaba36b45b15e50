/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_SUMMARY_H
#define TOOLS_REPORT_SUMMARY_H

/*
 * summary - one report: whom it goes to, what it says
 */

#include "lib/report/make/aggregate_xml.h"
#include "lib/show/show.h"

void report_put_summary(struct show *show,
			const struct aggregate_report *report,
			const struct aggregate_rendered *rendered);

/* For people, its records with most messages; it has `rows` in all. */
bool report_say_largest(struct show *show, struct aggregate_day *day,
			const struct aggregate_report *report, int64_t rows,
			struct error *err) __attribute__((warn_unused_result));

#endif
