/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter_form.c - the filter of a list, in its address and as fields
 *
 * The fields are those of alignctl review (lib/review/filter.h). What was typed
 * stays, and what is wrong with it stands beside it.
 * Tested by test_desk.
 */
#include <string.h>

#include "lib/base/limits.h"
#include "lib/desk/page.h"
#include "lib/review/filter.h"

#define ROWS 100 /* on a page, where nobody says how many */

/* What a page's address may hold besides the fields. */
static const char *const others[] = {"by", "before", "format", "q"};

static const char *fault_of(const struct desk_page *page,
			    const struct review_field *field,
			    struct store_filter *filter)
{
	const char *text = desk_request_value(page->request, field->name);
	struct error err;

	if (text == NULL || review_filter_set(page->mem, field, text,
					      page->desk->now_s, filter, &err))
		return NULL;
	return mem_strdup(page->mem, err.words);
}

/* --- reading --- */

/* "TIME.ID" of the last row that was seen. */
static bool read_place(const char *text, struct store_filter *filter)
{
	struct span time;
	struct span id;

	return span_cut(span_of(text), '.', &time, &id) &&
	       text_number64(time, 0, INT64_MAX / 2, &filter->before_s) &&
	       text_number64(id, 1, INT64_MAX / 2, &filter->before_id);
}

bool desk_read_place(const struct desk_page *page, struct store_filter *filter,
		     struct error *err)
{
	const char *before = desk_request_value(page->request, "before");

	return before == NULL || read_place(before, filter) ||
	       error_set(err, ERROR_USAGE,
			 "before is no place in the list; begin at its top");
}

static bool is_known(const char *name)
{
	return review_field_find(name) != NULL ||
	       text_place(others, COUNT_OF(others), name) >= 0;
}

/* A parameter that does nothing would be taken for one that did. */
static const char *unknown_parameter(const struct desk_page *page)
{
	for (size_t i = 0; i < page->request->count; i++) {
		if (!is_known(page->request->items[i].name))
			return page->request->items[i].name;
	}
	return NULL;
}

static long rows_max(const struct desk_page *page)
{
	return page->form == SHOW_TEXT ? LIMIT_DESK_ROWS : LIMIT_DESK_FILE_ROWS;
}

static const char *limit_fault(const struct desk_page *page,
			       struct store_filter *filter)
{
	if (filter->limit == 0)
		filter->limit = page->form != SHOW_TEXT ? LIMIT_DESK_FILE_ROWS
				: page->desk->is_files	? LIMIT_DESK_ROWS
							: ROWS;
	return filter->limit <= rows_max(page)
		   ? NULL
		   : mem_printf(page->mem,
				"at most %ld here; alignctl review has no such "
				"bound",
				rows_max(page));
}

static void put_fault(struct desk_page *page, const char *name,
		      const char *words)
{
	HTML(&page->html, "<p class=\"fault\">{}: {}</p>\n", name, words);
	page->status = 400;
}

bool desk_read_filter(struct desk_page *page, struct store_filter *filter)
{
	const char *before = desk_request_value(page->request, "before");
	const char *unknown = unknown_parameter(page);

	*filter = (struct store_filter){.id = 0};
	for (const struct review_field *field = review_fields;
	     field->name != NULL; field++) {
		const char *words = fault_of(page, field, filter);
		if (words != NULL)
			put_fault(page, field->label, words);
	}
	const char *words = limit_fault(page, filter);
	if (words != NULL)
		put_fault(page, "Rows", words);
	if (unknown != NULL)
		put_fault(page, text_printable(page->mem, unknown),
			  "no field has that name");
	if (before != NULL && !read_place(before, filter))
		put_fault(page, "before",
			  "is no place in the list; begin at its top");
	return page->status == 200;
}

/* --- the fields --- */

static void put_choice(struct desk_page *page, const struct review_field *field,
		       const char *typed)
{
	struct strbuf *html = &page->html;

	HTML(html,
	     "<select id=\"f-{}\" name=\"{}\"><option value=\"\">any"
	     "</option>",
	     field->name, field->name);
	for (size_t i = 0; field->words[i] != NULL; i++) {
		bool is_it =
		    typed != NULL && strcmp(typed, field->words[i]) == 0;
		HTML(html,
		     is_it ? "<option selected>{}</option>"
			   : "<option>{}</option>",
		     field->words[i]);
	}
	strbuf_add_text(html, "</select>");
}

