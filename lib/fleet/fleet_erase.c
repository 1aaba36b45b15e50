/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_erase.c - what the fleet's record has of somebody, taken out
 * Tested by test_fleet_privacy.
 */
#include "lib/fleet/fleet_erase.h"

#include <assert.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/fleet/fleet_named.h"
#include "lib/fleet/fleet_tuple.h"
#include "lib/fleet/push.h"
#include "lib/fleet/schema.h"
#include "lib/store/store_columns.h"

#define ENDS 5 /* tries to be rid of tuples at once */

/* Rows of one kind that name the subject. */
struct page {
	TALLOC_CTX *mem;
	size_t count;
	int64_t numbers[FLEET_ROWS];
	const struct json *rows[FLEET_ROWS];
};

struct eraser {
	struct pg *pg;
	const struct store_subject *subject;
	struct page *page;
	struct error *err;
};

static bool see_row(void *context, const struct fleet_named_row *row)
{
	struct page *page = context;
	struct json *read = json_read(page->mem, row->json);

	page->numbers[page->count] = row->number;
	page->rows[page->count++] =
	    read == NULL ? json_new_object(page->mem) : read;
	return page->count < FLEET_ROWS;
}

/* Calls a function of erase.sql, which says how many rows it changed. */
static enum pg_kind call(struct eraser *eraser, const char *sql,
			 const struct pg_param *params, size_t count,
			 int64_t *changed)
{
	struct pg_result *rows;
	enum pg_kind kind =
	    pg_exec(eraser->pg, sql, params, count, &rows, eraser->err);

	if (kind != PG_DONE)
		return kind;
	*changed = pg_rows(rows) == 1 ? pg_value_number(rows, 0, 0) : 0;
	pg_result_free(rows);
	return PG_DONE;
}

static struct pg_param numbers_of(const struct page *page)
{
	return pg_numbers(page->numbers, page->count);
}

/* --- what was only counted --- */

static const char *member(const struct json *row, const char *name)
{
	const char *text = json_get_text(row, name);

	return text == NULL ? "" : text;
}

/* The column as it is; "" where it names the subject. */
static const char **left_of(const struct eraser *eraser, const char *name)
{
	const struct page *page = eraser->page;
	const char **texts = mem_array(page->mem, const char *, page->count);

	for (size_t i = 0; i < page->count; i++) {
		texts[i] = member(page->rows[i], name);
		if (store_subject_is_in(eraser->subject, texts[i]))
			texts[i] = "";
	}
	return texts;
}

static enum pg_kind change_counted(struct eraser *eraser, int is_stray,
				   int64_t *changed)
{
	size_t count = eraser->page->count;

	return call(eraser,
		    "SELECT alignd_push.erase_counted($1, $2, $3, $4 = 1)",
		    PG_PARAMS(numbers_of(eraser->page),
			      pg_texts(left_of(eraser, "network"), count),
			      pg_texts(left_of(eraser, "author_domain"), count),
			      pg_number(is_stray)),
		    changed);
}

static enum pg_kind erase_counted(struct eraser *eraser, int64_t *changed)
{
	return change_counted(eraser, 0, changed);
}

static enum pg_kind erase_stray_counted(struct eraser *eraser, int64_t *changed)
{
	return change_counted(eraser, 1, changed);
}

/* --- tuples --- */

static void read_member(const struct store_column *column,
			const struct json *row, struct store_tuple *tuple)
{
	char *at = (char *)tuple + column->offset;

	if (store_column_is_text(column)) {
		const char *text = member(row, column->name);
		memcpy(at, &text, sizeof text);
	} else {
		int flag = (int)json_get_number(row, column->name, 0);
		memcpy(at, &flag, sizeof flag);
	}
}

static struct store_tuple *others_of(const struct eraser *eraser)
{
	const struct page *page = eraser->page;
	struct store_tuple *others =
	    mem_array(page->mem, struct store_tuple, page->count);
	struct store_tuple *tuples =
	    mem_array(page->mem, struct store_tuple, page->count);

	for (size_t i = 0; i < page->count; i++) {
		for (size_t j = 0; j < store_tuple_columns.count; j++)
			read_member(&store_tuple_columns.items[j],
				    page->rows[i], &tuples[i]);
		others[i] = store_erase_others(&tuples[i], eraser->subject);
	}
	return others;
}

/* Makes the tuples of others that are not there yet; hashes of all. */
static enum pg_kind make_others(struct eraser *eraser, uint8_t *hashes)
{
	const struct page *page = eraser->page;
	const struct store_tuple *others = others_of(eraser);
	const void **rows = mem_array(page->mem, const void *, page->count);

