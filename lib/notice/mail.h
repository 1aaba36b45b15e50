/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NOTICE_MAIL_H
#define NOTICE_MAIL_H

/*
 * mail - a notice as a mail: a text part, and the same as HTML
 *
 * CRLF line ends, no line above 998 bytes. Who hands it in signs it, as our
 * reports are (lib/report/send).
 */

#include "lib/notice/notice.h"

struct notice_mail {
	const char *id; /* 32 hex digits */
	const char *org_name;
	const char *from; /* an address */
	const char *to;	  /* likewise */
};

/* The whole message, unsigned, below `mem`. */
char *notice_mail_write(TALLOC_CTX *mem, const struct notice_mail *mail,
			const struct notice *notice);

#endif
