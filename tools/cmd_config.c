/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_config.c - alignctl config: is the file good, and what is in force?
 * Tested by test_alignctl_config.
 */
#include "tools/tool.h"

#include <stdio.h>
#include <string.h>

static int check(struct tool *tool)
{
	const char *path =
	    tool->config_path == NULL ? CONFIG_PATH : tool->config_path;
	struct config *config = NULL;
	struct error err;

	/* the named file itself: one that is absent is not "ok" */
	if (!config_load(tool->mem, path, &config, &err))
		return tool_fail(&err);
	(void)printf("%s: ok\n", path);
	return TOOL_DONE;
}

static void show_row(TALLOC_CTX *mem, const struct setting *row,
		     const char *indent, const void *in_force,
		     const void *initial)
{
	const char *value = settings_value_text(mem, row, in_force);
	const char *otherwise = settings_value_text(mem, row, initial);
	bool is_changed = strcmp(value, otherwise) != 0;

	(void)printf("%s%s = %s%s%s\n", indent, row->name, value,
		     is_changed ? "   # default: " : "",
		     is_changed ? otherwise : "");
}

static void show_section(TALLOC_CTX *mem, const struct setting_section *section,
			 const struct config *in_force,
			 const struct config *initial)
{
	bool is_top = *section->name == '\0';

	if (!is_top)
		(void)printf("%s {\n", section->name);
	for (const struct setting *row = section->rows; row->name != NULL;
	     row++)
		show_row(mem, row, is_top ? "" : "\t",
			 (const char *)in_force + section->offset,
			 (const char *)initial + section->offset);
	if (!is_top)
		(void)printf("}\n");
}

static int show(struct tool *tool)
{
	const struct config *initial = config_defaults(tool->mem);
	struct config *config = NULL;
	struct error err;

	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	for (const struct setting_section *section = config_sections;
	     section->name != NULL; section++)
		show_section(tool->mem, section, config, initial);
	return TOOL_DONE;
}

static int defaults(struct tool *tool)
{
	(void)printf("%s", settings_text(tool->mem, config_sections,
					 config_defaults(tool->mem), true));
	return TOOL_DONE;
}

static const struct {
	const char *name;
	size_t operands_max; /* behind the name */
	int (*run)(struct tool *tool);
} actions[] = {
    {"check", 1, check},
    {"show", 1, show},
    {"defaults", 0, defaults},
};

static int run(struct tool *tool)
{
	const struct text_list *operands = &tool->operands;

	if (operands->count == 0)
		return tool_usage(tool, "config: what to do is missing");
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
		if (strcmp(actions[i].name, operands->items[0]) != 0)
			continue;
		if (operands->count - 1 > actions[i].operands_max)
			return tool_usage(tool,
					  "config %s: one file too many: %s",
					  actions[i].name,
					  operands->items[operands->count - 1]);
		if (operands->count == 2 && tool->config_path != NULL)
			return tool_usage(tool,
					  "config %s: give FILE or --config "
					  "FILE, not both",
					  actions[i].name);
		if (operands->count == 2)
			tool->config_path = operands->items[1];
		return actions[i].run(tool);
	}
	return tool_usage(
	    tool, "config: %s is not known (allowed: check, show, defaults)",
	    text_escape(tool->mem, span_of(operands->items[0]), 60, true));
}

const struct command command_config = {
    .name = "config",
    .summary = "Check the configuration file, show what is in force, or print "
	       "the defaults as a file.",
    .usage = "check|show|defaults [FILE]",
    .run = run,
};
