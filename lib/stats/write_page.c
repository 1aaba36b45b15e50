/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * write_page.c - a report as a page that needs nothing but itself
 *
 * Its head, and why nothing runs or is fetched: page_head.h.
 */
#include "lib/stats/write.h"

#include <string.h>

#include "lib/stats/chart.h"
#include "lib/stats/html.h"
#include "lib/stats/number.h"
#include "lib/stats/page_head.h"
#include "lib/stats/page_parts.h"

/* --- the opening --- */

static void write_facts(const struct stats_report *report, struct strbuf *page)
{
	const char *span = stats_report_span(page->mem, report);
	char time[CLOCK_TEXT];

	(void)clock_text(report->generated_s, time);
	strbuf_printf(page, "<p class=\"facts\"><span class=\"badge%s</span>",
		      page_mode_badge(report->mode));
	if (report->period.author_domain != NULL)
		HTML(page, "<span>Mail from {} and below</span>",
		     html_foreign(page, report->period.author_domain));
	if (span != NULL)
		HTML(page, "<span>{}</span>", span);
	strbuf_printf(page,
		      "<span>Made <time datetime=\"%s\">%.10s %.5s UTC</time>"
		      "</span></p>\n",
		      time, time, time + 11);
}

static void write_tiles(const struct stats_tally *all, struct strbuf *page)
{
	const int64_t *results = all->by[STATS_RESULT];
	TALLOC_CTX *mem = page->mem;
	const struct {
		const char *label;
		int64_t part;
		const char *what;
	} shares[] = {
	    {"Passed", results[DMARC_RESULT_PASS], "messages"},
	    {"Failed", results[DMARC_RESULT_FAIL],
	     mem_printf(
		 mem, "messages, %s refused",
		 stats_count(mem, all->by[STATS_FAILED][DISPOSITION_REJECT]))},
	    {"DNS trouble", results[DMARC_RESULT_TEMPERROR], "messages"},
	    {"TLS 1.2 or 1.3", stats_tally_modern_tls(all), "messages"},
	    {"Names confirmed", all->marked[STATS_NAMED], "messages"},
	};

	strbuf_add_text(page, "<dl class=\"tiles\">\n");
	page_tile(page, "Messages", stats_count(mem, all->messages),
		  "in the period");
	for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++)
		page_tile(page, shares[i].label,
			  stats_share(mem, shares[i].part, all->messages),
			  mem_printf(mem, "%s %s",
				     stats_count(mem, shares[i].part),
				     shares[i].what));
	strbuf_add_text(page, "</dl>\n");
}

static void write_lead(const struct stats_report *report, struct strbuf *page)
{
	HTML(page, "<p class=\"lead\">{}</p>\n",
	     stats_report_words(page->mem, report));
}

static void write_opening(const struct stats_report *report, const char *host,
			  struct strbuf *page)
{
	HTML(page, "<header>\n<h1>Inbound mail <span>{}</span></h1>\n", host);
	write_facts(report, page);
	write_lead(report, page);
	if (report->stats->total.messages == 0)
		strbuf_add_text(
		    page,
		    "<p class=\"note\">alignd records every message that "
		    "it judges. If mail flows, look whether the period is "
		    "the one you mean, and what \xe2\x80\x9c"
		    "alignctl doctor\xe2\x80\x9d says.</p>\n");
	else
		write_tiles(&report->stats->total, page);
	strbuf_add_text(page, "</header>\n");
}

/* --- who, from where, and why --- */

struct ranking {
	const char *word; /* of struct stats_by */
	const char *title;
	const char *words;
	const char *heading;
	const char *empty;
};

