/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_explain.c - an incident in words, also one that is old, cut or forged
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/explain/explain.h"

#define NOON_S ((int64_t)1777636800)

/* What the first release kept of a refused message: no member "explain". */
static struct store_incident old_row(void)
{
	return (struct store_incident){
	    .reference = "K7QX-2M4D",
	    .time_s = NOON_S,
	    .queue_id = "9F2C",
	    .host = "mx",
	    .client_ip = "203.0.113.5",
	    .client_name = "",
	    .helo = "helo.test",
	    .mail_from = "<a@bounce.list.test>",
	    .author_domain = "example.org",
	    .author_error = "",
	    .policy_domain = "example.org",
	    .spf_result = "pass",
	    .spf_domain = "bounce.list.test",
	    .dkim = "[{\"domain\":\"news.example.org\",\"selector\":\"s1\","
		    "\"algorithm\":\"rsa-sha256\",\"key_bits\":2048,"
		    "\"result\":\"fail\",\"reason\":\"the body hash does not "
		    "match\",\"aligned\":true}]",
	    .dmarc_result = "fail",
	    .asked = "reject",
	    .applied = "reject",
	    .override_type = "",
	    .override_comment = "",
	    .reason = "SPF pass for bounce.list.test is not aligned (relaxed)",
	    .reply = "550 5.7.1 no",
	    .rcpt_domains = "[]",
	    .tls_version = "",
	    .verdict =
		"{\"spf\":{\"scope\":\"mfrom\",\"reason\":null},"
		"\"dmarc\":{\"result\":\"fail\",\"org_domain\":\"example.org\","
		"\"discovery\":\"treewalk\","
		"\"record\":\"v=DMARC1; p=reject\"}}",
	    .queries = "[]",
	};
}

static const struct explain_today nothing_today = {.now_s = NOON_S};

/* All lines, each behind its step's name, as one text. */
static const char *text_of(TALLOC_CTX *mem,
			   const struct explanation *explanation)
{
	const char *text = "";

	for (size_t i = 0; i < explanation->count; i++) {
		const struct explanation_step *step = &explanation->steps[i];
		for (size_t k = 0; k < step->lines.count; k++)
			text = mem_printf(mem, "%s%s: %s\n", text, step->name,
					  step->lines.items[k]);
	}
	return text;
}

static const char *explained(TALLOC_CTX *mem,
			     const struct store_incident *incident)
{
	return text_of(mem,
		       explain_incident(mem, incident, &nothing_today, true));
}

static void want(const char *text, const char *words)
{
	if (strstr(text, words) != NULL)
		return;
	(void)fputs(text, stderr);
	fail_msg("not there: %s", words);
}

static void explains_old_rows(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_incident incident = old_row();
	const char *text = explained(mem, &incident);

	(void)state;
	want(text, "client: The client was 203.0.113.5.\n");
	want(text, "spf: Compared with the author: bounce.list.test and "
		   "example.org have different organizational domains");
	want(text, "dkim:   Compared with the author: news.example.org and "
		   "example.org have the same organizational domain "
		   "(example.org): aligned.\n");
	want(text, "discovery: The answers were not kept.\n");
	want(text, "policy: p=reject: ");
	want(text, "decision: Which line of the configuration decided was not "
		   "recorded.\n");
	want(text, "reply: 550 5.7.1 no\n");
	want(text, "operator: If the mail is wanted: alignctl review allow "
		   "K7QX-2M4D writes an override for what it proved (spf = "
		   "{\"bounce.list.test\"})");
	mem_free(mem);
}

/* What review allow will ask for is said with it. */
static void advises_what_allowing_asks(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_incident incident = old_row();
	const char *asks = "operator: It asks for --i-know where that has no "
			   "past of passing here";

	(void)state;
	want(explained(mem, &incident), asks);
	incident.author_domain = "";
	incident.author_error = "several author domains";
	want(explained(mem, &incident), asks);
	want(explained(mem, &incident),
	     "alignctl review allow K7QX-2M4D --from-any writes");
	mem_free(mem);
}

#define LEVEL(domain, record, term, mechanism)                                 \
	"{\"domain\":\"" domain "\",\"record\":\"" record "\",\"term\":" term  \
	",\"mechanism\":" mechanism "}"
#define SPF_TOLD(levels, lookups)                                              \
	"{\"spf\":{\"scope\":\"mfrom\",\"reason\":null},\"explain\":{\"spf\":" \
	"{"                                                                    \
	"\"levels\":[" levels "],\"lookups\":[" lookups "]}}}"

