/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.c - a card as a page that needs nothing but itself
 *
 * Its head, and why nothing runs or is fetched: lib/stats/page_head.h.
 * Tested by test_alignctl_scorecard.
 */
#include "lib/scorecard/page.h"

#include "lib/scorecard/evidence.h"
#include "lib/stats/html.h"
#include "lib/stats/number.h"
#include "lib/stats/page_head.h"
#include "lib/stats/page_parts.h"

#define FINDINGS_SHOWN 50
#define DOMAINS_SHOWN 100 /* own ones: a large body has thousands */

/* --- the opening --- */

static void write_facts(const struct card *card, struct strbuf *page)
{
	char made[CLOCK_TEXT];

	(void)clock_text(card->setup->now_s, made);
	strbuf_printf(page, "<p class=\"facts\"><span class=\"badge%s</span>",
		      page_mode_badge(card->setup->mode));
	HTML(page, "<span>{}</span>", card_span(page->mem, card));
	strbuf_printf(page,
		      "<span>Made <time datetime=\"%s\">%.10s %.5s UTC</time>"
		      "</span></p>\n",
		      made, made, made + 11);
}

static void write_tiles(const struct stats_tally *all, struct strbuf *page)
{
	const int64_t *results = all->by[STATS_RESULT];
	TALLOC_CTX *mem = page->mem;
	const struct {
		const char *label;
		int64_t part;
	} shares[] = {
	    {"Passed", results[DMARC_RESULT_PASS]},
	    {"Failed", results[DMARC_RESULT_FAIL]},
	    {"No DMARC", results[DMARC_RESULT_NONE]},
	    {"TLS 1.2 or 1.3", stats_tally_modern_tls(all)},
	    {"Names confirmed", all->by[STATS_PTR][PTR_CONFIRMED]},
	};

	strbuf_add_text(page, "<dl class=\"tiles\">\n");
	page_tile(page, "Messages", stats_count(mem, all->messages),
		  "in the month");
	for (size_t i = 0; i < COUNT_OF(shares); i++)
		page_tile(page, shares[i].label,
			  stats_share(mem, shares[i].part, all->messages),
			  mem_printf(mem, "%s messages",
				     stats_count(mem, shares[i].part)));
	strbuf_add_text(page, "</dl>\n");
}

static void write_notes(const struct text_list *notes, const char *class,
			struct strbuf *page)
{
	for (size_t i = 0; i < notes->count; i++)
		HTML(page, "<p class=\"{}\">{}</p>\n", class,
		     html_foreign(page, notes->items[i]));
}

static void write_opening(const struct card *card, const char *host,
			  struct strbuf *page)
{
	const struct stats_tally *all = &card->stats->total;
	struct text_list notes = card_notes(page->mem, card);

	HTML(page,
	     "<header>\n<h1>Scorecard of inbound mail, {} <span>{}</span></h1>"
	     "\n",
	     card->setup->month.text, host);
	write_facts(card, page);
	write_notes(&notes, "note", page);
	if (all->messages > 0) {
		HTML(page, "<p class=\"lead\">{}</p>\n",
		     stats_report_words(page->mem, &card->report));
		write_tiles(all, page);
	}
	strbuf_add_text(page, "</header>\n");
}

/* --- classes --- */

static void write_results(const struct stats_tally *tally, struct strbuf *page)
{
	const int64_t *results = tally->by[STATS_RESULT];
	const struct {
		const char *label;
		const char *fill;
		int64_t part;
	} rows[] = {
	    {"passed", "f-pass", results[DMARC_RESULT_PASS]},
	    {"failed", "f-fail", results[DMARC_RESULT_FAIL]},
	    {"no DMARC", "f-none", results[DMARC_RESULT_NONE]},
	    {"DNS did not answer", "f-temp", results[DMARC_RESULT_TEMPERROR]},
	    {"unreadable author or record", "f-perm",
	     results[DMARC_RESULT_PERMERROR]},
	};

	strbuf_add_text(page, "<ul class=\"shares\">\n");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (rows[i].part > 0 || i < 3)
			page_share(page, rows[i].label, rows[i].fill,
				   rows[i].part, tally->messages);
	}
	strbuf_add_text(page, "</ul>\n");
}

