/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * likely.c - writes what was refused or held and may have been good
 *
 * Tested by test_alignctl_evidence.
 */
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/review/candidate_show.h"
#include "lib/review/candidates.h"
#include "lib/review/incident.h"
#include "lib/review/list.h"

#define CELL_MAX 4096

/* --- saying so --- */

/* CSV begins with what the list of incidents does not have, JSON ends so. */
enum {
	BEFORE = 2,
	AFTER = 3,
	LIKELY_COLUMNS = BEFORE + REVIEW_COLUMNS + AFTER
};

static void make_columns(struct table_column *columns)
{
	*columns++ = (struct table_column){.csv = "score"};
	*columns++ = (struct table_column){.csv = "evidence"};
	memcpy(columns, review_columns, sizeof *columns * REVIEW_COLUMNS);
	columns += REVIEW_COLUMNS;
	*columns++ = (struct table_column){.key = "score"};
	*columns++ = (struct table_column){.key = "evidence"};
	*columns++ = (struct table_column){.key = "next"};
	*columns = (struct table_column)TABLE_END;
}

static void add_row(struct rows *rows, TALLOC_CTX *mem,
		    const struct review_candidate *candidate)
{
	struct json *evidence = json_new_array(mem);
	struct value cells[LIKELY_COLUMNS];
	struct value *after = &cells[BEFORE + REVIEW_COLUMNS];
	struct strbuf words;

	strbuf_init(&words, mem, CELL_MAX);
	for (size_t i = 0; i < candidate->count; i++) {
		const struct review_evidence *one = &candidate->evidence[i];
		struct json *item = json_new_object(mem);
		json_put_number(item, "points", one->points);
		json_put_text(item, "words", one->words);
		json_add(evidence, item);
		strbuf_printf(&words, "%s%s", i == 0 ? "" : "; ", one->words);
	}
	cells[0] = after[0] = value_number(candidate->score);
	cells[1] = value_text(strbuf_text(&words));
	review_cells(mem, &candidate->incident, candidate->would,
		     &cells[BEFORE]);
	after[1] = value_json(evidence);
	after[2] = value_text(review_candidate_command(mem, candidate));
	rows_add(rows, cells, COUNT_OF(cells));
}

static size_t write_all(const struct review_reading *reading,
			const struct review_candidates *found)
{
	struct table_column columns[LIKELY_COLUMNS + 1];
	struct rows rows = {.file = reading->file,
			    .form = reading->form,
			    .columns = columns,
			    .is_quiet = reading->is_quiet};
	size_t limit = reading->filter.limit == 0
			   ? SIZE_MAX
			   : (size_t)reading->filter.limit;
	size_t i = 0;

	make_columns(columns);
	rows_begin(&rows);
	for (; i < found->likely && i < limit; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		if (reading->form == SHOW_TEXT)
			show_give(reading->taker, reading->file, SHOW_TEXT,
				  review_candidate_show(mem, found->items[i]));
		else
			add_row(&rows, mem, found->items[i]);
		mem_free(mem);
	}
	return i;
}

bool review_list_likely(const struct review_reading *reading, bool *is_cut,
			struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct review_candidates found = {.max = reading->likely_max};
	bool ok = review_candidates_find(mem, reading->reader, &reading->filter,
					 reading->now_s, &found, err);

	if (ok && write_all(reading, &found) == 0 &&
	    reading->form == SHOW_TEXT && !reading->is_quiet)
		show_give_line(reading->taker, reading->file,
			       "nothing that was refused or held shows "
			       "evidence of being legitimate (%zu looked at)",
			       found.count);
	if (ok && found.for_ours > 0 && reading->form == SHOW_TEXT &&
	    !reading->is_quiet)
		show_give_line(reading->taker, reading->file,
			       "left out: %zu whose author passes for one of "
			       "your names or people, whatever else speaks for "
			       "it (alignctl stats --by lookalike)",
			       found.for_ours);
	*is_cut = found.is_cut;
	mem_free(mem);
	return ok;
}
