/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_rsa_der.c - the two numbers of an RSA public key
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/rsa_der.h"
#include "lib/auth/tag_list.h"
#include "tests/unit/sign.h"

#define OID "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"

static bool read_text(const char *bytes, size_t length, struct rsa_der *key)
{
	return rsa_der_read(span_make(bytes, length), key);
}

#define READ(text, key) read_text(text, sizeof(text) - 1, key)

static void reads_small_keys(void **state)
{
	struct rsa_der key;

	(void)state;
	assert_true(READ("\x30\x07\x02\x02\x00\xff\x02\x01\x03", &key));
	assert_int_equal(rsa_der_bits(key.modulus), 8);
	assert_int_equal(rsa_der_bits(key.exponent), 2);
	/* A first bit is part of the number, bytes behind the key are let be,
	 * lengths may be longer than they need be. */
	assert_true(READ("\x30\x06\x02\x01\xff\x02\x01\x03", &key));
	assert_int_equal(rsa_der_bits(key.modulus), 8);
	assert_true(READ("\x30\x06\x02\x01\x07\x02\x01\x03more", &key));
	assert_true(READ("\x30\x81\x07\x02\x81\x01\x07\x02\x01\x03", &key));
	assert_true(
	    READ("\x30\x82\x00\x08\x02\x82\x00\x01\x07\x02\x01\x03", &key));
	assert_true(READ("\x30\x17\x30\x0b" OID "\x03\x08\x00"
			 "\x30\x06\x02\x01\x07\x02\x01\x03",
			 &key) == false); /* one byte short */
	assert_true(READ("\x30\x18\x30\x0b" OID "\x03\x09\x00"
			 "\x30\x06\x02\x01\x07\x02\x01\x03",
			 &key));
	assert_int_equal(rsa_der_bits(key.modulus), 3);
	assert_int_equal(rsa_der_bits(span_make("", 0)), 0);
}

static void refuses_the_rest(void **state)
{
	struct rsa_der key;

	(void)state;
	assert_false(READ("", &key));
	assert_false(READ("\x30", &key));
	assert_false(READ("\x30\x00", &key));
	assert_false(READ("\x30\x82\xff", &key));
	assert_false(
	    READ("\x30\x83\x00\x00\x06\x02\x01\x07\x02\x01\x03", &key));
	assert_false(READ("\x31\x06\x02\x01\x07\x02\x01\x03", &key));
	assert_false(READ("\x30\x06\x02\x01\x07\x04\x01\x03", &key));
	assert_false(READ("\x30\x05\x02\x00\x02\x01\x03", &key)); /* n none */
	assert_false(READ("\x30\x06\x02\x01\x00\x02\x01\x03", &key)); /* n 0 */
	assert_false(READ("\x30\x03\x02\x01\x07", &key));	      /* no e */
	assert_false(READ("\x30\x06\x02\x05\x07\x02\x01\x03", &key));
	/* Another algorithm; unused bits. */
	assert_false(READ("\x30\x18\x30\x0b"
			  "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
			  "\x03\x09\x00\x30\x06\x02\x01\x07\x02\x01\x03",
			  &key));
	assert_false(READ("\x30\x18\x30\x0b" OID "\x03\x09\x01"
			  "\x30\x06\x02\x01\x07\x02\x01\x03",
			  &key));
}

/* C21: both forms give the same numbers; cut anywhere, neither gives any. */
static void c21_reads_both_forms(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct sign_key *made = sign_key_new(mem, "rsa", 1024);
	struct rsa_der keys[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct span der;
		struct rsa_der none;
		assert_true(base64_decode(
		    mem, span_of(sign_key_base64(mem, made, i == 1)), &der));
		assert_true(rsa_der_read(der, &keys[i]));
		assert_int_equal(rsa_der_bits(keys[i].modulus), 1024);
		assert_int_equal(rsa_der_bits(keys[i].exponent), 17);
		for (size_t cut = 0; cut < der.length; cut++)
			assert_false(
			    rsa_der_read(span_make(der.data, cut), &none));
	}
	assert_memory_equal(keys[0].modulus.data, keys[1].modulus.data, 128);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_small_keys),
	    cmocka_unit_test(refuses_the_rest),
	    cmocka_unit_test(c21_reads_both_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
