/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.c - defaults, single values, and values as a file spells them
 *
 * Pure: no file is read here (settings_file.c).
 */
#include "lib/base/settings.h"

#include <assert.h>
#include <string.h>

#include "lib/base/settings_row.h"
#include "lib/base/strbuf.h"

static void store_default(TALLOC_CTX *mem, const struct setting *row,
			  void *section_values)
{
	struct error err;
	int64_t number = 0;
	bool is_good = true;

	if (row->type != SETTING_LIST) {
		is_good = setting_read(row, row->initial, &number, &err);
		assert(is_good);
		setting_store(mem, row, row->initial, number, section_values);
		return;
	}
	struct text_list items = setting_initial_items(mem, row);
	for (size_t i = 0; i < items.count && is_good; i++)
		is_good = setting_read(row, items.items[i], &number, &err);
	assert(is_good);
	setting_store_list(mem, row, &items, section_values);
}

void settings_defaults(TALLOC_CTX *mem, const struct setting_section *sections,
		       void *values)
{
	for (; sections->name != NULL; sections++) {
		void *section_values = (char *)values + sections->offset;
		for (const struct setting *row = sections->rows;
		     row->name != NULL; row++)
			store_default(mem, row, section_values);
	}
}

/* The row called `name`; it exists, callers name constants. */
static const struct setting *named_row(const struct setting_section *section,
				       const char *name)
{
	const struct setting *row = section->rows;

	while (row->name != NULL && strcmp(row->name, name) != 0)
		row++;
	assert(row->name != NULL);
	return row;
}

bool settings_set(TALLOC_CTX *mem, const struct setting_section *sections,
		  const char *name, const char *text, void *values,
		  struct error *err)
{
	struct span section_name;
	struct span row_name;
	int64_t number = 0;

	if (!span_cut(span_of(name), '.', &section_name, &row_name)) {
		row_name = section_name;
		section_name = span_of("");
	}
	while (!span_equals(section_name, sections->name))
		sections++;
	const struct setting *row = named_row(sections, row_name.data);
	void *section_values = (char *)values + sections->offset;
	if (!setting_read(row, text, &number, err))
		return error_wrap(err, "%s", name);
	if (row->type == SETTING_LIST)
		setting_store_list(
		    mem, row, &(struct text_list){.count = 1, .items = &text},
		    section_values);
	else
		setting_store(mem, row, text, number, section_values);
	return true;
}

/* In double quotes, so that libconfuse reads the same text back; "${" would
 * be an environment variable to it. */
char *settings_quoted(TALLOC_CTX *mem, const char *text)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, 2 * strlen(text) + 2);
	strbuf_add_char(&buf, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\' || *text == '$')
			strbuf_add_char(&buf, '\\');
		strbuf_add_char(&buf, *text);
	}
	strbuf_add_char(&buf, '"');
	return strbuf_text(&buf);
}

char *setting_list_text(TALLOC_CTX *mem, const struct text_list *items)
{
	char *text = mem_strdup(mem, "{");

	for (size_t i = 0; i < items->count; i++)
		text = mem_printf(mem, "%s%s%s", text, i == 0 ? "" : ", ",
				  settings_quoted(mem, items->items[i]));
	return mem_printf(mem, "%s}", text);
}

static const char *choice_name(const struct setting *row, int value)
{
	const struct setting_choice *choice = row->choices;

	while (choice->name != NULL && choice->value != value)
		choice++;
	assert(choice->name != NULL);
	return choice->name;
}

static const void *place_const(const struct setting *row,
			       const void *section_values)
{
	return (const char *)section_values + row->offset;
}

char *settings_value_text(TALLOC_CTX *mem, const struct setting *row,
			  const void *section_values)
{
	const void *at = place_const(row, section_values);

	switch (row->type) {
	case SETTING_FLAG:
		return mem_strdup(mem, *(const bool *)at ? "yes" : "no");
	case SETTING_NUMBER:
		return setting_amount_text(mem, row, *(const long *)at);
	case SETTING_DURATION:
		return setting_amount_text(mem, row, *(const int64_t *)at);
	case SETTING_CHOICE:
		return mem_strdup(mem, choice_name(row, *(const int *)at));
	case SETTING_TEXT:
		return settings_quoted(mem, *(const char *const *)at);
	case SETTING_LIST:
		break;
	}
	return setting_list_text(mem, at);
}
