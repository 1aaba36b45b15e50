/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * finding_write.c - findings for people, and for programs
 */
#include "lib/wiring/finding.h"

#include "lib/show/people.h"

#define TEXT_COLUMN 32

static const struct table_column columns[] = {
    {.key = "check", .title = NULL, .csv = "check"},
    {.key = "level", .title = NULL, .csv = "level"},
    {.key = "where", .title = NULL, .csv = "where"},
    {.key = "found", .title = NULL, .csv = "found"},
    {.key = "fix", .title = NULL, .csv = "fix"},
    TABLE_END,
};

const char *finding_severity_text(enum finding_severity severity)
{
	static const char *const texts[] = {
	    [FINDING_OK] = "ok",
	    [FINDING_NOTE] = "note",
	    [FINDING_WARNING] = "warning",
	    [FINDING_PROBLEM] = "problem",
	};

	return texts[severity];
}

/* "LABEL: TEXT" under what was found. */
static void write_below(FILE *file, TALLOC_CTX *mem, const char *label,
			const char *text)
{
	(void)fprintf(file, "%*s", TEXT_COLUMN, "");
	people_wrapped(file, mem_printf(mem, "%s: %s", label, text),
		       TEXT_COLUMN, PEOPLE_COLUMNS);
}

static void write_for_people(FILE *file, const struct finding *finding)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)fprintf(file, "%-8s %-22s ",
		      finding_severity_text(finding->severity), finding->rule);
	people_wrapped(file, people_clean(mem, finding->found), TEXT_COLUMN,
		       PEOPLE_COLUMNS);
	if (finding->severity >= FINDING_WARNING)
		write_below(file, mem, "where",
			    people_clean(mem, finding->where));
	if (finding->fix != NULL)
		write_below(file, mem, "fix", people_clean(mem, finding->fix));
	mem_free(mem);
}

/* What is worst stands last: it is what a terminal still shows. */
static void write_text(FILE *file, const struct finding_list *list)
{
	for (int severity = FINDING_OK; severity <= FINDING_PROBLEM;
	     severity++) {
		for (size_t i = 0; i < list->count; i++) {
			if ((int)list->items[i].severity == severity)
				write_for_people(file, &list->items[i]);
		}
	}
	(void)fprintf(file, "%zu problems, %zu warnings\n",
		      finding_count(list, FINDING_PROBLEM),
		      finding_count(list, FINDING_WARNING));
}

void finding_list_write(FILE *file, const struct finding_list *list,
			enum show_form form)
{
	struct rows rows = {.file = file, .form = form, .columns = columns};

	if (form == SHOW_TEXT) {
		write_text(file, list);
		return;
	}
	rows_begin(&rows);
	for (size_t i = 0; i < list->count; i++) {
		const struct finding *finding = &list->items[i];
		const struct value cells[] = {
		    value_text(finding->rule),
		    value_text(finding_severity_text(finding->severity)),
		    value_text(finding->where),
		    value_text(finding->found),
		    value_text(finding->fix),
		};
		rows_add(&rows, cells, COUNT_OF(cells));
	}
}
