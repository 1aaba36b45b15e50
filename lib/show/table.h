/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SHOW_TABLE_H
#define SHOW_TABLE_H

/*
 * table - rows of one kind, whose columns are described once
 *
 * A column has a name for each of those who read it, and is not for those for
 * whom it has none. A row is as many values as there are columns, in their
 * order; any other number of them is a fault of ours, and asserted. A table
 * gathers its rows, since the widest cell makes a column's width for people;
 * rows.h writes rows as they come.
 */

#include <stdio.h>

#include "lib/show/value.h"

struct table_column {
	const char *key;   /* in JSON */
	const char *title; /* for people */
	const char *csv;   /* in CSV */
	int width;	   /* for people: no narrower */
	bool is_right;	   /* title and cells stand at the right */
};

/* What ends a list of columns. */
#define TABLE_END                                                              \
	{                                                                      \
		.key = NULL                                                    \
	}

size_t table_columns(const struct table_column *columns);

struct table;

/* The columns outlive it. */
struct table *table_new(TALLOC_CTX *mem, const struct table_column *columns);
void table_add(struct table *table, const struct value *cells, size_t count);

/* A row for programs alone. */
void table_add_quietly(struct table *table, const struct value *cells,
		       size_t count);

/* How many rows are for people? */
size_t table_rows(const struct table *table);

/* The columns, and a cell for people (escaped, cut); NULL where the column has
 * none for them. */
const struct table_column *table_columns_of(const struct table *table);
const char *table_cell(const struct table *table, size_t row, size_t column);

/* The rows as an array, which is the table's. */
const struct json *table_json(const struct table *table);

/* The titles and the rows, each behind two blanks; long cells are cut. */
void table_write(FILE *file, const struct table *table);

/* --- one row --- */

void table_put_row(struct json *object, const struct table_column *columns,
		   const struct value *cells, size_t count);

/* The cells of those columns that people read, as wide as `widths` has them
 * for each column; the last one has no blanks behind it. */
void table_write_row(FILE *file, const struct table_column *columns,
		     const int *widths, const char *const *cells);

#endif
