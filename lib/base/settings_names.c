/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_names.c - what is said about a setting that does not exist
 */
#include "lib/base/settings_row.h"

#include <string.h>

#include "lib/base/spelling.h"

#define SHOWN_MAX 60 /* bytes of the unknown name */

char *settings_full_name(TALLOC_CTX *mem, const char *section, const char *name)
{
	return mem_printf(mem, "%s%s%s", section, *section == '\0' ? "" : ".",
			  name);
}

/* The names of a section's rows, for somebody who looks for one. */
static const char *known_names(TALLOC_CTX *mem,
			       const struct setting_section *section)
{
	const char *text = "";

	for (const struct setting *row = section->rows; row->name != NULL;
	     row++)
		text = mem_printf(mem, "%s%s%s", text,
				  *text == '\0' ? "" : ", ", row->name);
	return text;
}

static bool has_row(const struct setting_section *section, const char *name)
{
	const struct setting *row = section->rows;

	while (row->name != NULL && strcmp(row->name, name) != 0)
		row++;
	return row->name != NULL;
}

/* The setting of that very name in another section, or NULL. */
static const char *elsewhere(TALLOC_CTX *mem,
			     const struct setting_section *sections,
			     const char *name)
{
	for (; sections->name != NULL; sections++) {
		if (has_row(sections, name))
			return settings_full_name(mem, sections->name, name);
	}
	return NULL;
}

/* The nearest name that may stand in `section`, or NULL. */
static const char *near(TALLOC_CTX *mem, const struct setting_section *sections,
			const struct setting_section *section, const char *name)
{
	bool is_top = *section->name == '\0';
	struct spelling spelling;

	spelling_init(&spelling, name);
	for (const struct setting *row = section->rows; row->name != NULL;
	     row++)
		spelling_offer(&spelling, row->name);
	for (; is_top && sections->name != NULL; sections++) {
		if (sections != section)
			spelling_offer(&spelling, sections->name);
	}
	return spelling.nearest == NULL
		   ? NULL
		   : settings_full_name(mem, section->name, spelling.nearest);
}

char *settings_unknown_name(TALLOC_CTX *mem,
			    const struct setting_section *sections,
			    const struct setting_section *section,
			    const char *name)
{
	const char *full = settings_full_name(
	    mem, section->name,
	    text_escape(mem, span_of(name), SHOWN_MAX, true));
	const char *meant = elsewhere(mem, sections, name);

	if (meant == NULL)
		meant = near(mem, sections, section, name);
	if (strchr(name, '.') != NULL)
		return mem_printf(mem,
				  "%s: settings of a section stand within its "
				  "braces, as in: dns { timeout = 5s }",
				  full);
	if (meant != NULL)
		return mem_printf(mem, "%s: unknown setting (did you mean %s?)",
				  full, meant);
	return mem_printf(mem, "%s: unknown setting (known: %s)", full,
			  known_names(mem, section));
}
