/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SIGNATURE_KEY_H
#define AUTH_SIGNATURE_KEY_H

/*
 * signature_key - the key record of a signature (RFC 6376 3.6.1, 6.1.2)
 *
 * Everything but the arithmetic is checked here, so that libopendkim gets one
 * short record of our own making. Of several records at the selector one good
 * key is enough: RFC 6376 3.6.2.2 leaves it open, and the order of the records
 * decides nothing.
 */

#include "lib/auth/evidence.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/dns/dns.h"

struct signature_key {
	enum auth_result result; /* AUTH_NONE: usable */
	const char *reason;	 /* NULL when usable */
	const char *record;	 /* for libopendkim; NULL unless usable */
};

/* One record, for a signature of algorithm "rsa-sha256" or "ed25519-sha256".
 * With `is_decoded` the key is decoded as well, which costs 0.3 ms. */
struct signature_key signature_key_parse(TALLOC_CTX *mem, struct span record,
					 const char *algorithm,
					 bool is_decoded);

/* What the DNS answered at SELECTOR._domainkey.DOMAIN; more than
 * LIMIT_KEY_RECORDS records are no key. */
struct signature_key signature_key_choose(TALLOC_CTX *mem,
					  const struct dns_answer *answer,
					  const char *algorithm);

/* The records of all usable keys of an answer that gave one, the chosen one
 * first, without repetition. Their number, at most `room`. */
size_t signature_key_list(TALLOC_CTX *mem, const struct dns_answer *answer,
			  const char *algorithm, const char **records,
			  size_t room);

/* The base64 of an RSA key's SubjectPublicKeyInfo, wrapped around a bare
 * RSAPublicKey (PKCS#1) where that was published; NULL when it is no RSA key.
 * With `is_decoded` not only the outer form is looked at. */
const char *signature_key_rsa(TALLOC_CTX *mem, const char *base64,
			      bool is_decoded);

#endif
