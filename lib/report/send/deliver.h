/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_DELIVER_H
#define REPORT_SEND_DELIVER_H

/*
 * deliver - reports to their addresses, one after another
 *
 * Each delivery is claimed, authorised (destination_check.h), mailed and
 * settled. A 4xx is tried again, later each time, until the report's give-up
 * time. A 5xx settles the delivery; one that speaks of the recipient leaves the
 * address alone for a while, one about the message does not. What is due for an
 * address that pauses waits for a later day.
 * Where the mail server itself is the trouble the run ends, and everything
 * waits for the next.
 */

#include "lib/report/send/run.h"

/* False: the mail server is not there or does not take our mail, or the store
 * failed; err says which in one line. */
bool report_deliver(struct report_sender *sender, struct error *err)
    __attribute__((warn_unused_result));

/* How long to wait after so many tries. */
int64_t report_backoff_s(int64_t tries);

#endif
