/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats_html.c - alignctl stats as a page that needs nothing but itself
 *
 * No script, and nothing fetched: the content security policy allows the one
 * style sheet by its digest and refuses everything else, should a name that a
 * stranger wrote ever pass the escaping.
 */
#include <string.h>

#include "lib/auth/digest.h"
#include "lib/base/clock.h"
#include "tools/stats_chart.h"
#include "tools/stats_html_text.h"
#include "tools/stats_number.h"
#include "tools/stats_report.h"
#include "tools/stats_style.h"

#define BASE64_ROOM 48 /* of 32 bytes: 44, and a NUL */

/* A layer of a chart: which counter, and how it looks. */
struct layer_kind {
	enum stats_dimension_id dimension;
	size_t place;
	const char *label;
	const char *fill;
};

#define LAYERS_MAX 5

/* --- head --- */

static void base64_of(const uint8_t bytes[DIGEST_BYTES], char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t filled = 0;

	for (size_t i = 0; i < DIGEST_BYTES; i += 3) {
		uint32_t bits = (uint32_t)bytes[i] << 16;
		if (i + 1 < DIGEST_BYTES)
			bits |= (uint32_t)bytes[i + 1] << 8;
		if (i + 2 < DIGEST_BYTES)
			bits |= bytes[i + 2];
		for (int shift = 18; shift >= 0; shift -= 6)
			text[filled++] = letters[bits >> shift & 63];
	}
	/* 32 bytes are two more than a multiple of three. */
	text[filled - 1] = '=';
	text[filled] = '\0';
}

static void write_head(const struct stats_report *report, struct strbuf *page)
{
	struct digest *digest = digest_new(page->mem);
	char text[BASE64_ROOM];

	digest_add(digest, span_of(stats_style));
	struct digest_value value = digest_finish(digest);
	base64_of(value.bytes, text);
	mem_free(digest);
	strbuf_printf(page,
		      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		      "<meta charset=\"utf-8\">\n"
		      "<meta http-equiv=\"Content-Security-Policy\" "
		      "content=\"default-src 'none'; style-src 'sha256-%s'; "
		      "base-uri 'none'; form-action 'none'\">\n"
		      "<meta name=\"viewport\" "
		      "content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=\"referrer\" content=\"no-referrer\">\n"
		      "<meta name=\"robots\" content=\"noindex\">\n"
		      "<title>Inbound mail at ",
		      text);
	html_add_foreign(page, report->host);
	strbuf_printf(page, "</title>\n<style>%s</style>\n</head>\n<body>\n%s",
		      stats_style, stats_patterns);
}

/* --- the opening --- */

static void write_facts(const struct stats_report *report, struct strbuf *page)
{
	const char *span = stats_report_span(page->mem, report);
	char time[CLOCK_TEXT];

	(void)clock_text(report->generated_s, time);
	strbuf_printf(page, "<p class=\"facts\"><span class=\"badge%s</span>",
		      report->is_monitoring
			  ? " monitor\">Monitor mode: nothing is refused"
			  : "\">Enforce mode");
	if (report->period.author_domain != NULL) {
		strbuf_add_text(page, "<span>Mail from ");
		html_add_foreign(page, report->period.author_domain);
		strbuf_add_text(page, " and below</span>");
	}
	if (span != NULL)
		strbuf_printf(page, "<span>%s</span>", span);
	strbuf_printf(page,
		      "<span>Made <time datetime=\"%s\">%.10s %.5s UTC</time>"
		      "</span></p>\n",
		      time, time, time + 11);
}

static void write_tile(struct strbuf *page, const char *label, const char *big,
		       const char *small)
{
	strbuf_printf(page, "<div><dt>%s</dt><dd class=\"big\">", label);
	html_add_text(page, big);
	strbuf_add_text(page, "</dd><dd class=\"soft small\">");
	html_add_text(page, small);
	strbuf_add_text(page, "</dd></div>\n");
}