static void write_domains(const struct stats_table *table, struct strbuf *page)
{
	TALLOC_CTX *mem = page->mem;

	strbuf_add_text(
	    page, "<table class=\"ranks tight\"><thead><tr><th scope=\"col\">"
		  "Domain</th><th scope=\"col\">messages</th>"
		  "<th scope=\"col\">passed</th><th scope=\"col\">failed"
		  "</th><th scope=\"col\">no DMARC</th></tr></thead>"
		  "<tbody>\n");
	for (size_t i = 0; i < table->kept; i++) {
		const struct stats_tally *tally = &table->rows[i].tally;
		const int64_t *results = tally->by[STATS_RESULT];
		int64_t all = tally->messages;
		HTML(page,
		     "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>"
		     "<td>{}</td><td>{}</td></tr>\n",
		     html_foreign(page, table->rows[i].name),
		     stats_count(mem, all),
		     stats_share(mem, results[DMARC_RESULT_PASS], all),
		     stats_share(mem, results[DMARC_RESULT_FAIL], all),
		     stats_share(mem, results[DMARC_RESULT_NONE], all));
	}
	strbuf_add_text(page, "</tbody></table>\n");
	if (table->count > table->kept)
		HTML(page, "<p class=\"small soft\">and {} more domains</p>\n",
		     stats_count(mem, (int64_t)(table->count - table->kept)));
}

static void write_class(const struct card *card, enum card_class id,
			struct strbuf *page)
{
	const struct stats_class *class = &card->stats->classes[id];
	const struct stats_tally *total = &class->total;
	const int64_t *applied = total->by[STATS_APPLIED];
	TALLOC_CTX *mem = page->mem;

	HTML(page, "<div class=\"card\"><h3>{}</h3>\n",
	     card_class_words[id].label);
	if (total->messages == 0) {
		strbuf_add_text(page, "<p class=\"empty\">No mail of these in "
				      "the month.</p></div>\n");
		return;
	}
	HTML(page,
	     "<p class=\"soft\">{} messages{}{}{}; {} refused, {} quarantined, "
	     "{} deferred. {} over TLS 1.2 or 1.3, {} from a server with a "
	     "confirmed name.</p>\n",
	     stats_count(mem, total->messages), id == CARD_NONE ? "" : " of ",
	     id == CARD_NONE
		 ? ""
		 : stats_count(mem, (int64_t)card_domains(card, id)),
	     id == CARD_NONE		   ? ""
	     : card_domains(card, id) == 1 ? " domain"
					   : " domains",
	     stats_count(mem, applied[DISPOSITION_REJECT]),
	     stats_count(mem, applied[DISPOSITION_QUARANTINE]),
	     stats_count(mem, applied[DISPOSITION_TEMPFAIL]),
	     stats_share(mem, stats_tally_modern_tls(total), total->messages),
	     stats_share(mem, total->by[STATS_PTR][PTR_CONFIRMED],
			 total->messages));
	write_results(total, page);
	if (id != CARD_NONE)
		write_domains(class->domains, page);
	strbuf_add_text(page, "</div>\n");
}

static void write_classes(const struct card *card, struct strbuf *page)
{
	struct text_list notes = card_class_notes(page->mem, card);

	strbuf_add_text(page, "<section aria-labelledby=\"s-class\">"
			      "<h2 id=\"s-class\">By class of author domain"
			      "</h2>\n<div class=\"grid top\">\n");
	for (size_t i = 0; i < CARD_CLASSES; i++) {
		if (i != CARD_NONE ||
		    card->stats->classes[i].total.messages > 0)
			write_class(card, (enum card_class)i, page);
	}
	strbuf_add_text(page, "</div>\n<div class=\"under\">\n");
	write_notes(&notes, "small soft", page);
	strbuf_add_text(page, "</div></section>\n");
}

/* --- what was done --- */

static void write_reasons(const struct card *card, struct strbuf *page)
{
	struct stats_rows rows = card_reasons(page->mem, card);

	strbuf_add_text(page, "<section aria-labelledby=\"s-why\">"
			      "<h2 id=\"s-why\">Refused, quarantined, tagged, "
			      "deferred</h2>\n<div class=\"card\">\n");
	if (rows.count == 0)
		strbuf_add_text(page, "<p class=\"empty\">All mail was let in "
				      "as it came.</p>\n");
	else
		strbuf_add_text(page,
				"<table class=\"ranks\"><thead><tr>"
				"<th scope=\"col\">What was done, and why</th>"
				"<th scope=\"col\">messages</th></tr></thead>"
				"<tbody>\n");
	for (size_t i = 0; i < rows.count; i++) {
		int64_t messages = rows.items[i].tally.messages;
		HTML(page, "<tr><th scope=\"row\">{}",
		     html_foreign(page, rows.items[i].name));
		page_bar(page, "f-pass", messages, rows.most);
		HTML(page, "</th><td>{}</td></tr>\n",
		     stats_count(page->mem, messages));
	}
	if (rows.count > 0)
		strbuf_add_text(page, "</tbody></table>\n");
	strbuf_add_text(page, "</div></section>\n");
}

/* --- own domains --- */

