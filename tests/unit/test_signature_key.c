/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_signature_key.c - what key records say
 */
#include "tests/unit/unit.h"

#include <openssl/evp.h>
#include <string.h>

#include "lib/auth/evidence.h"
#include "lib/auth/signature_key.h"
#include "lib/base/limits.h"
#include "tests/unit/sign.h"

#define ED "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

static const struct row {
	const char *name;
	const char *record;
	const char *reason; /* NULL: usable */
} rows[] = {
    {"plain", "v=DKIM1; k=ed25519; p=" ED, NULL},
    {"no version", "k=ed25519; p=" ED, NULL},
    {"all tags",
     "v = DKIM1 ; h\t=\tsha1 : SHA256:x; k=Ed25519; n = notes; s= email "
     ": tlsrpt; t=s; u=1; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapi MlrwIaaPcHURo=",
     NULL},
    {"any service", "s=*; k=ed25519; p=" ED, NULL},
    {"C17 revoked", "v=DKIM1; k=ed25519; p=", "the key is revoked"},
    {"C17 v=spf1", "v=spf1 -all", "the key record is of another version"},
    {"version in small letters", "v=dkim1; k=ed25519; p=" ED,
     "the key record is of another version"},
    {"version not first", "k=ed25519; v=DKIM1; p=" ED,
     "v= is not the first tag of the key record"},
    {"C17 s=tlsrpt", "v=DKIM1; s=tlsrpt; k=ed25519; p=" ED,
     "the key is not for mail"},
    {"C17 h=sha1", "v=DKIM1; h=sha1; k=ed25519; p=" ED,
     "the key does not allow this hash"},
    {"no p", "v=DKIM1; k=ed25519", "the key record has no p="},
    {"C25 P", "v=DKIM1; k=ed25519; P=" ED, "the key record has no p="},
    {"C25 P beside p", "v=DKIM1; k=ed25519; P=; p=" ED, NULL},
    {"empty", "k=ed25519", "the key record has no p="},
    {"not a tag list", "hello", "syntax error in the key record"},
    {"doubled",
     "v=DKIM1; k=ed25519; p=" ED "; p=", "syntax error in the key record"},
    {"other type", "v=DKIM1; p=" ED, "the key is of another type than a="},
    {"unknown type", "v=DKIM1; k=x; p=" ED,
     "the key is of another type than a="},
    {"short", "v=DKIM1; k=ed25519; p=HbawiMnQXTCopHTkR0jlKQ==",
     "the key cannot be decoded"},
    {"not base64", "v=DKIM1; k=ed25519; p=??", "the key is not base64"},
};

static void reads_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct signature_key *key =
		    signature_key_new(span_of(rows[i].record));
		const char *fault = signature_key_fault(key, "ed25519-sha256");
		if (strcmp(fault == NULL ? "" : fault,
			   rows[i].reason == NULL ? "" : rows[i].reason) != 0)
			fail_msg("%s: %s", rows[i].name, fault);
		signature_key_unref(key);
	}
}

static void keeps_what_matters(void **state)
{
	struct signature_key *key =
	    signature_key_new(span_of("n=a; t=S : y; k=ed25519; p=" ED));
	const struct signature_key_facts *facts = signature_key_facts(key);

	(void)state;
	assert_true(facts->is_strict);
	assert_true(facts->is_testing);
	assert_int_equal(facts->bits, 256);
	assert_true(
	    signature_key_is(key, span_of("n=a; t=S : y; k=ed25519; p=" ED)));
	assert_false(
	    signature_key_is(key, span_of("n=b; t=S : y; k=ed25519; p=" ED)));
	signature_key_unref(key);
	key = signature_key_new(span_make("k=ed25519; p=\0" ED, 57));
	assert_non_null(signature_key_fault(key, "ed25519-sha256"));
	signature_key_unref(key);
}

static struct signature_key *key_of(TALLOC_CTX *mem, const char *base64)
{
	return signature_key_new(
	    span_of(mem_printf(mem, "v=DKIM1; p=%s", base64)));
}

/* SEQUENCE of two INTEGERs (RFC 8017 A.1.1): a modulus of 1024 bits, an
 * exponent of so many. */
static char *key_with_exponent(TALLOC_CTX *mem, unsigned bits)
{
	uint8_t der[160] = {0x30, 0x81};
	uint8_t *modulus = der + 3;
	unsigned length = bits / 8 + 1; /* none is negative */
	uint8_t *exponent = modulus + 3 + 129;

	modulus[0] = 0x02;
	modulus[1] = 0x81;
	modulus[2] = 129;
	modulus[4] = 0x80;
	modulus[3 + 128] = 1;
	exponent[0] = 0x02;
	exponent[1] = (uint8_t)length;
	exponent[2 + (bits % 8 == 0)] = (uint8_t)(1U << (bits - 1) % 8);
	exponent[1 + length] |= 1;
	der[2] = (uint8_t)(exponent + 2 + length - modulus);
	uint8_t text[4 * sizeof der / 3 + 4];
	assert_in_range(EVP_EncodeBlock(text, der, 3 + der[2]), 1, sizeof text);
	return mem_strdup(mem, (const char *)text);
}

