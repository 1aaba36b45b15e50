/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INBOX_TLS_MEANING_H
#define INBOX_TLS_MEANING_H

/*
 * tls_meaning - what a failure type of a TLS report means, and who must act
 * (RFC 8460 4.3)
 */

#include <stdbool.h>

enum inbox_actor { INBOX_OURS, INBOX_THEIRS, INBOX_EITHER };

struct inbox_tls_meaning {
	const char *words; /* a sentence */
	enum inbox_actor actor;
};

/* Of a type that nobody knows the words say so. */
struct inbox_tls_meaning inbox_tls_meaning(const char *type);

/* "ours" "theirs" "either" */
const char *inbox_actor_text(enum inbox_actor actor);

/* Was there a policy to fail? Of "no-policy-found" sessions are counted, and
 * none of them is a failure of a policy. */
bool inbox_tls_is_policy(const char *policy);

/* The policy type as people read it: of sessions without one "no policy". */
const char *inbox_tls_policy_text(const char *policy);

#endif
