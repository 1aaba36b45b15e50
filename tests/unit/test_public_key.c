/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_public_key.c - signatures over a digest
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/public_key.h"
#include "lib/auth/tag_list.h"

/* RFC 8463 A.2: the key of the example. */
static const char raw_key[] = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/* By a key of 1024 bits, over the SHA-256 of "abc". */
static const char rsa_key[] =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDOCE90b1thSO4aLvAkZEuqCwlE"
    "iauaorh/mcwdXjP4U+LAJYGJmpYsowZU0L/O/HjHOSGl810IV2oWwHX/FPEB9QQj"
    "0116fCtdKfUHZU3HRi1i3FyyB3hGTBy4d/ESrTr0ZtwpPPm2oxWBE4E/Q+UyUlqp"
    "9LWooEMSY6IybNWhxQIDAQAB";
static const char rsa_signature[] =
    "Z1F0tri863fi9oN6FSpWfCUz4PvO3Uex85fZptcAUwJdnIrsHOgCdGN7SEd8p4Vr"
    "ka7XdjQpU25eI2gXojM+8j6Ub6MJYSafd2RLVLoUhsTUNXVUHg8PCB69lVIi5slh"
    "NB97DwTZmbl3W8o5jrbIx0tLGlRyBczbaJ37uGbWAjs=";
static const char ed_key[] = "5cn0xE1eBFmFYX1sg2xsSMoM5Z6ocaEyx/Qq2iUxO+k=";
static const char ed_signature[] =
    "otpmLOIlZolrzDq4BUEmhvTTvC3MR/uzehNfpi2zQHZGu92ESbhoqnSCWlB5lXht"
    "Bl4ECFqdxE+0oe/J1147Cw==";

static struct span bytes_of(TALLOC_CTX *mem, const char *base64)
{
	struct span bytes = {0};

	assert_true(base64_decode(mem, span_of(base64), &bytes));
	return bytes;
}

static struct digest_value hash_of(TALLOC_CTX *mem, const char *text)
{
	struct digest *digest = digest_new(mem);

	digest_add(digest, span_of(text));
	return digest_finish(digest);
}

static struct public_key *read_rsa(TALLOC_CTX *mem, const char *base64)
{
	struct rsa_der der;

	assert_true(rsa_der_read(bytes_of(mem, base64), &der));
	return public_key_rsa(&der);
}

static void check(TALLOC_CTX *mem, const struct public_key *key,
		  struct span signature)
{
	struct digest_value good = hash_of(mem, "abc");
	struct digest_value other = hash_of(mem, "abd");
	struct digest_value none = {.is_good = false};
	char *turned = mem_strndup(mem, signature.data, signature.length);

	for (int i = 0; i < 3; i++)
		assert_int_equal(public_key_verify(key, &good, signature),
				 PUBLIC_KEY_SIGNED);
	assert_int_equal(public_key_verify(key, &other, signature),
			 PUBLIC_KEY_NOT_SIGNED);
	assert_int_equal(public_key_verify(key, &none, signature),
			 PUBLIC_KEY_UNKNOWN);
	for (size_t i = 0; i < signature.length; i++) {
		turned[i] ^= 1;
		assert_int_equal(
		    public_key_verify(key, &good,
				      span_make(turned, signature.length)),
		    PUBLIC_KEY_NOT_SIGNED);
		turned[i] ^= 1;
		assert_int_equal(
		    public_key_verify(key, &good, span_make(turned, i)),
		    PUBLIC_KEY_NOT_SIGNED);
	}
	assert_int_equal(
	    public_key_verify(
		key, &good,
		span_of(mem_printf(mem, "%0*d", (int)signature.length + 1, 0))),
	    PUBLIC_KEY_NOT_SIGNED);
	memset(turned, 0xff, signature.length);
	assert_int_equal(
	    public_key_verify(key, &good, span_make(turned, signature.length)),
	    PUBLIC_KEY_NOT_SIGNED);
}

static void verifies_rsa(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct public_key *key = read_rsa(mem, rsa_key);

	(void)state;
	check(mem, key, bytes_of(mem, rsa_signature));
	public_key_free(key);
	mem_free(mem);
}

static void verifies_ed25519(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct public_key *key = public_key_ed25519(bytes_of(mem, ed_key));

	(void)state;
	check(mem, key, bytes_of(mem, ed_signature));
	public_key_free(key);
	key = public_key_ed25519(bytes_of(mem, raw_key));
	struct digest_value hash = hash_of(mem, "abc");
	assert_int_equal(
	    public_key_verify(key, &hash, bytes_of(mem, ed_signature)),
	    PUBLIC_KEY_NOT_SIGNED);
	public_key_free(key);
	public_key_free(NULL);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verifies_rsa),
	    cmocka_unit_test(verifies_ed25519),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