static void write_share_tile(struct strbuf *page, const char *label,
			     int64_t part, int64_t whole, const char *what)
{
	TALLOC_CTX *mem = page->mem;

	write_tile(page, label, stats_share(mem, part, whole),
		   mem_printf(mem, "%s %s", stats_count(mem, part), what));
}

static void write_tiles(const struct stats_report *report, struct strbuf *page)
{
	const struct stats_tally *all = &report->stats->total;
	const int64_t *results = all->by[STATS_RESULT];
	TALLOC_CTX *mem = page->mem;

	strbuf_add_text(page, "<dl class=\"tiles\">\n");
	write_tile(page, "Messages", stats_count(mem, all->messages),
		   "in the period");
	write_share_tile(page, "Passed", results[RESULT_PASS], all->messages,
			 "messages");
	write_share_tile(
	    page, "Failed", results[RESULT_FAIL], all->messages,
	    mem_printf(
		mem, "messages, %s refused",
		stats_count(mem, all->by[STATS_FAILED][APPLIED_REJECT])));
	write_share_tile(page, "DNS trouble", results[RESULT_TEMPERROR],
			 all->messages, "messages");
	write_share_tile(page, "TLS 1.2 or 1.3", stats_tally_modern_tls(all),
			 all->messages, "messages");
	write_share_tile(page, "Names confirmed", all->marked[STATS_NAMED],
			 all->messages, "messages");
	strbuf_add_text(page, "</dl>\n");
}

static void write_opening(const struct stats_report *report,
			  struct strbuf *page)
{
	strbuf_add_text(page, "<header>\n<h1>Inbound mail <span>");
	html_add_foreign(page, report->host);
	strbuf_add_text(page, "</span></h1>\n");
	write_facts(report, page);
	strbuf_add_text(page, "<p class=\"lead\">");
	html_add_text(page, stats_report_words(page->mem, report));
	strbuf_add_text(page, "</p>\n");
	if (report->stats->total.messages == 0)
		strbuf_add_text(
		    page,
		    "<p class=\"note\">alignd records every message that "
		    "it judges. If mail flows, look whether the period is "
		    "the one you mean, and what \xe2\x80\x9c"
		    "alignctl doctor\xe2\x80\x9d says.</p>\n");
	else
		write_tiles(report, page);
	strbuf_add_text(page, "</header>\n");
}

/* --- over time --- */

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

static void write_times(const struct stats_report *report, struct strbuf *page)
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

/* --- tables --- */

static void write_bar(struct strbuf *page, const char *fill, int64_t part,
		      int64_t whole)
{
	strbuf_printf(page,
		      "<svg class=\"bar\" viewBox=\"0 0 100 6\" "
		      "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
		      "<rect class=\"%s\" width=\"%.2f\" height=\"6\"/></svg>",
		      fill,
		      whole <= 0 ? 0.0 : 100 * (double)part / (double)whole);
}

static void write_cell(struct strbuf *page, const char *text)
{
	strbuf_add_text(page, "<td>");
	html_add_text(page, text);
	strbuf_add_text(page, "</td>");
}

static void write_rank(struct strbuf *page, const struct stats_by *by,
		       const struct stats_row *row, int64_t part, int64_t most)
{
	const struct stats_tally *tally = &row->tally;
	TALLOC_CTX *mem = page->mem;

	strbuf_add_text(page, "<tr><th scope=\"row\">");
	html_add_foreign(page, stats_row_label(by, row));
	write_bar(page, by->key == STATS_BY_OVERRIDE ? "f-pass" : "g-fail",
		  part, most);
	strbuf_add_text(page, "</th>");
	if (by->key != STATS_BY_OVERRIDE)
		write_cell(page, stats_count(mem, part));
	write_cell(page,
		   stats_count(mem, tally->by[STATS_APPLIED][APPLIED_REJECT]));
	write_cell(page, stats_count(mem, tally->messages));
	strbuf_add_text(page, "</tr>\n");
}

