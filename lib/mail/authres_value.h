/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_AUTHRES_VALUE_H
#define MAIL_AUTHRES_VALUE_H

/*
 * authres_value - one value of an Authentication-Results field (RFC 8601 2.2)
 *
 * What the writer writes and the judge compares goes through here, so that
 * both mean the same text.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

/* A byte of a MIME token (RFC 2045 5.1): printable ASCII, no tspecial. */
bool authres_is_token_byte(char c);

/* "?" for every byte that may not stand in a field: control bytes, and all
 * bytes above ASCII when the text is not UTF-8. */
char *authres_clean(TALLOC_CTX *mem, const char *text);

/* The clean text as token, as "local@domain" or as quoted-string. */
char *authres_value(TALLOC_CTX *mem, const char *text);

/* The clean text as comment, parentheses included, with "," for ";"; one that
 * would be longer than LIMIT_AUTHRES_COMMENT ends in "..." before it is. */
char *authres_comment(TALLOC_CTX *mem, const char *text);

/* The clean text as quoted-string. */
char *authres_quoted(TALLOC_CTX *mem, const char *text);

#endif
