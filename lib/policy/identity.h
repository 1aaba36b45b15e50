/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_IDENTITY_H
#define POLICY_IDENTITY_H

/*
 * identity - what a message shows of its author where no policy says what must
 * be shown
 *
 * Two questions beside DMARC's: does mail in a name of our own, or in one that
 * the operator protects, prove to be of that name, whatever becomes of its
 * record; and is there anything at all that vouches for a message whose author
 * has no policy. Pure; from evidence that the store records, so that a recorded
 * message is weighed again by other names.
 *
 * Without a record nobody says how far alignment reaches. An identifier counts
 * as of a name where both have the same registrable domain (suffix.h).
 */

#include "lib/auth/evidence.h"
#include "lib/base/mem.h"
#include "lib/policy/decide.h"

/* The domains of own.domains and protect.names, each with all below it. */
struct identity_names {
	struct text_list sorted;
};

/* Belongs to `mem`; the texts stay the caller's, in domain.h's inner form. */
struct identity_names identity_names(TALLOC_CTX *mem,
				     const struct text_list *own,
				     const struct text_list *protected);

/* Is it one of them, or below one? With n names, O(log n) for each label. */
bool identity_is_own(const struct identity_names *names, const char *domain);

struct identity_own {
	enum own_sender sender;
	/* Of OWN_OPEN: whose lookup failed, SPF's or else a signature's. */
	bool is_spf_open;
	const char *open_domain;
};

/* `author` may be NULL. What DMARC settled stands: a pass has proved it, and a
 * fail has not. */
struct identity_own identity_weigh_own(const struct identity_names *names,
				       enum dmarc_result result,
				       const char *author,
				       const struct evidence *evidence);

/* Did neither SPF nor any signature pass, whoever is named there? Not where a
 * lookup of one of them failed. */
bool identity_is_missing(const struct evidence *evidence);

#endif
