/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_KNOWN_STORE_H
#define TOOLS_KNOWN_STORE_H

/*
 * known_store - where the store is, for those who look at it and at nothing
 * else
 *
 * They do so most of all when something is wrong. A configuration that is
 * refused is told on standard error, with file and line, and they go on with
 * the store that it names (lib/app/config_store.h), or that --store does. That
 * is a guess at what a faulty file means: whoever acts on what he finds calls
 * tool_sure_store() instead.
 */

#include "tools/tool.h"

struct known_store {
	const char *path;
	struct config *config; /* NULL: refused, and nothing of it is known */
	/* Connection string of the fleet's record, which is looked at instead;
	 * NULL: there is none, or --local or --store asks for the host's own. */
	const char *fleet;
};

/* The option, for the table of a subcommand. */
#define KNOWN_STORE_OPTION                                                     \
	{                                                                      \
		.name = "--store", .value = "FILE"                             \
	}

/* `unknown` names what the subcommand does not know without a configuration,
 * for the warning; "" for nothing. False: not even where the store is. */
bool tool_known_store(struct tool *tool, const char *unknown,
		      struct known_store *place, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise, for an act: of a configuration that is sound, or by --store. */
bool tool_sure_store(struct tool *tool, struct known_store *place,
		     struct error *err) __attribute__((warn_unused_result));

#endif
