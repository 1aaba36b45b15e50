/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_page.c - all that Prometheus is told, as one text
 * Tested by test_wire_metrics.
 */
#include "milter/metrics_page.h"

#include <assert.h>
#include <string.h>

#include "milter/exposition.h"
#include "milter/figures.h"
#include "milter/metrics.h"

/* Every combination of a verdict takes 70 KB, the rest 12. */
#define PAGE_BYTES_MAX (256 * 1024)
#define VERDICTS_NAME "alignd_messages_total"

static void add_build(struct strbuf *page)
{
	exposition_head(page, "alignd_build_info", EXPOSITION_GAUGE,
			"The version that runs; the value is 1.");
	exposition_sample(page, "alignd_build_info",
			  "version=\"" PACKAGE_VERSION "\"", 1, 1);
}

static void add_counters(struct strbuf *page)
{
	const char *name = "";

	for (enum metric i = 0; i < METRIC_COUNT; i++) {
		const struct metric_row *row = &metric_rows[i];
		if (row->name == NULL)
			continue;
		if (strcmp(name, row->name) != 0)
			exposition_head(page, row->name, EXPOSITION_COUNTER,
					row->help);
		exposition_sample(page, row->name, row->labels, metrics_get(i),
				  1);
		name = row->name;
	}
}

static const char *or_else(const char *text, const char *otherwise)
{
	return text == NULL ? otherwise : text;
}

static void add_verdict(struct strbuf *page,
			const struct metrics_verdict *verdict, uint64_t count)
{
	char *labels = mem_printf(
	    page->mem,
	    "result=\"%s\",policy=\"%s\",applied=\"%s\",override=\"%s\"",
	    dmarc_result_text(verdict->result),
	    or_else(request_text(verdict->policy), "absent"),
	    disposition_text(verdict->applied),
	    or_else(override_type_text(verdict->override), "none"));

	exposition_sample(page, VERDICTS_NAME, labels, count, 1);
	mem_free(labels);
}

/* The combination at a place of the order in which they are shown. */
static struct metrics_verdict verdict_at(unsigned place)
{
	struct metrics_verdict verdict;

	verdict.override = (enum override_type)(place % METRICS_OVERRIDES);
	place /= METRICS_OVERRIDES;
	verdict.applied = (enum disposition)(place % METRICS_DISPOSITIONS);
	place /= METRICS_DISPOSITIONS;
	verdict.policy = (enum request)(place % METRICS_POLICIES);
	verdict.result = (enum dmarc_result)(place / METRICS_POLICIES);
	return verdict;
}

/* A combination that was not met is not shown: hundreds never will be. */
static void add_verdicts(struct strbuf *page)
{
	const unsigned places = METRICS_RESULTS * METRICS_POLICIES *
				METRICS_DISPOSITIONS * METRICS_OVERRIDES;

	exposition_head(page, VERDICTS_NAME, EXPOSITION_COUNTER,
			"Messages evaluated, by DMARC result, published "
			"policy, what was applied, and why that differs.");
	for (unsigned place = 0; place < places; place++) {
		const struct metrics_verdict verdict = verdict_at(place);
		uint64_t count = metrics_get_verdict(&verdict);
		if (count > 0)
			add_verdict(page, &verdict, count);
	}
}

static void add_timings(struct strbuf *page)
{
	static const char *const rows[TIMING_COUNT][2] = {
	    [TIMING_END_OF_MESSAGE] =
		{"alignd_end_of_message_seconds",
		 "From the end of an evaluated message to the MTA's answer."},
	    [TIMING_STORE] =
		{"alignd_store_wait_seconds",
		 "At the end of a message: waiting for its record's commit."},
	};
	struct histogram_figures figures;

	for (enum timing i = 0; i < TIMING_COUNT; i++) {
		metrics_get_timing(i, &figures);
		exposition_histogram(page, rows[i][0], rows[i][1], &figures);
	}
}

char *metrics_page(TALLOC_CTX *mem, struct service *service, int64_t now_s)
{
	struct figures figures;
	struct strbuf page;

	figures_read(service, now_s, &figures);
	strbuf_init(&page, mem, PAGE_BYTES_MAX);
	add_build(&page);
	add_verdicts(&page);
	add_counters(&page);
	add_timings(&page);
	figures_write(&page, &figures);
	assert(!strbuf_is_full(&page));
	return strbuf_text(&page);
}
