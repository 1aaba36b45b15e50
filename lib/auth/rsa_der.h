/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_RSA_DER_H
#define AUTH_RSA_DER_H

/*
 * rsa_der - the two numbers of an RSA public key (RFC 8017 A.1.1)
 *
 * RFC 6376 3.6.1 asks for an RSAPublicKey (PKCS#1), everybody publishes a
 * SubjectPublicKeyInfo (RFC 5280 4.1): both are read. Pure functions.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/text.h"

struct rsa_der {
	struct span modulus; /* big-endian, without leading zeros */
	struct span exponent;
};

/* False when the bytes are no such key. Bytes behind it are let be, as OpenSSL
 * does. */
bool rsa_der_read(struct span der, struct rsa_der *key);

/* The bits of a number without leading zeros. */
unsigned rsa_der_bits(struct span number);

#endif
