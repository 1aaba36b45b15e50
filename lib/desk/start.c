/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.c - what waits, and how it went this week
 * Tested by test_alignctl_pages, test_desk.
 */
#include <inttypes.h>

#include "lib/base/clock.h"
#include "lib/desk/page.h"
#include "lib/review/candidate_show.h"
#include "lib/review/candidates.h"
#include "lib/stats/number.h"
#include "lib/stats/write.h"
#include "lib/store/store_waiting.h"

#define DAY_S 86400
#define HELD_DAYS 30 /* as in the metrics */
#define LIKELY_DAYS 7
#define LIKELY_SHOWN 5
#define WEEK_DAYS 7
#define RANKS 10

/* --- what waits --- */

static void put_held(struct desk_page *page, const struct store_waiting *found)
{
	char time[CLOCK_TEXT];

	if (found->held == 0) {
		strbuf_add_text(&page->html,
				"<p>Nothing that was quarantined in the last "
				"30 days waits for somebody to act.</p>\n");
		return;
	}
	HTML(&page->html, "<p>{}, the first of {}: ",
	     stats_counted(page->mem, found->held,
			   "quarantined message waits for somebody to act",
			   "quarantined messages wait for somebody to act"),
	     clock_text(found->held_oldest_s, time));
	const char *open =
	    desk_address_with(page, "incidents", "applied", "quarantine");
	/* Among files a page of its own. */
	desk_link(page,
		  open == NULL ? desk_address(page, "held")
			       : mem_printf(page->mem, "%s&open=yes", open),
		  "see them");
	strbuf_add_text(&page->html, "</p>\n");
}

static void put_runs(struct desk_page *page, const struct store_waiting *found)
{
	char time[CLOCK_TEXT];

	if (found->run_started_s == 0)
		return;
	HTML(&page->html, "<p>The last run of reports began {}{}. ",
	     clock_text(found->run_started_s, time),
	     found->has_run_failed ? " and failed" : "");
	desk_link(page, desk_address(page, "reports"), "Reports");
	strbuf_add_text(&page->html, "</p>\n");
}

static void put_hosts(struct desk_page *page)
{
	if (page->desk->fleet == NULL)
		return;
	strbuf_add_text(&page->html, "<p>");
	desk_link(page, desk_address(page, "hosts"),
		  "How the hosts of the fleet fare");
	strbuf_add_text(&page->html, "</p>\n");
}

/* Of all mail, so not for who sees that of one domain. */
static bool read_waiting(struct desk_page *page, void **found,
			 struct error *err)
{
	struct store_waiting *waiting =
	    mem_new(page->mem, struct store_waiting);

	*found = waiting;
	return store_waiting_by(page->reader,
				page->desk->now_s - HELD_DAYS * DAY_S, waiting,
				err);
}

static void put_waiting(struct desk_page *page, const void *found)
{
	put_held(page, found);
	put_runs(page, found);
}

static const struct desk_part waiting_part = {"waiting", read_waiting,
					      put_waiting};

/* --- likely errors --- */

static bool read_likely(struct desk_page *page, void **found,
			struct error *err)
{
	struct store_filter filter = {.since_s = page->desk->now_s -
						 LIKELY_DAYS * DAY_S};
	struct review_candidates *candidates =
	    mem_new(page->mem, struct review_candidates);

	*found = candidates;
	candidates->max = page->desk->likely_max;
	(void)desk_scope(page, &filter);
	return review_candidates_find(page->mem, page->reader, &filter,
				      page->desk->now_s, candidates, err);
}

static void put_likely(struct desk_page *page, const void *candidates)
{
	const struct review_candidates *found = candidates;

	if (found->likely == 0)
		strbuf_add_text(&page->html,
				"<p>Nothing that was refused or held shows "
				"evidence of being legitimate.</p>\n");
	strbuf_add_text(&page->html, "<ul class=\"todo\">\n");
	for (size_t i = 0; i < found->likely && i < LIKELY_SHOWN; i++) {
		const struct store_incident *incident =
		    &found->items[i]->incident;
		strbuf_add_text(&page->html, "<li class=\"card\">");
		desk_put_show(&page->html,
			      review_candidate_show(page->mem, found->items[i]),
			      0);
		strbuf_add_text(&page->html, "<p>");
		desk_link(
		    page,
		    desk_incident_address(page, incident->reference,
					  incident->time_s),
		    mem_printf(page->mem, "Why, and what to do about %s",
			       desk_shown(page->mem, incident->reference)));
		strbuf_add_text(&page->html, "</p></li>\n");
	}
	strbuf_add_text(&page->html, "</ul>\n<p>");
	desk_link(page, desk_address(page, "likely"),
		  mem_printf(page->mem, "All of them (%zu)", found->likely));
	strbuf_add_text(&page->html, "</p>\n");
}

static const struct desk_part likely_part = {"likely", read_likely, put_likely};

/* --- figures --- */

static bool read_stats(struct desk_page *page, struct stats_report *report,
		       struct error *err)
{
	struct stats_request request = {.limit = RANKS};
	struct stats *stats;

	report->period = (struct store_period){
	    .since_s = page->desk->now_s - WEEK_DAYS * DAY_S,
	    .author_domain = page->who->author_domain};
	request.period = report->period;
	request.wants[STATS_BY_DOMAIN] = true;
	request.wants[STATS_BY_NETWORK] = true;
	request.wants[STATS_BY_OVERRIDE] = true;
	if (!stats_collect(page->mem, page->reader, &request, &stats, err))
		return false;
	report->stats = stats;
	report->limit = RANKS;
	report->generated_s = page->desk->now_s;
	return true;
}

static bool read_week(struct desk_page *page, void **found, struct error *err)
{
	struct stats_report *report = mem_new(page->mem, struct stats_report);

	*found = report;
	return read_stats(page, report, err);
}

static void put_week(struct desk_page *page, const void *found)
{
	stats_write_figures(found, &page->html);
}

static const struct desk_part week_part = {"week", read_week, put_week};

bool desk_start(struct desk_page *page, struct error *err)
{
	struct stats_report report = {.by = NULL};

	page->title = "Start";
	if (page->form != SHOW_TEXT) {
		if (desk_put_kept_data(page, "week-json"))
			return true;
		if (!read_stats(page, &report, err))
			return false;
		stats_write_json(page->data, &report);
		return true;
	}
	if (page->who->author_domain == NULL) {
		desk_heading(page, 2, "waits", "What waits");
		if (!desk_put_part(page, &waiting_part, err))
			return false;
		put_hosts(page);
	}
	desk_heading(page, 2, "likely", "Likely errors of this week");
	if (!desk_put_part(page, &likely_part, err))
		return false;
	desk_heading(page, 2, "week", "The last seven days");
	return desk_put_part(page, &week_part, err);
}
