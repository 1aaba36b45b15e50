/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_EXPOSITION_H
#define MILTER_EXPOSITION_H

/*
 * exposition - the text format that Prometheus scrapes, version 0.0.4
 *
 * Names, labels and help are our own constants: nothing is escaped here, and
 * nothing that came from outside may be given.
 */

#include <stdint.h>

#include "lib/base/histogram.h"
#include "lib/base/strbuf.h"

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum exposition_type {
	EXPOSITION_COUNTER,
	EXPOSITION_GAUGE,
	EXPOSITION_HISTOGRAM,
};

/* Once for each name, before its samples. */
void exposition_head(struct strbuf *page, const char *name,
		     enum exposition_type type, const char *help);

/* One sample; `labels` is `a="b",c="d"` or "". The value counts parts of a
 * unit, of which there are `per_unit` (1, 1000, 1000000). */
void exposition_sample(struct strbuf *page, const char *name,
		       const char *labels, uint64_t value, uint64_t per_unit);

/* Head and samples of a histogram of seconds, without labels. */
void exposition_histogram(struct strbuf *page, const char *name,
			  const char *help,
			  const struct histogram_figures *figures);

#endif
