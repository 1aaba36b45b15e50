/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config_show.c - each setting in force, and where it comes from
 * Tested by test_alignctl_profiles.
 */
#include "tools/config_show.h"

#include <string.h>

/* What is known of one setting; texts as a file spells them. */
struct shown {
	const char *name;
	const char *value;
	const char *initial;  /* alignd's default */
	const char *profiled; /* the profile's, or NULL */
	const char *source;   /* for programs */
	const struct setting_origin *origin;
};

static const char *spelled(TALLOC_CTX *mem, const struct setting *row,
			   const char *initial)
{
	struct setting other = *row;

	other.initial = initial;
	struct text_list texts = setting_initial(mem, &other);
	return setting_spelled(mem, row, &texts);
}

/* An option of the command line changes the value, and not where it was set. */
static const char *source_of(const struct config *config,
			     const struct shown *shown)
{
	const struct setting_origin *origin = shown->origin;

	if (strcmp(origin->value, shown->value) != 0)
		return "command line";
	if (origin->line == 0)
		return origin->by == NULL ? "default" : "profile";
	return strcmp(origin->file, config->path) == 0 ? "file" : "drop-in";
}

static struct shown look_at(TALLOC_CTX *mem, const struct config *config,
			    const struct setting_place *at)
{
	struct shown shown = {
	    .name = setting_name(mem, at->section, at->row->name),
	    .value = setting_text(mem, at->row,
				  (const char *)config + at->section->offset),
	    .initial = spelled(mem, at->row, at->row->initial),
	};
	const struct profile_row *profiled = profile_default_of(
	    (enum profile_id)config->daemon.profile, shown.name);

	if (profiled != NULL)
		shown.profiled = spelled(mem, at->row, profiled->wanted);
	shown.origin = settings_origin(config->origins, shown.name);
	shown.source = source_of(config, &shown);
	return shown;
}

/* --- for people --- */

static const char *place_text(TALLOC_CTX *mem, const struct shown *shown)
{
	const struct setting_origin *origin = shown->origin;

	if (strcmp(shown->source, "file") == 0)
		return mem_printf(mem, "%s:%d",
				  text_printable(mem, origin->file),
				  origin->line);
	if (strcmp(shown->source, "drop-in") == 0)
		return mem_printf(mem, "drop-in %s:%d",
				  text_printable(mem, origin->file),
				  origin->line);
	return strcmp(shown->source, "profile") == 0 ? origin->by
						     : shown->source;
}

/* "   # profile uk-gov; default: none" */
static void say_setting(FILE *file, TALLOC_CTX *mem, const char *indent,
			const char *name, const struct config *config,
			const struct shown *shown)
{
	(void)fprintf(file, "%s%s = %s   # %s", indent, name, shown->value,
		      place_text(mem, shown));
	if (shown->profiled != NULL &&
	    strcmp(shown->profiled, shown->value) != 0)
		(void)fprintf(file, "; profile %s: %s",
			      profiles[config->daemon.profile].name,
			      shown->profiled);
	if (strcmp(shown->initial, shown->value) != 0)
		(void)fprintf(file, "; default: %s", shown->initial);
	(void)fprintf(file, "\n");
}

static void say_section(FILE *file, const struct config *config,
			const struct setting_section *section)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct setting_place at = {section, section->rows};
	bool is_top = *section->name == '\0';

	if (!is_top)
		(void)fprintf(file, "%s {\n", section->name);
	for (; at.row->name != NULL; at.row++) {
		struct shown shown = look_at(mem, config, &at);
		say_setting(file, mem, is_top ? "" : "\t", at.row->name, config,
			    &shown);
	}
	if (!is_top)
		(void)fprintf(file, "}\n");
	mem_free(mem);
}

/* --- for programs --- */

static const struct table_column columns[] = {
    {.key = "setting", .csv = "setting"}, {.key = "value", .csv = "value"},
    {.key = "source", .csv = "source"},	  {.key = "profile_value", .csv = "profile_value"},
    {.key = "file", .csv = "file"},	  {.key = "line", .csv = "line"},
    {.key = "default", .csv = "default"}, TABLE_END,
};

static void add_rows(struct rows *rows, const struct config *config)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct setting_place at = {0};

	while (setting_next(config_sections, &at)) {
		struct shown shown = look_at(mem, config, &at);
		bool is_in_file = shown.origin->line != 0;
		const struct value cells[] = {
		    value_text(shown.name),
		    value_text(shown.value),
		    value_text(shown.source),
		    value_text(shown.profiled),
		    value_text(is_in_file ? shown.origin->file : NULL),
		    is_in_file ? value_number(shown.origin->line)
			       : value_none(),
		    value_text(shown.initial),
		};
		rows_add(rows, cells, COUNT_OF(cells));
	}
	mem_free(mem);
}

void config_show(FILE *file, enum show_form form, const struct config *config)
{
	struct rows rows = {.file = file, .form = form, .columns = columns};

	if (form != SHOW_TEXT) {
		rows_begin(&rows);
		add_rows(&rows, config);
		return;
	}
	for (const struct setting_section *section = config_sections;
	     section->name != NULL; section++)
		say_section(file, config, section);
}
