/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.c - a table of incidents, as alignctl review has it
 * Tested by test_alignctl_pages.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/desk/page.h"
#include "lib/review/counted.h"
#include "lib/review/incident.h"
#include "lib/review/list.h"
#include "lib/store/store_would.h"

/* --- whose mail it is --- */

bool desk_in_scope(const struct desk_page *page, const char *author_domain)
{
	const char *scope = page->who->author_domain;

	return scope == NULL || domain_equals(author_domain, scope) ||
	       domain_is_below(author_domain, scope);
}

bool desk_scope(const struct desk_page *page, struct store_filter *filter)
{
	const char *scope = page->who->author_domain;
	const char *asked = filter->author_domain;

	if (scope == NULL || (asked != NULL && desk_in_scope(page, asked)))
		return true;
	filter->author_domain = scope;
	return asked == NULL || domain_is_below(scope, asked);
}

/* --- the table --- */

struct listing {
	struct desk_page *page;
	struct desk_list *list;
	struct strbuf after; /* what is told besides rows */
};

static bool put_row(void *context, const struct store_incident *incident)
{
	struct listing *listing = context;
	struct desk_page *page = listing->page;
	struct desk_list *list = listing->list;
	const struct table_column *columns = review_columns_of(page->reader);
	struct value cells[REVIEW_COLUMNS];

	if (list->count++ == 0)
		desk_table_begin(&page->html, columns, list->caption);
	review_cells(page->mem, incident, store_would(incident), cells);
	desk_table_row(
	    &page->html, columns, cells, 0,
	    desk_incident_address(page, incident->reference, incident->time_s));
	list->last_s = incident->time_s;
	list->last_id = incident->id;
	return true;
}

static void take_show(void *context, const struct show *show)
{
	struct listing *listing = context;

	desk_put_show(&listing->after, show, 0);
}

static struct review_reading reading_of(const struct desk_page *page,
					const struct store_filter *filter)
{
	return (struct review_reading){
	    .file = page->data,
	    .form = page->form,
	    .reader = page->reader,
	    .path = desk_record_name(page),
	    .now_s = page->desk->now_s,
	    .has_scope = page->who->author_domain != NULL,
	    .filter = *filter,
	};
}

const char *desk_list_end(TALLOC_CTX *mem, const struct desk_list *list)
{
	return mem_printf(mem, "%" PRId64 ".%" PRId64, list->last_s,
			  list->last_id);
}

bool desk_put_list(struct desk_page *page, struct desk_list *list,
		   struct error *err)
{
	struct listing listing = {.page = page, .list = list};
	const struct show_taker taker = {.context = &listing,
					 .show = take_show};
	struct review_reading reading = reading_of(page, &list->filter);
	size_t counted = 0;

	strbuf_init(&listing.after, page->mem, page->html.max);
	reading.taker = &taker;
	if (!store_incidents(page->reader, &list->filter, put_row, &listing,
			     err))
		return false;
	if (list->count > 0)
		desk_table_end(&page->html);
	if (list->has_counted && !review_counted_list(&reading, &counted, err))
		return false;
	if (list->count == 0 && counted == 0 && !list->is_part)
		strbuf_add_text(&page->html, "<p>Nothing matches.</p>\n");
	strbuf_add_text(&page->html, strbuf_text(&listing.after));
	return true;
}

bool desk_write_list(struct desk_page *page, const struct store_filter *filter,
		     struct error *err)
{
	const struct review_reading reading = reading_of(page, filter);

	return review_list_all(&reading, err);
}
