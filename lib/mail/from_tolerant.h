/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_FROM_TOLERANT_H
#define MAIL_FROM_TOLERANT_H

/*
 * from_tolerant - a From field that RFC 5322 cannot read, and all others can
 *
 * Newsletters write "[ACME] News <a@d.test>" and leave specials unencoded in
 * encoded words ("=?UTF-8?Q?Doe,_John?= <a@d.test>"). Such a field is malformed
 * and still has one reading. It is let through when no way of reading that is
 * known among mail programs finds another address than a@d.test:
 *
 *  - by the first "<...>", by the last, by the last "<": there is one "<" and
 *    one ">" in the field, those in quotes, comments and encoded words counted,
 *    and between them stands nothing but local-part, "@", domain;
 *  - by what looks like an address anywhere: in the display name, in quoted
 *    strings, in comments, in what encoded words decode to and in their text as
 *    it stands, "@" belongs to that same address (local-part and domain), which
 *    ends its text there, or is a word of a name: "Deals @ Shop", free on one
 *    side at least, with a word behind it, and neither dots nor bytes above
 *    ASCII in what follows;
 *  - by joining words, with the blanks between them dropped as in an obsolete
 *    domain: "a@bank.co m", "ceo @ vic tim.test";
 *  - by splitting at "," and ";", by taking "x:" for a group: none of these
 *    stands outside of quotes, comments and encoded words. Inside of encoded
 *    words they split a name only, for no piece but the last has an address;
 *  - by decoding encoded words before parsing, wherever they stand, two in a
 *    row as one, or by not decoding them. What decodes differently from program
 *    to program is not let through (encoded_word.h), nor what decodes to "<",
 *    ">", "\", another encoded word or a control byte, nor what may become an
 *    encoded word where comments are taken out first; the local-part holds no
 *    question mark;
 *  - by ending at a NUL, at a control byte or at bytes that are no UTF-8: there
 *    are none; by ending at a fold: "<...>" holds no blank;
 *  - by taking "[" for a domain literal: brackets close, do not nest and hold
 *    atoms, dots and blanks only; by quoting with "\": there is none.
 *
 * What is left to differ is whether a program finds the address at all.
 * Behind ">" stand blanks and comments only. All else is refused, what could be
 * argued for included: a group, "Acme, Inc. <a@d.test>", "Re: x <a@d.test>".
 */

#include "lib/base/mem.h"
#include "lib/base/text.h"

/* The domain of that one address, in domain.h's inner form, below `mem`; NULL
 * when there may be two readings. Pure. */
char *from_tolerant_domain(TALLOC_CTX *mem, struct span value);

#endif
