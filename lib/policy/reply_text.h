/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_REPLY_TEXT_H
#define POLICY_REPLY_TEXT_H

/*
 * reply_text - the placeholders in policy.reply_text and policy.contact
 *
 * "{domain}" and its like, in any case. What they stand for is
 * present_reply()'s affair; which there are is known here, so that a faulty
 * text is refused when the configuration is read. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

enum reply_placeholder {
	REPLY_DOMAIN,	     /* the author domain */
	REPLY_POLICY_DOMAIN, /* where its policy stands */
	REPLY_REFERENCE,
	REPLY_REASON, /* what failed: "SPF fail, no DKIM signature" */
	REPLY_CLIENT, /* the client's address */
	REPLY_CONTACT,
	REPLY_PLACEHOLDERS,
};

/* The length of the placeholder that `text` begins with; 0 for none. */
size_t reply_placeholder_at(const char *text,
			    enum reply_placeholder *placeholder);

bool reply_has(const char *text, enum reply_placeholder placeholder);

/* Is every "{" the begin of a placeholder, and of one that may stand here? The
 * words say what was found and what is allowed. */
bool reply_text_check(const char *text, bool is_contact, struct error *err)
    __attribute__((warn_unused_result));

#endif
