/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_SMTP_H
#define REPORT_SEND_SMTP_H

/*
 * smtp - handing a mail in to our own mail server (RFC 5321), through libcurl
 *
 * One connection, used again for the next mail. Never linked by the daemon:
 * the process that reads strangers' mail cannot send any.
 */

#include "lib/app/report_settings.h"
#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

enum smtp_result {
	SMTP_ACCEPTED,
	SMTP_DEFERRED,	  /* 4xx, or silence, after the recipient was named */
	SMTP_REFUSED,	  /* 5xx to the recipient */
	SMTP_UNFIT,	  /* 5xx to the message: its size, its content, a copy
			     of one that came before */
	SMTP_UNAVAILABLE, /* not the recipient's fault: the server is not
			     there, or does not take mail from us */
};

struct smtp_reply {
	enum smtp_result result;
	const char *words; /* clean: "550 5.1.1 no such user", or what failed */
};

struct smtp;

/* Reads the password's file. Connects with the first mail. */
bool smtp_new(TALLOC_CTX *mem, const struct report_settings *settings,
	      struct smtp **smtp, struct error *err)
    __attribute__((warn_unused_result));

/* Sender and recipient are addresses without brackets or control bytes; the
 * message has CRLF line ends. Waits at most report.smtp_timeout. */
struct smtp_reply smtp_send(TALLOC_CTX *mem, struct smtp *smtp,
			    const char *sender, const char *recipient,
			    struct span message);

#endif
