/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TABLE_H
#define TOOLS_TABLE_H

/*
 * table - rows for people, in columns that line up
 *
 * Rows are gathered first, since the widest cell makes a column's width. Cells
 * may be foreign text: they are escaped and cut.
 */

#include "lib/base/mem.h"

struct tool_table;

/* A column's title; one that begins with ">" stands, without it, at the right
 * of the column, as do its cells. NULL ends the list. */
struct tool_table *tool_table_new(TALLOC_CTX *mem, const char *const *titles);

/* A row: as many cells as there are titles. */
void tool_table_add(struct tool_table *table, const char *const *cells);

/* Prints the titles and the rows on standard output, each behind two blanks. */
void tool_table_print(const struct tool_table *table);

#endif
