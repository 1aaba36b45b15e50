/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_KEY_TRIAL_H
#define AUTH_KEY_TRIAL_H

/*
 * key_trial - which of several keys at one selector made a signature?
 *
 * libopendkim tries one key only. Where a domain publishes two, as while it
 * changes keys, the header fields are verified once more for each, without the
 * body; the key under which they verify is the one for the real verification.
 */

#include "lib/auth/verifier.h"

struct key_trial;

/* `library` outlives it. At most LIMIT_KEY_TRIALS verifications a message. */
struct key_trial *key_trial_new(TALLOC_CTX *mem,
				const struct verifier_library *library);

/* A field that was given to the verifier; its bytes outlive the trial. */
void key_trial_keep(struct key_trial *trial, struct span name,
		    struct span value);

/* The record under which signature number `place` of `signatures` verifies;
 * the first one when none does or no trial is left. `body_bytes` is its l=, 0
 * without one (verifier_finish). */
const char *key_trial_pick(struct key_trial *trial, size_t signatures,
			   size_t place, size_t body_bytes,
			   const char *const *records, size_t count);

#endif
