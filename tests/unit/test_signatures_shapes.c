/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_signatures_shapes.c - valid signatures of odd shapes, by hazard
 *
 * The signer (sign.c) shares no code with the verifier.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "tests/unit/sign.h"
#include "tests/unit/verify.h"

#define HEADER "From: A <a@d.test>\r\nTo: b@b.test\r\nSubject: one\r\n two\r\n"
#define MESSAGE HEADER "\r\nHello  you \r\n\r\nBye\r\n"

static TALLOC_CTX *mem;
static struct sign_key *keys[2]; /* rsa, ed25519 */
static const char *zone;

static const char *publish(const char *domain, const char *selector,
			   const struct sign_key *key)
{
	return sign_key_zone(mem, domain, selector, sign_key_record(mem, key));
}

static int set_up(void **state)
{
	(void)state;
	mem = mem_context(NULL);
	keys[0] = sign_key_new(mem, "rsa", 1024);
	keys[1] = sign_key_new(mem, "ed25519", 0);
	zone = mem_printf(mem, "%s%s%s%s", publish("d.test", "s0", keys[0]),
			  publish("d.test", "s1", keys[1]),
			  publish("xn--mx-lka.test", "xn--pda", keys[0]),
			  publish("xn--mx-lka.test", "s0", keys[0]));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static void expect(const char *records, const char *message, const char *want)
{
	struct dkim_settings settings = verify_defaults();
	struct evidence_signatures evidence =
	    verify_once(mem, &settings, NULL, records, span_of(message));
	const char *got = verify_text(mem, &evidence);

	if (strcmp(got, want) != 0)
		fail_msg("%s, not %s\n%s", got, want, message);
}

/* Signed in all forms with both kinds of key, the message passes. */
static void expect_pass(struct sign_options options, const char *message)
{
	static const char *const methods[] = {"simple/simple",
					      "relaxed/relaxed"};

	for (size_t i = 0; i < 4; i++) {
		options.canonicalization = methods[i / 2];
		expect(zone,
		       mem_printf(mem, "%s%s",
				  sign_message(mem, "d.test",
					       i % 2 == 0 ? "s0" : "s1",
					       keys[i % 2], &options, message),
				  message),
		       "pass d.test");
	}
}

static void c23_blanks_before_the_equals_sign(void **state)
{
	static const char *const forms[] = {
	    "b =", "b\t =", "b\r\n =", "b\r\n\t=  ", " b = \r\n "};

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		expect_pass((struct sign_options){.b_tag = forms[i]}, MESSAGE);
		expect_pass((struct sign_options){.b_tag = forms[i],
						  .tail = ";\r\n b_=x ;"},
			    MESSAGE);
	}
}

static void c24_tags_that_end_in_b(void **state)
{
	static const char *const tags[] = {"xb=QUJD", "web= a  b",
					   "x_b=", "ab=1; b1=2; Xb =3"};

	(void)state;
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
		expect_pass((struct sign_options){.tags = tags[i]}, MESSAGE);
		expect_pass((struct sign_options){.tail = mem_printf(mem, ";%s",
								     tags[i])},
			    MESSAGE);
	}
}

static void c25_tag_names_have_case(void **state)
{
	static const char *const tags[] = {"D=other.test", "B=QUJD", "BH=QUJD",
					   "V=2; A=x; S=y; H=; I=?; L=x; T=-"};

	(void)state;
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
		expect_pass((struct sign_options){.tags = tags[i]}, MESSAGE);
		expect_pass((struct sign_options){.tail = mem_printf(mem, ";%s",
								     tags[i])},
			    MESSAGE);
	}
}

static void c26_other_control_characters(void **state)
{
	static const char *const subjects[] = {
	    "a\vb", "a \v b", "\va", "a\f",	  "a\f\fb",
	    "a\rb", "a \r b", "\ra", "a\v\r\n\fb"};

	(void)state;
	for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
		expect_pass(
		    (struct sign_options){0},
		    mem_printf(
			mem, "From: a@d.test\r\nSubject: x%sx\r\n\r\nbody\r\n",
			subjects[i]));
}

static void c27_odd_identities(void **state)
{
	const char *tags[] = {"i=j=40x@d.test",
			      "i=\"a@b\"@d.test",
			      "i=\"a=20b\"@sub.d.test",
			      "i=j=40d.test",
			      "i=@d.test",
			      "i=j\xc3\xb8@d.test",
			      mem_printf(mem, "i=%0300d@d.test", 7),
			      mem_printf(mem, "i=%09000d@d.test", 7)};

	(void)state;
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		expect_pass((struct sign_options){.tags = tags[i]}, MESSAGE);
	expect(zone,
	       mem_printf(mem, "%s" MESSAGE,
			  sign_message(mem, "d.test", "s0", keys[0],
				       &(struct sign_options){
					   .tags = "i=j@d.test=40x.test"},
				       MESSAGE)),
	       "permerror d.test (i= is not within d=)");
}

static void c28_h_past_every_field(void **state)
{
	static const char *const fields[] = {
	    "from:to:subject:x-none", "from:to:subject:dkim-signature",
	    "from:from:to:to:subject:subject:dkim-signature:dkim-signature",
	    "dkim-signature:from"};
	static const char *const messages[] = {MESSAGE, "X-Odd: 1\r\n" MESSAGE};

	(void)state;
	for (size_t i = 0; i < 8; i++)
		expect_pass((struct sign_options){.fields = fields[i / 2]},
			    messages[i % 2]);
}

