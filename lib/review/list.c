/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.c - incidents: a line each, in groups, one whole
 * Tested by test_alignctl_review.
 */
#include "lib/review/list.h"

#include "lib/review/counted.h"
#include "lib/review/incident.h"
#include "lib/store/store_would.h"

void review_list_nothing(const struct review_reading *reading)
{
	if (reading->form == SHOW_TEXT && !reading->is_quiet)
		show_give_line(reading->taker, reading->file,
			       "nothing matches in %s", reading->path);
}

/* --- a line each --- */

static bool add_incident(void *context, const struct store_incident *incident)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct value cells[REVIEW_COLUMNS];

	review_cells(mem, incident, store_would(incident), cells);
	rows_add(context, cells, COUNT_OF(cells));
	mem_free(mem);
	return true;
}

bool review_list_all(const struct review_reading *reading, struct error *err)
{
	struct rows rows = {.file = reading->file,
			    .form = reading->form,
			    .columns = review_columns_of(reading->reader),
			    .taker = reading->taker,
			    .is_quiet = reading->is_quiet};
	size_t counted = 0;

	rows_begin(&rows);
	if (!store_incidents(reading->reader, &reading->filter, add_incident,
			     &rows, err))
		return false;
	if (reading->form != SHOW_CSV &&
	    !review_counted_list(reading, &counted, err))
		return false;
	if (rows.count == 0 && counted == 0)
		review_list_nothing(reading);
	return true;
}

/* --- in groups: who, from where, and why, the most frequent first --- */

#define DISPOSITION                                                            \
	{                                                                      \
		.width = 10, .is_right = true                                  \
	}

/* The dispositions and the group's own key get their names when it is known.
 * What enforce mode would have done is for people one number: how many it would
 * have acted on, and monitor mode let in. */
enum {
	OWN_NAME = 1,
	APPLIED = 7, /* and what would have been */
	FIRST_DISPOSITION = 9,
	FIRST_WOULD = FIRST_DISPOSITION + STORE_DISPOSITIONS,
	SPARED = FIRST_WOULD + STORE_DISPOSITIONS,
	OWN_TITLE,
	GROUP_COLUMNS
};

static const struct table_column group_columns[GROUP_COLUMNS + 1] = {
    {.key = "group_by"},
    [OWN_NAME] = {.key = "key"},
    {.key = "count",
     .csv = "count",
     .title = "count",
     .width = 7,
     .is_right = true},
    {.title = "sources", .width = 7, .is_right = true},
    {.key = "first", .csv = "first", .title = "first seen", .width = 20},
    {.key = "last", .csv = "last", .title = "last seen", .width = 20},
    {.key = "sources", .csv = "sources"},
    {.key = "applied"},
    {.key = "would"},
    [FIRST_DISPOSITION] = DISPOSITION,
    DISPOSITION,
    DISPOSITION,
    DISPOSITION,
    DISPOSITION,
    [SPARED] = {.title = "spared", .width = 7, .is_right = true},
    [OWN_TITLE] = {.width = 0},
    TABLE_END,
};

struct grouping {
	struct rows rows;
	const char *key;
};

/* The numbers, as cells and as the members of an object. */
static struct json *put_dispositions(TALLOC_CTX *mem,
				     const int64_t numbers[STORE_DISPOSITIONS],
				     struct value *cells)
{
	struct json *object = json_new_object(mem);

	for (int i = 0; i < STORE_DISPOSITIONS; i++) {
		cells[i] = value_number(numbers[i]);
		value_put(object, store_dispositions[i], cells[i]);
	}
	return object;
}

static bool add_group(void *context, const struct store_group *group)
{
	struct grouping *grouping = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct value cells[GROUP_COLUMNS] = {
	    value_text(grouping->key),
	    value_given(group->key),
	    value_number(group->count),
	    value_number(group->sources),
	    value_time(group->first_s),
	    value_time(group->last_s),
	    value_number(group->sources),
	    [SPARED] = value_number(group->spared),
	    [OWN_TITLE] = value_given(group->key),
	};

	cells[APPLIED] = value_json(
	    put_dispositions(mem, group->applied, &cells[FIRST_DISPOSITION]));
	cells[APPLIED + 1] = value_json(
	    put_dispositions(mem, group->would, &cells[FIRST_WOULD]));
	rows_add(&grouping->rows, cells, COUNT_OF(cells));
	mem_free(mem);
	return true;
}

static void name_columns(struct table_column columns[GROUP_COLUMNS + 1],
			 const char *key)
{
	static const char *const would[STORE_DISPOSITIONS] = {
	    "would_none", "would_tag", "would_quarantine", "would_reject",
	    "would_tempfail"};

	for (size_t i = 0; i <= GROUP_COLUMNS; i++)
		columns[i] = group_columns[i];
	columns[OWN_NAME].csv = key;
	columns[OWN_TITLE].title = key;
	for (int i = 0; i < STORE_DISPOSITIONS; i++) {
		columns[FIRST_DISPOSITION + i].csv =
		    columns[FIRST_DISPOSITION + i].title =
			store_dispositions[i];
		columns[FIRST_WOULD + i].csv = would[i];
	}
}

bool review_list_groups(const struct review_reading *reading,
			enum store_group_key key, struct error *err)
{
	struct table_column columns[GROUP_COLUMNS + 1];
	struct grouping grouping = {.rows = {.file = reading->file,
					     .form = reading->form,
					     .columns = columns,
					     .taker = reading->taker,
					     .is_quiet = reading->is_quiet},
				    .key = store_group_key_text(key)};

	name_columns(columns, grouping.key);
	rows_begin(&grouping.rows);
	if (!store_groups(reading->reader, &reading->filter, key, add_group,
			  &grouping, err))
		return false;
	if (grouping.rows.count == 0)
		review_list_nothing(reading);
	return reading->form != SHOW_TEXT || review_counted_sum(reading, err);
}

/* --- one whole --- */

struct whole {
	const struct review_reading *reading;
	struct rows rows; /* of CSV */
	size_t count;
	bool has_failed;
	struct error *err;
};

static bool write_whole(void *context, const struct store_incident *incident)
{
	struct whole *whole = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct show *show;

	if (whole->reading->form == SHOW_CSV) {
		if (whole->count == 0)
			rows_begin(&whole->rows);
		(void)add_incident(&whole->rows, incident);
	} else if (review_incident_show(mem, whole->reading->reader, incident,
					&show, whole->err)) {
		show_give(whole->reading->taker, whole->reading->file,
			  whole->reading->form, show);
	} else {
		whole->has_failed = true;
	}
	mem_free(mem);
	whole->count++;
	return !whole->has_failed;
}

bool review_list_whole(const struct review_reading *reading, bool *is_found,
		       struct error *err)
{
	struct whole whole = {
	    .reading = reading,
	    .rows = {.file = reading->file,
		     .form = reading->form,
		     .columns = review_columns_of(reading->reader)},
	    .err = err};

	if (!store_incidents(reading->reader, &reading->filter, write_whole,
			     &whole, err) ||
	    whole.has_failed)
		return false;
	*is_found = whole.count > 0;
	return *is_found || reading->form == SHOW_CSV ||
	       review_counted_tell(reading, is_found, err);
}
