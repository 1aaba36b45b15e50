/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_FAILURE_MAIL_H
#define REPORT_MAKE_FAILURE_MAIL_H

/*
 * failure_mail - the mail that carries a failure report
 * (RFC 9991, RFC 6591, RFC 5965)
 *
 * multipart/report with a part for people, message/feedback-report, and
 * text/rfc822-headers with what the store kept of the header. Printable ASCII
 * throughout, CRLF line ends, lines folded at 78; each text of the store's
 * becomes one field, whatever bytes it holds.
 */

#include "lib/store/store.h"

struct failure_mail {
	const char *report_id;
	const char *org_name;
	const char *contact; /* "" for none */
	int64_t incidents;
	int64_t now_s;
	const struct store_failure *failure;
};

/* All of the message but From, To and Message-ID (report_mail_people). */
char *failure_mail_write(TALLOC_CTX *mem, const struct failure_mail *mail);

#endif
