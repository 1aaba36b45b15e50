/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * past_defaults.c - what settings had for a default in earlier releases
 *
 * Tested by test_past_defaults, which has the defaults of each release in a
 * file and fails where a row is missing here.
 */
#include "lib/app/past_defaults.h"

#include <string.h>

#define SHOWN_MAX 40 /* bytes of an unknown release */

/* Append only: places are counted from the first row. */
static const struct past_default rows[] = {
    {"listen", "0.1.0", "inet:8893@127.0.0.1"},
};

size_t past_default_count(void)
{
	return COUNT_OF(rows);
}

const struct past_default *past_default_row(size_t index)
{
	return index < COUNT_OF(rows) ? &rows[index] : NULL;
}

const struct past_default *past_default_of(size_t place, const char *setting)
{
	for (size_t i = place; i < COUNT_OF(rows); i++) {
		if (strcmp(rows[i].setting, setting) == 0)
			return &rows[i];
	}
	return NULL;
}

/* "0.1.0, 0.2.0" */
static const char *releases_text(TALLOC_CTX *mem)
{
	const char *text = rows[0].until;

	for (size_t i = 1; i < COUNT_OF(rows); i++) {
		if (strcmp(rows[i].until, rows[i - 1].until) != 0)
			text = mem_printf(mem, "%s, %s", text, rows[i].until);
	}
	return text;
}

bool past_defaults_place(const char *release, size_t *place, struct error *err)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (strcmp(rows[i].until, release) == 0) {
			*place = i;
			return true;
		}
	}
	TALLOC_CTX *mem = mem_context(NULL);
	(void)error_set(
	    err, ERROR_INPUT,
	    "%s is no release whose defaults differ from today's (those that "
	    "do: %s)",
	    text_escape(mem, span_of(release), SHOWN_MAX, true),
	    releases_text(mem));
	mem_free(mem);
	return false;
}

void past_defaults_apply(TALLOC_CTX *mem,
			 const struct setting_section *sections,
			 const struct settings_origins *origins, size_t place,
			 void *values)
{
	struct setting_place at = {0};

	while (setting_next(sections, &at)) {
		const char *name = setting_name(mem, at.section, at.row->name);
		const struct past_default *past = past_default_of(place, name);
		if (past == NULL || settings_origin(origins, name)->line != 0)
			continue;
		struct setting row = *at.row;
		row.initial = past->initial;
		struct text_list texts = setting_initial(mem, &row);
		setting_store(mem, &row, &texts,
			      (char *)values + at.section->offset);
	}
}
