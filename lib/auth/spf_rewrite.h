/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_REWRITE_H
#define AUTH_SPF_REWRITE_H

/*
 * spf_rewrite - a validated record as libspf2 may see it
 *
 * ip4 and ip6 are decided here: a match becomes "all" with that qualifier, the
 * others vanish, since a record compiled by libspf2 silently loses what passes
 * 511 bytes. The names that a, mx and exists look up get a first label, the
 * mark, by which spf_guard counts terms exactly; the mark has a capital, which
 * no name out of the DNS has here. Lengths of zero, an error in libspf2, become
 * "exists" on a mark of their own. Pure.
 */

#include "lib/auth/spf_record.h"

#define SPF_MARK_BYTES 4
#define SPF_MARK_TERM "_T1."	    /* the lookup of an a, mx or exists term */
#define SPF_MARK_ANY_ADDRESS "_T2." /* a/0: any address will do */
#define SPF_MARK_ANY_MX "_T3."	    /* mx/0: any address of any host */

struct spf_rewriting {
	const struct net_address *client;
	const char *local_part;
	const char *helo;
	long term_limit;
};

/* Records of one term each ("v=spf1 -all"), to be evaluated in order; at most
 * one lookup more than the limit, which trips it. */
struct text_list spf_rewrite(TALLOC_CTX *mem, const struct spf_record *record,
			     const struct spf_rewriting *how);

#endif