static const char *when(TALLOC_CTX *mem, int64_t time_s)
{
	char text[CLOCK_TEXT];

	return time_s == 0 ? "never"
			   : mem_strdup(mem, clock_day_text(time_s, text));
}

/* Is there more to say than that all is well? */
static bool is_told(const struct past_domain *domain)
{
	size_t open = 0;

	for (size_t i = POSTURE_LOW; i < PAST_SEVERITIES; i++)
		open += domain->open[i];
	return domain->look_s == 0 ||
	       open + domain->opened + domain->closed > 0;
}

static void write_own_domain(const struct past_domain *domain,
			     struct strbuf *page)
{
	TALLOC_CTX *mem = page->mem;

	HTML(page, "<tr><th scope=\"row\">{}</th>",
	     html_foreign(page, domain->domain));
	for (size_t i = PAST_SEVERITIES; i-- > POSTURE_LOW;)
		HTML(page, "<td>{}</td>",
		     domain->look_s == 0
			 ? "-"
			 : stats_count(mem, (int64_t)domain->open[i]));
	HTML(page, "<td>{}</td><td>{}</td><td>{}</td></tr>\n",
	     stats_count(mem, (int64_t)domain->opened),
	     stats_count(mem, (int64_t)domain->closed),
	     when(mem, domain->look_s));
}

static void write_own_domains(const struct posture_past *past,
			      struct strbuf *page)
{
	size_t shown = 0;

	strbuf_add_text(
	    page, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		  "aria-label=\"Findings by own domain\"><table><thead><tr>"
		  "<th scope=\"col\">Domain</th>");
	for (size_t i = PAST_SEVERITIES; i-- > POSTURE_LOW;)
		HTML(page, "<th scope=\"col\">{}</th>",
		     posture_severity_text((enum posture_severity)i));
	strbuf_add_text(page, "<th scope=\"col\">opened</th>"
			      "<th scope=\"col\">closed</th>"
			      "<th scope=\"col\">last look</th></tr></thead>"
			      "<tbody>\n");
	for (size_t i = 0; i < past->domain_count; i++) {
		if (is_told(&past->domains[i]) && shown < DOMAINS_SHOWN) {
			write_own_domain(&past->domains[i], page);
			shown++;
		}
	}
	strbuf_add_text(page, "</tbody></table></div>\n");
	if (shown < past->domain_count)
		strbuf_printf(page,
			      "<p class=\"small soft\">%zu further domains"
			      "%s</p>\n",
			      past->domain_count - shown,
			      shown < DOMAINS_SHOWN
				  ? ", without a finding above info"
				  : "; alignctl scorecard --json has all");
}

/* Markup of ours alone. */
static const char *badge_of(enum posture_severity severity)
{
	static const char *const badges[] = {
	    [POSTURE_INFO] = "badge",		[POSTURE_LOW] = "badge mild",
	    [POSTURE_MEDIUM] = "badge monitor", [POSTURE_HIGH] = "badge bad",
	    [POSTURE_CRITICAL] = "badge worst",
	};

	return badges[severity];
}

static void write_finding(const struct past_finding *found, struct strbuf *page)
{
	strbuf_printf(page, "<tr><td><span class=\"%s\">%s</span></td>",
		      badge_of(found->severity),
		      posture_severity_text(found->severity));
	HTML(page,
	     "<td>{}: {} <span class=\"soft\">{}{}{}</span></td><td>since "
	     "{}</td>",
	     html_foreign(page, found->domain),
	     found->kind == NULL ? html_foreign(page, found->name)
				 : found->kind->title,
	     *found->detail == '\0' ? "" : "(",
	     html_foreign(page, found->detail),
	     *found->detail == '\0' ? "" : ")",
	     when(page->mem, found->first_s));
	HTML(page, "<td>{}</td></tr>\n",
	     found->is_open ? "open"
			    : mem_printf(page->mem, "closed %s",
					 when(page->mem, found->closed_s)));
}

/* Those above info, the worst first. */
static void write_findings(const struct posture_past *past, struct strbuf *page)
{
	size_t count = 0;

	while (count < past->count &&
	       past->findings[count].severity > POSTURE_INFO)
		count++;
	if (count == 0)
		return;
	strbuf_add_text(page, "<table class=\"told findings\"><thead><tr>"
			      "<th scope=\"col\">Severity</th>"
			      "<th scope=\"col\">Finding</th>"
			      "<th scope=\"col\">Since</th>"
			      "<th scope=\"col\">State</th></tr></thead>"
			      "<tbody>\n");
	for (size_t i = 0; i < count && i < FINDINGS_SHOWN; i++)
		write_finding(&past->findings[i], page);
	strbuf_add_text(page, "</tbody></table>\n");
	if (count > FINDINGS_SHOWN)
		strbuf_printf(page,
			      "<p class=\"small soft\">and %zu more; alignctl "
			      "scorecard --json has all</p>\n",
			      count - FINDINGS_SHOWN);
}

