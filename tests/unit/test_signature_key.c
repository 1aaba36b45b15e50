/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_signature_key.c - key records, and the choice among several
 */
#include "tests/unit/unit.h"

#include <string.h>

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
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct signature_key key = signature_key_parse(
		    mem, span_of(rows[i].record), "ed25519-sha256", false);
		if (strcmp(key.reason == NULL ? "" : key.reason,
			   rows[i].reason == NULL ? "" : rows[i].reason) != 0)
			fail_msg("%s: %s", rows[i].name, key.reason);
		assert_int_equal(key.result, rows[i].reason == NULL
						 ? AUTH_NONE
						 : AUTH_PERMERROR);
		assert_int_equal(key.record != NULL, rows[i].reason == NULL);
	}
	mem_free(mem);
}

static void keeps_what_matters(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	struct signature_key key =
	    signature_key_parse(mem, span_of("n=a; t=S : y; k=ed25519; p=" ED),
				"ed25519-sha256", false);
	assert_string_equal(key.record, "v=DKIM1; k=ed25519; t=y:s:; p=" ED);
	key = signature_key_parse(mem, span_make("k=ed25519; p=\0" ED, 57),
				  "ed25519-sha256", false);
	assert_int_equal(key.result, AUTH_PERMERROR);
	mem_free(mem);
}

/* C21: both published forms come out as the one that libopendkim reads. */
static void c21_wraps_pkcs1(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct sign_key *key = sign_key_new(mem, "rsa", 1024);
	const char *spki = sign_key_base64(mem, key, false);
	const char *pkcs1 = sign_key_base64(mem, key, true);

	(void)state;
	assert_string_not_equal(spki, pkcs1);
	for (int is_decoded = 0; is_decoded < 2; is_decoded++) {
		assert_string_equal(signature_key_rsa(mem, spki, is_decoded),
				    spki);
		assert_string_equal(signature_key_rsa(mem, pkcs1, is_decoded),
				    spki);
	}
	/* A tail cut off: the outer form is all that is left. */
	char *cut = mem_strndup(mem, spki, 100);
	assert_non_null(signature_key_rsa(mem, cut, false));
	assert_null(signature_key_rsa(mem, cut, true));
	assert_null(
	    signature_key_rsa(mem, mem_strndup(mem, pkcs1, 100), false));
	assert_null(signature_key_rsa(mem, "QUJD", false));
	assert_null(signature_key_rsa(mem, "MA==", false));
	assert_null(signature_key_rsa(mem, "MIL/", false));
	assert_null(signature_key_rsa(mem, "", false));
	mem_free(mem);
}

static struct dns_record txt(const char *text)
{
	return (struct dns_record){.text = text, .length = strlen(text)};
}

/* C17: one good key is enough, in whatever order the records come. */
static void c17_one_good_key_is_enough(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct sign_key *key = sign_key_new(mem, "rsa", 1024);
	const char *spki = sign_key_base64(mem, key, false);
	const char *good = sign_key_record(mem, key);
	const char *cut = mem_printf(mem, "v=DKIM1; p=%.*sAAAA", 212, spki);
	struct dns_record records[] = {txt("v=spf1 -all"), txt(good),
				       txt("v=DKIM1; p="), txt(cut)};
	struct dns_answer answer = {
	    .status = DNS_OK, .count = 4, .records = records};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct dns_record first = records[0];
		memmove(records, records + 1, 3 * sizeof *records);
		records[3] = first;
		struct signature_key chosen =
		    signature_key_choose(mem, &answer, "rsa-sha256");
		assert_int_equal(chosen.result, AUTH_NONE);
		assert_non_null(strstr(chosen.record, spki));
		/* Without a good one the answer does not vary either. */
		chosen = signature_key_choose(mem, &answer, "ed25519-sha256");
		assert_string_equal(chosen.reason,
				    "the key record is of another version");
	}
	mem_free(mem);
}

static void tells_dns_trouble(void **state)
{
	static const struct {
		enum dns_status status;
		enum auth_result result;
	} cases[] = {
	    {DNS_NXDOMAIN, AUTH_PERMERROR},
	    {DNS_NODATA, AUTH_PERMERROR},
	    {DNS_TEMPORARY, AUTH_TEMPERROR},
	    {DNS_BOGUS, AUTH_TEMPERROR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dns_answer answer = {.status = cases[i].status};
		assert_int_equal(
		    signature_key_choose(NULL, &answer, "rsa-sha256").result,
		    cases[i].result);
	}
}

/* C10: an 8192-bit key fits no buffer of libopendkim. */
static void c10_long_key(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *record = mem_printf(mem, "v=DKIM1; p=%01416d", 0);

	(void)state;
	assert_string_equal(
	    signature_key_parse(mem, span_of(record), "rsa-sha256", false)
		.reason,
	    "the key is too long");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_records),
	    cmocka_unit_test(keeps_what_matters),
	    cmocka_unit_test(c21_wraps_pkcs1),
	    cmocka_unit_test(c17_one_good_key_is_enough),
	    cmocka_unit_test(tells_dns_trouble),
	    cmocka_unit_test(c10_long_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
