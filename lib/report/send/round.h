/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_ROUND_H
#define REPORT_SEND_ROUND_H

/*
 * round - a run's part in the rounds of a fleet (store_round.h)
 *
 * Takes the rounds whose time has come, then collects and renders those that no
 * other host works at, in the place of report_collect() and report_render().
 * --domain and --day choose what is delivered; a round is made whole.
 */

#include "lib/report/send/run.h"

/* A run says what keeps days back, and sends what it can. */
bool report_rounds(struct report_sender *sender, struct error *err)
    __attribute__((warn_unused_result));

/* That PostgreSQL's clock is so far ahead of what hosts have said. */
char *report_clock_words(TALLOC_CTX *mem, int64_t ahead_s);

#endif