static void write_posture(const struct card *card, struct strbuf *page)
{
	const struct posture_past *past = card->posture;

	HTML(page,
	     "<section aria-labelledby=\"s-own\"><h2 id=\"s-own\">Own domains"
	     "</h2>\n<div class=\"card long\"><p>{}</p>\n",
	     posture_past_words(page->mem, past));
	if (past->domain_count > 0)
		write_own_domains(past, page);
	write_findings(past, page);
	strbuf_add_text(page, "</div></section>\n");
}

/* --- evidence --- */

static const char *state_badge(enum evidence_state state)
{
	static const char *const badges[] = {
	    [EVIDENCE_MISSING] = "badge mild",
	    [EVIDENCE_OPEN] = "badge monitor",
	    [EVIDENCE_SHOWN] = "badge",
	};

	return badges[state];
}

static void write_row(const struct evidence *row, struct strbuf *page)
{
	HTML(page,
	     "<div class=\"found\"><h4><span class=\"{}\">{}</span> {}{}{}</h4>"
	     "\n<p>{}</p>\n",
	     state_badge(row->state), evidence_state_label(row->state),
	     row->number, *row->number == '\0' ? "" : " ", row->asked,
	     row->shown);
	HTML(page,
	     "<p class=\"small soft\">By {}. Host {}, <span "
	     "class=\"when\">{}</span>. <b>Not shown:</b> "
	     "{}"
	     "</p></div>\n",
	     row->method, html_foreign(page, row->host), row->date,
	     row->not_shown);
}

static void write_evidence(const struct card *card, struct strbuf *page)
{
	struct evidence_list list = evidence_of(page->mem, card);

	strbuf_add_text(
	    page,
	    "<section aria-labelledby=\"s-proof\"><h2 id=\"s-proof\">Evidence "
	    "for auditors</h2>\n<p class=\"soft\">What is asked for, in our "
	    "own "
	    "words, and what the record of the month speaks to. No row says "
	    "that a demand is met; the auditor has the text that counts.</p>"
	    "\n");
	for (size_t i = 0; i < list.count; i++) {
		const struct evidence *row = &list.items[i];
		bool is_first = i == 0 || row->standard != row[-1].standard;
		if (is_first)
			HTML(page,
			     "{}<div class=\"card long proof\"><h3>{}</h3>\n",
			     "", row->standard);
		write_row(row, page);
		if (i + 1 == list.count || row[1].standard != row->standard)
			strbuf_add_text(page, "</div>\n");
	}
	strbuf_add_text(page, "</section>\n");
}

/* --- all of it --- */

static const char footer[] =
    "</main>\n<footer class=\"soft small\">\n"
    "<p><b>Passed</b>: SPF or a DKIM signature vouches for the domain in From. "
    "<b>Failed</b>: nothing does, and the domain has a policy; forged mail "
    "fails, and so does mail of services and lists that were not set up for "
    "it. <b>No DMARC</b>: the domain publishes none. <b>No author domain</b>: "
    "From could not be read as one author, or more senders came within an hour "
    "than are told apart.</p>\n"
    "<p>A message is of the first class that fits: own, public sector, "
    "partners, the rest. Quarantined mail is held, tagged or redirected, as "
    "policy.quarantine_action says. A finding is closed by the first look that "
    "no longer had it. Months are those of UTC, figures are kept by the hour, "
    "and are those of \xe2\x80\x9c"
    "alignctl stats\xe2\x80\x9d for the same time.</p>\n"
    "<p>Made by alignctl " PACKAGE_VERSION
    ". This page holds no script and asks nothing of the network.</p>\n"
    "</footer>\n</body>\n</html>\n";

void card_write_page(const struct card *card, struct strbuf *page)
{
	const char *host = card->setup->host == NULL
			       ? "a host that is not known"
			       : html_foreign(page, card->setup->host);

	page_head(page, mem_printf(page->mem, "Scorecard %s, %s",
				   card->setup->month.text, host));
	write_opening(card, host, page);
	strbuf_add_text(page, "<main>\n");
	if (card->stats->total.messages > 0) {
		write_classes(card, page);
		write_reasons(card, page);
		strbuf_add_text(page, "<section aria-labelledby=\"s-client\">"
				      "<h2 id=\"s-client\">The servers that "
				      "write to us</h2>\n"
				      "<div class=\"grid\">\n");
		page_transport(&card->stats->total, page);
		strbuf_add_text(page, "</div></section>\n");
	}
	write_posture(card, page);
	write_evidence(card, page);
	strbuf_add_text(page, footer);
}
