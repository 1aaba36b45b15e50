/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.c - a table that is written row by row
 * Tested by test_show.
 */
#include "lib/show/rows.h"

#include <assert.h>

#include "lib/show/csv.h"
#include "lib/show/people.h"
#include "lib/show/taker.h"

static void write_text(const struct rows *rows, const struct value *cells)
{
	TALLOC_CTX *mem = mem_context(NULL);
	size_t count = table_columns(rows->columns);
	int *widths = mem_array(mem, int, count);
	const char **words = mem_array(mem, const char *, count);

	for (size_t i = 0; i < count; i++) {
		widths[i] = rows->columns[i].width;
		words[i] = rows->columns[i].title;
	}
	if (rows->count == 0)
		table_write_row(rows->file, rows->columns, widths, words);
	for (size_t i = 0; i < count; i++)
		words[i] = people_clean(mem, value_shown(mem, cells[i]));
	table_write_row(rows->file, rows->columns, widths, words);
	mem_free(mem);
}

static void write_json(const struct rows *rows, const struct value *cells)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *object = json_new_object(mem);

	table_put_row(object, rows->columns, cells,
		      table_columns(rows->columns));
	(void)fprintf(rows->file, "%s\n", json_text(mem, object));
	mem_free(mem);
}

static void write_csv(const struct rows *rows, const struct value *cells)
{
	struct csv_row row = {.file = rows->file};

	for (size_t i = 0; i < table_columns(rows->columns); i++) {
		const char *name = rows->columns[i].csv;
		if (name != NULL)
			csv_add(&row,
				cells == NULL ? value_text(name) : cells[i]);
	}
	csv_end(&row);
}

void rows_begin(struct rows *rows)
{
	if (rows->form == SHOW_CSV && !rows->is_quiet)
		write_csv(rows, NULL);
}

void rows_add(struct rows *rows, const struct value *cells, size_t count)
{
	assert(count == table_columns(rows->columns));
	if (rows->form == SHOW_CSV && rows->is_quiet && rows->count == 0)
		write_csv(rows, NULL);
	if (rows->form == SHOW_JSON)
		write_json(rows, cells);
	else if (rows->form == SHOW_CSV)
		write_csv(rows, cells);
	else if (rows->taker != NULL)
		rows->taker->row(rows->taker->context, rows->columns, cells);
	else
		write_text(rows, cells);
	rows->count++;
}
