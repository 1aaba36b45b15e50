/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_ARC_H
#define AUTH_ARC_H

/*
 * arc - the Authenticated Received Chain of one message (RFC 8617 5.2)
 *
 * Validation only; alignd seals nothing. Every error is a fail, that of the
 * DNS included; the reason tells which. A chain that is not even well-formed
 * costs no question and no arithmetic. ARC proves who handled a message and
 * what they say they saw; whether to believe them is not decided here.
 *
 * A struct arc belongs to one message.
 */

#include "lib/auth/evidence.h"
#include "lib/auth/signed_message.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/dns/dns.h"
#include "lib/mail/field_list.h"

struct arc;

/* One message's chain below `mem`. */
struct arc *arc_begin(TALLOC_CTX *mem, const struct clock *clock,
		      struct dns_session *session,
		      struct signed_message *message);

/* Every header field, once it is the last of the message's. */
void arc_header(struct arc *arc, struct field field);

/* Asks ahead for the keys of a well-formed chain. Does it want the body? */
bool arc_end_of_header(struct arc *arc);

/* Validates; fetches the keys. What it returns lives as long as `arc`. */
struct evidence_arc arc_finish(struct arc *arc);

#endif
