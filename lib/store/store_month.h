/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_MONTH_H
#define STORE_STORE_MONTH_H

/*
 * store_month - reports that went and came in a period, as counts
 *
 * As far as they are kept: report.keep and inbox.keep say how long. Of a fleet
 * those that it sent, and those that came to this host.
 */

#include "lib/store/store_reader.h"

struct store_month {
	int64_t aggregate_sent; /* settled in the period, sent to somebody */
	int64_t failure_sent;
	int64_t dmarc_taken; /* of others, proved to be from whom they name */
	int64_t failure_taken;
	int64_t tls_taken;
	int64_t unproved; /* kept, of whatever kind: anybody may have sent it */
};

/* From since_s to before until_s. */
bool store_month_read(struct store_reader *reader, int64_t since_s,
		      int64_t until_s, struct store_month *month,
		      struct error *err) __attribute__((warn_unused_result));

#endif
