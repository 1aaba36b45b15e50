/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_engines.c - the libraries say what they say, and get nothing that harms
 * them
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/engines/engines.h"
#include "tests/unit/sign.h"
#include "tests/unit/spf_world.h"
#include "tests/unit/verify.h"

#define HEADER                                                                 \
	"From: A <a@d.test>\r\nTo: b@b.test\r\nSubject: one\r\n"               \
	"Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n"
#define BODY "Hello  you \r\n\r\nBye\r\n"
#define MESSAGE HEADER "\r\n" BODY

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

/* --- libopendkim --- */

static const char *zone_of(const struct sign_key *key)
{
	return sign_key_zone(mem, "d.test", "s", sign_key_record(mem, key));
}

static void give_fields(const struct dkim_engine *engine, void *state,
			const char *text)
{
	while (*text != '\r') {
		const char *end = strstr(text, "\r\n");
		while (end[2] == ' ' || end[2] == '\t')
			end = strstr(end + 2, "\r\n");
		const char *colon = strchr(text, ':');
		engine->header(state, span_make(text, (size_t)(colon - text)),
			       span_make(colon + 1, (size_t)(end - colon - 1)));
		text = end + 2;
	}
	if (engine->end_of_header(state)) {
		engine->body(state, span_make(text + 2, 5));
		engine->body(state, span_of(text + 7));
	}
}

/* What the library makes of fields above MESSAGE. */
static const char *ask(const struct dkim_settings *settings,
		       const struct clock *clock, const char *zone,
		       const char *fields)
{
	const struct dkim_engine *engine;
	struct dns *dns;
	struct error err;
	TALLOC_CTX *own = mem_context(mem);

	assert_true(dns_new_from_text(zone, &dns, &err));
	assert_true(engine_opendkim_new(
	    settings, clock == NULL ? clock_system() : clock, &engine, &err));
	void *state =
	    engine->begin(own, engine, dns_session_new(own, dns, 5000));
	give_fields(engine, state, mem_printf(mem, "%s" MESSAGE, fields));
	struct evidence_signatures found = engine->finish(state);
	const char *text = mem_strdup(mem, verify_text(own, &found));
	mem_free(own);
	engine_opendkim_free(engine);
	dns_free(dns);
	return text;
}

static const char *sign(const struct sign_key *key,
			const struct sign_options *options)
{
	return sign_message(mem, "d.test", "s", key, options, MESSAGE);
}

static void verifies(void **state)
{
	static const char *const forms[] = {"simple/simple", "simple/relaxed",
					    "relaxed/simple",
					    "relaxed/relaxed"};

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		const struct sign_options options = {.canonicalization =
							 forms[i]};
		assert_string_equal(
		    ask(NULL, NULL, zone_of(rsa), sign(rsa, &options)),
		    "pass d.test");
		assert_string_equal(
		    ask(NULL, NULL, zone_of(ed25519), sign(ed25519, &options)),
		    "pass d.test");
	}
}

static void says_what_it_says(void **state)
{
	static const struct sign_options plain;
	static const struct sign_options sha1 = {.algorithm = "rsa-sha1"};
	static const struct sign_options part = {.has_length = true,
						 .length = 5};
	static const struct sign_options early = {.tags = "t=5"};
	struct dkim_settings ours = verify_defaults();
	char *wrong = mem_strdup(mem, sign(rsa, &plain));

	(void)state;
	*strstr(wrong, "bh=") = 'x';
	assert_string_equal(
	    ask(NULL, NULL, "x. A 192.0.2.1\n", sign(rsa, &plain)),
	    "permerror d.test (no key)");
	assert_string_equal(ask(NULL, NULL,
				";!FAIL s._domainkey.d.test TXT SERVFAIL\n",
				sign(rsa, &plain)),
			    "temperror d.test (DNS trouble for the key)");
	assert_string_equal(
	    ask(NULL, NULL,
		mem_printf(mem, "%s%s", zone_of(rsa), zone_of(ed25519)),
		sign(rsa, &plain)),
	    "permerror d.test (several key records)");
	assert_string_equal(ask(NULL, NULL, zone_of(rsa), wrong),
			    "permerror d.test (bh= is missing)");
	assert_string_equal(ask(NULL, NULL, zone_of(rsa), sign(rsa, &sha1)),
			    "pass d.test");
	assert_string_equal(ask(&ours, NULL, zone_of(rsa), sign(rsa, &sha1)),
			    "policy d.test (rsa-sha1 is not acceptable)");
	assert_string_equal(ask(NULL, NULL, zone_of(rsa), sign(rsa, &part)),
			    "pass d.test");
	assert_string_equal(
	    ask(&ours, NULL, zone_of(rsa), sign(rsa, &part)),
	    "policy d.test (l= leaves part of the body unsigned)");
	assert_string_equal(ask(NULL, NULL, zone_of(rsa), sign(rsa, &early)),
			    "fail d.test (the signature is from the future)");
}

