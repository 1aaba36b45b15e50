/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_PAGE_H
#define STATS_PAGE_H

/*
 * page - what a report says, as a page that needs nothing but itself
 */

#include "lib/base/strbuf.h"
#include "lib/stats/report.h"

/* The whole page, in UTF-8. The buffer's context owns what it needs meanwhile.
 */
void stats_html_page(const struct stats_report *report, struct strbuf *page);

#endif