	for (size_t i = 0; i < page->count; i++) {
		rows[i] = &others[i];
		if (!fleet_tuple_hash(&others[i], hashes + i * PG_UUID_BYTES)) {
			(void)error_set(eraser->err, ERROR_SYSTEM,
					"OpenSSL cannot make a SHA-256");
			return PG_AWAY;
		}
	}
	return fleet_tuples_add(eraser->pg, rows, page->count, eraser->err);
}

/* Day by day: a day's counters are one transaction. */
static enum pg_kind change_days(struct eraser *eraser,
				const struct pg_param *hashes)
{
	struct pg_result *days;
	int64_t unused;
	enum pg_kind kind =
	    pg_exec(eraser->pg, "SELECT * FROM alignd_push.days_of($1)",
		    PG_PARAMS(numbers_of(eraser->page)), &days, eraser->err);

	if (kind != PG_DONE)
		return kind;
	for (size_t i = 0; kind == PG_DONE && i < pg_rows(days); i++)
		kind =
		    call(eraser, "SELECT alignd_push.erase_tuples($1, $2, $3)",
			 PG_PARAMS(pg_number(pg_value_number(days, i, 0)),
				   numbers_of(eraser->page), *hashes),
			 &unused);
	pg_result_free(days);
	return kind;
}

/* The strays last: with them the old tuples are marked for the upkeep, which
 * forgets those that a counter still names. */
static enum pg_kind erase_tuples(struct eraser *eraser, int64_t *changed)
{
	size_t count = eraser->page->count;
	uint8_t *bytes =
	    mem_array(eraser->page->mem, uint8_t, count * PG_UUID_BYTES);
	const struct pg_param hashes = pg_uuids(bytes, count);
	int64_t unused;
	enum pg_kind kind = make_others(eraser, bytes);

	if (kind == PG_DONE)
		kind = change_days(eraser, &hashes);
	if (kind == PG_DONE)
		kind = call(
		    eraser, "SELECT alignd_push.erase_stray_tuples($1, $2)",
		    PG_PARAMS(numbers_of(eraser->page), hashes), &unused);
	*changed = (int64_t)count;
	return kind;
}

/* --- the parts --- */

static const struct part {
	enum fleet_named_kind kind;
	const char *what;
	const char *sql; /* of which the rows' numbers are all that it wants */
	enum pg_kind (*erase)(struct eraser *eraser, int64_t *changed);
} parts[] = {
    {FLEET_NAMED_COUNTED, "without the name", NULL, erase_counted},
    {FLEET_NAMED_STRAY_COUNTED, "of a wrong clock: without the name", NULL,
     erase_stray_counted},
    {FLEET_NAMED_INCIDENTS, "deleted, with what was done about them",
     "SELECT alignd_push.erase_incidents($1)", NULL},
    {FLEET_NAMED_STRAY_INCIDENTS, "of a wrong clock: deleted",
     "SELECT alignd_push.erase_stray_incidents($1)", NULL},
    {FLEET_NAMED_ACTS, "without name and note",
     "SELECT alignd_push.erase_acts($1)", NULL},
    {FLEET_NAMED_PATHS, "deleted", "SELECT alignd_push.erase_paths($1)", NULL},
    {FLEET_NAMED_TUPLES, "counted as others", NULL, erase_tuples},
};

static enum pg_kind erase_page(struct eraser *eraser, const struct part *part,
			       int64_t *changed)
{
	return part->sql == NULL
		   ? part->erase(eraser, changed)
		   : call(eraser, part->sql,
			  PG_PARAMS(numbers_of(eraser->page)), changed);
}

static struct store_erased *begin_part(struct store_erasure *erasure,
				       const char *table, const char *what,
				       bool is_kept)
{
	assert(erasure->count < STORE_ERASED_MAX);
	struct store_erased *told = &erasure->parts[erasure->count++];
	*told = (struct store_erased){
	    .table = table, .what = what, .is_kept = is_kept};
	return told;
}

static void add_rows(struct store_erasure *erasure, struct store_erased *told,
		     int64_t rows)
{
	told->rows += rows;
	if (!told->is_kept)
		erasure->total += rows;
}

