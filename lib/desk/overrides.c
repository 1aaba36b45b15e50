/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * overrides.c - the exceptions in force: what for, until when, how often used
 * Tested by test_alignctl_pages, test_desk.
 */
#include <inttypes.h>

#include "lib/desk/fleet.h"
#include "lib/desk/page.h"
#include "lib/policy/override_show.h"
#include "lib/stats/number.h"
#include "lib/stats/report.h"

#define DAY_S 86400
#define ENDING_DAYS 14
#define USED_DAYS 30
#define USED_SHOWN 50

/* --- each of them --- */

static bool is_ending(const struct desk_page *page, const struct override *item)
{
	return item->end_s != OVERRIDE_PERMANENT &&
	       item->end_s > page->desk->now_s &&
	       item->end_s - page->desk->now_s < ENDING_DAYS * DAY_S;
}

static void put_override(struct desk_page *page, const struct override *item)
{
	bool is_expired = override_is_expired(item, page->desk->now_s);
	struct show *show = override_show(page->mem, item, is_expired);

	if (page->form != SHOW_TEXT) {
		show_write(page->data, page->form, show);
		return;
	}
	strbuf_add_text(&page->html, "<li class=\"card\">");
	desk_put_show(&page->html, show, 0);
	if (is_ending(page, item))
		HTML(
		    &page->html, "<p class=\"fault\">Ends in {}.</p>\n",
		    stats_counted(page->mem,
				  (item->end_s - page->desk->now_s) / DAY_S + 1,
				  "day", "days"));
	strbuf_add_text(&page->html, "</li>\n");
}

static void put_all(struct desk_page *page, const struct override_set *set)
{
	if (page->form == SHOW_TEXT)
		HTML(&page->html, "<p>{} in {}.</p>\n<ul class=\"todo\">\n",
		     stats_counted(page->mem, (int64_t)set->count,
				   "override stands", "overrides stand"),
		     desk_shown(page->mem, set->path));
	for (size_t i = 0; i < set->count; i++)
		put_override(page, &set->items[i]);
	if (page->form == SHOW_TEXT)
		strbuf_add_text(&page->html, "</ul>\n");
}

/* --- how often they were used --- */

static void put_used(struct desk_page *page, const struct stats_rows *rows)
{
	static const struct table_column columns[] = {
	    {.title = "override"}, {.title = "messages"}, TABLE_END};

	desk_table_begin(&page->html, columns,
			 "Messages that met another fate than the published "
			 "policy asks for, last 30 days");
	for (size_t i = 0; i < rows->count; i++) {
		const struct stats_row *row = &rows->items[i];
		const struct value cells[] = {
		    value_text(stats_row_label(rows->by, row)),
		    value_number(row->tally.messages)};
		desk_table_row(&page->html, columns, cells, 0, NULL);
	}
	desk_table_end(&page->html);
}

static bool read_use(struct desk_page *page, void **found, struct error *err)
{
	struct stats_request request = {
	    .period = {.since_s = page->desk->now_s - USED_DAYS * DAY_S},
	    .limit = USED_SHOWN};
	struct stats_report *report = mem_new(page->mem, struct stats_report);
	struct stats *stats;

	request.wants[STATS_BY_OVERRIDE] = true;
	if (!stats_collect(page->mem, page->reader, &request, &stats, err))
		return false;
	report->limit = USED_SHOWN;
	report->stats = stats;
	*found = report;
	return true;
}

static void tell_use(struct desk_page *page, const void *found)
{
	const struct stats_report *report = found;
	struct stats_rows rows =
	    stats_report_top(page->mem, report, "override", USED_SHOWN);

	if (report->stats->total.messages == 0)
		strbuf_add_text(&page->html, "<p>No message of the last 30 "
					     "days is counted yet.</p>\n");
	else if (rows.count == 0)
		strbuf_add_text(&page->html,
				"<p>Every message of the last 30 days met the "
				"fate that its policy asks for.</p>\n");
	else
		put_used(page, &rows);
}

static const struct desk_part used_part = {"used", read_use, tell_use};

/* --- which there are --- */

static bool put_host_s(struct desk_page *page, struct error *err)
{
	const struct config *config = page->desk->config;

	if (config == NULL)
		return error_set(err, ERROR_CONFIG,
				 "alignd.conf is refused or not readable here, "
				 "and with it the overrides");
	if (config->overrides != NULL)
		put_all(page, config->overrides);
	else
		HTML(&page->html, "<p>{}</p>\n",
		     config_overrides_text(page->mem, config));
	return true;
}

static bool put_fleet_s(struct desk_page *page, struct error *err)
{
	struct override_set *set;

	if (!desk_fleet_overrides(page->desk->fleet, page->mem, &set, err))
		return false;
	put_all(page, set);
	if (page->form != SHOW_TEXT)
		return true;
	strbuf_add_text(&page->html,
			"<p>What stands in a host's own file holds there "
			"before these: alignctl override list on it has both. "
			"Which host has which version: ");
	desk_link(page, desk_address(page, "hosts"), "hosts of the fleet");
	strbuf_add_text(&page->html, ".</p>\n");
	return true;
}

/* An override may name others than those whose mail somebody sees. */
bool desk_overrides(struct desk_page *page, struct error *err)
{
	page->title = "Overrides";
	if (!(page->desk->fleet != NULL ? put_fleet_s(page, err)
					: put_host_s(page, err)))
		return false;
	if (page->form != SHOW_TEXT)
		return true;
	desk_heading(page, 2, "used", "Where they were used");
	if (!desk_put_part(page, &used_part, err))
		return false;
	desk_put_forms(page, "overrides", false);
	return true;
}