static const struct ranking domains = {
    .word = "domain",
    .title = "Most spoofed domains",
    .words = "Author domains with the most failing mail: forged, or sent by a "
	     "service that was not set up for the domain.",
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

static const struct ranking overrides = {
    .word = "override",
    .title = "Use of exceptions",
    .words = "Messages that met another fate than the published policy asks "
	     "for, and why.",
    .heading = "Reason",
    .empty = "Every message met the fate that its policy asks for.",
};

static void write_ranks(const struct stats_rows *rows, const char *heading,
			struct strbuf *page)
{
	const struct stats_by *by = rows->by;
	bool is_failures = stats_by_is_failures(by);
	TALLOC_CTX *mem = page->mem;

	strbuf_printf(page,
		      "<table class=\"ranks\"><thead><tr>"
		      "<th scope=\"col\">%s</th>%s<th scope=\"col\">refused"
		      "</th><th scope=\"col\">messages</th></tr></thead>"
		      "<tbody>\n",
		      heading,
		      is_failures ? "<th scope=\"col\">failed</th>" : "");
	for (size_t i = 0; i < rows->count; i++) {
		const struct stats_row *row = &rows->items[i];
		const struct stats_tally *tally = &row->tally;
		int64_t part = stats_row_weight(by, row);
		HTML(page, "<tr><th scope=\"row\">{}",
		     html_foreign(page, stats_row_label(by, row)));
		page_bar(page, is_failures ? "g-fail" : "f-pass", part,
			 rows->most);
		strbuf_add_text(page, "</th>");
		if (is_failures)
			HTML(page, "<td>{}</td>", stats_count(mem, part));
		HTML(page, "<td>{}</td><td>{}</td></tr>\n",
		     stats_count(mem,
				 tally->by[STATS_APPLIED][DISPOSITION_REJECT]),
		     stats_count(mem, tally->messages));
	}
	strbuf_add_text(page, "</tbody></table>\n");
}

static void write_ranking(const struct stats_report *report,
			  const struct ranking *ranking, struct strbuf *page)
{
	struct stats_rows rows =
	    stats_report_top(page->mem, report, ranking->word, report->limit);

	strbuf_printf(page,
		      "<div class=\"card\"><h3>%s</h3><p class=\"soft\">%s"
		      "</p>\n",
		      ranking->title, ranking->words);
	if (rows.count == 0)
		strbuf_printf(page, "<p class=\"empty\">%s</p>\n",
			      ranking->empty);
	else
		write_ranks(&rows, ranking->heading, page);
	strbuf_add_text(page, "</div>\n");
}

/* --- all of it --- */

static void write_sections(const struct stats_report *report,
			   struct strbuf *page)
{
	strbuf_add_text(page, "<section aria-labelledby=\"s-time\">"
			      "<h2 id=\"s-time\">Over time</h2>\n"
			      "<div class=\"grid\">\n");
	stats_write_charts(report, page);
	strbuf_add_text(page, "</div></section>\n"
			      "<section aria-labelledby=\"s-who\">"
			      "<h2 id=\"s-who\">Whose name, and whose "
			      "network</h2>\n<div class=\"grid\">\n");
	write_ranking(report, &domains, page);
	write_ranking(report, &networks, page);
	strbuf_add_text(page, "</div></section>\n"
			      "<section aria-labelledby=\"s-except\">"
			      "<h2 id=\"s-except\">Exceptions</h2>\n");
	write_ranking(report, &overrides, page);
	strbuf_add_text(page, "</section>\n"
			      "<section aria-labelledby=\"s-transport\">"
			      "<h2 id=\"s-transport\">Transport</h2>\n"
			      "<div class=\"grid\">\n");
	page_transport(&report->stats->total, page);
	strbuf_add_text(page, "</div></section>\n");
}

void stats_write_figures(const struct stats_report *report, struct strbuf *page)
{
	write_lead(report, page);
	if (report->stats->total.messages == 0)
		return;
	write_tiles(&report->stats->total, page);
	write_sections(report, page);
}

void stats_write_page(const struct stats_report *report, struct strbuf *page)
{
	const char *host = report->host == NULL
			       ? "a host that is not known"
			       : html_foreign(page, report->host);

	page_head(page, mem_printf(page->mem, "Inbound mail at %s", host));
	write_opening(report, host, page);
	strbuf_add_text(page, "<main>\n");
	if (report->stats->total.messages > 0)
		write_sections(report, page);
	strbuf_add_text(
	    page,
	    "</main>\n<footer class=\"soft small\">\n"
	    "<p><b>Passed</b>: SPF or a DKIM signature vouches for the domain "
	    "in From. <b>Failed</b>: nothing does, and the domain has a "
	    "policy; forged mail fails, and so does mail of services and lists "
	    "that were not set up for it. <b>No policy</b>: the domain "
	    "publishes none. All times are UTC; figures are kept by the "
	    "hour.</p>\n<p>Made by alignctl " PACKAGE_VERSION
	    ". This page holds no script and asks nothing of the network.</p>\n"
	    "</footer>\n</body>\n</html>\n");
}
