/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

/*
 * address - the address-list of a From field (RFC 5322 3.4, 4.4; RFC 6854)
 *
 * Read whole or not at all: one mailbox that cannot be read makes the list
 * unreadable. Where the grammar leaves a choice:
 *
 *  - obs-addr-list: empty elements (", a@b.test,") are accepted and give
 *    nothing; so are obs-phrase (dots in a display name) and obs-route.
 *  - obs-domain: blanks or comments between the labels of a domain are
 *    refused; mail readers disagree on "a@victim.test (x) .junk.test".
 *  - An unquoted "@" in a display name is refused but for a whole address:
 *    "a@b.test <c@d.test>" has two authors. Brackets are refused too; what
 *    else may be made of both stands in from_tolerant.h.
 *  - Dots may stand anywhere in a local-part, as in path.h.
 *  - Bytes above ASCII: any in display names, comments and quoted display
 *    names (raw Latin-1 occurs there and cannot move the domain); UTF-8 only
 *    in the address itself.
 *  - Control bytes but blanks: in comments and quoted strings only, no NUL.
 */

#include "lib/base/mem.h"
#include "lib/base/text.h"

enum address_result {
	ADDRESS_OK,
	ADDRESS_UNPARSABLE,
	ADDRESS_BAD_DOMAIN, /* a domain is a literal or no DNS name */
	ADDRESS_TOO_LONG,   /* past LIMIT_FROM_BYTES or _ADDRESSES */
};

/* The domains of all mailboxes in order, repeated ones too, in domain.h's
 * inner form, below `mem`. *domains is untouched unless ADDRESS_OK. */
enum address_result address_list_domains(TALLOC_CTX *mem, struct span value,
					 struct text_list *domains);

#endif
