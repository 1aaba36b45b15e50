/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SIGNATURE_TAGS_H
#define AUTH_SIGNATURE_TAGS_H

/*
 * signature_tags - a strict look at one DKIM-Signature value (RFC 6376 3.5)
 * or its like
 *
 * Decides whether the signature may be verified, and takes out what the
 * evidence shows. Nothing raw is shown: a domain is in domain.h's inner form
 * (U-labels as A-labels, RFC 8616 4), an identity holds only letters, digits
 * and a few marks. Pure functions.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/auth/evidence.h"
#include "lib/auth/tag_list.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

#define SIGNATURE_DRIFT_S 300 /* clocks may differ by as much: t= */

struct signature_tags {
	/* AUTH_NONE: it may be verified. AUTH_POLICY: well-formed, but not
	 * acceptable. AUTH_NEUTRAL, AUTH_PERMERROR: it is not to be. */
	enum auth_result result;
	const char *reason;
	const char *domain; /* these five as in evidence.h */
	const char *selector;
	const char *algorithm;
	const char *identity;
	const char *hash_text;
	struct span body_hash;	/* bh=, its bytes; none when it is not read */
	struct span signature;	/* b= as it stands in the field */
	struct span fields;	/* h= of a DKIM-Signature likewise */
	int64_t signed_at_s;	/* t=; -1 when absent */
	int64_t expires_at_s;	/* x=; -1 when absent or without end */
	int64_t body_length;	/* l=; -1 when absent */
	bool is_header_relaxed; /* the first half of c= */
	bool is_body_relaxed;	/* the second */
	bool is_below;		/* i= is in a subdomain of d= */
};

/* Fields of ARC look like a DKIM-Signature, with tags less (RFC 8617 4.1). */
enum signature_form {
	SIGNATURE_DKIM,
	SIGNATURE_ARC_MESSAGE, /* no v=, i= is something else, h= needs no From
				*/
	SIGNATURE_ARC_SEAL,    /* no bh=, c=, h=, l=, q=, x= either */
};

/* NULL, or what is wrong with h=. With `has_gaps` a name may be empty. */
const char *signature_tags_check_fields(struct span names, bool has_gaps);

/* The same for tags that were parsed; what only ARC has is not looked at. */
struct signature_tags signature_tags_read(TALLOC_CTX *mem,
					  const struct tag_list *list,
					  enum signature_form form);

/* Texts belong to `mem`. */
struct signature_tags signature_tags_parse(TALLOC_CTX *mem, struct span value);

#endif
