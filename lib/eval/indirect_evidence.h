/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_INDIRECT_EVIDENCE_H
#define EVAL_INDIRECT_EVIDENCE_H

/*
 * indirect_evidence - what a signed header over another body is worth
 *
 * The trace that a mailing list's footer leaves is also what anybody can make
 * who has one genuine message of the author's: its header over a body of his
 * own. So it counts only where
 *
 *   - every From, Subject, To, Cc, Date and Message-ID of the message is
 *     covered, so that people see what was signed and nothing else;
 *   - there is one Date, and it and t= are within policy.evidence_age;
 *   - the header was not seen over too many bodies (sightings.h).
 *
 * And a trusted ARC sealer counts only where its own
 * ARC-Authentication-Results say that the mail passed before it sealed.
 */

#include "lib/eval/message.h"

/* Before alignment is judged: says of each signature whose header fits, but
 * not the body, what speaks against it. */
void indirect_doubt_headers(struct message *message);

/* Once result and chain are known: asks and tells the memory, if there is one,
 * about a message that fails, and sets input.indirect. */
void indirect_weigh(struct message *message);

/* The aligned signature that fits the header alone: the first without doubt,
 * else the first; NULL: there is none. */
const struct evidence_signature *
indirect_signature(const struct verdict *verdict);

/* What the last sealer of a chain that passes recorded of this author: the
 * result, or "other" when its pass is another author's; NULL: no chain. */
const char *indirect_sealer_word(const struct verdict *verdict);

/* ": no trace of a list, since Subject ..." in words for people; "" without a
 * doubt. */
const char *indirect_doubt_words(TALLOC_CTX *mem,
				 const struct evidence_signature *signature);

#endif
