/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_ENCODED_WORD_H
#define MAIL_ENCODED_WORD_H

/*
 * encoded_word - "=?UTF-8?Q?Doe=2C_John?=" (RFC 2047 2, 4.1, 4.2; RFC 2231 5)
 *
 * For looking at what a mail reader may decode, never for showing it. Decoded
 * is only what all programs decode alike and what has its ASCII characters as
 * ASCII bytes: known charsets, whole base64, "=" before two hexadecimal digits,
 * valid UTF-8 without control characters. Pure functions.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/strbuf.h"
#include "lib/base/text.h"

struct encoded_word {
	size_t length; /* from "=?" to "?=" */
	struct span charset;
	char encoding; /* 'b' or 'q' */
	struct span text;
};

/* Is an encoded word begun here, readable or not? */
bool encoded_word_begins(struct span text);

/* The encoded word at the front of `text`. Its own text may hold ":", ",", "@"
 * and other specials that RFC 2047 5 wants encoded, but no blank, quote,
 * backslash, parenthesis, angle bracket or byte above ASCII. */
bool encoded_word_read(struct span text, struct encoded_word *word);

/* Adds the bytes it stands for; false when programs may differ on them. */
bool encoded_word_decode(const struct encoded_word *word, struct strbuf *out);

#endif
