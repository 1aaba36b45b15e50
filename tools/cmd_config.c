/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_config.c - alignctl config: is the file good, and what is in force?
 * Tested by test_alignctl_config.
 */
#include <stdio.h>
#include <string.h>

#include "lib/app/config_doubts.h"
#include "lib/app/daemon_status.h"
#include "lib/app/past_defaults.h"
#include "tools/action.h"
#include "tools/config_show.h"

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

/* --- check --- */

/* For so long they are named after the daemon that brought them has begun. */
#define TOLD_S ((int64_t)30 * 86400)

/* The place in past_defaults.h of the daemon that ran before today's defaults;
 * past the last where that is unknown or long ago. */
static size_t find_place(struct tool *tool, const struct config *config)
{
	struct daemon_status status;

	if (!daemon_status_find(tool->mem, &config->store, &status))
		return past_default_count();
	if (status.defaults < past_default_count())
		return status.defaults;
	return clock_now_s(&tool->clock) - status.defaults_since_s < TOLD_S
		   ? status.defaults_before
		   : past_default_count();
}

static void tell_default(TALLOC_CTX *mem, const struct config *config,
			 const struct past_default *past)
{
	const struct setting_origin *origin =
	    settings_origin(config->origins, past->setting);
	struct setting_place at;

	if (!setting_find(config_sections, past->setting, &at))
		return;
	struct setting row = *at.row;
	struct text_list now = setting_initial(mem, &row);
	row.initial = past->initial;
	struct text_list then = setting_initial(mem, &row);
	(void)printf("%s: its default was %s until %s, and is now %s; ",
		     past->setting, setting_spelled(mem, at.row, &then),
		     past->until, setting_spelled(mem, at.row, &now));
	if (origin->by != NULL)
		(void)printf("%s has %s\n", origin->by, origin->value);
	else if (origin->line == 0)
		(void)printf("no file sets it, so that this holds\n");
	else
		(void)printf("nothing changes, since %s:%d sets it\n",
			     origin->file, origin->line);
}

/* Since the version that ran last, or before this one. */
static void tell_changed_defaults(struct tool *tool,
				  const struct config *config)
{
	size_t place = find_place(tool, config);
	const struct past_default *first = past_default_row(place);
	const struct past_default *past;

	for (size_t i = place; (past = past_default_row(i)) != NULL; i++) {
		/* of one that changed twice, what it was then */
		if (past_default_of(place, past->setting) == past)
			tell_default(tool->mem, config, past);
	}
	if (first != NULL)
		(void)printf("alignctl whatif --defaults %s says what that "
			     "changes\n",
			     first->until);
}

/* Of what the profile has for defaults: what a file sets in its place, and what
 * an RFC forbids. */
static void tell_profile(TALLOC_CTX *mem, const struct config *config)
{
	enum profile_id profile = (enum profile_id)config->daemon.profile;
	const char *name = profiles[profile].name;
	const struct profile_row *row = NULL;

	if (settings_origin(config->origins, "profile")->line == 0)
		return;
	while ((row = profile_next(profile, row)) != NULL) {
		const struct setting_origin *origin =
		    settings_origin(config->origins, row->subject);
		if (row->check != PROFILE_SETTING)
			continue;
		if (origin->line != 0 && !profile_is_met_by(row, origin->value))
			(void)printf("%s: profile %s has %s, but %s:%d sets "
				     "%s, which holds\n",
				     row->subject, name, row->wanted,
				     text_printable(mem, origin->file),
				     origin->line, origin->value);
		else if (row->against != NULL &&
			 profile_is_met_by(row, origin->value))
			(void)printf("%s = %s (%s: %s) is against %s\n",
				     row->subject, origin->value, row->rule,
				     row->asks, row->against);
	}
}

static void tell_doubts(TALLOC_CTX *mem, const struct config *config)
{
	const struct config_doubts doubts = config_doubts_find(mem, config);

	for (size_t i = 0; i < doubts.count; i++)
		(void)printf("%s: warning: %s; %s\n", doubts.items[i].setting,
			     doubts.items[i].found, doubts.items[i].fix);
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
	tell_doubts(tool->mem, config);
	tell_profile(tool->mem, config);
	tell_changed_defaults(tool, config);
	return TOOL_DONE;
}

/* --- show, defaults --- */

static int print_in_force(struct tool *tool)
{
	struct config *config = NULL;
	struct error err;

	if (!read_file(tool))
		return TOOL_BAD_USAGE;
	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	config_show(stdout, tool_form(tool), config);
	return TOOL_DONE;
}

static int print_defaults(struct tool *tool)
{
	(void)printf("%s", settings_text(tool->mem, config_sections,
					 config_defaults(tool->mem), true));
	return TOOL_DONE;
}

static const struct tool_option own_options[] = {
    {.name = "--json"},
    {.name = NULL},
};

static const char *const show_options[] = {"--json", NULL};

static const struct tool_action *const actions[] = {
    &(const struct tool_action){"check", 0, 1, NULL, check_file},
    &(const struct tool_action){"show", 0, 1, show_options, print_in_force},
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
    .usage = "check|show|defaults [FILE] [--json]",
    .options = own_options,
    .run = run_config,
};
