/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_paths.c - known paths of all hosts: brought whole once a day, and
 * summed Tested by test_fleet_paths.
 */
#include "lib/fleet/fleet_paths.h"

#include <stddef.h>

#include "lib/fleet/schema.h"

/* --- bringing --- */

static struct pg_param numbers_of(TALLOC_CTX *mem,
				  const struct fleet_path_list *list, size_t at)
{
	int64_t *numbers = mem_array(mem, int64_t, list->count);

	for (size_t i = 0; i < list->count; i++)
		numbers[i] =
		    *(const int64_t *)((const char *)&list->items[i] + at);
	return pg_numbers(numbers, list->count);
}

static struct pg_param texts_of(TALLOC_CTX *mem,
				const struct fleet_path_list *list, size_t at)
{
	const char **texts = mem_array(mem, const char *, list->count);

	for (size_t i = 0; i < list->count; i++)
		texts[i] =
		    *(const char *const *)((const char *)&list->items[i] + at);
	return pg_texts(texts, list->count);
}

#define NUMBERS(member)                                                        \
	numbers_of(mem, list, offsetof(struct fleet_path, member))
#define TEXTS(member) texts_of(mem, list, offsetof(struct fleet_path, member))

enum pg_kind fleet_paths_put(struct pg *pg, const struct fleet_path_list *list,
			     struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	enum pg_kind kind = pg_exec(
	    pg,
	    "SELECT alignd_push.paths($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
	    "$11, $12, $13, $14)",
	    PG_PARAMS(pg_number(FLEET_LAYOUT), NUMBERS(kind), TEXTS(client),
		      TEXTS(network), TEXTS(subject), NUMBERS(spf),
		      NUMBERS(dkim), NUMBERS(failed), NUMBERS(first_day),
		      NUMBERS(last_day), NUMBERS(days), NUMBERS(broken_s),
		      NUMBERS(refused), TEXTS(reference)),
	    NULL, err);

	mem_free(mem);
	return kind;
}

/* --- reading --- */

static const char *text_at(TALLOC_CTX *mem, const struct pg_result *rows,
			   size_t row, size_t column)
{
	struct span value = pg_value(rows, row, column);

	return mem_strndup(mem, value.data == NULL ? "" : value.data,
			   value.length);
}

static struct fleet_path path_at(TALLOC_CTX *mem, const struct pg_result *rows,
				 size_t row)
{
	return (struct fleet_path){
	    .kind = pg_value_number(rows, row, 0),
	    .client = text_at(mem, rows, row, 1),
	    .network = "",
	    .subject = text_at(mem, rows, row, 2),
	    .hosts = pg_value_number(rows, row, 3),
	    .spf = pg_value_number(rows, row, 4),
	    .dkim = pg_value_number(rows, row, 5),
	    .failed = pg_value_number(rows, row, 6),
	    .first_day = pg_value_number(rows, row, 7),
	    .last_day = pg_value_number(rows, row, 8),
	    .days = pg_value_number(rows, row, 9),
	    .broken_s = pg_value_number(rows, row, 10),
	    .refused = pg_value_number(rows, row, 11),
	    .reference = text_at(mem, rows, row, 12),
	};
}

enum pg_kind fleet_paths_read(TALLOC_CTX *mem, struct pg *pg,
			      const struct fleet_path_wanted *wanted,
			      struct fleet_path_list *list, struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind = pg_exec(
	    pg,
	    "SELECT kind, client, subject, hosts, spf, dkim, failed, "
	    "first_day, last_day, days, broken_s, refused, reference FROM "
	    "alignd_read.paths($1, $2, $3, $4 <> 0) LIMIT $5",
	    PG_PARAMS(pg_text(wanted->client), pg_text(wanted->network),
		      pg_text(wanted->author), pg_number(wanted->is_broken),
		      pg_number(wanted->limit)),
	    &rows, err);

	if (kind != PG_DONE)
		return kind;
	*list = (struct fleet_path_list){
	    .items = mem_array(mem, struct fleet_path, pg_rows(rows))};
	for (; list->count < pg_rows(rows); list->count++)
		list->items[list->count] = path_at(mem, rows, list->count);
	pg_result_free(rows);
	return PG_DONE;
}
