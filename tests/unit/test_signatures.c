/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_signatures.c - what counts as a pass
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/sign.h"
#include "tests/unit/verify.h"

#define MESSAGE                                                                \
	"From: A <a@d.test>\r\nTo: b@b.test\r\nSubject: one\r\n two\r\n"       \
	"Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n\r\nHello  you "              \
	"\r\n\r\nBye\r\n"

static TALLOC_CTX *mem;
static struct sign_key *rsa1024, *rsa2048, *ed25519;
static const char *zone;

static int set_up(void **state)
{
	(void)state;
	mem = mem_context(NULL);
	rsa1024 = sign_key_new(mem, "rsa", 1024);
	rsa2048 = sign_key_new(mem, "rsa", 2048);
	ed25519 = sign_key_new(mem, "ed25519", 0);
	zone = mem_printf(
	    mem, "%s%s%s%s",
	    sign_key_zone(mem, "d.test", "r1", sign_key_record(mem, rsa1024)),
	    sign_key_zone(mem, "d.test", "r2", sign_key_record(mem, rsa2048)),
	    sign_key_zone(mem, "d.test", "ed", sign_key_record(mem, ed25519)),
	    sign_key_zone(mem, "e.test", "r2", sign_key_record(mem, rsa2048)));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static struct evidence_signatures verify(const char *message)
{
	struct dkim_settings settings = verify_defaults();

	return verify_once(mem, &settings, NULL, zone, span_of(message));
}

static void passes(void **state)
{
	static const char *const methods[] = {"simple/simple", "simple/relaxed",
					      "relaxed/simple",
					      "relaxed/relaxed", "simple"};
	const struct {
		const char *selector;
		const struct sign_key *key;
		unsigned bits;
	} keys[] = {
	    {"r1", rsa1024, 1024}, {"r2", rsa2048, 2048}, {"ed", ed25519, 256}};

	(void)state;
	for (size_t i = 0; i < 15; i++) {
		struct sign_options options = {.canonicalization =
						   methods[i % 5]};
		char *field = sign_message(mem, "d.test", keys[i / 5].selector,
					   keys[i / 5].key, &options, MESSAGE);
		struct evidence_signatures evidence =
		    verify(mem_printf(mem, "%s" MESSAGE, field));
		assert_string_equal(verify_text(mem, &evidence), "pass d.test");
		assert_int_equal(evidence.items[0].key_bits, keys[i / 5].bits);
		assert_string_equal(evidence.items[0].selector,
				    keys[i / 5].selector);
		assert_true(strlen(evidence.items[0].hash_text) > 8);
		assert_null(evidence.items[0].identity);
	}
}

static void none_without_signature(void **state)
{
	struct evidence_signatures evidence = verify(MESSAGE);

	(void)state;
	assert_int_equal(evidence.count, 0);
}

/* Equal d= and s=, different hashes: each result is its own field's. */
static void maps_results_to_fields(void **state)
{
	struct sign_options options = {0};
	char *good =
	    sign_message(mem, "d.test", "r2", rsa2048, &options, MESSAGE);
	char *bad = sign_message(mem, "d.test", "r2", rsa2048, &options,
				 "From: x@d.test\r\n\r\nother\r\n");
	const char *broken = "DKIM-Signature: v=1; d=\r\n";
	struct evidence_signatures evidence = verify(mem_printf(
	    mem, "%s%s%s%s%s" MESSAGE, broken, bad, good, broken,
	    sign_message(mem, "e.test", "r2", rsa2048, &options, MESSAGE)));

	(void)state;
	assert_string_equal(
	    verify_text(mem, &evidence),
	    "permerror - (d= is not a domain name); "
	    "fail d.test (the signature does not verify); pass d.test; "
	    "permerror - (d= is not a domain name); pass e.test");
	assert_memory_equal(evidence.items[2].hash_text,
			    strstr(good, "\tb=") + 3, 8);
}

static void wrong_key_fails(void **state)
{
	struct sign_options options = {0};
	char *field =
	    sign_message(mem, "d.test", "r2", sign_key_new(mem, "rsa", 2048),
			 &options, MESSAGE);
	struct evidence_signatures evidence =
	    verify(mem_printf(mem, "%s" MESSAGE, field));

	(void)state;
	assert_string_equal(verify_text(mem, &evidence),
			    "fail d.test (the signature does not verify)");
	assert_int_equal(evidence.items[0].key_bits, 2048);
}

static void changed_header_fails(void **state)
{
	struct sign_options options = {0};
	char *field = sign_message(mem, "d.test", "r2", rsa2048, &options,
				   "From: x@d.test\r\n\r\nHello\r\n");
	struct evidence_signatures evidence =
	    verify(mem_printf(mem, "%sFrom: y@d.test\r\n\r\nHello\r\n", field));

	(void)state;
	assert_string_equal(verify_text(mem, &evidence),
			    "fail d.test (the signature does not verify)");
}

static void min_rsa_bits(void **state)
{
	struct dkim_settings settings = verify_defaults();
	struct sign_options options = {0};
	const char *message = mem_printf(
	    mem, "%s%s%s" MESSAGE,
	    sign_message(mem, "d.test", "r1", rsa1024, &options, MESSAGE),
	    sign_message(mem, "d.test", "r2", rsa2048, &options, MESSAGE),
	    sign_message(mem, "d.test", "ed", ed25519, &options, MESSAGE));

	(void)state;
	settings.min_rsa_bits = 2048;
	struct evidence_signatures evidence =
	    verify_once(mem, &settings, NULL, zone, span_of(message));
	assert_string_equal(
	    verify_text(mem, &evidence),
	    "policy d.test (the key is too short); pass d.test; pass d.test");
}

static void folds_and_chunks_do_not_matter(void **state)
{
	struct dkim_settings settings = verify_defaults();
	struct sign_options options = {.canonicalization = "simple/simple"};
	const char *message = mem_printf(
	    mem, "%s" MESSAGE,
	    sign_message(mem, "d.test", "r2", rsa2048, &options, MESSAGE));
	struct signature_engine *engine;
	struct dns *dns;
	struct error err;

	(void)state;
	assert_true(dns_new_from_text(zone, &dns, &err));
	assert_true(
	    signature_engine_new(&settings, clock_system(), &engine, &err));
	for (size_t chunk = 0; chunk < 12; chunk++) {
		TALLOC_CTX *own = mem_context(mem);
		struct evidence_signatures evidence = verify_message(
		    own, engine, dns, span_of(message),
		    (struct verify_style){.chunk = chunk,
					  .has_crlf = chunk % 2 == 1});
		assert_string_equal(verify_text(mem, &evidence), "pass d.test");
		mem_free(own);
	}
	signature_engine_free(engine);
	dns_free(dns);
}

/* A signature that covers another DKIM-Signature sees it, whether that one is
 * verified, or refused, or nothing that can be read. */
static void covers_other_signatures(void **state)
{
	struct sign_options plain = {0};
	struct sign_options covering = {.fields = "from:dkim-signature"};
	char *sha1 = sign_message(
	    mem, "d.test", "r2", rsa2048,
	    &(struct sign_options){.algorithm = "rsa-sha1"}, MESSAGE);
	char *good =
	    sign_message(mem, "d.test", "r2", rsa2048, &plain, MESSAGE);
	const char *broken = "DKIM-Signature: v=1; d=d.test\r\n";
	const char *inner[] = {good, sha1, broken};
	const char *want[] = {
	    "pass e.test; pass d.test",
	    "pass e.test; policy d.test (rsa-sha1 is not acceptable)",
	    "pass e.test; permerror d.test (s= is missing)"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *signed_once = mem_printf(mem, "%s" MESSAGE, inner[i]);
		struct evidence_signatures evidence =
		    verify(mem_printf(mem, "%s%s",
				      sign_message(mem, "e.test", "r2", rsa2048,
						   &covering, signed_once),
				      signed_once));
		assert_string_equal(verify_text(mem, &evidence), want[i]);
	}
}

/* RFC 5322 4.5: a blank before the colon is another way of writing it. */
static void takes_a_blank_before_the_colon(void **state)
{
	struct sign_options options = {0};
	char *field =
	    sign_message(mem, "d.test", "r2", rsa2048, &options, MESSAGE);
	struct evidence_signatures evidence =
	    verify(mem_printf(mem, "DKIM-Signature :%s" MESSAGE,
			      field + strlen("DKIM-Signature:")));

	(void)state;
	assert_string_equal(verify_text(mem, &evidence), "pass d.test");
}

static void says_what_was_not_verified(void **state)
{
	struct dkim_settings settings = verify_defaults();
	struct signature_engine *engine;
	struct dns *dns;
	struct error err;

	(void)state;
	assert_true(dns_new_from_text(zone, &dns, &err));
	assert_true(
	    signature_engine_new(&settings, clock_system(), &engine, &err));
	TALLOC_CTX *own = mem_context(mem);
	struct field_list fields = {0};
	struct signed_message *content = signed_message_new(own, &fields);
	struct signatures *s = signatures_begin(
	    own, engine, dns_session_new(own, dns, 5000), content);
	char *field = sign_message(own, "d.test", "r2", rsa2048,
				   &(struct sign_options){0}, MESSAGE);
	struct field parts = {
	    span_of("DKIM-Signature"),
	    span_make(field + 15, strlen(field) - strlen("\r\n") - 15)};
	field_list_add(own, &fields, parts);
	signatures_header(s, parts.name, parts.value);
	/* The header never ends. */
	struct evidence_signatures evidence = signatures_finish(s);
	assert_string_equal(verify_text(own, &evidence),
			    "neutral d.test (not verified)");
	mem_free(own);
	signature_engine_free(engine);
	dns_free(dns);
}

static void fixed_clock(void **state)
{
	struct dkim_settings settings = verify_defaults();
	struct sign_options options = {.tags = "t=1500000000; x=1500003600"};
	const char *message = mem_printf(
	    mem, "%s" MESSAGE,
	    sign_message(mem, "d.test", "r2", rsa2048, &options, MESSAGE));
	static const struct {
		int64_t now;
		const char *want;
	} cases[] = {
	    {1499999699, "fail d.test (the signature is from the future)"},
	    {1499999700, "pass d.test"},
	    {1500003600, "pass d.test"},
	    {1500003601, "fail d.test (the signature has expired)"},
	    {4000000000, "fail d.test (the signature has expired)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct clock clock = clock_fixed(cases[i].now);
		struct evidence_signatures evidence =
		    verify_once(mem, &settings, &clock, zone, span_of(message));
		assert_string_equal(verify_text(mem, &evidence), cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(passes),
	    cmocka_unit_test(none_without_signature),
	    cmocka_unit_test(maps_results_to_fields),
	    cmocka_unit_test(wrong_key_fails),
	    cmocka_unit_test(changed_header_fails),
	    cmocka_unit_test(min_rsa_bits),
	    cmocka_unit_test(folds_and_chunks_do_not_matter),
	    cmocka_unit_test(covers_other_signatures),
	    cmocka_unit_test(takes_a_blank_before_the_colon),
	    cmocka_unit_test(says_what_was_not_verified),
	    cmocka_unit_test(fixed_clock),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
