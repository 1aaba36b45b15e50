/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_signatures_hazards.c - signatures that others got wrong, by hazard
 *
 * C1 (many threads) is in test_key_cache.c, C4 and C5 are decisions
 * of later layers that need the temperror shown by C3.
 */
#include "tests/unit/unit.h"

#include <string.h>
#include <time.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "tests/unit/sign.h"
#include "tests/unit/verify.h"

#define HEADER                                                                 \
	"From: A <a@d.test>\r\nTo: b@b.test\r\nSubject: one\r\n"               \
	"Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n"
#define MESSAGE HEADER "\r\nHello  you \r\n\r\nBye\r\n"

static TALLOC_CTX *mem;
static struct sign_key *rsa, *ed25519;

static int set_up(void **state)
{
	(void)state;
	mem = mem_context(NULL);
	rsa = sign_key_new(mem, "rsa", 1024);
	ed25519 = sign_key_new(mem, "ed25519", 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static const char *sign(const struct sign_options *options)
{
	return sign_message(mem, "d.test", "s", rsa, options, MESSAGE);
}

/* The key of s._domainkey.d.test, with more tags. */
static const char *zone_with(const char *tags)
{
	return sign_key_zone(mem, "d.test", "s",
			     mem_printf(mem, "v=DKIM1; %sp=%s", tags,
					sign_key_base64(mem, rsa, false)));
}

static struct evidence_signatures verify(const char *zone, const char *message)
{
	struct dkim_settings settings = verify_defaults();

	return verify_once(mem, &settings, NULL, zone, span_of(message));
}

static void expect(const char *zone, const char *message, const char *want)
{
	struct evidence_signatures evidence = verify(zone, message);

	assert_string_equal(verify_text(mem, &evidence), want);
}

static const char *prepend(const char *field)
{
	return mem_printf(mem, "%s" MESSAGE, field);
}

static void c2_a_hundred_signatures(void **state)
{
	struct dkim_settings settings = verify_defaults();
	struct signature_engine *engine;
	struct dns_statistics statistics;
	struct dns *dns;
	struct error err;
	struct strbuf message;

	(void)state;
	strbuf_init(&message, mem, 1 << 20);
	for (int i = 0; i < 100; i++)
		strbuf_add_text(
		    &message,
		    sign_message(mem, mem_printf(mem, "d%d.test", i), "s", rsa,
				 &(struct sign_options){0}, MESSAGE));
	strbuf_add_text(&message, MESSAGE);
	assert_true(dns_new_from_text("other.test. A 192.0.2.1\n", &dns, &err));
	assert_true(
	    signature_engine_new(&settings, clock_system(), &engine, &err));
	TALLOC_CTX *own = mem_context(mem);
	struct evidence_signatures evidence =
	    verify_message(own, engine, dns, span_of(strbuf_text(&message)),
			   (struct verify_style){0});
	assert_int_equal(evidence.count, LIMIT_SIGNATURES_LOOKED_AT);
	for (size_t i = 0; i < evidence.count; i++) {
		assert_int_equal(evidence.items[i].result,
				 i < 10 ? AUTH_PERMERROR : AUTH_POLICY);
		assert_string_equal(evidence.items[i].reason,
				    i < 10 ? "no key"
					   : "over the limit of 10 signatures");
	}
	dns_get_statistics(dns, &statistics);
	assert_true(statistics.sent <= 10);
	mem_free(own);
	signature_engine_free(engine);
	dns_free(dns);
}

static void c3_dns_trouble_is_temporary(void **state)
{
	static const char *const failures[] = {"SERVFAIL", "TIMEOUT", "REFUSED",
					       "BOGUS"};
	static const char *const want[] = {
	    "temperror d.test (the key could not be fetched)",
	    "temperror d.test (the key could not be fetched)",
	    "temperror d.test (the key could not be fetched)",
	    "temperror d.test (the key failed DNSSEC validation)"};
	const char *message = prepend(sign(&(struct sign_options){0}));

	(void)state;
	for (size_t i = 0; i < 4; i++)
		expect(mem_printf(mem, ";!FAIL s._domainkey.d.test TXT %s\n",
				  failures[i]),
		       message, want[i]);
}

static void c6_body_changed(void **state)
{
	const char *field = sign(&(struct sign_options){0});

	(void)state;
	expect(zone_with(""),
	       mem_printf(mem, "%s" MESSAGE "-- \r\nlist footer\r\n", field),
	       "fail d.test (the body hash does not match) changed");
	/* Not for a signature that would not be accepted otherwise. */
	struct dkim_settings settings = verify_defaults();
	settings.testing_keys = TESTING_KEYS_IGNORE;
	struct evidence_signatures evidence = verify_once(
	    mem, &settings, NULL, zone_with("t=y; "),
	    span_of(mem_printf(mem, "%s" MESSAGE "footer\r\n", field)));
	assert_string_equal(verify_text(mem, &evidence),
			    "fail d.test (the body hash does not match)");
}

static void c7_strict_key(void **state)
{
	const char *below =
	    prepend(sign(&(struct sign_options){.tags = "i=@sub.d.test"}));

	(void)state;
	expect(zone_with("t=s; "), below,
	       "permerror d.test (the key does not allow i= in a subdomain)");
	expect(zone_with(""), below, "pass d.test");
	expect(zone_with("t=s; "),
	       prepend(sign(&(struct sign_options){.tags = "i=x@d.test"})),
	       "pass d.test");
	/* A changed body is no excuse. */
	expect(zone_with("t=s; "), mem_printf(mem, "%sfooter\r\n", below),
	       "permerror d.test (the key does not allow i= in a subdomain)");
}

static void c8_testing_key(void **state)
{
	const char *message = prepend(sign(&(struct sign_options){0}));
	struct dkim_settings settings = verify_defaults();

	(void)state;
	expect(zone_with("t=y; "), message, "pass d.test");
	settings.testing_keys = TESTING_KEYS_IGNORE;
	struct evidence_signatures evidence = verify_once(
	    mem, &settings, NULL, zone_with("t=y; "), span_of(message));
	assert_string_equal(verify_text(mem, &evidence),
			    "policy d.test (the key is for testing)");
}

/* "Hello you", "", "Bye": 18 bytes once relaxed, 20 as simple. */
static void c9_partial_body(void **state)
{
	static const struct {
		const char *method;
		size_t length;
		const char *added;
		const char *want;
	} rows[] = {
	    {"relaxed/relaxed", 18, "", "pass d.test"},
	    {"relaxed/relaxed", 18, "\r\n \r\n", "pass d.test"},
	    {"relaxed/simple", 22, "",
	     "fail d.test (l= is longer than the "
	     "body)"},
	    {"relaxed/simple", 20, "", "pass d.test"},
	    {"relaxed/relaxed", 18, "more\r\n",
	     "policy d.test (l= leaves part of the body unsigned)"},
	    {"relaxed/relaxed", 10, "",
	     "policy d.test (l= leaves part of the body unsigned)"},
	    {"relaxed/relaxed", 0, "",
	     "policy d.test (l= leaves part of the body unsigned)"},
	    {"relaxed/relaxed", 19, "",
	     "fail d.test (l= is longer than the body)"},
	};
	struct dkim_settings settings = verify_defaults();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *field = sign(
		    &(struct sign_options){.canonicalization = rows[i].method,
					   .has_length = true,
					   .length = rows[i].length});
		const char *message =
		    mem_printf(mem, "%s" MESSAGE "%s", field, rows[i].added);
		expect(zone_with(""), message, rows[i].want);
		if (strncmp(rows[i].want, "policy", 6) != 0)
			continue;
		settings.partial_body = PARTIAL_BODY_COUNT;
		struct evidence_signatures evidence = verify_once(
		    mem, &settings, NULL, zone_with(""), span_of(message));
		assert_string_equal(verify_text(mem, &evidence), "pass d.test");
	}
}

static void c10_weak_and_huge_keys(void **state)
{
	static const struct {
		unsigned bits;
		const char *want;
	} rows[] = {
	    {512, "policy d.test (the key is too short)"},
	    {768, "policy d.test (the key is too short)"},
	    {1024, "pass d.test"},
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct sign_key *key = sign_key_new(mem, "rsa", rows[i].bits);
		const char *zone = sign_key_zone(mem, "d.test", "s",
						 sign_key_record(mem, key));
		const char *field =
		    sign_message(mem, "d.test", "s", key,
				 &(struct sign_options){0}, MESSAGE);
		expect(zone, prepend(field), rows[i].want);
	}
	expect(zone_with(""),
	       prepend(sign(&(struct sign_options){.algorithm = "rsa-sha1"})),
	       "policy d.test (rsa-sha1 is not acceptable)");
	expect(sign_key_zone(mem, "d.test", "s",
			     mem_printf(mem, "v=DKIM1; p=%01416d", 0)),
	       prepend(sign(&(struct sign_options){0})),
	       "permerror d.test (the key is too long)");
}

static void c11_both_algorithms(void **state)
{
	const char *zone = mem_printf(
	    mem, "%s%s", zone_with(""),
	    sign_key_zone(mem, "d.test", "e", sign_key_record(mem, ed25519)));
	const char *field = sign_message(mem, "d.test", "e", ed25519,
					 &(struct sign_options){0}, MESSAGE);
	struct evidence_signatures evidence =
	    verify(zone, mem_printf(mem, "%s%s" MESSAGE, field,
				    sign(&(struct sign_options){0})));

	(void)state;
	assert_string_equal(verify_text(mem, &evidence),
			    "pass d.test; pass d.test");
	assert_string_equal(evidence.items[0].algorithm, "ed25519-sha256");
	assert_string_equal(evidence.items[1].algorithm, "rsa-sha256");
}

static void c12_times(void **state)
{
	long now = (long)time(NULL);
	const struct {
		const char *tags;
		const char *want;
	} rows[] = {
	    {mem_printf(mem, "t=%ld; x=%ld", now - 2000, now - 1000),
	     "fail d.test (the signature has expired)"},
	    {mem_printf(mem, "x=%ld", now - 10),
	     "fail d.test (the signature has expired)"},
	    {mem_printf(mem, "t=%ld", now + 1000),
	     "fail d.test (the signature is from the future)"},
	    {mem_printf(mem, "t=%ld", now + 200), "pass d.test"},
	    {mem_printf(mem, "t=%ld; x=%ld", now, now - 1),
	     "permerror d.test (x= is not after t=)"},
	    {mem_printf(mem, "t=%ld; x=%ld", now, now + 9999), "pass d.test"},
	    {"x=999999999999999", "pass d.test"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		expect(
		    zone_with(""),
		    prepend(sign(&(struct sign_options){.tags = rows[i].tags})),
		    rows[i].want);
}

/* c13, c14, c15: the fields themselves are test_signature_tags.c's; here, that
 * nothing of them is asked or shown, and that they are listed. */
static void c13_c14_c15_nothing_raw(void **state)
{
	static const char field[] =
	    "DKIM-Signature: v=1; a=rsa-sha256; s=s;"
	    " d=legit.test\0.attacker.test; h=from;"
	    " bh=LjkN2rUhrS3zKXfH2vNgUzz5ERRJkgP9CURXBX0JP0Q=; b=QUJD\r\n"
	    "DKIM-Signature: v=1; a=rsa-sha256; s=s;"
	    " d=legit.test('a.attacker.test; h=from;"
	    " bh=LjkN2rUhrS3zKXfH2vNgUzz5ERRJkgP9CURXBX0JP0Q=; b=QUJD\r\n"
	    "DKIM-Signature: v=1; v=1\r\n" MESSAGE;
	struct dkim_settings settings = verify_defaults();
	struct evidence_signatures evidence =
	    verify_once(mem, &settings, NULL, zone_with(""),
			span_make(field, sizeof field - 1));

	(void)state;
	assert_string_equal(verify_text(mem, &evidence),
			    "permerror - (a character that no tag may hold); "
			    "permerror - (d= is not a domain name); "
			    "permerror - (a tag occurs twice)");
}

static void c16_unreadable_from(void **state)
{
	static const char *const froms[] = {"From: \"\xff\" <a@d.test>, (\r\n",
					    "From: <a@d.test\r\n", "From:\r\n",
					    "From: Undisclosed:;\r\n"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const char *message =
		    mem_printf(mem, "%sSubject: x\r\n\r\nbody\r\n", froms[i]);
		const char *field =
		    sign_message(mem, "d.test", "s", rsa,
				 &(struct sign_options){0}, message);
		expect(zone_with(""), mem_printf(mem, "%s%s", field, message),
		       "pass d.test");
	}
	/* No From at all: h= may name what is absent. */
	const char *field =
	    sign_message(mem, "d.test", "s", rsa, &(struct sign_options){0},
			 "Subject: x\r\n\r\nbody\r\n");
	expect(zone_with(""),
	       mem_printf(mem, "%sSubject: x\r\n\r\nbody\r\n", field),
	       "pass d.test");
}

static void c17_unusable_keys(void **state)
{
	const char *message = prepend(sign(&(struct sign_options){0}));
	const char *good = zone_with("");

	(void)state;
	expect("s._domainkey.d.test. TXT \"v=DKIM1; p=\"\n", message,
	       "permerror d.test (the key is revoked)");
	expect("s._domainkey.d.test. TXT \"v=spf1 -all\"\n", message,
	       "permerror d.test (the key record is of another version)");
	expect(zone_with("s=tlsrpt; "), message,
	       "permerror d.test (the key is not for mail)");
	expect(zone_with("h=sha1; "), message,
	       "permerror d.test (the key does not allow this hash)");
	expect("x.test. A 192.0.2.1\n", message, "permerror d.test (no key)");
	expect("s._domainkey.d.test. A 192.0.2.1\n", message,
	       "permerror d.test (no key)");
	expect("s._domainkey.d.test. TXT \"\"\n", message,
	       "permerror d.test (the key record has no p=)");
	expect(mem_printf(mem, "%ss._domainkey.d.test. TXT \"v=spf1 -all\"\n",
			  good),
	       message, "pass d.test");
	expect(mem_printf(mem, "s._domainkey.d.test. TXT \"v=DKIM1; p=\"\n%s",
			  good),
	       message, "pass d.test");
}

/* Two good keys, as while a domain changes them: each one's signature counts,
 * whatever the order, with l= and with a changed body too. */
static void c17_two_good_keys(void **state)
{
	struct sign_key *other = sign_key_new(mem, "rsa", 1024);
	const char *old = zone_with("");
	const char *new =
	    sign_key_zone(mem, "d.test", "s", sign_key_record(mem, other));
	const char *zones[] = {mem_printf(mem, "%s%s", old, new),
			       mem_printf(mem, "%s%s", new, old)};
	const struct sign_key *keys[] = {rsa, other};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const char *field =
		    sign_message(mem, "d.test", "s", keys[i / 2],
				 &(struct sign_options){0}, MESSAGE);
		expect(zones[i % 2], prepend(field), "pass d.test");
		expect(zones[i % 2],
		       mem_printf(mem, "%s" MESSAGE "footer\r\n", field),
		       "fail d.test (the body hash does not match) changed");
		field = sign_message(
		    mem, "d.test", "s", keys[i / 2],
		    &(struct sign_options){.has_length = true, .length = 18},
		    MESSAGE);
		expect(zones[i % 2], prepend(field), "pass d.test");
	}
	expect(zones[0],
	       prepend(sign_message(mem, "d.test", "s",
				    sign_key_new(mem, "rsa", 1024),
				    &(struct sign_options){0}, MESSAGE)),
	       "fail d.test (the signature does not verify)");
}

static void c18_huge_z(void **state)
{
	char *z = mem_printf(mem, "z=%033000d", 0);

	(void)state;
	expect(zone_with(""), prepend(sign(&(struct sign_options){.tags = z})),
	       "permerror - (the field is too long)");
	z = mem_printf(mem, "z=%010000d|From:=20=", 0);
	expect(zone_with(""), prepend(sign(&(struct sign_options){.tags = z})),
	       "pass d.test");
}

static void c19_odd_messages(void **state)
{
	const char *messages[] = {
	    HEADER "\r\nno CRLF at the end",
	    HEADER "\r\n",
	    HEADER,
	    HEADER "\r\n\r\n\r\n\r\n",
	    "From: \xc3\xa4@d.test\r\nSubject: \xff\xfe\r\n\r\n\xff\r\n",
	    mem_printf(mem, "X-Long: %01048576d\r\n" MESSAGE, 0)};
	static const char *const methods[] = {"simple/simple",
					      "relaxed/relaxed"};

	(void)state;
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		for (size_t j = 0; j < 2; j++) {
			struct sign_options options = {
			    .canonicalization = methods[j],
			    .fields = "from:subject:x-long"};
			const char *field = sign_message(
			    mem, "d.test", "s", rsa, &options, messages[i]);
			expect(zone_with(""),
			       mem_printf(mem, "%s%s", field, messages[i]),
			       "pass d.test");
		}
	}
}

/* RFC 5322 2.3 knows no CR alone. libopendkim takes it for a blank when it
 * relaxes a body, so that such a message may fail; it never passes wrongly. */
static void c19_lone_cr(void **state)
{
	const char *message = HEADER "\r\na\rb\r\r\nc\r\n";
	struct sign_options simple = {.canonicalization = "simple/simple"};
	const char *field =
	    sign_message(mem, "d.test", "s", rsa, &simple, message);

	(void)state;
	expect(zone_with(""), mem_printf(mem, "%s%s", field, message),
	       "pass d.test");
	field = sign_message(mem, "d.test", "s", rsa, &(struct sign_options){0},
			     message);
	expect(zone_with(""), mem_printf(mem, "%s%s", field, message),
	       "pass d.test");
}

static void c19_nul(void **state)
{
	struct dkim_settings settings = verify_defaults();
	char *message =
	    mem_printf(mem, "%s" MESSAGE, sign(&(struct sign_options){0}));
	size_t length = strlen(message);

	(void)state;
	message[length - 3] = '\0';
	struct evidence_signatures evidence = verify_once(
	    mem, &settings, NULL, zone_with(""), span_make(message, length));
	assert_string_equal(
	    verify_text(mem, &evidence),
	    "fail d.test (the body hash does not match) changed");
	*strstr(message, "one") = '\0';
	evidence = verify_once(mem, &settings, NULL, zone_with(""),
			       span_make(message, length));
	assert_int_equal(evidence.items[0].result, AUTH_FAIL);
	assert_false(evidence.items[0].is_body_changed);
}

/* The pass is about the lower From; which one is shown is not ours to say. */
static void c20_second_from(void **state)
{
	(void)state;
	expect(zone_with(""),
	       mem_printf(mem, "From: forged@d.test\r\n%s" MESSAGE,
			  sign(&(struct sign_options){0})),
	       "pass d.test");
	expect(zone_with(""),
	       mem_printf(
		   mem, "From: forged@d.test\r\n%s" MESSAGE,
		   sign(&(struct sign_options){.fields = "from:from:subject"})),
	       "fail d.test (the signature does not verify)");
}

static void c21_pkcs1_key(void **state)
{
	const char *record =
	    mem_printf(mem, "v=DKIM1; p=%s", sign_key_base64(mem, rsa, true));

	(void)state;
	expect(sign_key_zone(mem, "d.test", "s", record),
	       prepend(sign(&(struct sign_options){0})), "pass d.test");
}

static void c22_broken_ones_above(void **state)
{
	struct dkim_settings settings = verify_defaults();
	const char *bad = "DKIM-Signature: nonsense\r\n";
	const char *sha1 =
	    sign(&(struct sign_options){.algorithm = "rsa-sha1"});
	const char *message =
	    mem_printf(mem, "%s%s%s%s%s%s" MESSAGE, bad, bad, sha1, sha1,
		       sign(&(struct sign_options){.tags = "x=1"}),
		       sign(&(struct sign_options){0}));

	(void)state;
	settings.max_signatures = 1;
	struct evidence_signatures evidence =
	    verify_once(mem, &settings, NULL, zone_with(""), span_of(message));
	assert_int_equal(evidence.count, 6);
	assert_int_equal(evidence.items[5].result, AUTH_PASS);
}

/* D6: folded before the address, the field is hashed as it came; E11: so is
 * one without a blank behind the colon. */
static void d6_e11_odd_blanks(void **state)
{
	static const char *const froms[] = {
	    "From:\r\n a@d.test\r\n", "From:a@d.test\r\n",
	    "From: \t a@d.test \r\n", "From : a@d.test\r\n"};
	static const char *const methods[] = {"simple/simple",
					      "relaxed/relaxed"};

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct sign_options options = {.canonicalization =
						   methods[i / 4]};
		const char *message = mem_printf(
		    mem, "%sSubject: x\r\n\r\nbody\r\n", froms[i % 4]);
		const char *field =
		    sign_message(mem, "d.test", "s", rsa, &options, message);
		expect(zone_with(""), mem_printf(mem, "%s%s", field, message),
		       "pass d.test");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(c2_a_hundred_signatures),
	    cmocka_unit_test(c3_dns_trouble_is_temporary),
	    cmocka_unit_test(c6_body_changed),
	    cmocka_unit_test(c7_strict_key),
	    cmocka_unit_test(c8_testing_key),
	    cmocka_unit_test(c9_partial_body),
	    cmocka_unit_test(c10_weak_and_huge_keys),
	    cmocka_unit_test(c11_both_algorithms),
	    cmocka_unit_test(c12_times),
	    cmocka_unit_test(c13_c14_c15_nothing_raw),
	    cmocka_unit_test(c16_unreadable_from),
	    cmocka_unit_test(c17_unusable_keys),
	    cmocka_unit_test(c17_two_good_keys),
	    cmocka_unit_test(c18_huge_z),
	    cmocka_unit_test(c19_odd_messages),
	    cmocka_unit_test(c19_lone_cr),
	    cmocka_unit_test(c19_nul),
	    cmocka_unit_test(c20_second_from),
	    cmocka_unit_test(c21_pkcs1_key),
	    cmocka_unit_test(c22_broken_ones_above),
	    cmocka_unit_test(d6_e11_odd_blanks),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
