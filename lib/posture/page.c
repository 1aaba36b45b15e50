/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.c - findings about many domains as a page that needs nothing but itself
 *
 * An overview first, the worst domains on top, then a card for each domain:
 * the next thing to do, what is wrong with the record to paste, and the notes
 * folded away.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/page.h"

#include "lib/base/clock.h"
#include "lib/stats/html.h"
#include "lib/stats/page_head.h"

#define GRADES 5 /* of posture_grade() */

struct posture_page {
	size_t counts[GRADES];		/* domains, by worst severity */
	struct strbuf overview[GRADES]; /* likewise */
	struct strbuf cards[GRADES];
};

struct posture_page *posture_page_new(TALLOC_CTX *mem, size_t max)
{
	struct posture_page *page = mem_new(mem, struct posture_page);

	for (size_t i = 0; i < GRADES; i++) {
		strbuf_init(&page->overview[i], page, max);
		strbuf_init(&page->cards[i], page, max);
	}
	return page;
}

/* --- one domain --- */

static const char *grade_of(TALLOC_CTX *mem, const struct posture *posture)
{
	return mem_printf(mem, "%c", posture_grade(posture));
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

static void add_finding(struct strbuf *text,
			const struct posture_finding *found)
{
	const struct posture_kind *kind = found->kind;
	char time[CLOCK_TEXT];

	strbuf_printf(text, "<div class=\"found\"><h3><span class=\"%s\">",
		      badge_of(kind->severity));
	HTML(text, "{}</span> {}</h3>\n<p>{}</p>\n",
	     posture_severity_text(kind->severity), kind->title, found->seen);
	HTML(text, "<p class=\"small soft\">{}. ({}; {}", kind->advice,
	     kind->rule, kind->name);
	if (found->since_s > 0)
		HTML(text, "; since {}", clock_text(found->since_s, time));
	strbuf_add_text(text, ")</p>\n");
	if (found->fix != NULL)
		HTML(text, "<pre>{}</pre>\n", found->fix);
	strbuf_add_text(text, "</div>\n");
}

/* The findings above info, or those that are info. */
static size_t add_findings(struct strbuf *text, const struct posture *posture,
			   bool is_info)
{
	size_t count = 0;

	for (size_t i = 0; i < posture->count; i++) {
		const struct posture_finding *found = &posture->items[i];
		if ((found->kind->severity == POSTURE_INFO) != is_info)
			continue;
		add_finding(text, found);
		count++;
	}
	return count;
}

static void add_unchecked(struct strbuf *text, const struct posture *posture)
{
	for (size_t i = 0; i < posture->unchecked.count; i++)
		HTML(text, "<p class=\"note\">Not checkable: {}</p>\n",
		     posture->unchecked.items[i]);
}

static void add_card(struct strbuf *text, const struct posture *posture)
{
	TALLOC_CTX *mem = mem_context(NULL);

	strbuf_printf(text, "<section class=\"card\"><h2><span class=\"%s\">",
		      badge_of(posture_worst(posture)));
	HTML(text, "{}</span> {}</h2>\n<p><b>Next:</b> {}</p>\n",
	     grade_of(mem, posture), posture->domain,
	     posture_next(mem, posture));
	(void)add_findings(text, posture, false);
	add_unchecked(text, posture);
	strbuf_add_text(text, "<details><summary>Notes</summary>\n");
	if (add_findings(text, posture, true) == 0)
		strbuf_add_text(text, "<p>None.</p>\n");
	strbuf_add_text(text, "</details></section>\n");
	mem_free(mem);
}

/* A narrow column breaks it behind a dot. */
static void add_domain(struct strbuf *text, const char *domain)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span rest = span_of(domain);
	struct span label;

	while (span_cut(rest, '.', &label, &rest))
		HTML(text, "{}.<wbr>",
		     mem_strndup(mem, label.data, label.length));
	HTML(text, "{}", mem_strndup(mem, label.data, label.length));
	mem_free(mem);
}

static void add_line(struct strbuf *text, const struct posture *posture)
{
	TALLOC_CTX *mem = mem_context(NULL);

	strbuf_add_text(text, "<tr><th scope=\"row\">");
	add_domain(text, posture->domain);
	strbuf_printf(text, "</th><td><span class=\"%s\">",
		      badge_of(posture_worst(posture)));
	HTML(text, "{}</span></td><td>{}</td></tr>\n", grade_of(mem, posture),
	     posture_next(mem, posture));
	mem_free(mem);
}

void posture_page_add(struct posture_page *page, const struct posture *posture)
{
	enum posture_severity worst = posture_worst(posture);

	page->counts[worst]++;
	add_line(&page->overview[worst], posture);
	add_card(&page->cards[worst], posture);
}

/* --- the whole --- */

static void write_tiles(const struct posture_page *page, struct strbuf *text)
{
	static const char *const words[GRADES] = {
	    "nothing but notes", "something untidy",
	    "protects less than it seems", "loses mail or protection",
	    "anybody can speak for it"};

	strbuf_add_text(text, "<dl class=\"tiles\">\n");
	for (size_t i = 0; i < GRADES; i++)
		strbuf_printf(text,
			      "<div><dt>Grade %c</dt><dd class=\"big\">%zu</dd>"
			      "<dd class=\"soft small\">%s</dd></div>\n",
			      "ABCDF"[i], page -> counts[i], words[i]);
	strbuf_add_text(text, "</dl>\n");
}

static void write_opening(const struct posture_page *page, const char *host,
			  int64_t made_s, struct strbuf *text)
{
	char time[CLOCK_TEXT];

	page_head(text, "What the DNS says of these domains");
	HTML(text,
	     "<header>\n<h1>What the DNS says of these domains "
	     "<span>seen from {}</span></h1>\n<p class=\"facts\">"
	     "<span>Made {}</span></p>\n",
	     host, clock_text(made_s, time));
	write_tiles(page, text);
	strbuf_add_text(text, "</header>\n<main>\n");
}

/* The worst first. */
static void write_parts(struct strbuf *parts, struct strbuf *text)
{
	for (size_t i = GRADES; i-- > 0;) {
		strbuf_add_text(text, strbuf_text(&parts[i]));
		text->is_full = text->is_full || strbuf_is_full(&parts[i]);
	}
}

void posture_page_write(struct posture_page *page, const char *host,
			int64_t made_s, struct strbuf *text)
{
	write_opening(page, host, made_s, text);
	strbuf_add_text(
	    text, "<h2>What to do next</h2>\n<div class=\"card\">"
		  "<table class=\"ranks told\"><thead><tr>"
		  "<th scope=\"col\">Domain</th><th scope=\"col\">Grade"
		  "</th><th scope=\"col\">Next</th></tr></thead><tbody>\n");
	write_parts(page->overview, text);
	strbuf_add_text(text, "</tbody></table></div>\n"
			      "<h2>Domain by domain</h2>\n");
	write_parts(page->cards, text);
	strbuf_add_text(
	    text, "</main>\n<footer class=\"soft small\">\n"
		  "<p>A grade is that of the worst finding: A, nothing but "
		  "notes; B, low; C, medium; D, high; F, critical. What the "
		  "DNS did not answer is no finding and no part of the grade."
		  "</p>\n<p>Made by alignctl " PACKAGE_VERSION
		  ". This page holds no script and asks nothing of the "
		  "network.</p>\n</footer>\n</body>\n</html>\n");
}