/* Its own clock cannot be set; the adaptor's comparison decides. */
static void keeps_to_the_clock(void **state)
{
	static const struct sign_options timed = {
	    .tags = "t=1000000000; x=1000001000"};
	static const struct {
		int64_t now_s;
		const char *want;
	} rows[] = {
	    {1000000500, "pass d.test"},
	    {1000001299, "pass d.test"},
	    {1000001300, "fail d.test (the signature has expired)"},
	    {999999700, "pass d.test"},
	    {999999699, "fail d.test (the signature is from the future)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct clock clock = clock_fixed(rows[i].now_s);
		assert_string_equal(
		    ask(NULL, &clock, zone_of(rsa), sign(rsa, &timed)),
		    rows[i].want);
	}
}

/* h= uses up every field and names one more, with an even and an odd number of
 * fields, the signature's own name, and the spare field's. */
static void has_a_spare_field(void **state)
{
	static const char *const lists[] = {
	    "from:to:subject:date:x",
	    "from:to:subject:date:x:y:z",
	    "from:to:subject:date:dkim-signature",
	    "from:to:subject:date:dkim-signature:spare field:spare field",
	    "from:from:to:to:subject:subject:date:date:sparefield",
	};

	(void)state;
	for (size_t i = 0; i < 2 * (sizeof lists / sizeof lists[0]); i++) {
		struct sign_options options = {.fields = lists[i / 2]};
		const char *field = sign(rsa, &options);
		const char *more = i % 2 == 0 ? "" : "X-More: 1\r\n";
		assert_non_null(ask(NULL, NULL, zone_of(rsa),
				    mem_printf(mem, "%s%s", field, more)));
	}
}

static char *identity_of(size_t length, const char *end)
{
	char *text = mem_array(mem, char, length + 1);

	memset(text, 'a', length);
	return mem_printf(mem, "i=%s%s", text, end);
}

static void is_spared_long_identities(void **state)
{
	static const char refused[] =
	    "permerror - (not given to libopendkim, which is not safe with "
	    "such an i=)";
	const struct {
		const char *tags;
		bool is_given;
	} rows[] = {
	    {identity_of(249, "@d.test"), true},  /* 256 octets */
	    {identity_of(250, "@d.test"), false}, /* 257 */
	    {identity_of(2000, "@d.test"), false},
	    {identity_of(3, "@d.test="), false},
	    {identity_of(3, "@d.test=4"), false},
	    {identity_of(3, "@d.test=41"), true},
	    {mem_printf(mem, "I = %s", identity_of(300, "@d.test") + 2), false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct sign_options options = {.tags = rows[i].tags};
		const char *got =
		    ask(NULL, NULL, zone_of(rsa), sign(rsa, &options));
		if ((strcmp(got, refused) != 0) != rows[i].is_given)
			fail_msg("%zu: %s", i, got);
	}
}

static void lists_twenty_and_verifies_ten(void **state)
{
	struct dkim_settings ours = verify_defaults();
	const char *field = sign(rsa, &(struct sign_options){0});
	struct strbuf all;

	(void)state;
	strbuf_init(&all, mem, 1 << 20);
	for (int i = 0; i < 30; i++)
		strbuf_add_text(&all, field);
	const char *got = ask(&ours, NULL, zone_of(rsa), strbuf_text(&all));
	size_t passed = 0;
	size_t others = 0;
	for (const char *at = got; (at = strstr(at, "d.test")) != NULL; at++) {
		passed += at[6] != ' ';
		others += at[6] == ' ';
	}
	assert_int_equal(passed, 10);
	assert_int_equal(others, LIMIT_SIGNATURES_LOOKED_AT - 10);
}

/* Fields that are none, and bytes of every kind. */
static void takes_odd_fields(void **state)
{
	static const char *const fields[] = {
	    "DKIM-Signature:\r\n",
	    "DKIM-Signature: ;;;;\r\n",
	    "DKIM-Signature: v=1; d=\xff; s=s\r\n",
	    "DKIM-Signature: v=1; a=rsa-sha256; d=..; s=..; h=from; bh=x; "
	    "b=x\r\n",
	    "DKIM-Signature : v=1\r\n",
	    "DKIM-Signature: v=1; a=rsa-sha256; d=d.test; s=s; c=x/y; h=from; "
	    "bh=x; b=x\r\n",
	    "DKIM-Signature: v=1; a=x; d=d.test; s=s; h=from; bh=x; b=x\r\n",
	    "DKIM-Signature: v=1; a=rsa-sha256; d=d.test; s=s; h=from; l=-1; "
	    "bh=x; b=x\r\n",
	    "DKIM-Signature: v=1; q=x; a=rsa-sha256; d=d.test; s=s; h=to; "
	    "bh=x; b=x\r\n",
	    "\x01: x\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const char *got =
		    ask(NULL, NULL, zone_of(rsa),
			mem_printf(mem, "%s%s", fields[i],
				   sign(rsa, &(struct sign_options){0})));
		size_t length = strlen(got);
		if (length < 11 ||
		    strcmp(got + length - 11, "pass d.test") != 0)
			fail_msg("%zu: %s", i, got);
	}
}

/* --- libspf2 --- */

static struct evidence_spf ask_spf2(struct world *world, const char *address,
				    const char *local_part)
{
	struct net_address client;
	struct path path = {.local_part = local_part, .domain = "d.test"};

	assert_true(net_address_parse(address, &client));
	return engine_spf2.check(world->mem, world->session, &standard, &client,
				 "helo.test", &path);
}

#define UNSAFE "not given to libspf2, which is not safe with such a record"

static void evaluates_records(void **state)
{
	static const struct row rows[] = {
	    {"ip4", SPF("d.test", "v=spf1 ip4:192.0.2.0/24 -all"), "192.0.2.1",
	     AUTH_PASS, NULL},
	    {"fail", SPF("d.test", "v=spf1 -all"), "192.0.2.1", AUTH_FAIL,
	     NULL},
	    {"none", "d.test. TXT \"x\"\n", "192.0.2.1", AUTH_NONE, NULL},
	    {"include",
	     SPF("d.test", "v=spf1 include:e.test ~all")
		 SPF("e.test", "v=spf1 ip6:2001:db8::/32 -all"),
	     "2001:db8::1", AUTH_PASS, NULL},
	    {"redirect",
	     SPF("d.test", "v=spf1 redirect=e.test")
		 SPF("e.test", "v=spf1 ?all"),
	     "192.0.2.1", AUTH_NEUTRAL, NULL},
	    {"mx",
	     SPF("d.test", "v=spf1 mx -all") "d.test. MX 1 m.test.\nm.test. A "
					     "192.0.2.1\n",
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"macro",
	     SPF("d.test",
		 "v=spf1 exists:%{ir}.%{v}._x.%{d} -all") "1.2.0.192.in-addr._"
							  "x.d.test. A "
							  "127.0.0.2\n",
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"last dot",
	     SPF("d.test", "v=spf1 a:m.test. -all") "m.test. A 192.0.2.1\n",
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"loopback", SPF("d.test", "v=spf1 -all"), "127.0.0.1", AUTH_PASS,
	     NULL},
	    {"trouble", ";!FAIL d.test TXT SERVFAIL\n", "192.0.2.1",
	     AUTH_TEMPERROR, "DNS trouble"},
	    {"two", SPF("d.test", "v=spf1 -all") SPF("d.test", "v=spf1 +all"),
	     "192.0.2.1", AUTH_PERMERROR,
	     "Multiple SPF or TXT records for domain."},
	    {"bad macro", SPF("d.test", "v=spf1 a:%{zz}.d.test -all"),
	     "192.0.2.1", AUTH_PERMERROR, UNSAFE},
	    {"open macro", SPF("d.test", "v=spf1 exists:%{d -all"), "192.0.2.1",
	     AUTH_PERMERROR, UNSAFE},
	    {"digits", SPF("d.test", "v=spf1 exists:%{d9999}.x -all"),
	     "192.0.2.1", AUTH_PERMERROR, UNSAFE},
	    {"bytes", SPF("d.test", "v=spf1 a:\\195\\164.test -all"),
	     "192.0.2.1", AUTH_PERMERROR, UNSAFE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world world = world_of(rows[i].zone);
		struct evidence_spf got =
		    ask_spf2(&world, rows[i].client, "user");
		if (got.result != rows[i].want)
			fail_msg("%s: %s (%s)", rows[i].name,
				 auth_result_text(got.result), got.reason);
		if (rows[i].reason != NULL)
			assert_string_equal(got.reason, rows[i].reason);
		assert_string_equal(got.domain, "d.test");
		world_end(&world);
	}
}

static void spares_local_parts(void **state)
{
	struct world world =
	    world_of(SPF("d.test", "v=spf1 exists:%{L}.d.test -all"));

	(void)state;
	assert_int_equal(ask_spf2(&world, "192.0.2.1", "a+b").result,
			 AUTH_FAIL);
	struct evidence_spf got = ask_spf2(&world, "192.0.2.1", "\xc3\xa4");
	assert_int_equal(got.result, AUTH_PERMERROR);
	assert_non_null(strstr(got.reason, "not given to libspf2"));
	world_end(&world);
}

/* Ten records that include each other ten times: the library would walk them
 * for longer than the universe lasts. */
static void ends_endless_checks(void **state)
{
	struct strbuf zone;

	(void)state;
	strbuf_init(&zone, mem, 1 << 20);
	for (int i = 0; i < 2; i++) {
		strbuf_printf(&zone, "%s TXT \"v=spf1",
			      i == 0 ? "d.test." : "e.test.");
		for (int k = 0; k < 10; k++)
			strbuf_printf(&zone, " include:%c.test",
				      i == 0 ? 'e' : 'd');
		strbuf_add_text(&zone, " ?all\"\n");
	}
	struct world world = world_of(strbuf_text(&zone));
	struct evidence_spf got = ask_spf2(&world, "192.0.2.1", "user");
	assert_int_equal(got.result, AUTH_PERMERROR);
	world_end(&world);
}

/* --- libopendmarc --- */

/* Names that equal each other, every policy, every pass. */
static void judges_policies(void **state)
{
	static const char *const words[] = {"none", "quarantine", "reject"};

	(void)state;
	for (unsigned bits = 0; bits < 12; bits++) {
		bool is_dkim = bits & 1;
		bool is_spf = (bits >> 1) & 1;
		const char *word = words[bits >> 2];
		const struct engine_identifier signature = {
		    .domain = "d.test",
		    .selector = "s",
		    .result = is_dkim ? AUTH_PASS : AUTH_FAIL};
		const struct engine_dmarc_facts facts = {
		    .author_domain = "d.test",
		    .policy_domain = "d.test",
		    .record = mem_printf(mem, "v=DMARC1; p=%s", word),
		    .spf = {.domain = "d.test",
			    .result = is_spf ? AUTH_PASS : AUTH_SOFTFAIL},
		    .signature_count = 1,
		    .signatures = &signature,
		};
		struct engine_dmarc_opinion got =
		    engine_opendmarc_ask(&facts, NULL);
		bool is_pass = is_dkim || is_spf;
		assert_int_equal(got.result, is_pass ? AUTH_PASS : AUTH_FAIL);
		assert_int_equal(got.asked,
				 is_pass ? REQUEST_ABSENT : request_find(word));
	}
}

static struct engine_dmarc_opinion opinion_on(const char *record,
					      const char *policy_domain)
{
	const struct engine_dmarc_facts facts = {.author_domain = "a.d.test",
						 .policy_domain = policy_domain,
						 .record = record};

	return engine_opendmarc_ask(&facts, NULL);
}

static void reads_records_its_own_way(void **state)
{
	(void)state;
	assert_int_equal(opinion_on(NULL, NULL).result, AUTH_NONE);
	assert_int_equal(
	    opinion_on("v=DMARC1; p=reject; sp=none", "d.test").asked,
	    REQUEST_NONE);
	assert_int_equal(
	    opinion_on("v=DMARC1; p=reject; sp=none", "a.d.test").asked,
	    REQUEST_REJECT);
	assert_int_equal(opinion_on("v=DMARC1; p=rej", "d.test").asked,
			 REQUEST_REJECT);
	struct engine_dmarc_opinion broken =
	    opinion_on("v=DMARC1; p=bogus", "d.test");
	assert_int_equal(broken.result, AUTH_PERMERROR);
	assert_string_equal(broken.reason,
			    "Found DMARC record contained a bad token value");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verifies),
	    cmocka_unit_test(says_what_it_says),
	    cmocka_unit_test(keeps_to_the_clock),
	    cmocka_unit_test(has_a_spare_field),
	    cmocka_unit_test(is_spared_long_identities),
	    cmocka_unit_test(lists_twenty_and_verifies_ten),
	    cmocka_unit_test(takes_odd_fields),
	    cmocka_unit_test(evaluates_records),
	    cmocka_unit_test(spares_local_parts),
	    cmocka_unit_test(ends_endless_checks),
	    cmocka_unit_test(judges_policies),
	    cmocka_unit_test(reads_records_its_own_way),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
