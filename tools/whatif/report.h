/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_WHATIF_REPORT_H
#define TOOLS_WHATIF_REPORT_H

/*
 * report - what alignctl whatif found, and the two ways to show it
 *
 * whatif/command.c fills it, whatif/print.c shows it to people, whatif/json.c
 * to programs; both show the same numbers.
 */

#include "lib/app/replay_settings.h"
#include "lib/app/whatif.h"

/* A configuration as it was read. */
struct whatif_config {
	const char *path;
	const struct config *config;
};

/* Changes, the most frequent first. */
struct whatif_changes {
	size_t count;
	struct store_change *items;
	struct text_list *references; /* of items[i], newest first */
	long left_out;		      /* how many more there are */
};

struct whatif_report {
	struct whatif_config new;
	struct whatif_config running; /* config NULL: not known */
	const char *running_problem;  /* why not; or NULL */
	const char *store;
	int64_t since_s;	     /* as asked; 0: from the first */
	int64_t until_s;	     /* as asked; 0: to the last */
	struct store_hours recorded; /* within what was asked */
	struct store_hours whole;    /* all that the store has */
	struct whatif_counts counts;
	struct whatif_changes domains;
	struct whatif_changes sources;
	size_t gap_count;
	struct replay_gap *gaps;
};

/* Reads the store and fills `recorded` and all behind it; the members before
 * stand. At most `limit` domains and sources are listed. */
bool whatif_report_fill(TALLOC_CTX *mem, struct store_reader *reader,
			int64_t now_s, long limit, struct whatif_report *report,
			struct error *err) __attribute__((warn_unused_result));

/* Messages that come to `to` and came to something else. */
int64_t whatif_newly(const struct whatif_counts *counts, enum disposition to);

/* "2 overrides (FILE)" and such below mem; see whatif/report.c. */
const char *whatif_overrides_text(TALLOC_CTX *mem, const struct config *config);

void whatif_print(TALLOC_CTX *mem, const struct whatif_report *report);
void whatif_print_json(TALLOC_CTX *mem, const struct whatif_report *report);

#endif
