/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_BOUNCE_LOG_H
#define REPORT_READ_BOUNCE_LOG_H

/*
 * bounce_log - bounces as our own mail server's log tells of them
 *
 * Lines of Postfix and Sendmail, with time stamps of syslog or RFC 3339. What a
 * mail is known by stands in other lines than what became of it: the envelope
 * sender (from=) and the Message-ID (message-id=, msgid=) are kept by queue id
 * if they hold a token of ours, for the last LIMIT_BOUNCE_QUEUED mails that
 * were not removed; of the mails with one token for the last. Told is each
 * delivery of such a mail that failed for good (dsn=5.x.x with status=bounced,
 * or a stat= that is neither Sent nor Deferred), as a bounce about that
 * recipient alone: a mail server may add some of its own (always_bcc). No other
 * field of a line is a place for a token.
 *
 * A server's words may hold anything: only the end of a line, which is our own
 * server's, says what they answered.
 */

#include "lib/report/read/bounce.h"

struct bounce_log_reader {
	/* Does the token belong to a delivery? */
	bool (*is_ours)(void *context, const char *token);
	void (*seen)(void *context, const struct bounce *bounce);
	void *context;
};

/* Reads to the end. Memory does not grow. */
bool bounce_log_read(FILE *file, const struct bounce_log_reader *reader,
		     struct error *err) __attribute__((warn_unused_result));

#endif
