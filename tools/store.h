/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_STORE_H
#define TOOLS_STORE_H

/*
 * store - the store, opened so that what cannot be read in it is told
 *
 * Rows that alignd cannot have written are left out by whoever reads. All of a
 * run's readers list them in one place, and alignctl tells of them at its end,
 * on standard error; results and exit status are those of the other rows.
 */

#include "lib/store/store.h"
#include "lib/store/store_report.h"
#include "tools/tool.h"

bool tool_store_reader(struct tool *tool, const char *path,
		       struct store_reader **reader, struct error *err)
    __attribute__((warn_unused_result));

bool tool_store_reports(struct tool *tool, const char *path,
			enum store_db_mode mode, struct store_reports **reports,
			struct error *err) __attribute__((warn_unused_result));

/* Where the run lists them, for who opens the store otherwise. */
struct store_flaws *tool_store_flaws(struct tool *tool);

/* Says which rows were left out; nothing where all could be read. */
void tool_store_tell(const struct tool *tool);

#endif
