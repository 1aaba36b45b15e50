/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REVIEW_COMMAND_H
#define TOOLS_REVIEW_COMMAND_H

/*
 * command - what the files of alignctl review share
 *
 * review/command.c reads which form is wanted; each form is a file: the list,
 * one incident whole, groups, the likely legitimate ones, and the three acts.
 */

#include "lib/base/json.h"
#include "lib/store/store.h"
#include "tools/tool.h"

enum review_format { REVIEW_TEXT, REVIEW_JSON, REVIEW_CSV };

/* One run of the subcommand. */
struct review {
	struct tool *tool;
	struct config *config;
	struct store_reader *reader;
	struct store_filter filter;
	enum review_format format;
};

/* What an override may name of an incident, in the order of trust. */
struct review_handle {
	const char *setting; /* "dkim" "spf" "host" "network" */
	const char *value;
};

/* The options that narrow, without --until when that means an override's end.
 * False: usage, which has been printed. */
bool review_read_filter(struct tool *tool, bool has_until,
			struct store_filter *filter);

/* The forms. False: the words are the caller's to print. */
bool review_list(struct review *review, struct error *err);
bool review_whole(struct review *review, struct error *err);
bool review_groups(struct review *review, struct error *err);
bool review_likely(struct review *review, struct error *err);
bool review_release(struct review *review, struct error *err);
bool review_confirm(struct review *review, struct error *err);
bool review_allow(struct review *review, struct error *err);

/* The members of one incident, as a list shows them. */
void review_put_members(struct json *object,
			const struct store_incident *incident);
void review_put_or_null(struct json *object, const char *key, const char *text);

/* The same as the cells of a row, and their names, which NULL ends. */
extern const char *const review_csv_names[];
struct tool_csv;
void review_put_cells(struct tool_csv *row,
		      const struct store_incident *incident);

/* What no one filter matched, in the words of the format. */
void review_nothing(const struct review *review);

/* A copy below `mem`, which outlives the reading. */
struct store_incident review_copy(TALLOC_CTX *mem,
				  const struct store_incident *incident);

/* The strongest thing that authenticated, or the one called `by` (NULL: any).
 * False: there is none. */
bool review_find_handle(TALLOC_CTX *mem, const struct store_incident *incident,
			const char *by, struct review_handle *handle);

#endif
