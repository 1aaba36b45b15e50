/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REVIEW_REVIEW_H
#define TOOLS_REVIEW_REVIEW_H

/*
 * review - what the files of alignctl review share
 *
 * command.c reads which form is wanted. The lists are the library's
 * (lib/review/list.h); the acts on an incident are here.
 */

#include "lib/review/list.h"
#include "lib/store/store_acts.h"
#include "tools/tool.h"

/* One run of the subcommand. */
struct review {
	struct tool *tool;
	struct config *config;
	struct review_reading reading;
};

/* The options that narrow, without --until when that means an override's end.
 * False: usage, which has been printed. */
bool review_read_filter(struct tool *tool, bool has_until,
			struct store_filter *filter);

/* The acts. False: the words are the caller's to print. */
bool review_release(struct review *review, struct error *err);
bool review_confirm(struct review *review, struct error *err);
bool review_allow(struct review *review, struct error *err);

/* --- what they share --- */

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
