/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * incidents.c - incidents: a line each, in groups, the likely legitimate first
 * Tested by test_desk, test_alignctl_pages.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/desk/page.h"
#include "lib/review/list.h"

/* --- a line each --- */

static void put_next(struct desk_page *page, const struct desk_list *list)
{
	const char *top = desk_same_with(page, "incidents", "before", NULL);
	const char *place = desk_list_end(page->mem, list);

	if (page->desk->is_files)
		return;
	strbuf_add_text(&page->html, "<p class=\"next\">");
	if (list->filter.before_id != 0)
		desk_link(page, top, "Newest");
	if (list->count == (size_t)list->filter.limit)
		desk_link(page,
			  desk_same_with(page, "incidents", "before", place),
			  "Older ones");
	strbuf_add_text(&page->html, "</p>\n");
}

static const char *group_address(const struct desk_page *page, const char *key)
{
	return page->desk->is_files
		   ? desk_address_with(page, "groups", "by", key)
		   : desk_same_with(page, "groups", "by", key);
}

static void put_views(struct desk_page *page)
{
	strbuf_add_text(&page->html, "<p class=\"next\">");
	desk_link(page,
		  page->desk->is_files
		      ? desk_address(page, "incidents")
		      : desk_same_with(page, "incidents", "by", NULL),
		  "One by one");
	for (int i = 0; i < STORE_GROUP_KEYS; i++) {
		const char *key = store_group_key_text((enum store_group_key)i);
		desk_link(page, group_address(page, key),
			  mem_printf(page->mem, "by %s", key));
	}
	if (!page->desk->is_files)
		desk_link(page, desk_same_with(page, "likely", "by", NULL),
			  "likely legitimate");
	strbuf_add_text(&page->html, "</p>\n");
}

bool desk_incidents(struct desk_page *page, struct error *err)
{
	struct desk_list list = {
	    .caption = "What was refused, held, overridden or failed, newest "
		       "first",
	    .has_counted = page->who->author_domain == NULL};

	page->title = "Incidents";
	bool is_good = desk_read_filter(page, &list.filter);
	if (page->form != SHOW_TEXT)
		return is_good && desk_scope(page, &list.filter)
			   ? desk_write_list(page, &list.filter, err)
			   : true;
	put_views(page);
	desk_put_form(page, "incidents");
	if (!is_good)
		return true;
	if (!desk_scope(page, &list.filter)) {
		strbuf_add_text(&page->html,
				"<p>That mail is not yours to see.</p>\n");
		return true;
	}
	if (!desk_put_list(page, &list, err))
		return false;
	put_next(page, &list);
	desk_put_forms(page, "incidents", true);
	return true;
}

/* --- in groups --- */

struct grouping {
	struct desk_page *page;
	const char *field; /* that narrows to one group; NULL: none does */
	size_t count;
	struct strbuf after;
};

/* The field that finds the incidents of a group. */
static const char *field_of(enum store_group_key key)
{
	static const char *const fields[STORE_GROUP_KEYS] = {
	    [STORE_GROUP_FROM] = "from",
	    [STORE_GROUP_IP] = "ip",
	    [STORE_GROUP_NETWORK] = "ip",
	    [STORE_GROUP_CLIENT] = "client",
	    [STORE_GROUP_REASON] = "reason",
	    [STORE_GROUP_POLICY] = "policy",
	    [STORE_GROUP_RESULT] = "result",
	    [STORE_GROUP_OVERRIDE] = "override",
	    [STORE_GROUP_HOST] = "host",
	};

	return fields[key];
}

/* The last column that people read is what the group has in common. */
static size_t last_shown(const struct table_column *columns)
{
	size_t last = 0;

	for (size_t i = 0; i < table_columns(columns); i++) {
		if (columns[i].title != NULL)
			last = i;
	}
	return last;
}

static void take_group(void *context, const struct table_column *columns,
		       const struct value *cells)
{
	struct grouping *grouping = context;
	struct desk_page *page = grouping->page;
	size_t last = last_shown(columns);
	const char *key = cells[last].text;

	if (grouping->count++ == 0)
		desk_table_begin(&page->html, columns,
				 "Incidents with something in common, the "
				 "largest group first");
	desk_table_row(
	    &page->html, columns, cells, last,
	    key == NULL || page->desk->is_files
		? NULL
		: desk_same_with(page, "incidents", grouping->field, key));
}

