/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * summary_page.c - a summary as a page that needs nothing but itself
 * Tested by test_alignctl_inbox_says.
 */
#include <string.h>

#include "lib/inbox/summary_show.h"
#include "lib/inbox/tls_meaning.h"
#include "lib/stats/html.h"
#include "lib/stats/number.h"
#include "lib/stats/page_head.h"

#define CELL "<td>{}</td>"

/* --- DMARC --- */

static void write_source(const struct inbox_source *source, struct strbuf *page)
{
	TALLOC_CTX *mem = page->mem;
	char first[CLOCK_TEXT];
	const char *known =
	    *source->service != '\0' ? source->service : source->name;
	const char *why = source->why_count > 0 ? source->whys[0].words : "";

	HTML(page,
	     "<tr><th scope=\"row\">{}<br><span "
	     "class=\"soft\">{}{}since {}</span></th>" CELL CELL CELL "</tr>\n",
	     html_foreign(page, source->address), html_foreign(page, known),
	     *known == '\0' ? "" : ", ", clock_day_text(source->first_s, first),
	     stats_count(mem, source->messages),
	     stats_share(mem, source->aligned, source->messages),
	     inbox_source_trend(source));
	if (*why != '\0')
		HTML(page, "<tr><td colspan=\"4\" class=\"why\">{}</td></tr>\n",
		     html_foreign(page, why));
}

/* How many sources are of the domain that stands at `at`. */
static size_t count_domain(const struct inbox_summary *summary, size_t at)
{
	const char *domain = summary->sources[at].domain;
	size_t count = 0;

	while (at + count < summary->source_count &&
	       strcmp(summary->sources[at + count].domain, domain) == 0)
		count++;
	return count;
}

static void open_domain(const struct inbox_source *sources, size_t count,
			struct strbuf *page)
{
	TALLOC_CTX *mem = page->mem;
	struct inbox_source all = inbox_summary_total(sources, count);

	HTML(page,
	     "<section class=\"card\"><h2>{}</h2>\n<p>{}; in the period "
	     "before: {}</p>\n"
	     "<table class=\"ranks\"><thead><tr><th>Source, and why most of it "
	     "fails</th><th>Messages</th><th>Aligned</th><th>Trend</th></tr>"
	     "</thead><tbody>\n",
	     html_foreign(page, sources->domain),
	     inbox_summary_words(mem, all.messages, all.aligned, count),
	     inbox_summary_words(mem, all.before, all.before_aligned, 0));
}

static size_t write_domain(const struct inbox_view *view, size_t at,
			   struct strbuf *page)
{
	const struct inbox_summary *summary = view->summary;
	size_t count = count_domain(summary, at);

	open_domain(&summary->sources[at], count, page);
	for (size_t i = 0; i < count && i < view->limit; i++)
		write_source(&summary->sources[at + i], page);
	strbuf_add_text(page, "</tbody></table>\n");
	if (count > view->limit)
		strbuf_printf(page, "<p>And %s.</p>\n",
			      stats_counted(page->mem,
					    (int64_t)(count - view->limit),
					    "further source",
					    "further sources"));
	strbuf_add_text(page, "</section>\n");
	return count;
}

/* --- TLS --- */

static void write_line(const struct inbox_tls_line *line, struct strbuf *page)
{
	TALLOC_CTX *mem = page->mem;
	bool is_policy = inbox_tls_is_policy(line->policy);

	HTML(page,
	     "<tr><th scope=\"row\">{}</th>" CELL CELL CELL CELL "</tr>\n",
	     html_foreign(page, line->domain),
	     html_foreign(page, line->reporter),
	     html_foreign(page, inbox_tls_policy_text(line->policy)),
	     stats_count(mem, line->successful),
	     is_policy ? stats_count(mem, line->failed) : "-");
	for (size_t i = 0; i < line->type_count; i++) {
		const struct inbox_tls_type *type = &line->types[i];
		struct inbox_tls_meaning meaning =
		    inbox_tls_meaning(type->type);
		HTML(page,
		     "<tr><td colspan=\"5\" class=\"why\">{} {} at {}: {} (to "
		     "act: {})</td>"
		     "</tr>\n",
		     stats_count(mem, type->sessions),
		     html_foreign(page, type->type),
		     html_foreign(page, type->mx), meaning.words,
		     inbox_actor_text(meaning.actor));
	}
}

static void write_tls(const struct inbox_summary *summary, struct strbuf *page)
{
	if (summary->tls_count == 0)
		return;
	strbuf_add_text(
	    page, "<section class=\"card\"><h2>TLS</h2>\n<p>Sessions of one "
		  "policy type: one session may be in two of them.</p>\n"
		  "<div class=\"scroll\"><table><thead><tr><th>To</th>"
		  "<th>Reported by</th><th>Policy</th><th>Well</th>"
		  "<th>Failed</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < summary->tls_count; i++)
		write_line(&summary->tls[i], page);
	strbuf_add_text(page, "</tbody></table></div></section>\n");
}

/* --- all of it --- */

static void write_opening(const struct inbox_view *view, const char *title,
			  struct strbuf *page)
{
	const struct inbox_summary *summary = view->summary;
	char since[CLOCK_TEXT];
	char until[CLOCK_TEXT];

	page_head(page, title);
	HTML(page,
	     "<header>\n<h1>{}</h1>\n<p class=\"facts\"><span>{} to {}</span>"
	     "</p></header>\n<main>\n",
	     title, clock_day_text(view->period->since_s, since),
	     clock_day_text(view->period->until_s, until));
	if (summary->apart_count + summary->aside_count > 0)
		strbuf_printf(page,
			      "<p class=\"note\">%s kept apart and counted "
			      "nowhere here.</p>\n",
			      stats_counted(page->mem,
					    (int64_t)(summary->apart_count +
						      summary->aside_count),
					    "report or item is",
					    "reports and items are"));
}

void inbox_summary_page(const struct inbox_view *view, const char *title,
			struct strbuf *page)
{
	write_opening(view, title, page);
	for (size_t at = 0; at < view->summary->source_count;)
		at += write_domain(view, at, page);
	write_tls(view->summary, page);
	strbuf_add_text(page,
			"</main>\n<footer class=\"soft small\"><p>Made by "
			"alignctl " PACKAGE_VERSION
			". This page holds no script and asks nothing of "
			"the network.</p></footer>\n</body>\n</html>\n");
}
