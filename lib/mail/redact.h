/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_REDACT_H
#define MAIL_REDACT_H

/*
 * redact - a message's header as a stranger may see it (RFC 6590, RFC 9991 7)
 *
 * Fields that say how the message came about are kept, all others dropped.
 * What names a recipient goes: of To and Cc only the domains stay, of Received
 * all local-parts go, and a recipient's local-part is taken out wherever else
 * it stands as a word ("bounce-ann=example.test@list.test"). "redacted" stands
 * in its place. Encoded words (RFC 2047) hide what they say and go whole.
 *
 * What comes out is one line of printable ASCII for each field, so that no
 * byte of the sender's can begin another field, line or MIME part. Links are
 * made dead ("hxxp").
 */

#include "lib/mail/field_list.h"

/* The value of one line: "Name: value", blanks and control bytes as single
 * blanks, other bytes as "?". `locals` are the recipients' local-parts. */
char *redact_text(TALLOC_CTX *mem, struct span value,
		  const struct text_list *locals);

/* The fields that may be shown, a line each, ended by LF. At most
 * LIMIT_FAILURE_HEADER_BYTES; what does not fit is left out whole. */
char *redact_header(TALLOC_CTX *mem, const struct field_list *fields,
		    const struct text_list *locals);

/* One line of printable ASCII, as above, nothing redacted. */
char *redact_plain(TALLOC_CTX *mem, struct span value);

#endif