/* The term that decided, as the evaluation recorded it. */
static void tells_the_spf_term(void **state)
{
	static const struct {
		const char *verdict;
		const char *lines;
	} rows[] = {
	    {SPF_TOLD(LEVEL("a.test", "v=spf1 exists:x.test -all",
			    "\"exists:x.test\"", "\"exists\""),
		      ""),
	     "spf: The SPF record of a.test: v=spf1 exists:x.test -all\n"
	     "spf: Its term exists:x.test matched and decided: pass.\n"
	     "spf: Result: pass, "},
	    {SPF_TOLD(LEVEL("a.test", "v=spf1 redirect=b.test",
			    "\"redirect=b.test\"",
			    "\"redirect\"") "," LEVEL("b.test", "v=spf1",
						      "null", "null"),
		      ""),
	     "spf: None of its terms decided, so redirect=b.test hands over.\n"
	     "spf: The SPF record of b.test: v=spf1\n"
	     "spf: No term of it names the client 203.0.113.5, and none says "
	     "what holds for all others: pass.\n"
	     "spf: Result: pass, "},
	    {SPF_TOLD(LEVEL("a.test", "v=spf1 include:b.test",
			    "\"include:b.test\"",
			    "\"include\"") "," LEVEL("b.test", "v=spf1 +ALL",
						     "\"+ALL\"", "\"all\""),
		      "{\"domain\":\"a.test\",\"term\":\"mx\",\"type\":\"MX\","
		      "\"name\":\"a.test\"},"
		      "{\"domain\":\"a.test\",\"term\":\"mx\",\"type\":\"A\","
		      "\"name\":\"m.test\"},"
		      "{\"domain\":\"a.test\",\"term\":\"include:b.test\","
		      "\"type\":\"TXT\",\"name\":\"b.test\"}"),
	     "spf: Its term include:b.test matches, since there:\n"
	     "spf: The SPF record of b.test: v=spf1 +ALL\n"
	     "spf: No term before it names the client 203.0.113.5, so its term "
	     "+ALL decided: pass.\n"
	     "spf: So include:b.test of a.test decided: pass.\n"
	     "spf: Term mx of a.test asked for MX a.test, A m.test.\n"
	     "spf: Term include:b.test of a.test asked for TXT b.test.\n"
	     "spf: Result: pass, "},
	    {SPF_TOLD("7,{},[]", "null,{},\"x\""), "spf: Result: pass, "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_incident incident = old_row();
		incident.verdict = rows[i].verdict;
		want(explained(mem, &incident), rows[i].lines);
		mem_free(mem);
	}
}

/* Earlier versions did not record the term: the records are shown. */
static void shows_records_of_old_rows(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_incident incident = old_row();

	(void)state;
	incident.queries =
	    "[{\"name\":\"bounce.list.test\",\"type\":\"TXT\",\"status\":"
	    "\"ok\",\"records\":[\"hello\",\"v=spf1 include:b.test\"]},"
	    "{\"name\":\"b.test\",\"type\":\"TXT\",\"status\":\"ok\","
	    "\"records\":[\"v=spf1 +all\"]}]";
	want(explained(mem, &incident),
	     "spf: The SPF record of bounce.list.test: v=spf1 include:b.test\n"
	     "spf: The SPF record of b.test: v=spf1 +all\n"
	     "spf: Which term decided was not recorded.\n"
	     "spf: Result: pass, ");
	mem_free(mem);
}

/* A row too large for the store lost its answers, then its verdict. */
static void explains_cut_rows(void **state)
{
	static const char *const verdicts[] = {"{}", "[]", "", "nonsense"};

	(void)state;
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_incident incident = old_row();
		incident.verdict = verdicts[i];
		incident.dkim = verdicts[i];
		incident.queries = verdicts[i];
		const char *text = explained(mem, &incident);
		want(text, "result: DMARC fail: ");
		mem_free(mem);
	}
}

/* What went since the store has its size is not said to have been absent. */
static void says_what_was_not_kept(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_incident incident = old_row();

	(void)state;
	incident.verdict = "{\"cut\":5000}";
	incident.queries = "[{\"cut\":300}]";
	const char *text = explained(mem, &incident);
	want(text, "arc: What was found of it was not kept.");
	want(text, "policy: There is a policy record; what it says was not "
		   "kept.");
	want(text, "how the two were compared was not kept");
	incident.policy_domain = "";
	want(explained(mem, &incident), "policy: There is no policy record.");
	mem_free(mem);
}

