/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_PRESENT_H
#define EVAL_PRESENT_H

/*
 * present - what the outside sees of a verdict
 *
 * The reply and the header field follow from the verdict and the operator's
 * texts alone. Foreign text has been escaped or checked before.
 */

#include "lib/eval/verdict.h"

/* The comment on the decision, below `mem`: that on a trusted ARC sealer is the
 * chain, "arc=pass as[2].d=..." (RFC 8617 7.2.2). */
void present_override(TALLOC_CTX *mem, struct verdict *verdict);

/* The Authentication-Results value (RFC 8601), below `mem`. */
const char *present_header(TALLOC_CTX *mem, const struct verdict *verdict,
			   const char *authserv_id);

/* For mail whose forged fields are too many to be removed. */
#define UNCLEANABLE_REPLY                                                      \
	"550 5.6.0 Email rejected: too many of its fields claim to be this "   \
	"host's own (Authentication-Results)"

/* "550 5.7.26 ..." or "451 4.4.3 ..." below `mem`; NULL when the message is
 * accepted (RFC 9989 7.2, RFC 7372). */
const char *present_reply(TALLOC_CTX *mem, const struct verdict *verdict,
			  const struct policy_settings *policy);

#endif
