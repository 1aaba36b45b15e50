/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_WHATIF_H
#define APP_WHATIF_H

/*
 * whatif - the recorded results of a period under a new configuration, counted
 *
 * Every distinct tuple is decided again (replay.h) as if its messages came
 * now; what comes out otherwise than recorded is noted in the store's replay,
 * to be asked for by author domain and by source.
 */

#include "lib/app/replay.h"
#include "lib/store/store_replay.h"

#define DISPOSITIONS (DISPOSITION_TEMPFAIL + 1)

struct whatif_question {
	const struct replay_rules *new;
	/* The configuration in force; NULL: not known. */
	const struct replay_rules *running;
	bool is_compared; /* count `unlike_running` too, where that is known */
};

/* All numbers count messages. */
struct whatif_counts {
	int64_t tuples; /* but this one */
	int64_t messages;
	/* from what was applied to what would be; the diagonal is what stays */
	int64_t matrix[DISPOSITIONS][DISPOSITIONS];
	int64_t changed;
	int64_t skipped;      /* would not be evaluated at all */
	int64_t sampled;      /* pct asks for a draw: expected shares */
	int64_t unreadable;   /* left out: words that alignd never writes */
	int64_t imported;     /* recorded by another filter, which did not know
				 all that is asked for here */
	int64_t rcpt_unknown; /* of more kinds of recipients than are told
				 apart: as if no override named them */
	int64_t others;	      /* left out: counted without their senders, whom
				 overrides and trust ask for */

	/* Of those that change: in names of own.domains or protect.names. */
	int64_t own;
	/* Of those that change: let through by monitor mode when recorded. */
	int64_t was_monitored;
	/* Of those that change: the running configuration would do the same
	 * today (it is newer than the record); and it would if its mode were
	 * the new one's. -1: not known. */
	int64_t as_running;
	int64_t by_mode_alone;

	/* Of all, however they were recorded: would fare otherwise than under
	 * the running configuration. -1: not asked, or not known. */
	int64_t unlike_running;
};

/* Walks through the replay's tuples. */
bool whatif_count(struct store_replay *replay,
		  const struct whatif_question *question,
		  struct whatif_counts *counts, struct error *err)
    __attribute__((warn_unused_result));

#endif
