/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * add.c - the overrides file of the configuration, changed
 */
#include "tools/override/add.h"

#include <stdio.h>
#include <string.h>

#include "lib/app/daemon_status.h"

static bool has_file(const struct config *config, struct error *err)
{
	return config->overrides_file != NULL ||
	       error_set(err, ERROR_CONFIG,
			 "the setting overrides is empty: name a file there, "
			 "such as \"overrides.conf\"");
}

/* A draft that could not stand in a file by itself, or that never applies. */
bool tool_override_check(const struct tool *tool, const char *text,
			 struct error *err)
{
	struct override_set *set;
	char end[OVERRIDE_END_TEXT];

	if (!override_parse(tool->mem, "the override", span_of(text), &set,
			    err)) {
		err->kind = ERROR_USAGE;
		return false;
	}
	if (override_is_expired(&set->items[0], clock_now_s(&tool->clock)))
		return error_set(err, ERROR_USAGE,
				 "until: \"%s\" is over; the override would "
				 "never apply",
				 override_end_text(&set->items[0], end));
	return true;
}

/* One of the fleet may not bear the same name. */
static bool is_free(const struct config *config, const char *name,
		    struct error *err)
{
	const struct override *other = override_named(config->overrides, name);

	if (other == NULL || config->fleet_overrides_path == NULL ||
	    strcmp(other->path, config->fleet_overrides_path) != 0)
		return true;
	return error_set(
	    err, ERROR_CONFIG,
	    "the fleet has an override \"%.100s\" (%.90s:%d): give "
	    "this one another name",
	    name, other->path, other->line);
}

static void print_changed(const char *path, const char *what, const char *text)
{
	(void)printf("%s: %s\n\n%s\nto be in force: systemctl reload alignd\n",
		     path, what, text);
}

/* Were there overrides before? Then a file without any was lost, and this one
 * would take the place of all. Without word of alignd, what stands there
 * tells. */
static bool must_stand(struct tool *tool, const struct config *config)
{
	struct daemon_status status;

	if (tool_has(tool, "--new"))
		return false;
	return config->overrides_path != NULL ||
	       (daemon_status_find(tool->mem, &config->store, &status) &&
		status.overrides > 0);
}

bool tool_override_add(struct tool *tool, const struct config *config,
		       const struct override_draft *draft, struct error *err)
{
	const char *text = override_draft_text(tool->mem, draft);
	const char *path = config->overrides_file;

	if (!has_file(config, err) || !tool_override_check(tool, text, err) ||
	    !is_free(config, override_draft_name(draft), err))
		return false;
	if (!override_file_add(path, draft, must_stand(tool, config), err))
		return error_wrap(err, "nothing is written");
	print_changed(path,
		      config->overrides_path == NULL ? "added; the file is new"
						     : "added",
		      text);
	return true;
}

bool tool_override_remove(struct tool *tool, const struct config *config,
			  const char *name, struct error *err)
{
	const char *path = config->overrides_file;
	char *text;

	if (!has_file(config, err) ||
	    !override_file_remove(tool->mem, path, name, &text, err))
		return false;
	print_changed(path, "removed", text);
	return true;
}
