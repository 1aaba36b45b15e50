/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html_time.c - the page's charts: everything over time
 */
#include "lib/stats/chart.h"
#include "lib/stats/html.h"
#include "lib/stats/number.h"

/* A layer of a chart: which counter, and how it looks. */
struct layer_kind {
	enum stats_dimension_id dimension;
	size_t place;
	const char *label;
	const char *fill;
};

#define LAYERS_MAX 5

struct timeline {
	struct stats_series series;
	const char **labels;
};

static struct timeline make_timeline(const struct stats_report *report,
				     TALLOC_CTX *mem)
{
	struct timeline timeline = {
	    .series = stats_report_series(mem, report),
	};

	timeline.labels = mem_array(mem, const char *, timeline.series.count);
	for (size_t i = 0; i < timeline.series.count; i++)
		timeline.labels[i] =
		    stats_step_label(mem, timeline.series.step,
				     timeline.series.points[i].start_s);
	return timeline;
}

/* Fills in the columns, and draws. */
static void write_chart(const struct stats_report *report,
			const struct timeline *timeline,
			const struct layer_kind *kinds, struct chart chart,
			struct strbuf *page)
{
	const struct stats_tally *all = &report->stats->total;
	struct chart_layer layers[LAYERS_MAX];

	for (size_t i = 0; i < chart.layers; i++) {
		const struct layer_kind *kind = &kinds[i];
		int64_t *values =
		    mem_array(page->mem, int64_t, timeline->series.count);
		for (size_t j = 0; j < timeline->series.count; j++) {
			const struct stats_tally *tally =
			    &timeline->series.points[j].tally;
			int64_t count = tally->by[kind->dimension][kind->place];
			values[j] =
			    chart.is_share
				? stats_share_millis(count, tally->messages)
				: count;
		}
		layers[i] = (struct chart_layer){
		    .label = kind->label,
		    .fill = kind->fill,
		    .values = values,
		    .sum = all->by[kind->dimension][kind->place],
		    .sum_of = all->messages,
		};
	}
	chart.layer = layers;
	chart.step = stats_step_name(timeline->series.step);
	chart.columns = timeline->series.count;
	chart.labels = timeline->labels;
	chart_write(&chart, page);
}

static const struct layer_kind result_layers[] = {
    {STATS_RESULT, RESULT_PASS, "passed", "pass"},
    {STATS_RESULT, RESULT_NONE, "no policy", "none"},
    {STATS_RESULT, RESULT_FAIL, "failed", "fail"},
    {STATS_RESULT, RESULT_TEMPERROR, "DNS did not answer", "temp"},
    {STATS_RESULT, RESULT_PERMERROR, "unreadable", "perm"},
};

static const struct layer_kind policy_layers[] = {
    {STATS_POLICY, 3, "reject", "p3"},
    {STATS_POLICY, 2, "quarantine", "p2"},
    {STATS_POLICY, 1, "none", "p1"},
    {STATS_POLICY, 0, "no policy", "none"},
};

static const struct layer_kind applied_layers[] = {
    {STATS_APPLIED, APPLIED_REJECT, "refused", "reject"},
    {STATS_APPLIED, APPLIED_QUARANTINE, "quarantined", "quarantine"},
    {STATS_APPLIED, APPLIED_TAG, "tagged", "tag"},
    {STATS_APPLIED, APPLIED_TEMPFAIL, "deferred", "temp"},
    {STATS_FAILED, APPLIED_NONE, "failed, let in", "let"},
};

static const struct layer_kind temperror_layers[] = {
    {STATS_RESULT, RESULT_TEMPERROR, "DNS did not answer", "temp"},
};

void stats_html_times(const struct stats_report *report, struct strbuf *page)
{
	struct timeline timeline = make_timeline(report, page->mem);

	strbuf_add_text(page, "<section aria-labelledby=\"s-time\">"
			      "<h2 id=\"s-time\">Over time</h2>\n"
			      "<div class=\"grid\">\n");
	write_chart(report, &timeline, result_layers,
		    (struct chart){.id = "result",
				   .title = "Result",
				   .words = "What DMARC said of each message.",
				   .empty = "No messages in this period.",
				   .layers = 5},
		    page);
	write_chart(report, &timeline, applied_layers,
		    (struct chart){.id = "applied",
				   .title = "What was done",
				   .words = "All mail that was not simply let "
					    "in, and what failed and was let "
					    "in all the same.",
				   .empty = "All mail passed and was let in.",
				   .layers = 5},
		    page);
	write_chart(report, &timeline, policy_layers,
		    (struct chart){.id = "policy",
				   .title = "Published policy",
				   .words = "What the authors\xe2\x80\x99 "
					    "domains ask for, whatever the "
					    "result.",
				   .empty = "No messages in this period.",
				   .layers = 4},
		    page);
	write_chart(report, &timeline, temperror_layers,
		    (struct chart){.id = "temperror",
				   .title = "DNS trouble",
				   .words = "Share of messages that could not "
					    "be judged (temperror).",
				   .empty = "DNS answered for every message.",
				   .is_share = true,
				   .layers = 1},
		    page);
	strbuf_add_text(page, "</div></section>\n");
}
