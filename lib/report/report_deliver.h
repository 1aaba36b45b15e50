/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_REPORT_DELIVER_H
#define REPORT_REPORT_DELIVER_H

/*
 * report_deliver - reports to their addresses, one after another
 *
 * Each delivery is claimed, authorised (destination_check.h), mailed and
 * settled. A 4xx is tried again, later each time, until the report's give-up
 * time; a 5xx settles the delivery and leaves the address alone for a while.
 * Where the mail server itself is the trouble the run ends, and everything
 * waits for the next.
 */

#include "lib/report/report_sender.h"

/* False: the mail server is not there or does not take our mail, or the store
 * failed; err says which in one line. */
bool report_deliver(struct report_sender *sender, struct error *err)
    __attribute__((warn_unused_result));

/* How long to wait after so many tries. */
int64_t report_backoff_s(int64_t tries);

/* The address's health after one more refusal at `now_s`; `health` may be
 * NULL. Below `mem`. */
struct store_health *
report_refused_health(TALLOC_CTX *mem, const struct report_settings *settings,
		      const struct store_health *health, const char *address,
		      const char *words, int64_t now_s);

#endif