static void take_words(void *context, const struct show *show)
{
	struct grouping *grouping = context;

	desk_put_show(&grouping->after, show, 0);
}

static bool put_groups(struct desk_page *page,
		       const struct store_filter *filter,
		       enum store_group_key key, struct error *err)
{
	struct grouping grouping = {.page = page, .field = field_of(key)};
	const struct show_taker taker = {
	    .context = &grouping, .row = take_group, .show = take_words};
	const struct review_reading reading = {
	    .file = page->data,
	    .form = page->form,
	    .reader = page->reader,
	    .path = desk_record_name(page),
	    .now_s = page->desk->now_s,
	    .has_scope = page->who->author_domain != NULL,
	    .taker = page->form == SHOW_TEXT ? &taker : NULL,
	    .filter = *filter};

	strbuf_init(&grouping.after, page->mem, page->html.max);
	if (!review_list_groups(&reading, key, err))
		return false;
	if (grouping.count > 0)
		desk_table_end(&page->html);
	if (page->who->author_domain == NULL)
		strbuf_add_text(&page->html, strbuf_text(&grouping.after));
	return true;
}

bool desk_groups(struct desk_page *page, struct error *err)
{
	const char *by = desk_request_value(page->request, "by");
	enum store_group_key key = STORE_GROUP_FROM;
	struct store_filter filter;

	page->title = "Incidents in groups";
	if (by != NULL && !store_group_key_parse(by, &key))
		return error_set(err, ERROR_USAGE,
				 "incidents are not grouped by \"%s\"",
				 text_escape(page->mem, span_of(by), 40, true));
	bool is_good = desk_read_filter(page, &filter);
	if (page->form == SHOW_TEXT) {
		put_views(page);
		desk_put_form(page, "groups");
	}
	if (!is_good || !desk_scope(page, &filter))
		return true;
	if (!put_groups(page, &filter, key, err))
		return false;
	if (page->form == SHOW_TEXT)
		desk_put_forms(page, "groups", true);
	return true;
}

/* --- the likely legitimate --- */

static void take_candidate(void *context, const struct show *show)
{
	struct desk_page *page = context;

	strbuf_add_text(&page->html, "<li class=\"card\">");
	desk_put_show(&page->html, show, 0);
	strbuf_add_text(&page->html, "</li>\n");
}

static bool put_likely(struct desk_page *page,
		       const struct store_filter *filter, bool *is_cut,
		       struct error *err)
{
	const struct show_taker taker = {.context = page,
					 .show = take_candidate};
	const struct review_reading reading = {
	    .file = page->data,
	    .form = page->form,
	    .reader = page->reader,
	    .path = desk_record_name(page),
	    .now_s = page->desk->now_s,
	    .has_scope = page->who->author_domain != NULL,
	    .likely_max = page->desk->likely_max,
	    .taker = page->form == SHOW_TEXT ? &taker : NULL,
	    .filter = *filter};

	strbuf_add_text(&page->html, "<ul class=\"todo\">\n");
	if (!review_list_likely(&reading, is_cut, err))
		return false;
	strbuf_add_text(&page->html, "</ul>\n");
	return true;
}

bool desk_likely(struct desk_page *page, struct error *err)
{
	struct store_filter filter;
	bool is_cut = false;

	page->title = "Likely legitimate";
	bool is_good = desk_read_filter(page, &filter);
	if (page->form == SHOW_TEXT) {
		put_views(page);
		desk_put_form(page, "likely");
	}
	if (!is_good || !desk_scope(page, &filter))
		return true;
	if (!put_likely(page, &filter, &is_cut, err))
		return false;
	if (page->form != SHOW_TEXT)
		return true;
	if (is_cut)
		strbuf_add_text(&page->html,
				"<p>Only the newest were looked at; narrow it "
				"with Until or Author domain.</p>\n");
	desk_put_forms(page, "likely", true);
	return true;
}
