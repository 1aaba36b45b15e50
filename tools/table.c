/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - rows for people, in columns that line up
 * Tested by test_alignctl_stats.
 */
#include "tools/table.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/text.h"

struct tool_table {
	size_t columns;
	const bool *is_right;
	int *widths;
	size_t count; /* cells, the titles' included */
	const char **cells;
};

static void add_cell(struct tool_table *table, size_t column, const char *text)
{
	int width = (int)strlen(text);

	if (width > table->widths[column])
		table->widths[column] = width;
	table->cells[table->count++] = text;
}

static void make_room(struct tool_table *table)
{
	table->cells = mem_resize(table, table->cells, const char *,
				  table->count + table->columns);
}

struct tool_table *tool_table_new(TALLOC_CTX *mem, const char *const *titles)
{
	struct tool_table *table = mem_new(mem, struct tool_table);

	while (titles[table->columns] != NULL)
		table->columns++;
	bool *is_right = mem_array(table, bool, table->columns);
	table->is_right = is_right;
	table->widths = mem_array(table, int, table->columns);
	make_room(table);
	for (size_t i = 0; i < table->columns; i++) {
		is_right[i] = titles[i][0] == '>';
		add_cell(table, i, titles[i] + (is_right[i] ? 1 : 0));
	}
	return table;
}

void tool_table_add(struct tool_table *table, const char *const *cells)
{
	make_room(table);
	for (size_t i = 0; i < table->columns; i++)
		add_cell(table, i,
			 text_escape(table, span_of(cells[i]),
				     LIMIT_ADDRESS_BYTES, true));
}

static void print_row(const struct tool_table *table, const char *const *cells)
{
	for (size_t i = 0; i < table->columns; i++) {
		bool is_last = i + 1 == table->columns;
		int width = table->widths[i];
		(void)printf("  ");
		if (table->is_right[i])
			(void)printf("%*s", width, cells[i]);
		else /* no blanks at the end of a line */
			(void)printf("%-*s", is_last ? 0 : width, cells[i]);
	}
	(void)printf("\n");
}

void tool_table_print(const struct tool_table *table)
{
	for (size_t i = 0; i < table->count; i += table->columns)
		print_row(table, table->cells + i);
}
