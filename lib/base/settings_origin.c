/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_origin.c - where the values of a configuration come from
 *
 * Lists the settings with their values; settings_file.c adds the lines. Pure.
 */
#include "lib/base/settings.h"

#include <string.h>

#include "lib/base/settings_row.h"

static size_t count_rows(const struct setting_section *sections)
{
	size_t count = 0;

	for (; sections->name != NULL; sections++) {
		for (size_t i = 0; sections->rows[i].name != NULL; i++)
			count++;
	}
	return count;
}

struct setting_origin *
setting_origins_new(TALLOC_CTX *mem, const struct setting_section *sections,
		    const void *values, size_t *count)
{
	struct setting_origin *items =
	    mem_array(mem, struct setting_origin, count_rows(sections));
	size_t next = 0;

	for (; sections->name != NULL; sections++) {
		const void *of_section =
		    (const char *)values + sections->offset;
		for (const struct setting *row = sections->rows;
		     row->name != NULL; row++)
			items[next++] = (struct setting_origin){
			    .name = settings_full_name(mem, sections->name,
						       row->name),
			    .value = settings_value_text(mem, row, of_section),
			    .text = "",
			};
	}
	*count = next;
	return items;
}

const struct settings_origins *settings_origins_defaults(
    TALLOC_CTX *mem, const struct setting_section *sections, const void *values)
{
	struct settings_origins *origins =
	    mem_new(mem, struct settings_origins);

	origins->items =
	    setting_origins_new(mem, sections, values, &origins->count);
	return origins;
}

bool settings_are_given(const struct settings_origins *origins)
{
	for (size_t i = 0; i < origins->count; i++) {
		if (origins->items[i].line != 0)
			return true;
	}
	return false;
}

const struct setting_origin *
settings_origin(const struct settings_origins *origins, const char *name)
{
	for (size_t i = 0; origins != NULL && i < origins->count; i++) {
		if (strcmp(origins->items[i].name, name) == 0)
			return &origins->items[i];
	}
	return NULL;
}
