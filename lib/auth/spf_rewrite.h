/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_REWRITE_H
#define AUTH_SPF_REWRITE_H

/*
 * spf_rewrite - a validated record as libspf2 may see it
 *
 * ip4 and ip6 are decided here: a match becomes "all" with that qualifier, the
 * others vanish, since a record compiled by libspf2 silently loses what passes
 * 511 bytes. Macros are expanded (spf_macro.h). The names that a, mx and
 * exists look up start with a capital letter, the mark, by which spf_guard
 * counts terms exactly: no name out of the DNS has a capital here. Lengths of
 * zero, an error in libspf2, become "exists" on a mark of their own.
 */

#include "lib/auth/spf_macro.h"
#include "lib/auth/spf_record.h"

#define SPF_MARK_TERM 'T'	 /* the lookup of an a, mx or exists term */
#define SPF_MARK_ANY_ADDRESS 'A' /* a/0: any address will do */
#define SPF_MARK_ANY_MX 'M'	 /* mx/0: any address of any host */

/* Records of one term each ("v=spf1 -all"), to be evaluated in order; at most
 * one lookup more than the limit, which trips it. False when a name cannot be
 * written for libspf2; `terms` is untouched then. */
bool spf_rewrite(TALLOC_CTX *mem, const struct spf_record *record,
		 const struct spf_values *values, long term_limit,
		 struct text_list *terms);

#endif
