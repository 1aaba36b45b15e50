/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exposition.c - the text format that Prometheus scrapes, version 0.0.4
 * Tested by test_metrics.
 */
#include "milter/exposition.h"

#include <inttypes.h>

void exposition_head(struct strbuf *page, const char *name,
		     enum exposition_type type, const char *help)
{
	static const char *const types[] = {
	    [EXPOSITION_COUNTER] = "counter",
	    [EXPOSITION_GAUGE] = "gauge",
	    [EXPOSITION_HISTOGRAM] = "histogram",
	};

	strbuf_printf(page, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
		      types[type]);
}

static int digits_of(uint64_t per_unit)
{
	int digits = 0;

	for (; per_unit > 1; per_unit /= 10)
		digits++;
	return digits;
}

void exposition_sample(struct strbuf *page, const char *name,
		       const char *labels, uint64_t value, uint64_t per_unit)
{
	strbuf_add_text(page, name);
	if (labels[0] != '\0')
		strbuf_printf(page, "{%s}", labels);
	strbuf_printf(page, " %" PRIu64, value / per_unit);
	if (per_unit > 1)
		strbuf_printf(page, ".%0*" PRIu64, digits_of(per_unit),
			      value % per_unit);
	strbuf_add_char(page, '\n');
}

void exposition_histogram(struct strbuf *page, const char *name,
			  const char *help,
			  const struct histogram_figures *figures)
{
	uint64_t so_far = 0;

	exposition_head(page, name, EXPOSITION_HISTOGRAM, help);
	for (unsigned i = 0; i < HISTOGRAM_CLASSES; i++) {
		so_far += figures->counts[i];
		strbuf_printf(page, "%s_bucket{le=\"%s\"} %" PRIu64 "\n", name,
			      histogram_bound_text(i), so_far);
	}
	strbuf_printf(page, "%s_sum %" PRIu64 ".%06" PRIu64 "\n", name,
		      figures->sum_us / 1000000, figures->sum_us % 1000000);
	strbuf_printf(page, "%s_count %" PRIu64 "\n", name, figures->total);
}
