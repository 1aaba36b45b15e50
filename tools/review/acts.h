/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REVIEW_ACTS_H
#define TOOLS_REVIEW_ACTS_H

/*
 * acts - what the acts on an incident share
 */

#include "lib/store/store_acts.h"
#include "tools/review/command.h"

struct review_act {
	struct store_incident incident; /* lives as long as the tool */
	struct store_acts_writer *writer;
};

/* Finds the one incident and opens the store for writing. */
bool review_begin_act(struct review *review, struct review_act *act,
		      struct error *err);

/* Records that it is done. */
bool review_end_act(struct review *review, struct review_act *act,
		    enum store_act_kind kind, const char *note,
		    struct error *err);

/* The option's words, "" without them; they must be fit to be shown. */
bool review_read_note(const struct tool *tool, const char *option,
		      const char **note, struct error *err);

#endif
