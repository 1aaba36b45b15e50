/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_SCAN_H
#define MAIL_SCAN_H

/*
 * scan - the lexical pieces that structured fields share (RFC 5322 3.2)
 *
 * A scanner reads a field value from left to right. It expects a value that
 * scan_is_clean; blanks, CR and LF are then all the same folding white space.
 * A step that returns false has met malformed text; where the scanner then
 * stands does not matter.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/text.h"

struct scan {
	struct span text;
	size_t at;
};

/* No NUL; CR only in front of LF, LF only in front of a blank (folding). */
bool scan_is_clean(struct span value);

bool scan_at_end(const struct scan *scan);

/* The byte the scanner stands at; NUL at the end. */
char scan_peek(const struct scan *scan);

/* Steps over `c`; false, without a step, when something else stands there. */
bool scan_char(struct scan *scan, char c);

/* The longest run of bytes for which `is_member` holds; may be empty. */
struct span scan_run(struct scan *scan, bool (*is_member)(char));

/* Steps over blanks and comments, if any. False when a comment does not end
 * or nests deeper than LIMIT_COMMENT_DEPTH. */
bool scan_cfws(struct scan *scan);

/* Steps over the quoted-string whose first quote is at hand; *inner is what
 * stands between the quotes, escapes included. */
bool scan_quoted(struct scan *scan, struct span *inner);

/* RFC 5322 atext, and every byte above ASCII. */
bool scan_is_atext(char c);

#endif
