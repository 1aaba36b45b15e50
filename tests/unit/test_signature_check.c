/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_signature_check.c - the keys of a selector, tried on a hash
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/signature_check.h"
#include "lib/auth/signature_key.h"
#include "lib/base/limits.h"
#include "tests/unit/sign.h"

static TALLOC_CTX *mem;
static struct sign_key *rsa, *other, *small, *ed25519;

static int set_up(void **state)
{
	(void)state;
	mem = mem_context(NULL);
	rsa = sign_key_new(mem, "rsa", 1024);
	other = sign_key_new(mem, "rsa", 1024);
	small = sign_key_new(mem, "rsa", 768);
	ed25519 = sign_key_new(mem, "ed25519", 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static struct dns_record txt(const char *text)
{
	return (struct dns_record){.text = text, .length = strlen(text)};
}

static const char *record_of(const struct sign_key *key, const char *tags)
{
	return mem_printf(mem, "v=DKIM1; %sp=%s", tags,
			  sign_key_base64(mem, key, false));
}

static struct signature_claim claim_of(const struct sign_key *key)
{
	struct digest *digest = digest_new(mem);

	digest_add(digest, span_of("abc"));
	return (struct signature_claim){
	    .max_cost = LIMIT_CHECK_COST,
	    .algorithm = key == ed25519 ? "ed25519-sha256" : "rsa-sha256",
	    .signature = span_of(sign_text(mem, key, "abc")),
	    .min_rsa_bits = 1024,
	    .hash = digest_finish(digest)};
}

/* Whatever the order of the records. */
static struct signature_outcome check(const struct signature_claim *claim,
				      const char *const *texts, size_t count)
{
	struct dns_record records[LIMIT_KEY_RECORDS + 1];
	struct dns_answer answer = {
	    .status = DNS_OK, .count = count, .records = records};
	struct signature_outcome first = {0};

	for (size_t turn = 0; turn < (count == 0 ? 1 : count); turn++) {
		for (size_t i = 0; i < count; i++)
			records[i] = txt(texts[(i + turn) % count]);
		struct signature_outcome outcome =
		    signature_check(signature_checks_new(mem), &answer, claim);
		if (turn == 0)
			first = outcome;
		assert_int_equal(outcome.result, first.result);
		assert_int_equal(outcome.is_testing, first.is_testing);
		assert_int_equal(outcome.key_bits, first.key_bits);
		if (first.reason != NULL)
			assert_string_equal(outcome.reason, first.reason);
	}
	return first;
}

/* C17: one good key is enough. */
static void c17_one_good_key_is_enough(void **state)
{
	struct signature_claim claim = claim_of(rsa);
	const char *texts[] = {
	    "v=spf1 -all",	  "v=DKIM1; p=",
	    "v=DKIM1; p=AAAA",	  record_of(ed25519, "k=ed25519; "),
	    record_of(small, ""), record_of(other, ""),
	    record_of(rsa, "")};

	(void)state;
	struct signature_outcome outcome = check(&claim, texts, 7);
	assert_int_equal(outcome.result, AUTH_PASS);
	assert_null(outcome.reason);
	assert_int_equal(outcome.key_bits, 1024);
	outcome = check(&claim, texts, 6);
	assert_int_equal(outcome.result, AUTH_POLICY);
	assert_string_equal(outcome.reason, "the key is too short");
	outcome = check(&claim, texts, 4);
	assert_int_equal(outcome.result, AUTH_PERMERROR);
	assert_string_equal(outcome.reason,
			    "the key record is of another version");
	assert_int_equal(outcome.key_bits, 0);
	outcome = check(&claim, texts, 0);
	assert_string_equal(outcome.reason, "no key");
	outcome = check(&claim, texts + 5, 1);
	assert_int_equal(outcome.result, AUTH_FAIL);
	assert_string_equal(outcome.reason, "the signature does not verify");
}

/* The same key in several records: what is best for the signature holds. */
static void same_key_with_other_flags(void **state)
{
	struct signature_claim claim = claim_of(rsa);
	const char *strict = record_of(rsa, "t=s; ");
	const char *testing = record_of(rsa, "t=y; ");
	const char *plain = record_of(rsa, "");
	const char *all[] = {strict, testing, plain};
	const char *two[] = {strict, testing};

	(void)state;
	claim.is_below = true;
	struct signature_outcome outcome = check(&claim, all, 3);
	assert_int_equal(outcome.result, AUTH_PASS);
	assert_false(outcome.is_testing);
	outcome = check(&claim, two, 2);
	assert_int_equal(outcome.result, AUTH_PASS);
	assert_true(outcome.is_testing);
	outcome = check(&claim, two, 1);
	assert_int_equal(outcome.result, AUTH_PERMERROR);
	assert_string_equal(outcome.reason,
			    "the key does not allow i= in a subdomain");
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
	struct signature_claim claim = claim_of(rsa);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dns_answer answer = {.status = cases[i].status};
		assert_int_equal(
		    signature_check(signature_checks_new(mem), &answer, &claim)
			.result,
		    cases[i].result);
	}
}

/* A hash that could not be computed is no hash that does not fit. */
static void c36_tells_what_it_does_not_know(void **state)
{
	struct signature_claim claim = claim_of(rsa);
	const char *texts[] = {record_of(other, ""), record_of(rsa, "")};

	(void)state;
	claim.hash.is_good = false;
	assert_int_equal(check(&claim, texts, 2).result, AUTH_TEMPERROR);
	claim = claim_of(ed25519);
	texts[0] = record_of(ed25519, "k=ed25519; ");
	assert_int_equal(check(&claim, texts, 2).result, AUTH_PASS);
	claim.hash.is_good = false;
	assert_int_equal(check(&claim, texts, 2).result, AUTH_TEMPERROR);
}

/* Of more keys than are tried, those of the greatest modulus are. */
static void c31_bounds_the_keys(void **state)
{
	const char *texts[LIMIT_KEY_RECORDS + 1];
	struct signature_claim claim = claim_of(rsa);

	(void)state;
	for (size_t i = 0; i < LIMIT_KEY_RECORDS; i++)
		texts[i] = record_of(sign_key_new(mem, "rsa", 512), "");
	texts[3] = record_of(rsa, "");
	texts[LIMIT_KEY_RECORDS] = "x";
	unsigned long before = signature_key_decoded();
	assert_int_equal(check(&claim, texts, LIMIT_KEY_RECORDS).result,
			 AUTH_PASS);
	assert_int_equal(signature_key_decoded() - before, LIMIT_KEY_RECORDS);
	assert_string_equal(check(&claim, texts, LIMIT_KEY_RECORDS + 1).reason,
			    "too many key records");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(c17_one_good_key_is_enough),
	    cmocka_unit_test(same_key_with_other_flags),
	    cmocka_unit_test(tells_dns_trouble),
	    cmocka_unit_test(c36_tells_what_it_does_not_know),
	    cmocka_unit_test(c31_bounds_the_keys),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
