/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show.c - findings for people, and for programs
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/show.h"

#include "lib/base/clock.h"
#include "lib/show/show.h"

#define SEEN_COLUMN 11

static const struct table_column columns[] = {
    {.key = "domain", .csv = "domain"},
    {.key = "finding", .csv = "finding"},
    {.key = "severity", .csv = "severity"},
    {.key = "seen", .csv = "seen"},
    {.key = "rule", .csv = "rule"},
    {.key = "fix", .csv = "fix"},
    {.key = "since", .csv = "since"},
    {.key = "title", .csv = "title"},
    {.key = "advice", .csv = "advice"},
    TABLE_END,
};

struct rows posture_show_begin(FILE *file, enum show_form form)
{
	struct rows rows = {.file = file, .form = form, .columns = columns};

	rows_begin(&rows);
	return rows;
}

/* --- for programs --- */

static void add_rows(struct rows *rows, const struct posture *posture)
{
	for (size_t i = 0; i < posture->count; i++) {
		const struct posture_finding *found = &posture->items[i];
		const struct posture_kind *kind = found->kind;
		const struct value cells[] = {
		    value_text(posture->domain),
		    value_text(kind->name),
		    value_text(posture_severity_text(kind->severity)),
		    value_text(found->seen),
		    value_text(kind->rule),
		    value_text(found->fix),
		    value_time_given(found->since_s),
		    value_text(kind->title),
		    value_text(kind->advice),
		};
		rows_add(rows, cells, COUNT_OF(cells));
	}
}

static void put_domain(struct show *show, const struct posture *posture)
{
	const char grade[] = {posture_grade(posture), '\0'};

	show_data(show, "domain", value_text(posture->domain));
	show_data(show, "grade", value_text(grade));
	show_data(show, "next", value_text(posture_next(show, posture)));
	show_data(show, "not_checkable",
		  value_json(json_new_texts(show, &posture->unchecked)));
}

/* --- for people --- */

static void say_fix(struct show *show, const char *fix)
{
	struct span rest = span_of(fix);
	bool has_more = fix != NULL;

	while (has_more) {
		struct span line;
		has_more = span_cut(rest, '\n', &line, &rest);
		show_line(show, "%*srecord: %.*s", SEEN_COLUMN, "",
			  (int)line.length, line.data);
	}
}

static void say_finding(struct show *show, const struct posture_finding *found)
{
	const struct posture_kind *kind = found->kind;
	char day[CLOCK_TEXT];

	show_line(show, "  %-8s %s: %s", posture_severity_text(kind->severity),
		  kind->name, kind->title);
	show_sentence(show, SEEN_COLUMN, found->seen);
	if (kind->severity > POSTURE_INFO)
		show_sentence(
		    show, SEEN_COLUMN,
		    mem_printf(show, "%s (%s).", kind->advice, kind->rule));
	say_fix(show, found->fix);
	if (found->since_s > 0)
		show_line(show, "%*ssince %s", SEEN_COLUMN, "",
			  clock_text(found->since_s, day));
}

static void say_domain(struct show *show, const struct posture *posture)
{
	show_line(show, "%s: grade %c", posture->domain,
		  posture_grade(posture));
	show_sentence(
	    show, 2, mem_printf(show, "Next: %s", posture_next(show, posture)));
	for (size_t i = 0; i < posture->count; i++)
		say_finding(show, &posture->items[i]);
	for (size_t i = 0; i < posture->unchecked.count; i++)
		show_sentence(show, 2,
			      mem_printf(show, "not checkable: %s",
					 posture->unchecked.items[i]));
}

void posture_show(struct rows *rows, const struct posture *posture)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct show *show = show_new(mem);

	if (rows->form != SHOW_TEXT)
		add_rows(rows, posture);
	if (rows->form == SHOW_JSON)
		put_domain(show, posture);
	else if (rows->form == SHOW_TEXT)
		say_domain(show, posture);
	if (rows->form != SHOW_CSV)
		show_write(rows->file, rows->form, show);
	mem_free(mem);
}

/* --- what can be found --- */

static const struct table_column kind_columns[] = {
    {.key = "finding", .csv = "finding"},
    {.key = "severity", .csv = "severity"},
    {.key = "title", .csv = "title"},
    {.key = "rule", .csv = "rule"},
    {.key = "advice", .csv = "advice"},
    TABLE_END,
};

static void say_kind(struct show *show, const struct posture_kind *kind)
{
	show_line(show, "%-8s %s: %s", posture_severity_text(kind->severity),
		  kind->name, kind->title);
	show_sentence(show, SEEN_COLUMN - 2,
		      mem_printf(show, "%s (%s).", kind->advice, kind->rule));
}

void posture_show_kinds(FILE *file, enum show_form form)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct show *show = show_new(mem);
	struct rows rows = {
	    .file = file, .form = form, .columns = kind_columns};

	rows_begin(&rows);
	for (size_t i = 0; i < POSTURE_KINDS; i++) {
		const struct posture_kind *kind = &posture_kinds[i];
		const struct value cells[] = {
		    value_text(kind->name),
		    value_text(posture_severity_text(kind->severity)),
		    value_text(kind->title),
		    value_text(kind->rule),
		    value_text(kind->advice),
		};
		if (form == SHOW_TEXT)
			say_kind(show, kind);
		else
			rows_add(&rows, cells, COUNT_OF(cells));
	}
	if (form == SHOW_TEXT)
		show_write(file, form, show);
	mem_free(mem);
}
