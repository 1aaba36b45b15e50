/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_STORE_H
#define TOOLS_STORE_H

/*
 * store - the store, opened so that what cannot be read in it is told
 *
 * Of a host of a fleet there are two records: the host's own file, and that of
 * the fleet, which review, explain, stats and whatif look at. What is said of
 * the machine, or changes its file, is of the host's own.
 *
 * Rows that alignd cannot have written are left out by whoever reads. All of a
 * run's readers list them in one place, and alignctl tells of them at its end,
 * on standard error; results and exit status are those of the other rows.
 */

#include "lib/store/store.h"
#include "lib/store/store_acts.h"
#include "lib/store/store_posture.h"
#include "lib/store/store_report.h"
#include "tools/tool.h"

bool tool_store_reader(struct tool *tool, const char *path,
		       struct store_reader **reader, struct error *err)
    __attribute__((warn_unused_result));

/* Connection string of the fleet's record, where the configuration has one and
 * neither --local nor --store asks for the host's own; else NULL. */
const char *tool_fleet(const struct tool *tool, const struct config *config);

/* What a record is called, for people: its file, or "the fleet's record". */
const char *tool_record_name(const char *fleet, const char *path);

/* What sums over a fleet do not have yet, for people. */
#define TOOL_FLEET_HOUR                                                        \
	"Of the whole fleet; a host's counters come when their hour is over "  \
	"(--local: this host's own)."

/* A reader of the fleet's record; of the file where `fleet` is NULL. */
bool tool_record_reader(struct tool *tool, const char *fleet, const char *path,
			struct store_reader **reader, struct error *err)
    __attribute__((warn_unused_result));

/* What was found about own domains, likewise; *may_write where it may be noted
 * as well: of the fleet, by a role that sends or operates. */
bool tool_record_posture(struct tool *tool, const char *fleet, const char *path,
			 enum store_db_mode mode, struct store_posture **store,
			 bool *may_write, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise for recording what operators do. */
bool tool_record_acts(struct tool *tool, const char *fleet, const char *path,
		      struct store_acts_writer **acts, struct error *err)
    __attribute__((warn_unused_result));

bool tool_store_reports(struct tool *tool, const char *path,
			enum store_db_mode mode, struct store_reports **reports,
			struct error *err) __attribute__((warn_unused_result));

/* Where the run lists them, for who opens the store otherwise. */
struct store_flaws *tool_store_flaws(struct tool *tool);

/* Says which rows were left out; nothing where all could be read. */
void tool_store_tell(const struct tool *tool);

#endif
