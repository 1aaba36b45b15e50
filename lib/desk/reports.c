/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reports.c - reports that are owed and sent, and how their addresses are
 * Tested by test_alignctl_pages, test_desk.
 */
#include "lib/desk/page.h"
#include "lib/report/send/status.h"

bool desk_reports(struct desk_page *page, struct error *err)
{
	const struct config *config = page->desk->config;
	struct clock clock = clock_fixed(page->desk->now_s);
	struct report_sender sender = {.clock = &clock};
	struct show *show;

	page->title = "Reports";
	sender.settings = config == NULL ? &config_defaults(page->mem)->report
					 : &config->report;
	if (!store_reports_open(page->mem, page->desk->store, STORE_DB_READ,
				&sender.reports, err) ||
	    !report_status(page->mem, &sender, NULL, &show, err))
		return false;
	if (page->form != SHOW_TEXT) {
		show_write(page->data, page->form, show);
		return true;
	}
	desk_put_show(&page->html, show, 0);
	desk_put_forms(page, "reports", false);
	return true;
}
