/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_CHART_H
#define STATS_CHART_H

/*
 * chart - columns over time as a figure of a page
 *
 * A heading, a legend with the sum of each layer, the drawing (inline SVG with
 * a text alternative), and the same figures as a table that opens on request.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/strbuf.h"

/* One layer of the columns, the first one at the bottom. */
struct chart_layer {
	const char *label;
	const char *fill;      /* "pass": class f-pass of the style sheet */
	const int64_t *values; /* one for each column */
	int64_t sum;	       /* for the legend */
	int64_t sum_of;	       /* what it is a share of */
};

struct chart {
	const char *id; /* unique in the page; letters */
	const char *title;
	const char *words; /* one sentence below the title */
	const char *empty; /* said where there is nothing to draw */
	bool is_share;	   /* values are thousandths of a percent */
	const char *step;  /* "day" */
	size_t columns;
	const char *const *labels; /* of the columns */
	size_t layers;
	const struct chart_layer *layer;
};

void chart_write(const struct chart *chart, struct strbuf *page);

#endif
