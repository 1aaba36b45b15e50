/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page_parts.c - parts that several pages have
 * Tested by test_alignctl_stats, test_alignctl_stats_page.
 */
#include "lib/stats/page_parts.h"

#include <string.h>

#include "lib/stats/html.h"
#include "lib/stats/number.h"

const char *page_mode_badge(const char *mode)
{
	if (mode == NULL)
		return "\">Mode not known";
	return strcmp(mode, "monitor") == 0
		   ? " monitor\">Monitor mode: nothing is refused"
		   : "\">Enforce mode";
}

void page_tile(struct strbuf *page, const char *label, const char *figure,
	       const char *words)
{
	HTML(page,
	     "<div><dt>{}</dt><dd class=\"big\">{}</dd>"
	     "<dd class=\"soft small\">{}</dd></div>\n",
	     label, figure, words);
}

void page_bar(struct strbuf *page, const char *fill, int64_t part,
	      int64_t whole)
{
	strbuf_printf(page,
		      "<svg class=\"bar\" viewBox=\"0 0 100 6\" "
		      "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
		      "<rect class=\"%s\" width=\"%.2f\" height=\"6\"/></svg>",
		      fill,
		      whole <= 0 ? 0.0 : 100 * (double)part / (double)whole);
}

void page_share(struct strbuf *page, const char *label, const char *fill,
		int64_t part, int64_t whole)
{
	HTML(page,
	     "<li><span>{} <b>{} <span class=\"soft\">{}</span></b></span>",
	     label, stats_count(page->mem, part),
	     stats_share(page->mem, part, whole));
	page_bar(page, fill, part, whole);
	strbuf_add_text(page, "</li>\n");
}

void page_transport(const struct stats_tally *all, struct strbuf *page)
{
	static const enum stats_tls order[] = {TLS_13, TLS_12, TLS_OLD,
					       TLS_UNKNOWN, TLS_NONE};
	static const enum stats_ptr names[] = {PTR_CONFIRMED, PTR_UNCONFIRMED,
					       PTR_MISSING, PTR_TEMPERROR,
					       PTR_UNRECORDED};

	strbuf_add_text(page, "<div class=\"card\"><h3>Encryption</h3>"
			      "<p class=\"soft\">TLS version of the session "
			      "that a message came in.</p>"
			      "<ul class=\"shares\">\n");
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		int64_t count = all->by[STATS_TLS][order[i]];
		bool is_modern = order[i] == TLS_13 || order[i] == TLS_12;
		if (count > 0 || is_modern || order[i] == TLS_NONE)
			page_share(
			    page,
			    stats_dimensions[STATS_TLS].words[order[i]].label,
			    is_modern ? "f-pass" : "f-none", count,
			    all->messages);
	}
	strbuf_add_text(page, "</ul></div>\n"
			      "<div class=\"card\"><h3>Client names</h3>"
			      "<p class=\"soft\">Does the client\xe2\x80\x99s "
			      "address have a name (PTR) that leads back to "
			      "it?</p><ul class=\"shares\">\n");
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		int64_t count = all->by[STATS_PTR][names[i]];
		bool is_confirmed = names[i] == PTR_CONFIRMED;
		if (count > 0 || is_confirmed)
			page_share(
			    page,
			    stats_dimensions[STATS_PTR].words[names[i]].label,
			    is_confirmed ? "f-pass" : "f-none", count,
			    all->messages);
	}
	strbuf_add_text(page, "</ul></div>\n");
}
