/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DMARC_TREE_H
#define DMARC_TREE_H

/*
 * tree - DNS Tree Walk, Organizational Domain, policy discovery
 * (RFC 9989 4.10, 4.10.1, 4.10.2)
 *
 * Method TREE_PSL gives RFC 7489's Organizational Domain through libpsl
 * instead: the author domain and its OD are asked, nothing else.
 *
 * A one-label Organizational Domain is refused unless it said psd=n; the
 * refusal is told in the discovery's comment.
 */

#include "lib/dmarc/record.h"
#include "lib/dns/dns.h"

enum tree_method { TREE_WALK, TREE_PSL };

enum existence { EXISTENCE_UNASKED, EXISTENCE_YES, EXISTENCE_NO };

struct discovery {
	/* Did every lookup that the policy needs complete? When false the
	 * result is temperror and nothing below but org_domain may be used. */
	bool is_complete;
	const char *org_domain;	     /* of the author domain; NULL unknown */
	const char *policy_domain;   /* where the record stands; or NULL */
	const struct record *record; /* NULL: no policy record */
	/* Does the author domain exist (RFC 9989 3.2.13)? Asked only when np
	 * could matter. */
	enum existence author_exists;
	const char *comment; /* "several records at ..." and such; or NULL */
};

/* Asks ahead for what tree_discover will want: the whole walk, and whether the
 * Author Domain exists once a record says that it matters. */
void tree_ask_ahead(struct dns_session *session, enum tree_method method,
		    const char *author);

/* Asks ahead for the walk of an identifier, if align_ask could want it: for a
 * name that seems to lie below the author's Organizational Domain, which is
 * not known yet. */
void tree_ask_ahead_identifier(struct dns_session *session,
			       enum tree_method method, const char *author,
			       const char *identifier);

/* The policy for an author domain. */
struct discovery tree_discover(TALLOC_CTX *mem, struct dns_session *session,
			       enum tree_method method, const char *author);

/* The Organizational Domain of a name; NULL when a lookup did not complete. */
const char *tree_org_domain(TALLOC_CTX *mem, struct dns_session *session,
			    enum tree_method method, const char *domain);

/* The policy in force for the author domain before t and pct: p, sp or np
 * (RFC 9989 4.10.1). ABSENT without a usable record. */
enum request tree_policy(const struct discovery *found, const char *author);

/* "treewalk" "psl" */
const char *tree_method_text(enum tree_method method);

#endif
