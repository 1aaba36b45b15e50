/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INBOX_CLAIM_H
#define INBOX_CLAIM_H

/*
 * claim - whom a report says it is from, beside who sent its mail
 *
 * Anybody can write a report in anybody's name. That of a mail which passes
 * DMARC for the organization that the report names is proved to be from there;
 * no more than that: whether those counted well nobody knows. Some name one
 * organization and send from another domain of theirs: a file of the
 * operator's says which those are. Pure functions.
 */

#include "lib/inbox/sender.h"
#include "lib/inbox/services.h"
#include "lib/store/store_inbox_report.h"

/* The domain that a report names as its maker: its organization, where that is
 * a domain's name ("google.com"), else that of its contact address; "" where
 * it names none. In inner form, below `mem`. */
const char *inbox_claim(TALLOC_CTX *mem, const char *organization,
			const char *contact);

/* `sender` is of its mail; `reporters` has the domains that are of one. */
enum store_inbox_proof
inbox_claim_proof(const char *claim, const struct inbox_sender *sender,
		  const struct inbox_services *reporters);

#endif
