/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rsa_der.c - the two numbers of an RSA public key
 *
 * SubjectPublicKeyInfo: SEQUENCE { SEQUENCE { OID, NULL }, BIT STRING }, and
 * in the bit string an RSAPublicKey: SEQUENCE { INTEGER n, INTEGER e }. What
 * stands first in the outer SEQUENCE tells the two apart.
 *
 * Both numbers are positive by their meaning; a first bit that makes one
 * negative is taken for part of it, as OpenSSL does.
 */
#include "lib/auth/rsa_der.h"

#include <string.h>

#define DER_INTEGER 0x02
#define DER_BIT_STRING 0x03
#define DER_OID 0x06
#define DER_SEQUENCE 0x30

/* rsaEncryption, 1.2.840.113549.1.1.1 */
static const char rsa_encryption[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";

static unsigned byte_at(struct span s, size_t at)
{
	return (unsigned char)s.data[at];
}

/* The length that stands behind a tag: one byte, or 0x81 or 0x82 and so many
 * bytes. Returns how many it takes, 0 for any other. */
static size_t read_length(struct span s, size_t *length)
{
	if (s.length >= 2 && byte_at(s, 1) < 0x80) {
		*length = byte_at(s, 1);
		return 1;
	}
	if (s.length >= 3 && byte_at(s, 1) == 0x81) {
		*length = byte_at(s, 2);
		return 2;
	}
	if (s.length >= 4 && byte_at(s, 1) == 0x82) {
		*length = byte_at(s, 2) << 8 | byte_at(s, 3);
		return 3;
	}
	return 0;
}

/* Takes one element of that type from the front of `rest`. */
static bool take_element(struct span *rest, unsigned tag, struct span *content)
{
	size_t length = 0;
	size_t head = read_length(*rest, &length);

	if (head == 0 || byte_at(*rest, 0) != tag ||
	    length > rest->length - 1 - head)
		return false;
	*content = span_make(rest->data + 1 + head, length);
	*rest = span_make(rest->data + 1 + head + length,
			  rest->length - 1 - head - length);
	return true;
}

static bool take_number(struct span *rest, struct span *number)
{
	if (!take_element(rest, DER_INTEGER, number))
		return false;
	while (number->length > 0 && number->data[0] == '\0')
		*number = span_make(number->data + 1, number->length - 1);
	return number->length > 0;
}

static bool read_pkcs1(struct span sequence, struct rsa_der *key)
{
	return take_number(&sequence, &key->modulus) &&
	       take_number(&sequence, &key->exponent);
}

static bool read_bits(struct span bits, struct rsa_der *key)
{
	struct span sequence;

	/* The first byte: how many bits at the end are unused. */
	if (bits.length == 0 || bits.data[0] != 0)
		return false;
	bits = span_make(bits.data + 1, bits.length - 1);
	return take_element(&bits, DER_SEQUENCE, &sequence) &&
	       read_pkcs1(sequence, key);
}

bool rsa_der_read(struct span der, struct rsa_der *key)
{
	struct span sequence;
	struct span algorithm;
	struct span oid;
	struct span bits;

	if (!take_element(&der, DER_SEQUENCE, &sequence))
		return false;
	if (sequence.length > 0 && byte_at(sequence, 0) == DER_INTEGER)
		return read_pkcs1(sequence, key);
	return take_element(&sequence, DER_SEQUENCE, &algorithm) &&
	       take_element(&algorithm, DER_OID, &oid) &&
	       span_equals(oid, rsa_encryption) &&
	       take_element(&sequence, DER_BIT_STRING, &bits) &&
	       read_bits(bits, key);
}

unsigned rsa_der_bits(struct span number)
{
	unsigned bits = (unsigned)number.length * 8;

	if (number.length == 0)
		return 0;
	for (unsigned first = byte_at(number, 0); first < 0x80; first <<= 1)
		bits--;
	return bits;
}
