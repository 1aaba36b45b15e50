/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html.c - alignctl stats as a page that needs nothing but itself
 *
 * No script, and nothing fetched: the content security policy allows the one
 * style sheet by its digest and refuses everything else, should a name that a
 * stranger wrote ever pass the escaping.
 */
#include "lib/auth/digest.h"
#include "lib/base/clock.h"
#include "lib/stats/html.h"
#include "lib/stats/html_text.h"
#include "lib/stats/number.h"
#include "lib/stats/style.h"

#define BASE64_ROOM 48 /* of 32 bytes: 44, and a NUL */

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
		stats_html_times(report, page);
		stats_html_sources(report, page);
		stats_html_exceptions(report, page);
		stats_html_transport(&report->stats->total, page);
	}
	strbuf_add_text(page, "</main>\n");
	write_closing(page);
}
