/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_VERIFIER_H
#define AUTH_VERIFIER_H

/*
 * verifier - libopendkim's verification of one message's header fields, behind
 * a small door
 *
 * The body is not its affair: signatures.c compares its hash with bh=, which is
 * one of the signed fields' tags (body_hashes.h).
 *
 * The fields it gets were looked at before (signature_tags.h), the keys come
 * from the caller, and its PASSED flag is never taken alone: it stays set
 * below a t=s key. A struct verifier_library
 * is shared by all threads; a struct verifier belongs to one message.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/auth/evidence.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

#define VERIFIER_DRIFT_S 300 /* clocks may differ by as much: t= and x= */

struct verifier_library;
struct verifier;

/* `clock` decides how far libopendkim's own look at t= and x= is loosened; it
 * knows the machine's time only. */
bool verifier_library_new(unsigned min_rsa_bits, const struct clock *clock,
			  struct verifier_library **library, struct error *err)
    __attribute__((warn_unused_result));
void verifier_library_free(struct verifier_library *library);

/* The library outlives the verifier, which dies with `mem`. */
struct verifier *verifier_new(TALLOC_CTX *mem,
			      const struct verifier_library *library);

/* A field as received. A field named DKIM-Signature is a signature; they are
 * numbered from 0 in the order given. */
void verifier_header(struct verifier *verifier, struct span name,
		     struct span value);

/* Which of the signatures are to be verified, `count` as given to
 * verifier_header. False: none can be, the body is not wanted. */
bool verifier_end_of_header(struct verifier *verifier, size_t count,
			    const bool *is_wanted);

struct verifier_outcome {
	/* AUTH_PASS: the header fields verify and nothing speaks against the
	 * key; AUTH_NONE: not wanted, or no key was given. */
	enum auth_result result;
	const char *reason;  /* NULL for a pass */
	unsigned key_bits;   /* RSA; 0 when no key was decoded */
	bool is_testing;     /* the key says t=y */
	bool is_header_good; /* the header fields verify, whatever the key says
			      */
};

/* `keys` holds a key record, or NULL, for each signature; `outcomes` room for
 * as many. libopendkim looks at no signature whose l= is more than there is of
 * the body, so `body_bytes`, the longest l=, stand in for it; 0 without l=.
 * Call once, after a true verifier_end_of_header. */
void verifier_finish(struct verifier *verifier, size_t body_bytes,
		     const char *const *keys,
		     struct verifier_outcome *outcomes);

#endif
