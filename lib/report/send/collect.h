/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_COLLECT_H
#define REPORT_SEND_COLLECT_H

/*
 * collect - which domains are owed a report for which day
 *
 * Whole UTC days that have ended, each once. The first run takes yesterday;
 * after a longer pause the last week is made up for, as after a run whose clock
 * was ahead. A domain that is left out
 * (excluded, nothing but report mail, nothing passed lately) is not noted down.
 */

#include "lib/report/make/aggregate.h"
#include "lib/report/send/run.h"

/* The writers of other threads have committed by then. */
#define REPORT_DAY_MARGIN_S 900
#define REPORT_BACKLOG_DAYS 7

/* 32 hex digits; the last four are zero, for the numbers of parts. */
char *report_new_id(TALLOC_CTX *mem, const struct random_source *random);

/* Notes down what is owed and not noted yet. */
bool report_collect(struct report_sender *sender, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise what the fleet's round at hand owes. */
bool report_collect_round(struct report_sender *sender, struct error *err)
    __attribute__((warn_unused_result));

/* The same without noting anything down: tells of each report of the days to
 * come and, where it is not owed, why (else NULL). */
bool report_foresee(struct report_sender *sender,
		    void (*seen)(void *context,
				 const struct aggregate_report *report,
				 const char *why_not),
		    void *context, struct error *err)
    __attribute__((warn_unused_result));

/* The days that the next run will collect: from the first to before the last,
 * both at 00:00:00 UTC. Equal: none. */
bool report_collect_period(struct report_sender *sender, int64_t *from_s,
			   int64_t *until_s, struct error *err)
    __attribute__((warn_unused_result));

#endif