/* Every member of another kind than it should be. */
static void survives_forged_rows(void **state)
{
	static const char *const verdicts[] = {
	    "{\"spf\":7,\"dkim\":[7,null,[]],\"dmarc\":[],\"explain\":\"x\"}",
	    "{\"dmarc\":{\"record\":\"v=DMARC1; p=bogus\",\"org_domain\":7}}",
	    "{\"dmarc\":{\"record\":7},\"explain\":{\"settings\":[7,{}],"
	    "\"override\":{},\"decided_by\":\"override\",\"from\":{"
	    "\"fields\":[7],\"domains\":[7]},\"alignment\":{\"dkim\":7},"
	    "\"enforced\":\"bogus\"}}",
	    "{\"arc\":{\"result\":\"pass\",\"sealers\":[7]},\"explain\":{"
	    "\"settings\":[{\"name\":\"policy.on_reject\"}],"
	    "\"decided_by\":\"policy.on_reject\"}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_incident incident = old_row();
		incident.verdict = verdicts[i];
		want(explained(mem, &incident), "result: DMARC fail: ");
		incident.dkim = "[7,{},{\"domain\":\"\",\"result\":7}]";
		incident.author_domain = "";
		incident.policy_domain = "";
		incident.spf_domain = "..";
		incident.client_ip = "nowhere";
		incident.dmarc_result = "";
		incident.applied = "";
		want(explained(mem, &incident), "result: DMARC ");
		mem_free(mem);
	}
}

/* The store is a file; a terminal obeys what its bytes say. */
static void escapes_every_text(void **state)
{
	static const char bad[] = "x\x1b]0;pwned\x07\r\n\x9b\xc2\x9b";
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_incident incident = old_row();

	(void)state;
	incident.queue_id = incident.client_ip = incident.client_name = bad;
	incident.helo = incident.mail_from = incident.author_domain = bad;
	incident.policy_domain = incident.spf_domain = bad;
	incident.spf_result = incident.asked = incident.applied = bad;
	incident.override_type = incident.override_comment = bad;
	incident.reason = incident.reply = incident.tls_version = bad;
	incident.reference = bad;
	incident.dkim = "[{\"domain\":\"a\\u001b\",\"selector\":\"\\u009b\","
			"\"result\":\"pass\",\"reason\":\"\\u202e\"}]";
	incident.verdict =
	    "{\"arc\":{\"result\":\"pass\",\"sealers\":[\"\\u001b[2J\"]},"
	    "\"dmarc\":{\"org_domain\":\"\\u001b\",\"record\":"
	    "\"v=DMARC1; p=reject; x=\\u001b\"},\"explain\":{"
	    "\"decided_by\":\"a\\u001b\",\"settings\":[{\"name\":"
	    "\"a\\u001b\",\"value\":\"\\u001b\",\"file\":\"\\u001b\","
	    "\"line\":7,\"text\":\"\\u001b\"}],\"from\":{\"fields\":["
	    "\"\\u001b\"],\"domains\":[\"\\u001b\"]}}}";
	incident.queries = "[{\"name\":\"_dmarc.\\u001b\",\"type\":\"TXT\","
			   "\"status\":\"temporary\",\"records\":["
			   "\"\\u001b\"]}]";
	struct explanation *explanation =
	    explain_incident(mem, &incident, &nothing_today, true);
	const char *text = text_of(mem, explanation);
	for (; *text != '\0'; text++)
		assert_true((*text >= 0x20 && *text < 0x7f) || *text == '\n');
	assert_string_equal(explanation->decider.value, "\\x1b");
	assert_string_equal(explanation->decider.text, "\\x1b");
	mem_free(mem);
}