/* A page of them; erased at once where that is wanted. */
static enum pg_kind take_page(struct eraser *eraser, const struct part *part,
			      bool is_erased, int64_t *after, int64_t *rows)
{
	struct page *page = eraser->page;
	enum pg_kind kind;

	page->mem = mem_context(page);
	page->count = 0;
	kind = fleet_named_find(eraser->pg, part->kind, eraser->subject, *after,
				see_row, page, eraser->err);
	*rows = (int64_t)page->count;
	if (page->count > 0)
		*after = page->numbers[page->count - 1];
	if (kind == PG_DONE && is_erased && page->count > 0)
		kind = erase_page(eraser, part, rows);
	mem_free(page->mem);
	return kind;
}

static enum pg_kind take_part(struct eraser *eraser, const struct part *part,
			      bool is_erased, struct store_erasure *erasure)
{
	struct store_erased *told = begin_part(
	    erasure, fleet_named_table(part->kind), part->what, false);
	enum pg_kind kind = PG_DONE;
	int64_t after = 0;
	int64_t rows;

	do {
		kind = take_page(eraser, part, is_erased, &after, &rows);
		if (kind == PG_DONE)
			add_rows(erasure, told, rows);
	} while (kind == PG_DONE && eraser->page->count == FLEET_ROWS);
	return kind;
}

/* --- the reports of the fleet --- */

static void tell_reports(TALLOC_CTX *mem, const struct pg_result *rows,
			 struct store_erasure *erasure)
{
	for (size_t i = 0; i < pg_rows(rows); i++) {
		struct span what = pg_value(rows, i, 1);
		bool is_kept = span_equals(pg_value(rows, i, 2), "t");
		struct store_erased *told = begin_part(
		    erasure, "report", mem_strndup(mem, what.data, what.length),
		    is_kept);
		add_rows(erasure, told, pg_value_number(rows, i, 0));
	}
}

/* What it would find is what it finds, rolled back. */
static enum pg_kind take_reports(TALLOC_CTX *mem, struct eraser *eraser,
				 bool is_erased, struct store_erasure *erasure)
{
	struct pg_result *rows = NULL;
	enum pg_kind kind = pg_run(eraser->pg, "BEGIN", eraser->err);

	if (kind == PG_DONE)
		kind = pg_exec(eraser->pg,
			       "SELECT rows, what, is_kept FROM "
			       "alignd_report.erase($1)",
			       PG_PARAMS(pg_text(eraser->subject->text)), &rows,
			       eraser->err);
	if (kind == PG_DONE && is_erased)
		kind = pg_run(eraser->pg, "COMMIT", eraser->err);
	if (kind == PG_DONE)
		tell_reports(mem, rows, erasure);
	pg_result_free(rows);
	if (kind != PG_DONE || !is_erased)
		pg_rollback(eraser->pg);
	return kind;
}

/* --- the whole --- */

static enum pg_kind take_all(TALLOC_CTX *mem, struct pg *pg,
			     const struct store_subject *subject,
			     bool is_erased, struct store_erasure *erasure,
			     struct error *err)
{
	struct eraser eraser = {
	    .pg = pg,
	    .subject = subject,
	    .page = mem_new(NULL, struct page),
	    .err = err,
	};

	*erasure = (struct store_erasure){.count = 0};
	enum pg_kind kind = take_reports(mem, &eraser, is_erased, erasure);
	for (size_t i = 0; kind == PG_DONE && i < COUNT_OF(parts); i++)
		kind = take_part(&eraser, &parts[i], is_erased, erasure);
	mem_free(eraser.page);
	return kind;
}

enum pg_kind fleet_erasure_count(TALLOC_CTX *mem, struct pg *pg,
				 const struct store_subject *subject,
				 struct store_erasure *erasure,
				 struct error *err)
{
	return take_all(mem, pg, subject, false, erasure, err);
}

static enum pg_kind end_tuples(struct pg *pg, bool *is_gone, struct error *err)
{
	enum pg_kind kind = PG_DONE;

	*is_gone = false;
	for (int i = 0; kind == PG_DONE && !*is_gone && i < ENDS; i++) {
		struct pg_result *rows;
		kind = pg_exec(pg, "SELECT alignd_push.erase_end()", NULL, 0,
			       &rows, err);
		if (kind != PG_DONE)
			break;
		*is_gone = pg_rows(rows) == 1 &&
			   span_equals(pg_value(rows, 0, 0), "t");
		pg_result_free(rows);
	}
	return kind;
}

enum pg_kind fleet_erasure_run(TALLOC_CTX *mem, struct pg *pg,
			       const struct store_subject *subject,
			       struct store_erasure *erasure, struct error *err)
{
	enum pg_kind kind = take_all(mem, pg, subject, true, erasure, err);

	return kind == PG_DONE ? end_tuples(pg, &erasure->is_space_given, err)
			       : kind;
}