static int64_t rank_part(const struct stats_by *by, const struct stats_row *row)
{
	return stats_key_is_by_failures(by->key)
		   ? row->tally.by[STATS_RESULT][RESULT_FAIL]
		   : row->tally.messages;
}

/* Rows without what they are ranked by are left out. */
static size_t count_ranks(const struct stats_by *by,
			  const struct stats_rows *rows)
{
	size_t count = 0;

	while (count < rows->count && rank_part(by, &rows->items[count]) > 0)
		count++;
	return count;
}

struct ranking {
	const char *word; /* of struct stats_by */
	const char *title;
	const char *words;
	const char *heading;
	const char *empty;
};

static int64_t largest(const struct stats_by *by, const struct stats_rows *rows,
		       size_t count)
{
	int64_t most = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t part = rank_part(by, &rows->items[i]);
		most = part > most ? part : most;
	}
	return most;
}

static void write_ranks(struct strbuf *page, const struct ranking *ranking,
			const struct stats_by *by,
			const struct stats_rows *rows, size_t count)
{
	int64_t most = largest(by, rows, count);

	strbuf_printf(page,
		      "<table class=\"ranks\"><thead><tr>"
		      "<th scope=\"col\">%s</th>%s<th scope=\"col\">refused"
		      "</th><th scope=\"col\">messages</th></tr></thead>"
		      "<tbody>\n",
		      ranking->heading,
		      by->key == STATS_BY_OVERRIDE
			  ? ""
			  : "<th scope=\"col\">failed</th>");
	for (size_t i = 0; i < count; i++)
		write_rank(page, by, &rows->items[i],
			   rank_part(by, &rows->items[i]), most);
	strbuf_add_text(page, "</tbody></table>\n");
}

static void write_ranking(const struct stats_report *report,
			  const struct ranking *ranking, struct strbuf *page)
{
	const struct stats_by *by = stats_by_find(ranking->word);
	struct stats_rows rows =
	    stats_report_rows(page->mem, report, by, report->limit);
	size_t count = count_ranks(by, &rows);

	strbuf_printf(page,
		      "<div class=\"card\"><h3>%s</h3><p class=\"soft\">%s"
		      "</p>\n",
		      ranking->title, ranking->words);
	if (count == 0)
		strbuf_printf(page, "<p class=\"empty\">%s</p>\n",
			      ranking->empty);
	else
		write_ranks(page, ranking, by, &rows, count);
	strbuf_add_text(page, "</div>\n");
}

static void write_sources(const struct stats_report *report,
			  struct strbuf *page)
{
	static const struct ranking domains = {
	    .word = "domain",
	    .title = "Most spoofed domains",
	    .words = "Author domains with the most failing mail: forged, or "
		     "sent by a service that was not set up for the domain.",
	    .heading = "Author domain",
	    .empty = "No mail failed in this period.",
	};
	static const struct ranking networks = {
	    .word = "network",
	    .title = "Where failing mail came from",
	    .words = "Networks of the clients: /24 for IPv4, /48 for IPv6.",
	    .heading = "Network",
	    .empty = "No mail failed in this period.",
	};

	strbuf_add_text(page, "<section aria-labelledby=\"s-who\">"
			      "<h2 id=\"s-who\">Whose name, and whose "
			      "network</h2>\n<div class=\"grid\">\n");
	write_ranking(report, &domains, page);
	write_ranking(report, &networks, page);
	strbuf_add_text(page, "</div></section>\n");
}

/* --- exceptions and transport --- */

static void write_one_share(struct strbuf *page, const char *label,
			    const char *fill, int64_t part, int64_t whole)
{
	TALLOC_CTX *mem = page->mem;

	strbuf_printf(page, "<li><span>%s <b>%s <span class=\"soft\">", label,
		      stats_count(mem, part));
	html_add_text(page, stats_share(mem, part, whole));
	strbuf_add_text(page, "</span></b></span>");
	write_bar(page, fill, part, whole);
	strbuf_add_text(page, "</li>\n");
}

