/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl store: back up, check, recover, shrink
 * Tested by test_alignctl_store.
 */
#include <inttypes.h>
#include <stdio.h>

#include "lib/show/show.h"
#include "lib/store/store_backup.h"
#include "lib/store/store_file.h"
#include "lib/store/store_salvage.h"
#include "lib/store/store_size.h"
#include "tools/action.h"
#include "tools/store/replace.h"

static const struct tool_option options[] = {
    {.name = "--out", .value = "NEW"},
    {.name = "--replace"},
    {.name = "--json"},
    {.name = NULL},
};

/* That of the configuration, unless an operand names another. */
static bool find_store(struct tool *tool, const char **path, struct error *err)
{
	struct config *config;

	if (tool->operands.count > 1) {
		*path = tool->operands.items[1];
		return true;
	}
	if (!tool_config(tool, &config, err))
		return false;
	*path = config->store.sqlite;
	return (*path != NULL && **path != '\0') ||
	       error_set(err, ERROR_CONFIG,
			 "store.sqlite is not set: nothing is stored, and no "
			 "file is named");
}

static bool configured_store(struct tool *tool, const char **path,
			     struct error *err)
{
	struct text_list operands = tool->operands;

	tool->operands.count = 1;
	bool ok = find_store(tool, path, err);
	tool->operands = operands;
	return ok;
}

static void write_show(struct tool *tool, const struct show *show)
{
	show_write(stdout, tool_form(tool), show);
}

static struct value megabytes(struct show *show, int64_t bytes)
{
	return value_words(value_number(bytes),
			   mem_printf(show, "%.1f MB", (double)bytes / 1e6));
}

/* --- backup --- */

static int back_up(struct tool *tool)
{
	const char *copy = tool->operands.items[1];
	struct show *show = show_new(tool->mem);
	const char *path;
	struct error err;

	if (!configured_store(tool, &path, &err) ||
	    !store_backup(tool->mem, path, copy, &err))
		return tool_fail(&err);
	show_line(show, "%s is a copy of %s", copy, path);
	show_data(show, "store", value_text(path));
	show_data(show, "copy", value_text(copy));
	show_put(show, "bytes", "bytes",
		 megabytes(show, store_file_size(copy)));
	write_show(tool, show);
	return TOOL_DONE;
}

/* --- check --- */

static void show_faults(struct show *show, const char *path,
			const struct text_list *faults)
{
	bool is_sound = faults->count == 0;

	show_line(show, "%s: %s", path,
		  is_sound ? "sound" : "damaged; the first faults found");
	show_data(show, "store", value_text(path));
	show_data(show, "sound", value_flag(is_sound));
	show_put(show, "bytes", "bytes",
		 megabytes(show, store_file_size(path)));
	show_data(show, "faults", value_list(faults, " "));
	for (size_t i = 0; i < faults->count; i++)
		show_sentence(show, 2, faults->items[i]);
	if (!is_sound)
		show_line(show,
			  "what can be read of it: alignctl store recover %s "
			  "--out NEW",
			  path);
}

static int check_file(struct tool *tool)
{
	struct show *show = show_new(tool->mem);
	struct text_list faults = {0};
	const char *path;
	struct error err;

	if (!find_store(tool, &path, &err) ||
	    !store_examine(tool->mem, path, &faults, &err))
		return tool_fail(&err);
	show_faults(show, path, &faults);
	write_show(tool, show);
	return faults.count == 0 ? TOOL_DONE : TOOL_BAD_STORE;
}

/* --- recover --- */

static void show_tables(struct show *show, const struct store_salvage *salvage)
{
	static const struct table_column columns[] = {
	    {.key = "table", .title = "table"},
	    {.key = "saved", .title = "saved", .is_right = true},
	    {.key = "known", .title = "of", .is_right = true},
	    TABLE_END,
	};
	struct table *table = show_table(show, "tables", NULL, columns);

	for (size_t i = 0; i < salvage->count; i++) {
		const struct store_salvaged *told = &salvage->tables[i];
		const struct value cells[] = {
		    value_text(told->table),
		    value_number(told->saved),
		    told->known < 0 ? value_words(value_none(), "unknown")
				    : value_number(told->known),
		};
		table_add(table, cells, COUNT_OF(cells));
	}
}

static void show_place(struct show *show, const char *path, const char *copy,
		       const char *remains)
{
	show_data(show, "store", value_text(path));
	show_data(show, "copy",
		  remains == NULL ? value_text(copy) : value_none());
	show_data(show, "set_aside",
		  remains == NULL ? value_none() : value_text(remains));
	if (remains == NULL)
		show_line(show, "%s holds what could be read of %s", copy,
			  path);
	else
		show_line(show,
			  "%s holds what could be read; the damaged file is %s",
			  path, remains);
}

static int recover(struct tool *tool)
{
	struct show *show = show_new(tool->mem);
	const char *copy = tool_value(tool, "--out");
	bool replaces = tool_has(tool, "--replace");
	const char *remains = NULL;
	struct store_salvage salvage = {.count = 0};
	const char *path;
	struct error err;

	if (replaces == (copy != NULL))
		return tool_usage(tool, "store recover: give --out NEW, or "
					"--replace");
	if (!find_store(tool, &path, &err) ||
	    (replaces && !replace_is_possible(tool->mem, path, &err)))
		return tool_fail(&err);
	if (replaces)
		copy = mem_printf(tool->mem, "%s.recovered", path);
	if (!store_salvage(tool->mem, path, copy, &salvage, &err) ||
	    (replaces &&
	     !replace_store(tool->mem, path, copy, clock_now_s(&tool->clock),
			    &remains, &err)))
		return tool_fail(&err);
	show_place(show, path, copy, remains);
	show_tables(show, &salvage);
	write_show(tool, show);
	return TOOL_DONE;
}

/* --- shrink --- */

static int shrink(struct tool *tool)
{
	struct show *show = show_new(tool->mem);
	const char *path;
	int64_t before;
	int64_t after;
	struct error err;

	if (!find_store(tool, &path, &err) ||
	    !store_size_shrink_file(path, &before, &after, &err))
		return tool_fail(&err);
	show_put(show, "store", "store", value_text(path));
	show_put(show, "before", "before", megabytes(show, before));
	show_put(show, "after", "after", megabytes(show, after));
	write_show(tool, show);
	return TOOL_DONE;
}

/* --- the subcommand --- */

static const char *const of_json[] = {"--json", NULL};
static const char *const of_recover[] = {"--json", "--out", "--replace", NULL};

static const struct tool_action *const actions[] = {
    &(const struct tool_action){"backup", 1, 1, of_json, back_up},
    &(const struct tool_action){"check", 0, 1, of_json, check_file},
    &(const struct tool_action){"recover", 0, 1, of_recover, recover},
    &(const struct tool_action){"shrink", 0, 1, of_json, shrink},
    NULL,
};

static int run_store(struct tool *tool)
{
	return tool_run_action(tool, actions);
}

const struct command command_store = {
    .name = "store",
    .summary = "Back up, check, recover or shrink the store.",
    .usage = "backup NEW [--json]\n"
	     "       alignctl store check [FILE] [--json]\n"
	     "       alignctl store recover [FILE] (--out NEW | --replace) "
	     "[--json]\n"
	     "       alignctl store shrink [FILE] [--json]",
    .options = options,
    .run = run_store,
};
