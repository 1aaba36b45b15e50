/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_present.c - reply, reference and header field of a verdict
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/eval/present.h"

#define REF "K7QX-2M4D"

static const struct policy_settings defaults = {
    .reply_code = "",
    .reply_text = "",
    .contact = "",
};

/* A refused message of example.test. */
static struct verdict refused(void)
{
	return (struct verdict){
	    .client = {.address = {.family = NET_IPV4,
				   .bytes = {192, 0, 2, 7}}},
	    .author = {.domain = "example.test"},
	    .discovery = {.is_complete = true},
	    .result = DMARC_RESULT_FAIL,
	    .decision = {.asked = REQUEST_REJECT,
			 .applied = DISPOSITION_REJECT},
	    .is_incident = true,
	    .reference = REF,
	};
}

static const struct {
	const char *name;
	const char *code;
	const char *text;
	const char *contact;
	const char *want;
} refusals[] = {
    {"default", "5.7.1", "", "",
     "550 5.7.1 Email rejected per DMARC policy for example.test (ref " REF
     ")"},
    {"code", "5.7.26", "", "",
     "550 5.7.26 Email rejected per DMARC policy for example.test (ref " REF
     ")"},
    {"contact", "5.7.1", "", "See https://mx.test/dmarc",
     "550 5.7.1 Email rejected per DMARC policy for example.test (ref " REF
     ") See https://mx.test/dmarc"},
    {"text", "5.7.1", "No.", "", "550 5.7.1 No. (ref " REF ")"},
    {"domain", "5.7.1", "{domain}: no, {DOMAIN}", "",
     "550 5.7.1 example.test: no, example.test (ref " REF ")"},
    {"reference", "5.7.1", "No {reference} today", "Ask us",
     "550 5.7.1 No " REF " today Ask us"},
    {"braces", "5.7.1", "{} {dom {domain {x} 100%s", "",
     "550 5.7.1 {} {dom {domain {x} 100%s (ref " REF ")"},
    {"reason", "5.7.1", "{reason}: {policy_domain} forbids that", "",
     "550 5.7.1 SPF fail, no DKIM signature: example.test forbids that "
     "(ref " REF ")"},
    {"client", "5.7.1", "{client} may not, says {Policy_Domain}", "",
     "550 5.7.1 192.0.2.7 may not, says example.test (ref " REF ")"},
    {"placed contact", "5.7.1", "No. Ask {contact}.", "a@mx.test, {client}",
     "550 5.7.1 No. Ask a@mx.test, 192.0.2.7. (ref " REF ")"},
    {"contact with the reference", "5.7.1", "",
     "https://mx.test/?ref={reference}&d={domain}",
     "550 5.7.1 Email rejected per DMARC policy for example.test (ref " REF
     ") https://mx.test/?ref=" REF "&d=example.test"},
    {"no end", "5.7.1", "{contact}", "x{contact}", "550 5.7.1 x (ref " REF ")"},
};

static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct verdict verdict = refused();
		struct policy_settings policy = {
		    .reply_code = refusals[i].code,
		    .reply_text = refusals[i].text,
		    .contact = refusals[i].contact,
		};
		verdict.reason = "SPF fail, no DKIM signature";
		const char *got = present_reply(mem, &verdict, &policy);
		if (strcmp(got, refusals[i].want) != 0)
			fail_msg("%s: %s, wanted %s", refusals[i].name, got,
				 refusals[i].want);
		mem_free(mem);
	}
}

