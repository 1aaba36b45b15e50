/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_config.c - alignctl config: is the file good, and what is in force?
 * Tested by test_alignctl_config.
 */
#include <stdio.h>
#include <string.h>

#include "tools/action.h"

/* FILE behind the action, or --config FILE. */
static bool read_file(struct tool *tool)
{
	if (tool->operands.count < 2)
		return true;
	if (tool->config_path != NULL)
		return tool_usage(tool,
				  "config %s: give FILE or --config FILE, not "
				  "both",
				  tool->operands.items[0]) == TOOL_DONE;
	tool->config_path = tool->operands.items[1];
	return true;
}

static int check_file(struct tool *tool)
{
	const char *path;
	struct config *config = NULL;
	struct error err;

	if (!read_file(tool))
		return TOOL_BAD_USAGE;
	/* the named file itself: one that is absent is not "ok" */
	path = tool->config_path == NULL ? CONFIG_PATH : tool->config_path;
	if (!config_load(tool->mem, path, &config, &err))
		return tool_fail(&err);
	for (size_t i = 0; i < config->origins->file_count; i++)
		(void)printf("%s: ok\n", config->origins->files[i].path);
	return TOOL_DONE;
}

static void print_setting(TALLOC_CTX *mem, const struct setting *row,
			  const char *indent, const void *in_force,
			  const void *initial)
{
	const char *value = setting_text(mem, row, in_force);
	const char *otherwise = setting_text(mem, row, initial);
	bool is_changed = strcmp(value, otherwise) != 0;

	(void)printf("%s%s = %s%s%s\n", indent, row->name, value,
		     is_changed ? "   # default: " : "",
		     is_changed ? otherwise : "");
}

static void print_section(TALLOC_CTX *mem,
			  const struct setting_section *section,
			  const struct config *in_force,
			  const struct config *initial)
{
	bool is_top = *section->name == '\0';

	if (!is_top)
		(void)printf("%s {\n", section->name);
	for (const struct setting *row = section->rows; row->name != NULL;
	     row++)
		print_setting(mem, row, is_top ? "" : "\t",
			      (const char *)in_force + section->offset,
			      (const char *)initial + section->offset);
	if (!is_top)
		(void)printf("}\n");
}

static int print_in_force(struct tool *tool)
{
	const struct config *initial = config_defaults(tool->mem);
	struct config *config = NULL;
	struct error err;

	if (!read_file(tool))
		return TOOL_BAD_USAGE;
	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	for (const struct setting_section *section = config_sections;
	     section->name != NULL; section++)
		print_section(tool->mem, section, config, initial);
	return TOOL_DONE;
}

static int print_defaults(struct tool *tool)
{
	(void)printf("%s", settings_text(tool->mem, config_sections,
					 config_defaults(tool->mem), true));
	return TOOL_DONE;
}

static const struct tool_action *const actions[] = {
    &(const struct tool_action){"check", 0, 1, NULL, check_file},
    &(const struct tool_action){"show", 0, 1, NULL, print_in_force},
    &(const struct tool_action){"defaults", 0, 0, NULL, print_defaults},
    NULL,
};

static int run_config(struct tool *tool)
{
	return tool_run_action(tool, actions);
}

const struct command command_config = {
    .name = "config",
    .summary = "Check the configuration file, show what is in force, or print "
	       "the defaults as a file.",
    .usage = "check|show|defaults [FILE]",
    .run = run_config,
};