static void uses_no_long_exponent(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct signature_key *key =
		    key_of(mem, key_with_exponent(mem, LIMIT_RSA_EXPONENT_BITS +
							   more));
		const char *fault = signature_key_fault(key, "rsa-sha256");
		if (more == 0)
			assert_null(fault);
		else
			assert_string_equal(fault, "the key cannot be used");
		signature_key_unref(key);
	}
	mem_free(mem);
}

/* C21: both published forms are the same key. C29: its bits are those of the
 * modulus. */
static void c21_c29_rsa_keys(void **state)
{
	static const unsigned bits[] = {512, 1017, 1020, 1023, 1024, 4096};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct sign_key *made = sign_key_new(mem, "rsa", bits[i]);
		for (int is_pkcs1 = 0; is_pkcs1 < 2; is_pkcs1++) {
			struct signature_key *key =
			    key_of(mem, sign_key_base64(mem, made, is_pkcs1));
			assert_null(signature_key_fault(key, "rsa-sha256"));
			assert_int_equal(signature_key_facts(key)->bits,
					 bits[i]);
			assert_string_equal(
			    signature_key_fault(key, "ed25519-sha256"),
			    "the key is of another type than a=");
			signature_key_unref(key);
		}
	}
	mem_free(mem);
}

/* C10: longer ones are not used. */
static void c10_long_keys(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *records[] = {
	    mem_printf(
		mem, "v=DKIM1; p=%s",
		sign_key_base64(mem, sign_key_new(mem, "rsa", 4104), false)),
	    mem_printf(mem, "v=DKIM1; p=%01416d", 0),
	    mem_printf(mem, "v=DKIM1; p=QUJD; n=%0*d", LIMIT_KEY_RECORD_BYTES,
		       0)};
	static const char *const wants[] = {"the key is too long",
					    "the key is too long",
					    "the key record is too long"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct signature_key *key =
		    signature_key_new(span_of(records[i]));
		assert_string_equal(signature_key_fault(key, "rsa-sha256"),
				    wants[i]);
		signature_key_unref(key);
	}
	mem_free(mem);
}

/* Exponents of one or of any size, even numbers: OpenSSL never sees them. */
static void refuses_odd_numbers(void **state)
{
	static const struct {
		const char *base64;
		const char *want;
	} rows_odd[] = {
	    {"MAwCAwEAAQIFAQAAAAE=", NULL}, /* n = 65537, e = 2^32 + 1 */
	    {"MAgCAwEAAQIBAw==", NULL},	    /* e = 3 */
	    {"MAgCAwEAAQIBAQ==", "the key cannot be used"},    /* e = 1 */
	    {"MAgCAwEAAQIBBA==", "the key cannot be used"},    /* e = 4 */
	    {"MAgCAwEAAgIBAw==", "the key cannot be used"},    /* n even */
	    {"MAgCAwEAAQIBAA==", "the key cannot be decoded"}, /* e = 0 */
	    {"MBACAwEAAQIJAgAAAAAAAAAB", "the key cannot be used"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows_odd / sizeof rows_odd[0]; i++) {
		struct signature_key *key = key_of(mem, rows_odd[i].base64);
		const char *fault = signature_key_fault(key, "rsa-sha256");
		if (strcmp(fault == NULL ? "" : fault,
			   rows_odd[i].want == NULL ? "" : rows_odd[i].want) !=
		    0)
			fail_msg("%s: %s", rows_odd[i].base64, fault);
		signature_key_unref(key);
	}
	mem_free(mem);
}

/* The dearer, the more it counts against the message's bound. */
static void knows_its_cost(void **state)
{
	static const struct {
		unsigned bits;
		unsigned cost;
	} costs[] = {{1024, 1}, {2048, 1}, {3072, 2}, {4096, 4}};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct signature_key *key = key_of(
		    mem,
		    sign_key_base64(
			mem, sign_key_new(mem, "rsa", costs[i].bits), false));
		assert_int_equal(signature_key_facts(key)->cost, costs[i].cost);
		signature_key_unref(key);
	}
	mem_free(mem);
}

static void orders_keys(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct signature_key *keys[] = {
	    key_of(mem,
		   sign_key_base64(mem, sign_key_new(mem, "rsa", 2048), false)),
	    key_of(mem,
		   sign_key_base64(mem, sign_key_new(mem, "rsa", 1024), false)),
	    signature_key_new(span_of("k=ed25519; p=" ED "; n=a")),
	    signature_key_new(span_of("k=ed25519; p=" ED)),
	    signature_key_new(span_of("k=ed25519; n=; p=" ED)),
	    signature_key_new(span_of("x"))};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		for (size_t j = 0; j < 6; j++) {
			int order = signature_key_compare(keys[i], keys[j]);
			assert_int_equal(order < 0, i < j);
			assert_int_equal(order > 0, i > j);
		}
	}
	for (size_t i = 0; i < 6; i++)
		signature_key_unref(keys[i]);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_records),
	    cmocka_unit_test(keeps_what_matters),
	    cmocka_unit_test(c21_c29_rsa_keys),
	    cmocka_unit_test(c10_long_keys),
	    cmocka_unit_test(refuses_odd_numbers),
	    cmocka_unit_test(knows_its_cost),
	    cmocka_unit_test(orders_keys),
	    cmocka_unit_test(uses_no_long_exponent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
