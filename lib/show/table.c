/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - rows of one kind, whose columns are described once
 * Tested by test_show.
 */
#include "lib/show/table.h"

#include <assert.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/text.h"

struct table {
	const struct table_column *columns;
	size_t width; /* in columns */
	int *widths;
	size_t rows;
	const char **cells; /* a row behind the other; NULL: not for people */
	struct json *json;
};

static bool is_end(const struct table_column *column)
{
	return column->key == NULL && column->title == NULL &&
	       column->csv == NULL;
}

size_t table_columns(const struct table_column *columns)
{
	size_t count = 0;

	while (!is_end(&columns[count]))
		count++;
	return count;
}

struct table *table_new(TALLOC_CTX *mem, const struct table_column *columns)
{
	struct table *table = mem_new(mem, struct table);

	table->columns = columns;
	table->width = table_columns(columns);
	table->widths = mem_array(table, int, table->width);
	table->json = json_new_array(table);
	for (size_t i = 0; i < table->width; i++) {
		const char *title = columns[i].title;
		int width = title == NULL ? 0 : (int)strlen(title);
		table->widths[i] =
		    width > columns[i].width ? width : columns[i].width;
	}
	return table;
}

void table_put_row(struct json *object, const struct table_column *columns,
		   const struct value *cells, size_t count)
{
	assert(count == table_columns(columns));
	for (size_t i = 0; i < count; i++) {
		if (columns[i].key != NULL)
			value_put(object, columns[i].key, cells[i]);
	}
}

void table_add_quietly(struct table *table, const struct value *cells,
		       size_t count)
{
	struct json *object = json_new_object(table);

	table_put_row(object, table->columns, cells, count);
	json_add(table->json, object);
	mem_free(object);
}

static void add_cell(struct table *table, size_t column, struct value value)
{
	const char **cell = &table->cells[table->rows * table->width + column];

	*cell = NULL;
	if (table->columns[column].title == NULL)
		return;
	*cell = text_escape(table, span_of(value_shown(table, value)),
			    LIMIT_ADDRESS_BYTES, true);
	if ((int)strlen(*cell) > table->widths[column])
		table->widths[column] = (int)strlen(*cell);
}

void table_add(struct table *table, const struct value *cells, size_t count)
{
	table_add_quietly(table, cells, count);
	table->cells = mem_resize(table, table->cells, const char *,
				  (table->rows + 1) * table->width);
	for (size_t i = 0; i < table->width; i++)
		add_cell(table, i, cells[i]);
	table->rows++;
}

size_t table_rows(const struct table *table)
{
	return table->rows;
}

const struct table_column *table_columns_of(const struct table *table)
{
	return table->columns;
}

const char *table_cell(const struct table *table, size_t row, size_t column)
{
	assert(row < table->rows && column < table->width);
	return table->cells[row * table->width + column];
}

const struct json *table_json(const struct table *table)
{
	return table->json;
}

/* The last column that people read. */
static size_t last_column(const struct table_column *columns)
{
	size_t last = table_columns(columns) - 1;

	while (last > 0 && columns[last].title == NULL)
		last--;
	return last;
}

void table_write_row(FILE *file, const struct table_column *columns,
		     const int *widths, const char *const *cells)
{
	size_t last = last_column(columns);
	bool is_first = true;

	for (size_t i = 0; i <= last; i++) {
		int width = i < last || columns[i].is_right ? widths[i] : 0;
		if (columns[i].title == NULL)
			continue;
		(void)fprintf(file, "%s%*s", is_first ? "" : "  ",
			      columns[i].is_right ? width : -width, cells[i]);
		is_first = false;
	}
	(void)fprintf(file, "\n");
}

void table_write(FILE *file, const struct table *table)
{
	const char **titles = mem_array(NULL, const char *, table->width);

	for (size_t i = 0; i < table->width; i++)
		titles[i] = table->columns[i].title;
	(void)fprintf(file, "  ");
	table_write_row(file, table->columns, table->widths, titles);
	for (size_t i = 0; i < table->rows; i++) {
		(void)fprintf(file, "  ");
		table_write_row(file, table->columns, table->widths,
				&table->cells[i * table->width]);
	}
	mem_free(titles);
}
