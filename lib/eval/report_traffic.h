/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_REPORT_TRAFFIC_H
#define EVAL_REPORT_TRAFFIC_H

/*
 * report_traffic - is a message itself a report, or a bounce of one of ours?
 *
 * Such mail is counted like all other, but does not by itself cause a report:
 * two sites that report to each other would else do so for ever, about nothing
 * but reports (hazard F11). A message says by its Subject that it is a report
 * (RFC 9990 3.5.2, RFC 8460 5.3), which is believed only where the author
 * domain passes DMARC: nobody hides from a domain's report by a Subject.
 * A bounce is known by the null sender and our own reports' address.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/mail/path.h"

struct report_traffic {
	bool has_subject;	 /* of a report */
	bool has_report_address; /* among the recipients */
	bool has_other_recipient;
};

/* Notes a recipient; `sender` is the address that our reports come from, ""
 * when there is none. What stands behind one of "+-=" in the recipient's
 * local-part is ignored: bounces come back to such addresses. */
void report_traffic_recipient(struct report_traffic *traffic,
			      const struct path *recipient, const char *sender);

/* Notes a Subject's value. */
void report_traffic_subject(struct report_traffic *traffic, struct span value);

bool report_traffic_is_report(const struct report_traffic *traffic,
			      bool is_null_sender, bool is_pass);

#endif
