/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html_table.c - the page's tables: who, from where, why, and how
 */
#include "lib/stats/html.h"
#include "lib/stats/html_text.h"
#include "lib/stats/number.h"

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
		       const struct stats_row *row, int64_t most)
{
	const struct stats_tally *tally = &row->tally;
	int64_t part = stats_row_weight(by, row);
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

struct ranking {
	const char *word; /* of struct stats_by */
	const char *title;
	const char *words;
	const char *heading;
	const char *empty;
};

static void write_ranks(struct strbuf *page, const struct ranking *ranking,
			const struct stats_by *by,
			const struct stats_rows *rows)
{
	int64_t most = stats_rows_heaviest(by, rows);

	strbuf_printf(page,
		      "<table class=\"ranks\"><thead><tr>"
		      "<th scope=\"col\">%s</th>%s<th scope=\"col\">refused"
		      "</th><th scope=\"col\">messages</th></tr></thead>"
		      "<tbody>\n",
		      ranking->heading,
		      by->key == STATS_BY_OVERRIDE
			  ? ""
			  : "<th scope=\"col\">failed</th>");
	for (size_t i = 0; i < rows->count; i++)
		write_rank(page, by, &rows->items[i], most);
	strbuf_add_text(page, "</tbody></table>\n");
}

static void write_ranking(const struct stats_report *report,
			  const struct ranking *ranking, struct strbuf *page)
{
	const struct stats_by *by = stats_by_find(ranking->word);
	struct stats_rows rows =
	    stats_report_rows(page->mem, report, by, report->limit);

	stats_rows_cut(by, &rows);
	strbuf_printf(page,
		      "<div class=\"card\"><h3>%s</h3><p class=\"soft\">%s"
		      "</p>\n",
		      ranking->title, ranking->words);
	if (rows.count == 0)
		strbuf_printf(page, "<p class=\"empty\">%s</p>\n",
			      ranking->empty);
	else
		write_ranks(page, ranking, by, &rows);
	strbuf_add_text(page, "</div>\n");
}

void stats_html_sources(const struct stats_report *report, struct strbuf *page)
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

void stats_html_exceptions(const struct stats_report *report,
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

void stats_html_transport(const struct stats_tally *all, struct strbuf *page)
{
	strbuf_add_text(page, "<section aria-labelledby=\"s-transport\">"
			      "<h2 id=\"s-transport\">Transport</h2>\n"
			      "<div class=\"grid\">\n");
	write_tls(all, page);
	write_names(all, page);
	strbuf_add_text(page, "</div></section>\n");
}
