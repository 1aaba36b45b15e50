/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REVIEW_REVIEW_H
#define TOOLS_REVIEW_REVIEW_H

/*
 * review - what the files of alignctl review share
 *
 * command.c reads which form is wanted. The lists are the library's
 * (lib/review/list.h); the acts on incidents are here: choice.c finds these,
 * acts.c has the way that all acts take, and two of them, allow.c the third.
 */

#include "lib/review/list.h"
#include "lib/store/store_acts.h"
#include "tools/tool.h"

/* One run of the subcommand. */
struct review {
	struct tool *tool;
	struct config *config;
	const char *path;  /* of the host's own store */
	const char *fleet; /* known_store.h */
	struct review_reading reading;
};

/* The options that narrow, without --until when that means an override's end.
 * False: usage, which has been printed. */
bool review_read_filter(struct tool *tool, bool has_until,
			struct store_filter *filter);

/* --- the acts --- */

struct allow;

/* What was typed for all incidents of a run, and one of them. */
struct review_act {
	struct review *review;
	const char *note;    /* of release and confirm; "" without one */
	struct allow *allow; /* allow.c's own */
	bool is_only;	     /* no other incident is named */
	struct store_acts_writer *writer;
	TALLOC_CTX *mem; /* until the next incident */
	const struct store_incident *incident;
};

/* False: the words are the caller's to print. */
struct review_deed {
	const char *verb;
	size_t max; /* incidents in a run */
	/* Reads the options: what is wrong there is told before anything is
	 * done. */
	bool (*prepare)(struct review_act *act, struct error *err);
	bool (*run)(struct review_act *act, struct error *err);
};

extern const struct review_deed review_release;
extern const struct review_deed review_confirm;
extern const struct review_deed review_allow;

/* Does it to the incidents that the references lead to, or without any to all
 * of the filter; tells what became of each. The exit status is that of the last
 * that failed. */
int review_act_on(struct review *review, const struct review_deed *deed,
		  const struct text_list *references);

/* --- what they share --- */

/* Records that it is done. */
bool review_record(struct review_act *act, enum store_act_kind kind,
		   const char *note, struct error *err);

/* The option's words, "" without them; they must be fit to be shown. */
bool review_read_note(const struct tool *tool, const char *option,
		      const char **note, struct error *err);

#endif
