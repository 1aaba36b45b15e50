/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_signatures_bounds.c - what one message can make alignd do
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/auth/key_cache.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "tests/unit/sign.h"
#include "tests/unit/verify.h"

#define MESSAGE "From: a@d.test\r\nSubject: x\r\n\r\nHello there\r\n"

static TALLOC_CTX *mem;
static struct sign_key *ed25519;

static int set_up(void **state)
{
	(void)state;
	mem = mem_context(NULL);
	ed25519 = sign_key_new(mem, "ed25519", 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	key_cache_clear();
	mem_free(mem);
	return 0;
}

static const char *verify(struct dkim_settings settings, const char *zone,
			  const char *message, const char *author)
{
	struct signature_engine *engine;
	struct dns *dns;
	struct error err;

	assert_true(dns_new_from_text(zone, &dns, &err));
	assert_true(
	    signature_engine_new(&settings, clock_system(), &engine, &err));
	TALLOC_CTX *own = mem_context(mem);
	struct evidence_signatures evidence =
	    verify_message(own, engine, dns, span_of(message),
			   (struct verify_style){.author_domain = author});
	const char *text = verify_text(mem, &evidence);
	mem_free(own);
	signature_engine_free(engine);
	dns_free(dns);
	return text;
}

static size_t count_of(const char *text, const char *word)
{
	size_t count = 0;

	while ((text = strstr(text, word)) != NULL) {
		count++;
		text++;
	}
	return count;
}

/* As many keys as may be at each of ten selectors: those of the first five are
 * read, four of each are tried until their cost is too much, none is decoded
 * twice, with the cache and without. */
static void c31_many_keys_and_signatures(void **state)
{
	struct dkim_settings settings = verify_defaults();
	struct strbuf zone;
	struct strbuf message;

	(void)state;
	strbuf_init(&zone, mem, 1 << 20);
	strbuf_init(&message, mem, 1 << 20);
	/* Short ones, which cost least to try; n= makes them ten times as many
	 * records. */
	struct sign_key *rsa = sign_key_new(mem, "rsa", 1024);
	const char *records[LIMIT_KEY_RECORDS];
	for (int k = 0; k < LIMIT_KEY_RECORDS; k++)
		records[k] =
		    sign_key_record(mem, sign_key_new(mem, "rsa", 1024));
	for (int i = 0; i < 10; i++) {
		const char *selector = mem_printf(mem, "s%d", i);
		for (int k = 0; k < LIMIT_KEY_RECORDS; k++)
			strbuf_add_text(
			    &zone, sign_key_zone(mem, "d.test", selector,
						 mem_printf(mem, "%s; n=%d",
							    records[k], i)));
		strbuf_add_text(
		    &message, sign_message(mem, "d.test", selector, rsa,
					   &(struct sign_options){0}, MESSAGE));
	}
	strbuf_add_text(&message, MESSAGE);
	for (int round = 0; round < 3; round++) {
		unsigned long before = signature_key_decoded();
		settings.key_cache = round > 0;
		const char *text = verify(settings, strbuf_text(&zone),
					  strbuf_text(&message), "d.test");
		size_t read = LIMIT_KEY_RECORDS_READ / LIMIT_KEY_RECORDS;
		size_t tried = LIMIT_DKIM_COST / (1 + LIMIT_DECODE_COST);
		size_t whole = tried / LIMIT_KEYS_AT_SELECTOR;
		assert_in_range(whole, 1, read - 1);
		assert_int_equal(count_of(text, "does not verify"), whole);
		assert_int_equal(
		    count_of(text, "too many signatures and keys to try"),
		    read - whole);
		assert_int_equal(count_of(text, "too many key records to read"),
				 10 - read);
		assert_int_equal(signature_key_decoded() - before,
				 round == 2 ? 0 : tried);
	}
	/* Ten signatures at one selector decode its four keys once. */
	settings.key_cache = false;
	strbuf_clear(&message);
	for (int i = 0; i < 10; i++)
		strbuf_add_text(
		    &message, sign_message(mem, "d.test", "s0", rsa,
					   &(struct sign_options){0}, MESSAGE));
	strbuf_add_text(&message, MESSAGE);
	unsigned long before = signature_key_decoded();
	(void)verify(settings, strbuf_text(&zone), strbuf_text(&message), NULL);
	assert_int_equal(signature_key_decoded() - before, 4);
}

/* Past LIMIT_DKIM_COST no key is tried any more. */
static void c31_the_cost_has_an_end(void **state)
{
	struct dkim_settings settings = verify_defaults();
	struct strbuf message;
	struct strbuf zone;

	(void)state;
	strbuf_init(&zone, mem, 1 << 20);
	strbuf_init(&message, mem, 1 << 20);
	for (int i = 0; i < 4; i++)
		strbuf_add_text(
		    &zone,
		    sign_key_zone(
			mem, "d.test", "s",
			sign_key_record(mem, sign_key_new(mem, "ed25519", 0))));
	for (int i = 0; i < 12; i++)
		strbuf_add_text(
		    &message, sign_message(mem, "d.test", "s", ed25519,
					   &(struct sign_options){0}, MESSAGE));
	strbuf_add_text(&message, MESSAGE);
	settings.max_signatures = 20;
	const char *text =
	    verify(settings, strbuf_text(&zone), strbuf_text(&message), NULL);
	/* The four keys are decoded once. */
	size_t fit = (LIMIT_DKIM_COST - 4 * LIMIT_DECODE_COST) /
		     (4 * LIMIT_ED25519_COST);
	assert_int_equal(count_of(text, "does not verify"), fit);
	assert_int_equal(
	    count_of(text, "policy d.test (too many signatures and keys"),
	    12 - fit);
}

static const char *sign_with_length(const char *domain, size_t length)
{
	return sign_message(
	    mem, domain, "s", ed25519,
	    &(struct sign_options){.has_length = true, .length = length},
	    MESSAGE);
}

/* Four different l= a form, of the aligned ones first; whoever agrees with one
 * of them, or has none, is no further one. */
static void c32_many_lengths(void **state)
{
	struct dkim_settings settings = verify_defaults();
	const char *zone = mem_printf(
	    mem, "%s%s",
	    sign_key_zone(mem, "a.test", "s", sign_key_record(mem, ed25519)),
	    sign_key_zone(mem, "d.test", "s", sign_key_record(mem, ed25519)));
	struct strbuf message;

	(void)state;
	settings.partial_body = PARTIAL_BODY_COUNT;
	strbuf_init(&message, mem, 1 << 20);
	for (size_t length = 1; length < 6; length++)
		strbuf_add_text(&message, sign_with_length("a.test", length));
	strbuf_add_text(&message, sign_with_length("d.test", 7));
	strbuf_add_text(&message, sign_with_length("a.test", 7));
	strbuf_add_text(&message,
			sign_message(mem, "a.test", "s", ed25519,
				     &(struct sign_options){0}, MESSAGE));
	strbuf_add_text(&message, MESSAGE);
	assert_string_equal(
	    verify(settings, zone, strbuf_text(&message), "d.test"),
	    "pass a.test; pass a.test; pass a.test; "
	    "policy a.test (too many different l=); "
	    "policy a.test (too many different l=); "
	    "pass d.test; pass a.test; pass a.test");
}

/* Strangers' signatures above it do not use up the cap. */
static void c35_aligned_ones_first(void **state)
{
	static const struct {
		const char *author;
		const char *domain;
	} rows[] = {
	    {"d.test", "d.test"},
	    {"mail.d.test", "d.test"},
	    {"d.test", "out.mail.d.test"},
	    {"a.b.d.test", "c.d.test"},
	};
	struct dkim_settings settings = verify_defaults();
	const struct sign_key *rsa = sign_key_new(mem, "rsa", 1024);
	struct strbuf message;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const char *zone =
		    mem_printf(mem, "%s%s",
			       sign_key_zone(mem, "x.test", "s",
					     sign_key_record(mem, rsa)),
			       sign_key_zone(mem, rows[i].domain, "s",
					     sign_key_record(mem, rsa)));
		strbuf_init(&message, mem, 1 << 20);
		for (int k = 0; k < 12; k++)
			strbuf_add_text(&message,
					sign_message(mem, "x.test", "s", rsa,
						     &(struct sign_options){0},
						     MESSAGE));
		strbuf_add_text(
		    &message, sign_message(mem, rows[i].domain, "s", rsa,
					   &(struct sign_options){0}, MESSAGE));
		strbuf_add_text(&message, MESSAGE);
		const char *text = verify(settings, zone, strbuf_text(&message),
					  rows[i].author);
		assert_int_equal(count_of(text, "pass x.test"), 9);
		assert_non_null(
		    strstr(text, mem_printf(mem, "; pass %s", rows[i].domain)));
		/* Without an author domain they go from the top. */
		text = verify(settings, zone, strbuf_text(&message), NULL);
		assert_int_equal(count_of(text, "pass x.test"), 10);
	}
}

/* Ten signatures over a header of the greatest size: what they hash together
 * has an end, and the first of them verify. */
static void bounds_the_hashed_header(void **state)
{
	struct dkim_settings settings = verify_defaults();
	const char *body = mem_printf(mem,
				      "From: a@d.test\r\nX: %01000000d\r\n"
				      "\r\nHello\r\n",
				      0);
	const char *field =
	    sign_message(mem, "d.test", "s", ed25519,
			 &(struct sign_options){.fields = "from:x"}, body);
	const char *zone =
	    sign_key_zone(mem, "d.test", "s", sign_key_record(mem, ed25519));
	const char *text =
	    verify(settings, zone,
		   mem_printf(mem, "%s%s%s%s%s%s%s", field, field, field, field,
			      field, field, body),
		   "d.test");

	(void)state;
	assert_int_equal(count_of(text, "pass d.test"), 4);
	assert_int_equal(
	    count_of(text, "policy d.test (too many bytes of header"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(c31_many_keys_and_signatures),
	    cmocka_unit_test(c31_the_cost_has_an_end),
	    cmocka_unit_test(c32_many_lengths),
	    cmocka_unit_test(c35_aligned_ones_first),
	    cmocka_unit_test(bounds_the_hashed_header),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
