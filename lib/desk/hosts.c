/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts.c - the hosts of a fleet, and how each fares
 * Tested by test_desk_fleet.
 */
#include "lib/desk/fleet.h"
#include "lib/desk/page.h"
#include "lib/fleet/hosts_show.h"

struct telling {
	struct desk_page *page;
	size_t count;
	struct strbuf after; /* what is told besides rows */
};

static void put_host(void *context, const struct table_column *columns,
		     const struct value *cells)
{
	struct telling *telling = context;
	struct strbuf *html = &telling->page->html;

	if (telling->count++ == 0)
		desk_table_begin(html, columns,
				 "Hosts of the fleet, as PostgreSQL heard of "
				 "them last");
	desk_table_row(html, columns, cells, 0, NULL);
}

static void put_words(void *context, const struct show *show)
{
	struct telling *telling = context;

	desk_put_show(&telling->after, show, 0);
}

/* What each says of itself: nothing that a stranger's mail brought. */
bool desk_hosts(struct desk_page *page, struct error *err)
{
	struct telling telling = {.page = page};
	const struct show_taker taker = {
	    .context = &telling, .row = put_host, .show = put_words};
	struct fleet_host_list list;

	page->title = "Hosts of the fleet";
	if (!desk_fleet_hosts(page->desk->fleet, page->mem, &list, err))
		return false;
	strbuf_init(&telling.after, page->mem, page->html.max);
	fleet_hosts_write(&list, page->data, page->form,
			  page->form == SHOW_TEXT ? &taker : NULL);
	if (page->form != SHOW_TEXT)
		return true;
	if (telling.count > 0)
		desk_table_end(&page->html);
	strbuf_add_text(&page->html, strbuf_text(&telling.after));
	desk_put_forms(page, "hosts", true);
	return true;
}
