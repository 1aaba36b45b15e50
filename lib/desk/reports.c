/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reports.c - reports that are owed and sent, and how their addresses are
 * Tested by test_alignctl_pages, test_desk, test_desk_fleet.
 */
#include "lib/desk/fleet.h"
#include "lib/desk/page.h"
#include "lib/report/send/status.h"
#include "lib/store/store_round.h"

/* A fleet's times are the server's. Its one connection is in the transaction of
 * the page's reader, which has nothing to read here. */
static bool open_fleet(struct desk_page *page, struct report_sender *sender,
		       struct clock *clock, struct error *err)
{
	int64_t now_s;

	mem_free(page->reader);
	page->reader = NULL;
	if (!desk_fleet_reports(page->desk->fleet, page->mem,
				page->desk->page_ms, &sender->reports, err) ||
	    !store_round_clock(sender->reports, &now_s, err))
		return false;
	*clock = clock_fixed(now_s);
	return true;
}

static bool open_reports(struct desk_page *page, struct report_sender *sender,
			 struct clock *clock, struct error *err)
{
	*clock = clock_fixed(page->desk->now_s);
	return page->desk->fleet != NULL
		   ? open_fleet(page, sender, clock, err)
		   : store_reports_open(page->mem, page->desk->store,
					STORE_DB_READ, &sender->reports, err);
}

bool desk_reports(struct desk_page *page, struct error *err)
{
	const struct config *config = page->desk->config;
	struct clock clock;
	struct report_sender sender = {.clock = &clock, .reports = NULL};
	struct show *show;

	page->title = "Reports";
	sender.settings = config == NULL ? &config_defaults(page->mem)->report
					 : &config->report;
	bool ok = open_reports(page, &sender, &clock, err) &&
		  report_status(page->mem, &sender, NULL, &show, err);
	/* Its transaction ends before anything is sent. */
	mem_free(sender.reports);
	if (!ok)
		return false;
	if (page->form != SHOW_TEXT) {
		show_write(page->data, page->form, show);
		return true;
	}
	desk_put_show(&page->html, show, 0);
	desk_put_forms(page, "reports", false);
	return true;
}