static void put_text(struct desk_page *page, const struct review_field *field,
		     const char *typed, bool is_wrong)
{
	struct strbuf *html = &page->html;

	HTML(html,
	     "<input id=\"f-{}\" name=\"{}\" maxlength=\"300\" "
	     "autocomplete=\"off\" spellcheck=\"false\" value=\"{}\" "
	     "aria-describedby=\"h-{}\"",
	     field->name, field->name, typed == NULL ? "" : typed, field->name);
	strbuf_add_text(html, is_wrong ? " aria-invalid=\"true\">" : ">");
}

static void put_field(struct desk_page *page, const struct review_field *field)
{
	const char *typed = desk_request_value(page->request, field->name);
	struct store_filter unused = {.id = 0};
	const char *fault = fault_of(page, field, &unused);
	struct strbuf *html = &page->html;

	HTML(html, "<div><label for=\"f-{}\">{}</label>", field->name,
	     field->label);
	if (field->words != NULL)
		put_choice(page, field, typed);
	else
		put_text(page, field, typed, fault != NULL);
	HTML(html,
	     fault == NULL
		 ? "<span class=\"hint\" id=\"h-{}\">{}</span></div>\n"
		 : "<span class=\"fault\" id=\"h-{}\">{}</span>"
		   "</div>\n",
	     field->name, fault == NULL ? field->hint : fault);
}

static bool has_filter(const struct desk_page *page)
{
	for (size_t i = 0; i < page->request->count; i++) {
		if (review_field_find(page->request->items[i].name) != NULL &&
		    *page->request->items[i].value != '\0')
			return true;
	}
	return false;
}

void desk_put_form(struct desk_page *page, const char *path)
{
	const char *by = desk_request_value(page->request, "by");
	struct strbuf *html = &page->html;

	if (page->desk->is_files)
		return;
	HTML(html,
	     "<details class=\"filter\"{}><summary>Filter</summary>"
	     "<form action=\"{}\" method=\"get\">"
	     "<fieldset class=\"fields\">"
	     "<legend class=\"soft\">Which incidents</legend>\n",
	     has_filter(page) ? " open" : "", desk_address(page, path));
	for (const struct review_field *field = review_fields;
	     field->name != NULL; field++)
		put_field(page, field);
	strbuf_add_text(html, "</fieldset>");
	if (by != NULL)
		HTML(html, "<input type=\"hidden\" name=\"by\" value=\"{}\">",
		     by);
	strbuf_add_text(html, "<button>Show</button></form></details>\n");
}

/* --- the same, and one thing else --- */

static void add_parameter(struct strbuf *url, const char *name,
			  const char *value)
{
	strbuf_add_char(url, strchr(strbuf_text(url), '?') == NULL ? '?' : '&');
	desk_url_add(url, name);
	strbuf_add_char(url, '=');
	desk_url_add(url, value);
}

/* A place in a list is none in another one. */
static bool stays(const char *parameter, const char *changed)
{
	if (strcmp(parameter, "before") == 0)
		return strcmp(changed, "format") == 0;
	return strcmp(parameter, "format") != 0;
}

const char *desk_same_with(const struct desk_page *page, const char *path,
			   const char *name, const char *value)
{
	const struct desk_request *request = page->request;
	struct strbuf url;

	if (page->desk->is_files)
		return NULL;
	strbuf_init(&url, page->mem, LIMIT_DESK_TARGET_BYTES);
	strbuf_add_text(&url, desk_address(page, path));
	for (size_t i = 0; i < request->count; i++) {
		const struct desk_parameter *item = &request->items[i];
		if (strcmp(item->name, name) != 0 && stays(item->name, name) &&
		    *item->value != '\0')
			add_parameter(&url, item->name, item->value);
	}
	if (value != NULL)
		add_parameter(&url, name, value);
	return strbuf_is_full(&url) ? NULL : strbuf_text(&url);
}

void desk_put_forms(struct desk_page *page, const char *path, bool has_csv)
{
	const char *json = desk_same_with(page, path, "format", "json");

	if (json == NULL)
		return;
	strbuf_add_text(&page->html, "<p class=\"small soft\">The same as ");
	if (has_csv) {
		desk_link(page, desk_same_with(page, path, "format", "csv"),
			  "CSV");
		strbuf_add_text(&page->html, " or ");
	}
	desk_link(page, json, "JSON");
	strbuf_add_text(&page->html, ".</p>\n");
}
