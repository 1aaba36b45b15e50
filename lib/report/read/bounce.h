/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_BOUNCE_H
#define REPORT_READ_BOUNCE_H

/*
 * bounce - a message as the bounce of one of our reports (RFC 3462, RFC 3464)
 *
 * Anybody can write one. Only a delivery status notification counts, that is
 * multipart/report; report-type=delivery-status with such a part in it: not an
 * answer from people or their absence notices, whatever they quote. What it is
 * about is said by tokens (delivery_token.h), which are looked for in the
 * address it came to and in the Message-ID of what it gives back. Whether they
 * are ours is the reader's affair.
 *
 * Each recipient's fields are read for themselves.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/error.h"
#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/report/make/delivery_token.h"

/* Texts are clean words, never NULL. */
struct bounce_recipient {
	const char *original; /* Original-Recipient, without its type; or "" */
	const char *final;    /* Final-Recipient likewise */
	const char *words;    /* Diagnostic-Code, else Status; or "" */
	bool has_failed;      /* for good: each Action says "failed" */
};

struct bounce {
	bool is_notification; /* else nothing below counts */
	size_t token_count;
	char tokens[LIMIT_BOUNCE_TOKENS][DELIVERY_TOKEN_TEXT];
	size_t recipient_count;
	struct bounce_recipient recipients[LIMIT_BOUNCE_RECIPIENTS];
	bool has_all_failed;   /* every recipient, kept or not */
	bool is_about_message; /* the recipient was taken, the message not;
				  only a log tells (bounce_log.h) */
};

/* Adds the tokens in an address or a Message-ID. */
void bounce_find_tokens(struct bounce *bounce, struct span value);

/*
 * Why the report to `address` did not arrive, as clean words; NULL when the
 * bounce does not say that it failed for good. Those that are named so must
 * have failed; where none is (the mail was passed on), all of them.
 */
const char *bounce_failure(const struct bounce *bounce, const char *address);

/* Reads a message, or an mbox of several, to its end; calls `seen` for each
 * message. Lines are looked at one by one: memory does not grow. */
bool bounce_read(FILE *file,
		 void (*seen)(void *context, const struct bounce *bounce),
		 void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
