/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_WRITE_H
#define STATS_WRITE_H

/*
 * write - a report in each of its forms
 */

#include <stdio.h>

#include "lib/base/strbuf.h"
#include "lib/show/show.h"
#include "lib/stats/report.h"

/* For a terminal of that width: an overview, or the rows. `is_ascii`: bars of
 * "#". */
void stats_write_text(FILE *file, const struct stats_report *report,
		      bool is_ascii, int width);

/* One object. */
void stats_write_json(FILE *file, const struct stats_report *report);

/* The members of the object "total", for programs. */
void stats_put_tally(struct show *object, const struct stats_tally *tally);

/* The rows; `by` is set. */
void stats_write_csv(FILE *file, const struct stats_report *report);

/* A part of another page, below a heading of the first level: its sentences,
 * figures and plots. */
void stats_write_figures(const struct stats_report *report,
			 struct strbuf *page);

/* The whole page, in UTF-8; it needs nothing but itself. The buffer's context
 * owns what is needed meanwhile. */
void stats_write_page(const struct stats_report *report, struct strbuf *page);

#endif
