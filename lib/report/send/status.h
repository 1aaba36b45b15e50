/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_STATUS_H
#define REPORT_SEND_STATUS_H

/*
 * status - how it stands with reports
 *
 * One screen: what is collected, how many reports are in each state, which
 * addresses make trouble and until when, the last run and what to do.
 */

#include "lib/report/send/run.h"
#include "lib/show/show.h"

/* Of the sender it takes reports, settings and clock. `clock_doubt`: why
 * nothing is settled; NULL: nothing stands against it. *show is below mem. */
bool report_status(TALLOC_CTX *mem, struct report_sender *sender,
		   const char *clock_doubt, struct show **show,
		   struct error *err) __attribute__((warn_unused_result));

#endif