static void write_tls(const struct stats_tally *all, struct strbuf *page)
{
	const struct stats_dimension *tls = &stats_dimensions[STATS_TLS];
	static const size_t order[] = {TLS_13, TLS_12, TLS_OLD, TLS_UNKNOWN,
				       TLS_NONE};

	strbuf_add_text(page, "<div class=\"card\"><h3>Encryption</h3>"
			      "<p class=\"soft\">TLS version of the session "
			      "that a message came in.</p>"
			      "<ul class=\"shares\">\n");
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		int64_t count = all->by[STATS_TLS][order[i]];
		bool is_modern = order[i] == TLS_13 || order[i] == TLS_12;
		if (count > 0 || is_modern || order[i] == TLS_NONE)
			write_one_share(page, tls->words[order[i]].label,
					is_modern ? "f-pass" : "f-none", count,
					all->messages);
	}
	strbuf_add_text(page, "</ul></div>\n");
}

static void write_names(const struct stats_tally *all, struct strbuf *page)
{
	int64_t named = all->marked[STATS_NAMED];

	strbuf_add_text(page, "<div class=\"card\"><h3>Client names</h3>"
			      "<p class=\"soft\">Does the client\xe2\x80\x99s "
			      "address have a name (PTR) that leads back to "
			      "it?</p><ul class=\"shares\">\n");
	write_one_share(page, "confirmed", "f-pass", named, all->messages);
	write_one_share(page, "none, or not confirmed", "f-none",
			all->messages - named, all->messages);
	strbuf_add_text(page, "</ul></div>\n");
}

static void write_exceptions(const struct stats_report *report,
			     struct strbuf *page)
{
	static const struct ranking overrides = {
	    .word = "override",
	    .title = "Use of exceptions",
	    .words = "Messages that met another fate than the published policy "
		     "asks for, and why.",
	    .heading = "Reason",
	    .empty = "Every message met the fate that its policy asks for.",
	};

	strbuf_add_text(page, "<section aria-labelledby=\"s-except\">"
			      "<h2 id=\"s-except\">Exceptions</h2>\n");
	write_ranking(report, &overrides, page);
	strbuf_add_text(page, "</section>\n");
}

static void write_transport(const struct stats_tally *all, struct strbuf *page)
{
	strbuf_add_text(page, "<section aria-labelledby=\"s-transport\">"
			      "<h2 id=\"s-transport\">Transport</h2>\n"
			      "<div class=\"grid\">\n");
	write_tls(all, page);
	write_names(all, page);
	strbuf_add_text(page, "</div></section>\n");
}

static void write_closing(struct strbuf *page)
{
	strbuf_add_text(
	    page,
	    "<footer class=\"soft small\">\n"
	    "<p><b>Passed</b>: SPF or a DKIM signature vouches for the domain "
	    "in From. <b>Failed</b>: nothing does, and the domain has a "
	    "policy; forged mail fails, and so does mail of services and lists "
	    "that were not set up for it. <b>No policy</b>: the domain "
	    "publishes none. All times are UTC; figures are kept by the "
	    "hour.</p>\n<p>Made by alignctl " PACKAGE_VERSION
	    ". This page holds no script and asks nothing of the network.</p>\n"
	    "</footer>\n</body>\n</html>\n");
}

void stats_write_html(const struct stats_report *report, struct strbuf *page)
{
	write_head(report, page);
	write_opening(report, page);
	strbuf_add_text(page, "<main>\n");
	if (report->stats->total.messages > 0) {
		write_times(report, page);
		write_sources(report, page);
		write_exceptions(report, page);
		write_transport(&report->stats->total, page);
	}
	strbuf_add_text(page, "</main>\n");
	write_closing(page);
}
