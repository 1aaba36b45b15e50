/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.c - what stands before and behind each page of the desk
 *
 * No script, nothing fetched, no form that leads elsewhere: the policy says so,
 * here and in the header that alignd-desk sends with it.
 * Tested by test_alignctl_pages, test_desk.
 */
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/desk/page.h"
#include "lib/desk/style.h"
#include "lib/stats/page_head.h"
#include "lib/stats/style.h"

#define ZONE_ROOM 64

const char *desk_policy(TALLOC_CTX *mem)
{
	const char *const styles[] = {stats_style, desk_style};

	return mem_printf(mem,
			  "default-src 'none'; style-src %s; base-uri 'none'; "
			  "form-action 'self'; frame-ancestors 'none'",
			  page_style_sources(mem, styles, COUNT_OF(styles)));
}

/* frame-ancestors is for headers alone: an element that has it is told of. */
static const char *element_policy(TALLOC_CTX *mem)
{
	char *policy = mem_strdup(mem, desk_policy(mem));

	*strstr(policy, "; frame-ancestors") = '\0';
	return policy;
}

static void put_head(const struct desk_page *page, struct strbuf *whole)
{
	strbuf_add_text(whole, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
			       "<meta charset=\"utf-8\">\n");
	strbuf_printf(whole,
		      "<meta http-equiv=\"Content-Security-Policy\" "
		      "content=\"%s\">\n",
		      element_policy(page->mem));
	HTML(whole,
	     "<meta name=\"viewport\" content=\"width=device-width, "
	     "initial-scale=1\">\n<meta name=\"referrer\" "
	     "content=\"no-referrer\">\n<meta name=\"robots\" "
	     "content=\"noindex\">\n<title>{} - alignd desk</title>\n",
	     page->title);
	strbuf_printf(whole,
		      "<style>%s</style>\n<style>%s</style>\n</head>\n<body>\n"
		      "<a class=\"skip\" href=\"#main\">To the page</a>\n%s",
		      stats_style, desk_style, stats_patterns);
}

static bool is_here(const struct desk_page *page,
		    const struct desk_route *route)
{
	return strcmp(page->request->path + 1, route->path) == 0;
}

static void put_menu(const struct desk_page *page, struct strbuf *whole)
{
	strbuf_add_text(whole, "<nav aria-label=\"Pages\"><ul>\n");
	for (const struct desk_route *route = desk_routes; route->path != NULL;
	     route++) {
		const char *address = desk_address(page, route->path);
		if (route->menu == NULL ||
		    !desk_route_is_there(route, page->desk) ||
		    !desk_route_is_for(route, page->who) || address == NULL)
			continue;
		HTML(whole, "<li><a href=\"{}\"", address);
		HTML(whole,
		     is_here(page, route) ? " aria-current=\"page\">{}</a></li>"
					  : ">{}</a></li>\n",
		     route->menu);
	}
	strbuf_add_text(whole, "</ul></nav>\n");
}

static void put_search(const struct desk_page *page, struct strbuf *whole)
{
	const char *typed = desk_request_value(page->request, "q");

	if (page->desk->is_files || page->who->role == DESK_NOBODY)
		return;
	HTML(whole,
	     "<form role=\"search\" class=\"search\" action=\"{}\" "
	     "method=\"get\"><label for=\"q\">{}</label>"
	     "<input id=\"q\" name=\"q\" type=\"search\" maxlength=\"300\" "
	     "autocomplete=\"off\" spellcheck=\"false\" value=\"{}\">"
	     "<button>Find</button></form>\n",
	     desk_address(page, "search"),
	     page->who->role == DESK_HELPDESK
		 ? "Reference, queue id or sender's address"
		 : "Reference, queue id, address, domain or IP",
	     typed == NULL ? "" : typed);
}

/* "CEST, UTC+02:00" */
static const char *zone_words(TALLOC_CTX *mem, int64_t time_s)
{
	time_t time = (time_t)time_s;
	struct tm local;
	char text[ZONE_ROOM];

	if (localtime_r(&time, &local) == NULL ||
	    strftime(text, sizeof text, "%H:%M %Z (UTC%z)", &local) == 0)
		return "";
	return mem_printf(mem, "; here it is %s", text);
}

/* Of what is told, where it may be doubtful. */
static const char *record_words(const struct desk *desk)
{
	if (desk->fleet != NULL)
		return " Shown is what the hosts of the fleet recorded, as far "
		       "as they have brought it.";
	if (desk->config != NULL && store_is_of_fleet(&desk->config->store))
		return " Shown is what this host recorded; what the other "
		       "hosts of its fleet did, alignctl review and explain "
		       "tell.";
	return "";
}

static void put_foot(const struct desk_page *page, struct strbuf *whole)
{
	char time[CLOCK_TEXT];

	(void)clock_text(page->desk->now_s, time);
	HTML(whole,
	     "</main>\n<footer class=\"soft small\"><p>Made {}{}. Times are "
	     "UTC.{}{}</p>\n<p>This page reads and changes nothing: what it "
	     "offers is a command line for whoever may act. It holds no "
	     "script.</p></footer>\n</body>\n</html>\n",
	     time, zone_words(page->mem, page->desk->now_s),
	     page->who->author_domain == NULL
		 ? ""
		 : mem_printf(page->mem,
			      " You see mail in the name of %s, and below it.",
			      page->who->author_domain),
	     record_words(page->desk));
}

void desk_frame(const struct desk_page *page, struct strbuf *whole)
{
	put_head(page, whole);
	HTML(whole,
	     "<header class=\"desk\"><p class=\"brand\"><a href=\"{}\">"
	     "alignd desk</a></p>\n",
	     page->who->role >= DESK_ANALYST || page->desk->is_files
		 ? desk_address(page, "")
		 : desk_address(page, "search"));
	if (page->who->role >= DESK_ANALYST)
		put_menu(page, whole);
	put_search(page, whole);
	strbuf_add_text(whole, "</header>\n<main id=\"main\">\n");
	HTML(whole, "<h1>{}</h1>\n", page->title);
	if (page->desk->note != NULL)
		HTML(whole, "<p class=\"note\">{}</p>\n", page->desk->note);
	struct strbuf html = page->html;
	strbuf_add_text(whole, strbuf_text(&html));
	put_foot(page, whole);
}

void desk_heading(struct desk_page *page, int level, const char *id,
		  const char *words)
{
	strbuf_printf(&page->html, "<h%d id=\"%s\">", level, id);
	HTML(&page->html, "{}", words);
	strbuf_printf(&page->html, "</h%d>\n", level);
}
