/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paths_fleet.c - alignctl paths over the hosts of a fleet
 *
 * What each host brought last, summed by client and author. Whether a path has
 * credit is the judgement of each host on its own mail, and not told here.
 * Tested by test_fleet_paths.
 */
#include "tools/paths_fleet.h"

#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/show/people.h"
#include "lib/show/rows.h"
#include "lib/store/store_path.h"

#define DAY_S 86400
#define WAIT_MS 60000
#define ROWS_MAX 100000 /* of one answer, which is held whole */

static const struct table_column columns[] = {
    {.key = "client", .title = "client", .csv = "client", .width = 20},
    {.key = "author", .title = "author", .csv = "author", .width = 18},
    {.key = "hosts",
     .title = "hosts",
     .csv = "hosts",
     .width = 5,
     .is_right = true},
    TOOL_PATH_FIGURES,
    {.title = "broken"},
    {.key = "broken_since", .csv = "broken_since"},
    {.key = "refused", .csv = "refused"},
    {.key = "reference", .csv = "reference"},
    TABLE_END,
};

static const char *broken_words(TALLOC_CTX *mem, const struct fleet_path *path)
{
	char text[CLOCK_TEXT];

	if (path->broken_s == 0)
		return "";
	return mem_printf(mem, "refused since %s (%lld)%s%s",
			  clock_day_text(path->broken_s, text),
			  (long long)path->refused,
			  *path->reference == '\0' ? "" : ": alignctl review ",
			  text_printable(mem, path->reference));
}

static void add_row(struct rows *rows, const struct fleet_path *path)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct value cells[] = {
	    value_text(people_clean(mem, path->client)),
	    path->kind == STORE_PATH_CLIENT
		? value_words(value_none(), "(all)")
		: value_text(people_clean(mem, path->subject)),
	    value_number(path->hosts),
	    value_number(path->spf),
	    value_number(path->dkim),
	    value_number(path->failed),
	    value_day_given(path->first_day * DAY_S),
	    value_day_given(path->last_day * DAY_S),
	    value_number(path->days),
	    value_text(broken_words(mem, path)),
	    value_time_given(path->broken_s),
	    path->broken_s > 0 ? value_number(path->refused) : value_none(),
	    value_given(text_printable(mem, path->reference)),
	};

	rows_add(rows, cells, COUNT_OF(cells));
	mem_free(mem);
}

static void write_all(struct tool *tool, const struct fleet_path_list *list,
		      int64_t limit)
{
	struct rows rows = {
	    .file = stdout, .form = tool_form(tool), .columns = columns};

	rows_begin(&rows);
	for (size_t i = 0; i < list->count && (int64_t)i < limit; i++)
		add_row(&rows, &list->items[i]);
	if (rows.form != SHOW_TEXT)
		return;
	if (list->count == 0)
		(void)puts("no such path is known");
	if ((int64_t)list->count > limit)
		(void)puts("and more (--limit)");
	(void)puts("Of the whole fleet, as each host brought it today; whether "
		   "a path has credit is each host's own (--local).");
}

bool tool_paths_of_fleet(struct tool *tool, const char *conninfo,
			 const struct fleet_path_wanted *wanted,
			 struct error *err)
{
	struct fleet_path_wanted asked = *wanted;
	struct fleet_path_list list;
	struct pg *pg;

	if (asked.limit >= ROWS_MAX)
		asked.limit = ROWS_MAX;
	else
		asked.limit++; /* are there more? */
	if (pg_connect(tool->mem, conninfo, WAIT_MS, &pg, err) != PG_DONE ||
	    fleet_paths_read(tool->mem, pg, &asked, &list, err) != PG_DONE)
		return error_wrap(err, "the fleet's record (--local reads this "
				       "host's own)");
	write_all(tool, &list, wanted->limit);
	return true;
}
