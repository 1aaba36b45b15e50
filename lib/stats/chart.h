/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_CHART_H
#define STATS_CHART_H

/*
 * chart - columns over time, as figures of a page
 *
 * A heading, a legend with the sum of each layer, the drawing (inline SVG with
 * a text alternative), and the same figures as a table that opens on request.
 */

#include "lib/base/strbuf.h"
#include "lib/stats/report.h"

/* Results, deeds, policies and DNS trouble. */
void stats_write_charts(const struct stats_report *report, struct strbuf *page);

#endif