/* Who asks for it: a policy is named only where there is one that does. */
static void says_who_refuses(void **state)
{
	static const struct {
		enum decide_reason by;
		const char *want;
	} rows[] = {
	    {REASON_ON_REJECT, "550 5.7.26 Email rejected per DMARC policy for "
			       "example.test (ref " REF ")"},
	    {REASON_OVERRIDE, "550 5.7.26 Email rejected by a rule of this "
			      "host for mail from example.test (ref " REF ")"},
	    {REASON_ON_OWN, "550 5.7.26 Email rejected: it does not prove to "
			    "be from example.test (ref " REF ")"},
	    {REASON_ON_LOOKALIKE,
	     "550 5.7.26 Email rejected: too much like a name that is "
	     "protected here: example.test (ref " REF ")"},
	    {REASON_ON_PERSON_NAME,
	     "550 5.7.26 Email rejected: its From bears the name of somebody "
	     "here, whose address this is not: example.test (ref " REF ")"},
	    {REASON_ON_UNAUTHENTICATED,
	     "550 5.7.26 Email rejected: neither SPF nor DKIM passed for mail "
	     "from example.test (ref " REF ")"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct verdict verdict = refused();
		verdict.decision.decided_by = rows[i].by;
		assert_string_equal(present_reply(mem, &verdict, &defaults),
				    rows[i].want);
		mem_free(mem);
	}
}

/* Who the author is cannot be told: the operator's words name a domain. */
static void refuses_malformed(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = refused();
	struct policy_settings policy = {.reply_code = "5.7.26",
					 .reply_text = "no {domain}",
					 .contact = "Ask us"};

	(void)state;
	verdict.author = (struct author){.error = AUTHOR_SEVERAL_FROM};
	verdict.result = DMARC_RESULT_PERMERROR;
	assert_string_equal(
	    present_reply(mem, &verdict, &policy),
	    "550 5.6.0 Email rejected: DMARC needs exactly one readable author "
	    "domain in From; found: several From fields (ref " REF ") Ask us");
	mem_free(mem);
}

/* RFC 7372 3.4: 5.7.26 where nothing at all passed; what the operator set, an
 * override that refuses and a malformed From have their own. */
static void chooses_its_code(void **state)
{
	static const struct {
		enum auth_result spf;
		enum auth_result dkim[2];
		bool is_override;
		const char *setting;
		const char *want;
	} cases[] = {
	    {AUTH_NONE, {AUTH_NONE, AUTH_NONE}, false, "", "550 5.7.26 "},
	    {AUTH_FAIL, {AUTH_FAIL, AUTH_POLICY}, false, "", "550 5.7.26 "},
	    {AUTH_SOFTFAIL,
	     {AUTH_TEMPERROR, AUTH_PERMERROR},
	     false,
	     "",
	     "550 5.7.26 "},
	    {AUTH_NEUTRAL, {AUTH_NONE, AUTH_NEUTRAL}, false, "", "550 5.7.26 "},
	    {AUTH_PASS, {AUTH_FAIL, AUTH_FAIL}, false, "", "550 5.7.1 "},
	    {AUTH_FAIL, {AUTH_FAIL, AUTH_PASS}, false, "", "550 5.7.1 "},
	    {AUTH_FAIL, {AUTH_PASS, AUTH_FAIL}, false, "", "550 5.7.1 "},
	    {AUTH_FAIL, {AUTH_FAIL, AUTH_FAIL}, true, "", "550 5.7.1 "},
	    {AUTH_FAIL, {AUTH_FAIL, AUTH_FAIL}, false, "5.7.0", "550 5.7.0 "},
	    {AUTH_PASS, {AUTH_FAIL, AUTH_FAIL}, true, "5.7.0", "550 5.7.0 "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct verdict verdict = refused();
		struct evidence_signature signatures[] = {
		    {.result = cases[i].dkim[0]}, {.result = cases[i].dkim[1]}};
		struct policy_settings policy = defaults;
		policy.reply_code = cases[i].setting;
		verdict.input.override.has_match = cases[i].is_override;
		verdict.evidence.spf.result = cases[i].spf;
		verdict.evidence.dkim = (struct evidence_signatures){
		    .count = 2, .items = signatures};
		const char *got = present_reply(mem, &verdict, &policy);
		if (strncmp(got, cases[i].want, strlen(cases[i].want)) != 0)
			fail_msg("%zu: %s", i, got);
		mem_free(mem);
	}
}

/* E23: what failed, and for whom. */
static void e23_defers(void **state)
{
	static const struct {
		struct open_lookup open;
		const char *want;
	} cases[] = {
	    {{LOOKUP_POLICY, "example.test"},
	     "451 4.4.3 DNS lookup for DMARC policy of example.test did not "
	     "complete, try later (ref " REF ")"},
	    {{LOOKUP_SPF, "out.example.test"},
	     "451 4.7.24 DNS lookup for SPF of out.example.test did not "
	     "complete, try later (ref " REF ")"},
	    {{LOOKUP_KEY, "mail.example.test"},
	     "451 4.7.5 Unable to verify signature of mail.example.test - key "
	     "server unavailable, try later (ref " REF ")"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct verdict verdict = refused();
		verdict.result = DMARC_RESULT_TEMPERROR;
		verdict.open = cases[i].open;
		verdict.decision.applied = DISPOSITION_TEMPFAIL;
		assert_string_equal(present_reply(mem, &verdict, &defaults),
				    cases[i].want);
		mem_free(mem);
	}
}

static void accepts_without_words(void **state)
{
	static const enum disposition accepting[] = {
	    DISPOSITION_NONE, DISPOSITION_TAG, DISPOSITION_QUARANTINE};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof accepting / sizeof accepting[0]; i++) {
		struct verdict verdict = refused();
		verdict.decision.applied = accepting[i];
		assert_null(present_reply(mem, &verdict, &defaults));
	}
	mem_free(mem);
}

/* A name of 250 bytes; labels of nine. */
static const char *long_domain(char domain[LIMIT_DOMAIN_BYTES + 1])
{
	for (size_t i = 0; i < 250; i++)
		domain[i] = i % 10 == 9 ? '.' : 'd';
	domain[249] = 'd';
	domain[250] = '\0';
	return domain;
}

/* A line of SMTP takes no more; reference and contact are never lost. */
static void bounds_its_length(void **state)
{
	static const char *const texts[] = {
	    "", "{domain} {domain} {domain} {domain} {domain}",
	    "{reason} {reason} {reason} {reason}", "{contact} {contact} x"};
	char domain[LIMIT_DOMAIN_BYTES + 1];
	char contact[LIMIT_REPLY_CONTACT + 1];

	(void)state;
	memset(contact, 'c', sizeof contact - 1);
	contact[sizeof contact - 1] = '\0';
	for (size_t i = 0; i < 2 * sizeof texts / sizeof texts[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct verdict verdict = refused();
		struct policy_settings policy = defaults;
		verdict.author.domain = long_domain(domain);
		verdict.reason = mem_printf(mem, "SPF pass for %s", domain);
		policy.contact = contact;
		policy.reply_text = texts[i / 2];
		verdict.open = (struct open_lookup){LOOKUP_KEY, domain};
		if (i % 2 == 1)
			verdict.decision.applied = DISPOSITION_TEMPFAIL;
		const char *got = present_reply(mem, &verdict, &policy);
		assert_in_range(strlen(got), 200, LIMIT_REPLY_BYTES);
		assert_non_null(strstr(got, " (ref " REF ")"));
		assert_non_null(strstr(got, contact));
		if (texts[i / 2][0] == '\0' || i % 2 == 1)
			assert_non_null(strstr(got, " ...ddddddddd."));
		mem_free(mem);
	}
}

/* Of a name that is longer, the labels on the right. */
static void shows_so_much_of_a_name(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *name = mem_zeroed(mem, LIMIT_REPLY_DOMAIN + 1, 1, "name");
	struct verdict verdict = refused();
	struct policy_settings policy = defaults;

	(void)state;
	memset(name, 'd', LIMIT_REPLY_DOMAIN);
	for (int i = 20; i < LIMIT_REPLY_DOMAIN - 1; i += 20)
		name[i] = '.';
	policy.reply_code = "5.7.1";
	policy.reply_text = "no {domain}";
	verdict.author.domain = name;
	assert_string_equal(
	    present_reply(mem, &verdict, &policy),
	    mem_printf(mem, "550 5.7.1 no %s (ref " REF ")", name));
	verdict.author.domain = mem_printf(mem, "a.%s", name);
	assert_string_equal(
	    present_reply(mem, &verdict, &policy),
	    mem_printf(mem, "550 5.7.1 no ...%s (ref " REF ")", name));
	mem_free(mem);
}

/* --- why a policy was not followed --- */

/* The newest sets come first; those that do not fit are left out whole. */
static void names_the_sets_that_fit(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char domain[LIMIT_DOMAIN_BYTES + 1];
	struct arc_sealer sealers[LIMIT_ARC_SETS];
	struct verdict verdict = refused();

	(void)state;
	for (size_t i = 0; i < LIMIT_ARC_SETS; i++)
		sealers[i] = (struct arc_sealer){.domain = long_domain(domain),
						 .selector = "s1"};
	verdict.decision.comment = REASON_TRUSTED_SEALER;
	verdict.evidence.arc = (struct evidence_arc){
	    .result = AUTH_PASS, .count = LIMIT_ARC_SETS, .sealers = sealers};
	present_override(mem, &verdict);
	assert_in_range(strlen(verdict.comment),
			LIMIT_OVERRIDE_COMMENT - LIMIT_DOMAIN_BYTES - 40,
			LIMIT_OVERRIDE_COMMENT);
	assert_non_null(strstr(verdict.comment, "arc=pass as[50].d="));
	const char *last = strstr(verdict.comment, " as[48].s=");
	assert_string_equal(last, " as[48].s=s1");
	mem_free(mem);
}

/* --- the reference --- */

/* Every letter occurs, and none that is mistaken for another. */
static void spells_references(void **state)
{
	bool seen[256] = {false};
	size_t count = 0;

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		struct random_source random = random_fixed((uint8_t)byte);
		char reference[REFERENCE_TEXT];
		(void)reference_make(&random, reference);
		assert_int_equal(strlen(reference), 9);
		assert_int_equal(reference[4], '-');
		assert_null(strpbrk(reference, "01IO"));
		seen[(unsigned char)reference[0]] = true;
	}
	for (size_t i = 0; i < 256; i++)
		count += seen[i] ? 1 : 0;
	assert_int_equal(count, 32);
}

/* --- the header field --- */

static struct verdict passed(void)
{
	static struct evidence_signature signatures[] = {
	    {.domain = "example.test",
	     .selector = "s1",
	     .algorithm = "rsa-sha256",
	     .identity = "@example.test",
	     .hash_text = "abcdefgh",
	     .key_bits = 2048,
	     .result = AUTH_PASS},
	    {.result = AUTH_PERMERROR, .reason = "d= missing"},
	};
	static const bool is_aligned[] = {true, false};
	struct verdict verdict = refused();

	verdict.evidence = (struct evidence){
	    .spf = {.result = AUTH_PASS, .domain = "example.test"},
	    .dkim = {.count = 2, .items = signatures},
	    .iprev = {.result = AUTH_PASS, .name = "out.example.test"},
	};
	verdict.is_aligned = is_aligned;
	verdict.result = DMARC_RESULT_PASS;
	return verdict;
}

static void stamps_every_method(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = passed();

	(void)state;
	verdict.evidence.arc = (struct evidence_arc){.result = AUTH_FAIL,
						     .reason = "seal 2 broken"};
	assert_string_equal(
	    present_header(mem, &verdict, "mx.test"),
	    " mx.test;\n"
	    "\tdmarc=pass header.from=example.test policy.dmarc=reject;\n"
	    "\tspf=pass smtp.mailfrom=example.test;\n"
	    "\tdkim=pass header.d=example.test header.i=@example.test "
	    "header.s=s1\n"
	    "\theader.a=rsa-sha256 header.b=abcdefgh;\n"
	    "\tdkim=permerror (d= missing);\n"
	    "\tarc=fail (seal 2 broken) smtp.remote-ip=192.0.2.7;\n"
	    "\tiprev=pass (out.example.test) policy.iprev=192.0.2.7");
	mem_free(mem);
}

static void stamps_what_is_absent(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = {
	    .author = {.error = AUTHOR_NO_FROM},
	    .result = DMARC_RESULT_PERMERROR,
	    .reason = "no From field",
	    .evidence = {.spf = {.reason = "MAIL FROM is no mailbox"}},
	};

	(void)state;
	assert_string_equal(present_header(mem, &verdict, "mx.test"),
			    " mx.test;\n"
			    "\tdmarc=permerror (no From field);\n"
			    "\tspf=none (MAIL FROM is no mailbox);\n"
			    "\tdkim=none");
	mem_free(mem);
}

/* The HELO name stands there for the null sender alone. */
static void stamps_the_null_sender(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = refused();

	(void)state;
	verdict.evidence.spf = (struct evidence_spf){.result = AUTH_SOFTFAIL,
						     .domain = "helo.test",
						     .is_helo = true,
						     .reason = "~all"};
	verdict.client.address = (struct net_address){
	    .family = NET_IPV6, .bytes = {0x20, 1, 0xd, 0xb8, [15] = 7}};
	verdict.evidence.iprev.result = AUTH_FAIL;
	assert_string_equal(
	    present_header(mem, &verdict, "mx.test"),
	    " mx.test;\n"
	    "\tdmarc=fail header.from=example.test policy.dmarc=reject;\n"
	    "\tspf=softfail (~all) smtp.helo=helo.test;\n"
	    "\tdkim=none;\n"
	    "\tiprev=fail policy.iprev=\"2001:db8::7\"");
	mem_free(mem);
}

/* What a sender writes cannot end its value and begin a result. */
static void keeps_values_in_place(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = passed();

	(void)state;
	verdict.evidence.dkim.items[0].identity =
	    "x; dmarc=pass\r\n y@example.test";
	verdict.evidence.dkim.items[0].hash_text = "a/b+c=d)";
	const char *got = present_header(mem, &verdict, "mx.test");
	verdict.evidence.dkim.items[0].identity = "@example.test";
	verdict.evidence.dkim.items[0].hash_text = "abcdefgh";
	assert_null(strchr(got, '\r'));
	assert_non_null(
	    strstr(got, "header.i=\"x; dmarc=pass?? y@example.test\""));
	assert_non_null(strstr(got, "header.b=\"a/b+c=d)\""));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(says_who_refuses),
	    cmocka_unit_test(refuses_malformed),
	    cmocka_unit_test(chooses_its_code),
	    cmocka_unit_test(e23_defers),
	    cmocka_unit_test(accepts_without_words),
	    cmocka_unit_test(bounds_its_length),
	    cmocka_unit_test(spells_references),
	    cmocka_unit_test(stamps_every_method),
	    cmocka_unit_test(stamps_what_is_absent),
	    cmocka_unit_test(stamps_the_null_sender),
	    cmocka_unit_test(keeps_values_in_place),
	    cmocka_unit_test(shows_so_much_of_a_name),
	    cmocka_unit_test(names_the_sets_that_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
