/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_BOUNCE_H
#define REPORT_BOUNCE_H

/*
 * bounce - is a message the bounce of a report, and of which? (RFC 3464)
 *
 * Bounces are forged as easily as other mail. What protects the addresses is
 * the id of the report: 112 random bits, known to us and to whoever got it.
 * Only a failure for good counts; a delay or an automatic answer does not.
 */

#include <stdint.h>
#include <stdio.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

#define BOUNCE_ID_TEXT 33 /* 32 hex digits and NUL */

struct bounce {
	bool is_failure;
	char report_id[BOUNCE_ID_TEXT]; /* "" when none was found */
	int64_t position;	/* of the delivery; -1 unless the bounce came
				   to an address with it (report_mail_sender) */
	const char *recipient;	/* as the other server names it; or NULL */
	const char *diagnostic; /* clean words; "" for none */
};

/* Reads a message, or an mbox of several, to its end; calls `seen` for each
 * message. Lines are looked at one by one: memory does not grow. */
bool bounce_read(FILE *file,
		 void (*seen)(void *context, const struct bounce *bounce),
		 void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
