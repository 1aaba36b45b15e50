/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SIGNED_MESSAGE_H
#define AUTH_SIGNED_MESSAGE_H

/*
 * signed_message - what the signatures of one message are about, and what
 * looking at them may cost
 *
 * DKIM and ARC share it, so that a field and a body are hashed once a form for
 * both, a key is read once, and the bounds hold for both together. The fields
 * are the message's: whoever reads it adds each to its list before that goes to
 * signatures.h and arc.h, and gives the body to body_hashes_add(), if one of
 * them wants it.
 */

#include "lib/auth/body_hashes.h"
#include "lib/auth/header_hash.h"
#include "lib/auth/signature_check.h"

struct signed_message {
	const struct field_list *fields;
	struct header_hash *header;
	struct body_hashes *bodies;
	struct signature_checks *checks;
};

/* Dies with `mem`; borrows `fields`, which grows while the header comes in. */
struct signed_message *signed_message_new(TALLOC_CTX *mem,
					  const struct field_list *fields);

#endif
