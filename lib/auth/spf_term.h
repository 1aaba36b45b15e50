/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_TERM_H
#define AUTH_SPF_TERM_H

/*
 * spf_term - what one term looks up, and which clients it holds
 *
 * RFC 7208 5 and 6.1. The one opinion on both: the evaluation and what is
 * asked ahead (spf_ahead.h) take a term's question from here. Pure functions.
 */

#include "lib/auth/spf_macro.h"
#include "lib/auth/spf_record.h"

/* The type of the first question of a term; for a and its like that of the
 * client's family. Not for all, ip4 and ip6, which ask nothing. */
enum dns_type spf_term_type(const struct spf_term *term,
			    const struct net_address *client);

/*
 * The name of that question, the target name of RFC 7208 5; of ptr the name
 * that the client's must be or lie below. In the form the DNS is asked in
 * (spf_macro_expand), values->domain itself where the term gives none. It may
 * be no name at all: ask dns_name_is_askable. NULL when the macros would make
 * more than LIMIT_SPF_NAME_BYTES.
 */
const char *spf_term_name(TALLOC_CTX *mem, const struct spf_term *term,
			  const struct spf_values *values);

/* ip4, ip6: does the client lie in the term's network? */
bool spf_term_contains(const struct spf_term *term,
		       const struct net_address *client);

/* a, mx: does the client lie in the term's network around one of the host's
 * addresses, which is of the client's family? */
bool spf_term_reaches(const struct spf_term *term, const uint8_t *address,
		      const struct net_address *client);

#endif
