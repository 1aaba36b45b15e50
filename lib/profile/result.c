/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * result.c - what became of a profile's rows, for people and programs
 * Tested by test_alignctl_profiles.
 */
#include "lib/profile/result.h"

#include "lib/show/show.h"

#define SEEN_COLUMN 16

/* --- leaving results --- */

struct profile_results *profile_results_new(TALLOC_CTX *mem,
					    enum profile_id profile,
					    const char *domain)
{
	struct profile_results *results = mem_new(mem, struct profile_results);

	results->profile = profile;
	results->domain = domain == NULL ? NULL : mem_strdup(results, domain);
	return results;
}

static const char *copied(TALLOC_CTX *mem, const char *text)
{
	return text == NULL ? NULL : mem_strdup(mem, text);
}

void profile_results_add(struct profile_results *results,
			 const struct profile_result *seen)
{
	struct profile_result result = *seen;

	if (result.todo == NULL && (result.state == PROFILE_NOT_MET ||
				    result.state == PROFILE_TO_DECLARE))
		result.todo = result.row->advice;
	result.evidence = copied(results, result.evidence);
	result.todo = copied(results, result.todo);
	result.fix = copied(results, result.fix);
	results->items = mem_resize(results, results->items,
				    struct profile_result, results->count + 1);
	results->items[results->count++] = result;
}

size_t profile_results_count(const struct profile_results *results,
			     enum profile_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < results->count; i++)
		count += results->items[i].state == state;
	return count;
}

const char *profile_state_text(enum profile_state state)
{
	static const char *const texts[PROFILE_STATES] = {
	    [PROFILE_MET] = "met",
	    [PROFILE_NOT_CONCERNED] = "not concerned",
	    [PROFILE_TO_DECLARE] = "to declare",
	    [PROFILE_NOT_CHECKABLE] = "not checkable",
	    [PROFILE_NOT_MET] = "not met",
	};

	return texts[state];
}

/* --- for programs --- */

static const struct table_column columns[] = {
    {.key = "domain", .csv = "domain"},
    {.key = "profile", .csv = "profile"},
    {.key = "rule", .csv = "rule"},
    {.key = "asks", .csv = "asks"},
    {.key = "state", .csv = "state"},
    {.key = "evidence", .csv = "evidence"},
    {.key = "todo", .csv = "todo"},
    {.key = "fix", .csv = "fix"},
    {.key = "against", .csv = "against"},
    {.key = "warning", .csv = "warning"},
    TABLE_END,
};

struct rows profile_show_begin(FILE *file, enum show_form form)
{
	struct rows rows = {.file = file, .form = form, .columns = columns};

	rows_begin(&rows);
	return rows;
}

static void add_row(struct rows *rows, const struct profile_results *results,
		    const struct profile_result *result)
{
	const struct profile_row *row = result->row;
	const struct value cells[] = {
	    value_text(results->domain),
	    value_text(profiles[results->profile].name),
	    value_text(row->rule),
	    value_text(row->asks),
	    value_text(profile_state_text(result->state)),
	    value_text(result->evidence),
	    value_text(result->todo),
	    value_text(result->fix),
	    value_text(row->against),
	    value_text(row->warning),
	};

	rows_add(rows, cells, COUNT_OF(cells));
}

/* --- for people --- */

static void say_if(struct show *show, const char *format, const char *text)
{
	if (text != NULL)
		show_sentence(show, SEEN_COLUMN,
			      mem_printf(show, "%s%s.", format, text));
}

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

static void say_result(struct show *show, const struct profile_result *result)
{
	const struct profile_row *row = result->row;

	show_line(show, "  %-13s %s: %s", profile_state_text(result->state),
		  row->rule, row->asks);
	show_sentence(show, SEEN_COLUMN, result->evidence);
	say_if(show, "Do: ", result->todo);
	say_fix(show, result->fix);
	say_if(show, "This is against ", row->against);
	say_if(show, "Mind that ", row->warning);
}

static void say_all(struct show *show, const struct profile_results *results)
{
	const struct profile *profile = &profiles[results->profile];

	show_line(show, "%s%sprofile %s (%s)",
		  results->domain == NULL ? "" : results->domain,
		  results->domain == NULL ? "" : ": ", profile->name,
		  profile->title);
	show_sentence(show, 2, mem_printf(show, "Rules: %s.", profile->source));
	for (int state = PROFILE_MET; state < PROFILE_STATES; state++) {
		for (size_t i = 0; i < results->count; i++) {
			if ((int)results->items[i].state == state)
				say_result(show, &results->items[i]);
		}
	}
	show_line(show,
		  "%zu met, %zu not met, %zu not checkable, %zu to declare",
		  profile_results_count(results, PROFILE_MET),
		  profile_results_count(results, PROFILE_NOT_MET),
		  profile_results_count(results, PROFILE_NOT_CHECKABLE),
		  profile_results_count(results, PROFILE_TO_DECLARE));
}

void profile_show(struct rows *rows, const struct profile_results *results)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct show *show = show_new(mem);

	if (rows->form == SHOW_TEXT) {
		say_all(show, results);
		show_write(rows->file, SHOW_TEXT, show);
	} else {
		for (size_t i = 0; i < results->count; i++)
			add_row(rows, results, &results->items[i]);
	}
	mem_free(mem);
}
