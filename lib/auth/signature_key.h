/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SIGNATURE_KEY_H
#define AUTH_SIGNATURE_KEY_H

/*
 * signature_key - one key record of the DNS (RFC 6376 3.6.1, 6.1.2)
 *
 * Read once: everything that the text says is found out when the key is made,
 * which costs no arithmetic. The key itself is decoded when a signature is
 * first tried with it. Counted, immutable to its users, and fit for any number
 * of threads, so that key_cache.h can keep it.
 */

#include "lib/auth/public_key.h"
#include "lib/base/text.h"

struct signature_key;

/* What a record says. The faults are words of ours, NULL where there is none.
 */
struct signature_key_facts {
	const char *use_fault; /* it may not be used for mail and SHA-256 */
	const char *type;      /* k=: "rsa", "ed25519"; NULL: another */
	const char *key_fault; /* p= is no usable key of that type */
	unsigned bits;	       /* of the modulus; 256 for Ed25519 */
	bool is_testing;       /* t=y */
	bool is_strict;	       /* t=s: i= and d= are the same domain */
	unsigned cost;	       /* of trying it, in rsa-2048 verifications */
};

/* From the text of one TXT record; the reference is the caller's. */
struct signature_key *signature_key_new(struct span record);

struct signature_key *signature_key_ref(struct signature_key *key);
void signature_key_unref(struct signature_key *key); /* NULL is fine */

const struct signature_key_facts *
signature_key_facts(const struct signature_key *key);

/* Is this the record it was made from, byte by byte? */
bool signature_key_is(const struct signature_key *key, struct span record);

/* Why it is of no use to a signature of a=, "rsa-sha256" or "ed25519-sha256";
 * NULL when it is. */
const char *signature_key_fault(const struct signature_key *key,
				const char *algorithm);

/* An order of keys that their order in the DNS does not change: the longer
 * modulus first, then the greater text of the record. As strcmp(). */
int signature_key_compare(const struct signature_key *a,
			  const struct signature_key *b);

/* Did a key without fault make the signature? Decodes it the first time. */
enum public_key_verdict signature_key_verify(struct signature_key *key,
					     const struct digest_value *value,
					     struct span signature);

/* Keys decoded by this process, for tests. */
unsigned long signature_key_decoded(void);

#endif
