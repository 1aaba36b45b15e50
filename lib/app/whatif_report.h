/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_WHATIF_REPORT_H
#define APP_WHATIF_REPORT_H

/*
 * whatif_report - what was found of recorded mail under a new configuration
 *
 * Who asks fills in the configurations and the period; the rest is read from
 * the store, and told in one form for people and programs.
 */

#include "lib/app/replay_settings.h"
#include "lib/app/whatif.h"
#include "lib/show/show.h"

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

struct whatif_setting {
	const char *name;
	const char *running; /* as a file spells it */
	const char *new;
};

struct whatif_report {
	/* The release whose defaults `running` has, the file being the same;
	 * or NULL; and its place in past_defaults.h. */
	const char *defaults;
	size_t defaults_place;
	struct text_list set; /* "policy.on_own=reject": over the file of `new`
			       */
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
	/* With `defaults`: all settings that differ. */
	size_t changed_count;
	struct whatif_setting *changed;
};

/* Reads the store and fills `recorded` and all behind it; the members before
 * stand. At most `limit` domains and sources are listed. */
bool whatif_report_fill(TALLOC_CTX *mem, struct store_reader *reader,
			int64_t now_s, long limit, struct whatif_report *report,
			struct error *err) __attribute__((warn_unused_result));

/* All of it (whatif_show.c). */
struct show *whatif_show(TALLOC_CTX *mem, const struct whatif_report *report);

#endif