static void c29_sizes_of_rsa_keys(void **state)
{
	static const struct {
		unsigned bits;
		const char *want;
	} rows[] = {
	    {1017, "policy d.test (the key is too short)"},
	    {1020, "policy d.test (the key is too short)"},
	    {1023, "policy d.test (the key is too short)"},
	    {1024, "pass d.test"},
	    {4096, "pass d.test"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sign_key *key = sign_key_new(mem, "rsa", rows[i].bits);
		expect(publish("d.test", "s0", key),
		       mem_printf(mem, "%s" MESSAGE,
				  sign_message(mem, "d.test", "s0", key,
					       &(struct sign_options){0},
					       MESSAGE)),
		       rows[i].want);
	}
}

static void c30_internationalized(void **state)
{
	static const struct {
		const char *domain;
		const char *selector;
		const char *tags;
	} rows[] = {
	    {"m\xc3\xb8x.test", "s0", NULL},
	    {"m\xc3\xb8x.test", "\xc3\xb8", NULL},
	    {"M\xc3\x98X.test", "s0", "i=j\xc3\xb8@sub.m\xc3\xb8x.test"},
	    {"xn--mx-lka.test", "\xc3\xb8", "i=j@m\xc3\xb8x.test"},
	    {"m\xc3\xb8x.test", "xn--pda", "i=j@xn--mx-lka.test"},
	};
	const char *message = "From: a@m\xc3\xb8x.test\r\n\r\nbody\r\n";

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sign_options options = {.tags = rows[i].tags};
		expect(zone,
		       mem_printf(mem, "%s%s",
				  sign_message(mem, rows[i].domain,
					       rows[i].selector, keys[0],
					       &options, message),
				  message),
		       "pass xn--mx-lka.test");
	}
}

static void c33_long_h(void **state)
{
	struct strbuf names;

	(void)state;
	strbuf_init(&names, mem, LIMIT_SIGNATURE_BYTES);
	strbuf_add_text(&names, "from:to:subject");
	for (int i = 4; i <= LIMIT_SIGNED_FIELDS; i++)
		strbuf_printf(&names, ":x-name-%03d", i);
	assert_true(names.length > 10000);
	expect_pass((struct sign_options){.fields = strbuf_text(&names)},
		    MESSAGE);
	strbuf_add_text(&names, ":x");
	expect(zone,
	       mem_printf(mem, "%s" MESSAGE,
			  sign_message(mem, "d.test", "s0", keys[0],
				       &(struct sign_options){
					   .fields = strbuf_text(&names)},
				       MESSAGE)),
	       "permerror d.test (h= lists too many fields)");
}

/* One selector, two keys, a signature by each, in every order. */
static void c34_two_keys_of_one_selector(void **state)
{
	struct sign_key *other = sign_key_new(mem, "rsa", 1024);
	const char *records[] = {publish("d.test", "s0", keys[0]),
				 publish("d.test", "s0", other)};
	const char *fields[] = {
	    sign_message(mem, "d.test", "s0", keys[0],
			 &(struct sign_options){0}, MESSAGE),
	    sign_message(mem, "d.test", "s0", other, &(struct sign_options){0},
			 MESSAGE)};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		expect(
		    mem_printf(mem, "%s%s", records[i / 2], records[1 - i / 2]),
		    mem_printf(mem, "%s%s" MESSAGE, fields[i % 2],
			       fields[1 - i % 2]),
		    "pass d.test; pass d.test");
}

static void c37_times_of_1970(void **state)
{
	static const char *const tags[] = {
	    "t=0", "t=1", "t=298", "t=299", "t=300", "t=0; x=99999999999"};

	(void)state;
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		expect_pass((struct sign_options){.tags = tags[i]}, MESSAGE);
}

/* RFC 6376 5.4: the field under verification is never meant. */
static void c38_h_names_its_own_kind(void **state)
{
	static const char *const fields[] = {
	    "from:dkim-signature", "from:DKIM-Signature:dkim-signature",
	    "from:dkim-signature:dkim-signature:dkim-signature"};
	const char *inner = sign_message(mem, "d.test", "s1", keys[1],
					 &(struct sign_options){0}, MESSAGE);
	const char *signed_once = mem_printf(mem, "%s" MESSAGE, inner);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct sign_options options = {.fields = fields[i]};
		expect_pass(options, MESSAGE);
		const char *outer = sign_message(mem, "d.test", "s0", keys[0],
						 &options, signed_once);
		expect(zone, mem_printf(mem, "%s%s", outer, signed_once),
		       "pass d.test; pass d.test");
		/* Below the field that it covers. */
		expect(zone, mem_printf(mem, "%s%s" MESSAGE, inner, outer),
		       "pass d.test; pass d.test");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(c23_blanks_before_the_equals_sign),
	    cmocka_unit_test(c24_tags_that_end_in_b),
	    cmocka_unit_test(c25_tag_names_have_case),
	    cmocka_unit_test(c26_other_control_characters),
	    cmocka_unit_test(c27_odd_identities),
	    cmocka_unit_test(c28_h_past_every_field),
	    cmocka_unit_test(c29_sizes_of_rsa_keys),
	    cmocka_unit_test(c30_internationalized),
	    cmocka_unit_test(c33_long_h),
	    cmocka_unit_test(c34_two_keys_of_one_selector),
	    cmocka_unit_test(c37_times_of_1970),
	    cmocka_unit_test(c38_h_names_its_own_kind),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
