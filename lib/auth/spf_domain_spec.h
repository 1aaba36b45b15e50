/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_DOMAIN_SPEC_H
#define AUTH_SPF_DOMAIN_SPEC_H

/*
 * spf_domain_spec - the domain-spec and macro-string of RFC 7208 7.1
 *
 * Pure functions over spans.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/text.h"

/* One piece of a macro-string: "%{...}", an escape ("%%" "%_" "%-") or the
 * literal text up to the next '%'. */
struct spf_piece {
	struct span text;
	char letter; /* lower case; '\0' for escapes and literals */
	bool is_escape;
	bool is_encoded; /* the letter was a capital: URL encoding */
	unsigned parts;	 /* right-hand parts to keep; 0: all */
	bool is_reversed;
	struct span delimiters;
};

/* Takes the first piece off `rest`; false when it is no macro-expand. */
bool spf_piece_next(struct span *rest, struct spf_piece *piece);

/* macro-string, of an unknown modifier; it may be empty. */
bool spf_macro_string_is_valid(struct span text);

/* domain-spec: within the LIMIT_SPF_ bounds on its bytes and macros,
 * the letters of 7.2 without c, r and t, the end a macro or "." toplabel. */
bool spf_domain_spec_is_valid(struct span text);

#endif
