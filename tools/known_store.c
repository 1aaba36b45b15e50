/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * known_store.c - where the store is, for those who look at it and at nothing
 * else
 * Tested by test_alignctl_broken_conf.
 */
#include "tools/known_store.h"

#include <stdio.h>

#include "lib/app/config_store.h"
#include "tools/store.h"

static void warn(const struct tool *tool, const char *fault,
		 const char *unknown, const char *path, const char *from)
{
	(void)fprintf(stderr,
		      "alignctl: %s\nalignctl: the configuration is refused; "
		      "the store is %s (%s)%s%s\n",
		      text_printable(tool->mem, fault),
		      text_printable(tool->mem, path),
		      text_printable(tool->mem, from),
		      *unknown == '\0' ? "" : "; not known: ", unknown);
}

/* "/etc/alignd/alignd.conf:12" */
static const char *place_words(struct tool *tool,
			       const struct config_store *store)
{
	return store->file == NULL
		   ? "the default, since no sound store.sqlite stands there"
		   : mem_printf(tool->mem, "%s:%d", store->file, store->line);
}

bool tool_known_store(struct tool *tool, const char *unknown,
		      struct known_store *place, struct error *err)
{
	const char *given = tool_value(tool, "--store");
	struct config_store store;
	struct error unused;

	place->config = NULL;
	place->fleet = NULL;
	place->path = given;
	if (tool_config(tool, &place->config, err)) {
		place->fleet = tool_fleet(tool, place->config);
		if (given == NULL)
			place->path = place->config->store.sqlite;
		return true;
	}
	if (err->kind != ERROR_CONFIG)
		return false;
	if (given != NULL) {
		warn(tool, err->words, unknown, given, "--store");
		return true;
	}
	if (!config_store_find(tool->mem, tool->config_path, &store, &unused))
		return error_wrap(err, "no store is known (--store FILE)");
	place->path = store.path;
	warn(tool, err->words, unknown, store.path, place_words(tool, &store));
	return true;
}

bool tool_sure_store(struct tool *tool, struct known_store *place,
		     struct error *err)
{
	struct config *config;

	if (tool_value(tool, "--store") == NULL &&
	    !tool_config(tool, &config, err))
		return error_wrap(err, "an act needs a sound configuration, or "
				       "--store FILE");
	return tool_known_store(tool, "", place, err);
}