/* The line is that of the decision; today's is told where it differs. */
static void compares_with_today(void **state)
{
	static const struct setting_origin then_and_now[] = {
	    {"policy.on_reject", "reject", "now.conf", 4, "on_reject = reject",
	     NULL},
	    {"policy.on_reject", "tag", "now.conf", 9, "on_reject = tag", NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_incident incident = old_row();

	(void)state;
	incident.verdict =
	    "{\"explain\":{\"decided_by\":\"policy.on_reject\","
	    "\"enforced\":\"reject\",\"settings\":[{\"name\":"
	    "\"policy.on_reject\",\"value\":\"reject\",\"file\":\"then.conf\","
	    "\"line\":4,\"text\":\"on_reject = reject\"}]}}";
	for (size_t i = 0; i < 2; i++) {
		const struct settings_origins origins = {
		    .count = 1, .items = &then_and_now[i]};
		const struct explain_today today = {.origins = &origins,
						    .now_s = NOON_S};
		const char *text = text_of(
		    mem, explain_incident(mem, &incident, &today, true));
		want(text, "decision: Decided by policy.on_reject = reject "
			   "(then.conf:4: on_reject = reject).\n");
		const char *differs =
		    strstr(text, "decision: Today that is different: "
				 "policy.on_reject = tag (now.conf:9: "
				 "on_reject = tag).\n");
		assert_int_equal(differs != NULL, i == 1);
	}
	mem_free(mem);
}

static void explains_chains(void **state)
{
	static const struct {
		const char *verdict;
		const char *want;
	} cases[] = {
	    {"{}", "arc: The message carries no ARC chain.\n"},
	    {"{\"arc\":{\"result\":\"fail\"},\"explain\":{\"arc\":{"
	     "\"reason\":\"seal 2 broken\"}}}",
	     "arc: The message carries a broken ARC chain: seal 2 broken; it "
	     "counts for nothing.\n"},
	    {"{\"arc\":{\"result\":\"pass\",\"sealers\":[\"a.test\","
	     "\"lists.test\"]},\"explain\":{\"indirect\":\"arc\"}}",
	     "arc: Set 2 was sealed by lists.test.\narc: The last sealer is "
	     "one that trust.arc_sealers names"},
	    {"{\"arc\":{\"result\":\"pass\",\"sealers\":[\"a.test\"]}}",
	     "arc: The last sealer is not among those that trust.arc_sealers "
	     "names"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_incident incident = old_row();
		incident.verdict = cases[i].verdict;
		want(explained(mem, &incident), cases[i].want);
		mem_free(mem);
	}
}

/* What the sender is told to mend follows from the evidence. */
static void advises_senders(void **state)
{
	static const struct {
		const char *spf_result;
		const char *spf_domain;
		const char *dkim;
		const char *want;
	} cases[] = {
	    {"none", "example.org", "[]",
	     "sender: SPF: publish a record at example.org that names the "
	     "server, such as \"v=spf1 ip4:203.0.113.5 -all\".\n"},
	    {"fail", "m.example.org", "[]",
	     "sender: SPF: add the server to the record of m.example.org, "
	     "such as ip4:203.0.113.5 before its \"all\""},
	    {"permerror", "example.org", "[]",
	     "sender: SPF: correct the record of example.org"},
	    {"temperror", "example.org", "[]",
	     "sender: SPF: the name servers of example.org"},
	    {"pass", "other.test", "[]",
	     "sender: SPF: send with an envelope sender (MAIL FROM) at "
	     "example.org (or a name below it) instead of other.test"},
	    {"none", "", "[]",
	     "sender: DKIM: sign the message with d=example.org (or a name "
	     "below it), and publish the key at "
	     "SELECTOR._domainkey.example.org.\n"},
	    {"none", "",
	     "[{\"domain\":\"list.test\",\"selector\":\"s\","
	     "\"result\":\"pass\",\"aligned\":false}]",
	     "sender: DKIM: the message is signed well by list.test, which is "
	     "another domain"},
	    {"none", "",
	     "[{\"domain\":\"example.org\",\"selector\":\"s9\","
	     "\"result\":\"permerror\",\"reason\":\"no key\","
	     "\"aligned\":true}]",
	     "sender: DKIM: publish the key of the signature by example.org at "
	     "TXT s9._domainkey.example.org; there is none.\n"},
	    {"none", "",
	     "[{\"domain\":\"example.org\",\"selector\":\"s8\","
	     "\"result\":\"policy\",\"reason\":\"512-bit key\","
	     "\"aligned\":true}]",
	     "sender: DKIM: mend the signature by example.org (selector s8): "
	     "512-bit key.\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_incident incident = old_row();
		incident.spf_result = cases[i].spf_result;
		incident.spf_domain = cases[i].spf_domain;
		incident.dkim = cases[i].dkim;
		incident.queries =
		    "[{\"name\":\"s9._domainkey.example.org\",\"type\":"
		    "\"TXT\",\"status\":\"nxdomain\",\"records\":[]}]";
		want(explained(mem, &incident), cases[i].want);
		mem_free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(explains_old_rows),
	    cmocka_unit_test(advises_what_allowing_asks),
	    cmocka_unit_test(tells_the_spf_term),
	    cmocka_unit_test(shows_records_of_old_rows),
	    cmocka_unit_test(explains_cut_rows),
	    cmocka_unit_test(says_what_was_not_kept),
	    cmocka_unit_test(survives_forged_rows),
	    cmocka_unit_test(escapes_every_text),
	    cmocka_unit_test(compares_with_today),
	    cmocka_unit_test(explains_chains),
	    cmocka_unit_test(advises_senders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
