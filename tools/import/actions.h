/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_IMPORT_ACTIONS_H
#define TOOLS_IMPORT_ACTIONS_H

/*
 * actions - the actions of alignctl import, and what they share
 */

#include "lib/show/show.h"
#include "tools/import/translation.h"
#include "tools/tool.h"

/* Each returns the exit status. */
int import_config(struct tool *tool);
int import_history(struct tool *tool);
int import_settings(struct tool *tool);

/* --- print.c --- */

/* What became of each line. */
struct show *import_show(const struct translation *translation,
			 const char *folder);

/* The table of one daemon. */
struct show *import_show_settings(TALLOC_CTX *mem, enum old_kind kind);

#endif
