/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * markup.c - what people are told, as HTML
 * Tested by test_alignctl_pages.
 */
#include "lib/desk/page.h"

#include <string.h>

#include "lib/base/limits.h"

const char *desk_shown(TALLOC_CTX *mem, const char *text)
{
	const char *clean = text_printable(mem, text);
	size_t length = strlen(clean);

	if (length <= LIMIT_DESK_VALUE_BYTES)
		return clean;
	return mem_printf(mem, "%.*s... (%zu bytes in all)",
			  LIMIT_DESK_VALUE_BYTES, clean, strlen(text));
}

/* --- a show --- */

static void put_cells(struct strbuf *html, const struct table *table,
		      size_t row)
{
	const struct table_column *columns = table_columns_of(table);

	strbuf_add_text(html, "<tr>");
	for (size_t i = 0; i < table_columns(columns); i++) {
		if (columns[i].title != NULL)
			HTML(html, "<td>{}</td>",
			     desk_shown(html->mem, table_cell(table, row, i)));
	}
	strbuf_add_text(html, "</tr>\n");
}

static void put_table(struct strbuf *html, const struct show_item *item)
{
	const char *heading = item->text == NULL ? "Details" : item->text;

	if (table_rows(item->table) == 0)
		return;
	desk_table_begin(html, table_columns_of(item->table), heading);
	for (size_t i = 0; i < table_rows(item->table); i++)
		put_cells(html, item->table, i);
	desk_table_end(html);
}

static void put_member(struct strbuf *html, const struct show_item *item)
{
	HTML(html, "<div><dt>{}</dt><dd>{}</dd></div>\n",
	     desk_shown(html->mem, item->label),
	     desk_shown(html->mem, item->text));
}

static void put_line(struct strbuf *html, const char *text)
{
	size_t blanks = strspn(text, " ");

	if (text[blanks] == '\0')
		return;
	HTML(html, blanks > 0 ? "<p class=\"in\">{}</p>\n" : "<p>{}</p>\n",
	     desk_shown(html->mem, text + blanks));
}

static void put_item(struct strbuf *html, const struct show_item *item)
{
	switch (item->kind) {
	case SHOW_MEMBER:
		put_member(html, item);
		return;
	case SHOW_TABLE:
		put_table(html, item);
		return;
	case SHOW_LINE:
		put_line(html, item->text);
		return;
	case SHOW_SENTENCE:
		HTML(html,
		     item->column > 0 ? "<p class=\"in\">{}</p>\n"
				      : "<p>{}</p>\n",
		     desk_shown(html->mem, item->text));
		return;
	}
}

/* Members that follow one another are one list. */
void desk_put_show(struct strbuf *html, const struct show *show, size_t skip)
{
	bool is_list = false;

	for (size_t i = skip; i < show->people->count; i++) {
		const struct show_item *item = &show->people->items[i];
		bool is_member = item->kind == SHOW_MEMBER;
		if (is_member != is_list)
			strbuf_add_text(html, is_member
						  ? "<dl class=\"members\">\n"
						  : "</dl>\n");
		is_list = is_member;
		put_item(html, item);
	}
	if (is_list)
		strbuf_add_text(html, "</dl>\n");
}

/* --- tables --- */

/* It can be scrolled sideways, by the keyboard too. */
void desk_table_begin(struct strbuf *html, const struct table_column *columns,
		      const char *caption)
{
	HTML(html,
	     "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
	     "aria-label=\"{}\"><table class=\"list\"><caption>{}</caption>"
	     "<thead><tr>",
	     caption, caption);
	for (size_t i = 0; i < table_columns(columns); i++) {
		if (columns[i].title != NULL)
			HTML(html, "<th scope=\"col\">{}</th>",
			     columns[i].title);
	}
	strbuf_add_text(html, "</tr></thead><tbody>\n");
}

void desk_table_end(struct strbuf *html)
{
	strbuf_add_text(html, "</tbody></table></div>\n");
}

static void put_head_cell(struct strbuf *html, const char *words,
			  const char *address)
{
	if (address == NULL)
		HTML(html, "<th scope=\"row\">{}</th>", words);
	else
		HTML(html, "<th scope=\"row\"><a href=\"{}\">{}</a></th>",
		     address, words);
}

void desk_table_row(struct strbuf *html, const struct table_column *columns,
		    const struct value *cells, size_t link_at,
		    const char *address)
{
	strbuf_add_text(html, "<tr>");
	for (size_t i = 0; i < table_columns(columns); i++) {
		if (columns[i].title == NULL)
			continue;
		const char *words =
		    desk_shown(html->mem, value_shown(html->mem, cells[i]));
		if (*words == '\0')
			words = "-";
		if (i == link_at)
			put_head_cell(html, words, address);
		else
			HTML(html, "<td data-label=\"{}\">{}</td>",
			     columns[i].title, words);
	}
	strbuf_add_text(html, "</tr>\n");
}

void desk_put_command(struct strbuf *html, const char *command,
		      const char *words)
{
	HTML(html, "<li><p>{}</p><pre><code>{}</code></pre></li>\n", words,
	     desk_shown(html->mem, command));
}
