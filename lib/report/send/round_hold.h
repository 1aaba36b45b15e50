/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_ROUND_HOLD_H
#define REPORT_SEND_ROUND_HOLD_H

/*
 * round_hold - the fleet's round that a run works at is its own for a while
 *
 * A host that lost its power keeps a round for ROUND_LEASE_S; one that works
 * says now and then that it does. Another host may have gone on meanwhile: who
 * works for long asks.
 */

#include "lib/report/send/run.h"

#define ROUND_LEASE_S 900

/* Ends a step of sender->round, or the whole. */
bool report_round_keep(struct report_sender *sender, enum store_round_step step,
		       bool *is_ours, struct error *err)
    __attribute__((warn_unused_result));

/* False where somebody else has it by now, and where the database did not
 * answer; true where there is none. */
bool report_round_goes_on(struct report_sender *sender, struct error *err)
    __attribute__((warn_unused_result));

#endif
