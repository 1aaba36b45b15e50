/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_text.c - a whole set of values as a file, and what two sets differ
 * in
 */
#include "lib/base/settings.h"

#include <string.h>

#include "lib/base/settings_row.h"
#include "lib/base/strbuf.h"

#define FILE_TEXT_MAX (256 * 1024) /* far above what the rows can yield */
#define COMMENT_COLUMNS 76

static const void *section_of(const struct setting_section *section,
			      const void *values)
{
	return (const char *)values + section->offset;
}

/* Words in lines of comment, each behind `indent`. */
static void write_comment(struct strbuf *buf, const char *indent,
			  const char *text)
{
	struct span rest = span_of(text);
	struct span word;
	size_t column =
	    COMMENT_COLUMNS; /* so that the first word opens a line */

	while (rest.length > 0) {
		(void)span_cut(rest, ' ', &word, &rest);
		if (column + 1 + word.length > COMMENT_COLUMNS) {
			if (word.data != text)
				strbuf_add_char(buf, '\n');
			strbuf_printf(buf, "%s#", indent);
			column = strlen(indent) * 8 + 1;
		}
		strbuf_add_char(buf, ' ');
		strbuf_add(buf, word.data, word.length);
		column += 1 + word.length;
	}
	strbuf_add_char(buf, '\n');
}

static char *default_text(TALLOC_CTX *mem, const struct setting *row)
{
	if (row->type == SETTING_LIST) {
		struct text_list items = setting_initial_items(mem, row);
		return setting_list_text(mem, &items);
	}
	if (row->type == SETTING_TEXT)
		return mem_printf(mem, "\"%s\"", row->initial);
	return mem_strdup(mem, row->initial);
}

static void explain_row(struct strbuf *buf, const char *indent,
			const struct setting *row)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *allowed = setting_allowed_text(mem, row);

	write_comment(buf, indent, row->summary);
	strbuf_printf(buf, "%s# Default: %s\n", indent, default_text(mem, row));
	if (*allowed != '\0')
		write_comment(buf, indent,
			      mem_printf(mem, "Allowed: %s", allowed));
	if (!row->is_reloadable)
		write_comment(buf, indent, "A change needs a restart.");
	mem_free(mem);
}

static void write_section(struct strbuf *buf,
			  const struct setting_section *section,
			  const void *values, bool explain)
{
	bool is_top = *section->name == '\0';
	const char *indent = is_top ? "" : "\t";

	if (explain)
		write_comment(buf, "", section->summary);
	if (!is_top)
		strbuf_printf(buf, "%s {\n", section->name);
	else if (explain)
		strbuf_add_char(buf, '\n');
	for (const struct setting *row = section->rows; row->name != NULL;
	     row++) {
		if (explain && row != section->rows)
			strbuf_add_char(buf, '\n');
		if (explain)
			explain_row(buf, indent, row);
		strbuf_printf(buf, "%s%s = %s\n", indent, row->name,
			      settings_value_text(buf->mem, row, values));
	}
	if (!is_top)
		strbuf_add_text(buf, "}\n");
}

char *settings_text(TALLOC_CTX *mem, const struct setting_section *sections,
		    const void *values, bool explain)
{
	TALLOC_CTX *scratch = mem_context(NULL);
	struct strbuf buf;

	strbuf_init(&buf, scratch, FILE_TEXT_MAX);
	for (const struct setting_section *section = sections;
	     section->name != NULL; section++) {
		if (explain && section != sections)
			strbuf_add_char(&buf, '\n');
		write_section(&buf, section, section_of(section, values),
			      explain);
	}
	char *text = mem_strdup(mem, strbuf_text(&buf));
	mem_free(scratch);
	return text;
}

void settings_differences(const struct setting_section *sections,
			  const void *before, const void *after,
			  void (*seen)(void *context, const char *name,
				       const char *before, const char *after,
				       bool is_reloadable),
			  void *context)
{
	TALLOC_CTX *mem = mem_context(NULL);

	for (; sections->name != NULL; sections++) {
		for (const struct setting *row = sections->rows;
		     row->name != NULL; row++) {
			const char *old = settings_value_text(
			    mem, row, section_of(sections, before));
			const char *new = settings_value_text(
			    mem, row, section_of(sections, after));
			if (strcmp(old, new) == 0)
				continue;
			seen(context,
			     mem_printf(mem, "%s%s%s", sections->name,
					*sections->name == '\0' ? "" : ".",
					row->name),
			     old, new, row->is_reloadable);
		}
	}
	mem_free(mem);
}
