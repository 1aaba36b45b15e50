/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DMARC_ALIGN_H
#define DMARC_ALIGN_H

/*
 * align - Identifier Alignment (RFC 9989 3.2.10, 4.4, 5.3.4)
 *
 * align_domains is pure. align_ask finds the Organizational Domain where it
 * matters and asks DNS only when the answer could change the result
 * (standards 3.5): identical names, strict mode and names outside the author's
 * Organizational Domain need no walk.
 */

#include <stdbool.h>

#include "lib/dmarc/tree.h"

enum alignment {
	ALIGNMENT_NO,
	ALIGNMENT_YES,
	ALIGNMENT_UNKNOWN, /* the walk did not complete */
};

/* "no" "yes" "unknown" */
const char *alignment_text(enum alignment alignment);
/* The value of a recorded text, or -1; NULL is none. */
int alignment_find(const char *text);

/* Strict: equal names. Relaxed: equal Organizational Domains. */
bool align_domains(const char *author, const char *author_org,
		   const char *identifier, const char *identifier_org,
		   bool is_strict);

/* `identifier` may be NULL or empty: never aligned. */
enum alignment align_ask(TALLOC_CTX *mem, struct dns_session *session,
			 enum tree_method method, const char *author,
			 const char *author_org, const char *identifier,
			 bool is_strict);

#endif
