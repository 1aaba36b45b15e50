/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_FAILURE_RENDER_H
#define REPORT_SEND_FAILURE_RENDER_H

/*
 * failure_render - the failures that the daemon kept become reports
 *
 * Each is written as it will be sent, with the addresses its record's ruf
 * names; whether these may have it is asked when it is delivered. What nobody
 * is to have (failure reports are off by now, an excluded domain, no address)
 * is deleted.
 */

#include "lib/report/send/run.h"
#include "lib/store/store_failure_report.h"

bool failure_render(struct report_sender *sender, struct error *err)
    __attribute__((warn_unused_result));

/* Whom a failure's report goes to, in order, below `mem`; none: nobody. */
struct text_list failure_addresses(TALLOC_CTX *mem,
				   const struct report_settings *settings,
				   const struct store_failure *failure);

/* The report as it is sent, but for From and To. */
char *failure_message(TALLOC_CTX *mem, const struct report_settings *settings,
		      const struct store_failure_row *row,
		      const char *report_id, int64_t now_s);

#endif
