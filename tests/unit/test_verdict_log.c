/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_verdict_log.c - the log line: fixed keys, one word a value
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/eval/message.h"

#define REF "K7QX-2M4D"

static struct verdict rejected(void)
{
	return (struct verdict){
	    .client = {.address = {.family = NET_IPV4,
				   .bytes = {203, 0, 113, 5}}},
	    .mail_from_text = "a@other.test",
	    .author = {.domain = "example.test"},
	    .evidence = {.spf = {.result = AUTH_PASS, .domain = "other.test"}},
	    .discovery = {.is_complete = true, .org_domain = "example.test"},
	    .result = DMARC_RESULT_FAIL,
	    .decision = {.asked = REQUEST_REJECT,
			 .enforced = DISPOSITION_REJECT,
			 .applied = DISPOSITION_REJECT},
	    .is_incident = true,
	    .reference = REF,
	    .elapsed_ms = 41,
	};
}

static void check_line(const struct verdict *verdict, const char *queue_id,
		       const char *want)
{
	TALLOC_CTX *mem = mem_context(NULL);

	assert_string_equal(verdict_log_line(mem, verdict, queue_id), want);
	mem_free(mem);
}

static void writes_a_refusal(void **state)
{
	struct verdict verdict = rejected();

	(void)state;
	check_line(&verdict, "9F2C",
		   "9F2C action=reject result=fail from=example.test "
		   "org=example.test spf=pass/other.test dkim=none arc=none "
		   "asked=reject applied=reject override=- client=203.0.113.5 "
		   "mfrom=a@other.test forged=0 ref=" REF " ms=41");
}

static void writes_signatures(void **state)
{
	static struct evidence_signature signatures[7] = {
	    {.domain = "a.test", .result = AUTH_PASS},
	    {.result = AUTH_PERMERROR},
	    {.domain = "c.test", .result = AUTH_FAIL},
	    {.domain = "d.test", .result = AUTH_TEMPERROR},
	    {.domain = "e.test", .result = AUTH_POLICY},
	    {.domain = "f.test"},
	    {.domain = "g.test"},
	};
	struct verdict verdict = rejected();

	(void)state;
	verdict.result = DMARC_RESULT_PASS;
	verdict.decision.enforced = DISPOSITION_NONE;
	verdict.decision.applied = DISPOSITION_NONE;
	verdict.is_incident = false;
	verdict.forged.count = 2;
	verdict.evidence.dkim.items = signatures;
	verdict.evidence.dkim.count = 2;
	check_line(&verdict, NULL,
		   "- action=accept result=pass from=example.test "
		   "org=example.test spf=pass/other.test "
		   "dkim=pass/a.test,permerror/- arc=none asked=reject "
		   "applied=none override=- client=203.0.113.5 "
		   "mfrom=a@other.test forged=2 ref=- ms=41");
	verdict.evidence.dkim.count = 7;
	check_line(&verdict, "",
		   "- action=accept result=pass from=example.test "
		   "org=example.test spf=pass/other.test "
		   "dkim=pass/a.test,permerror/-,fail/c.test,temperror/d.test,"
		   "policy/e.test,+2 arc=none asked=reject applied=none "
		   "override=- client=203.0.113.5 mfrom=a@other.test forged=2 "
		   "ref=- ms=41");
}

static void writes_what_is_rare(void **state)
{
	struct verdict verdict = rejected();

	(void)state;
	verdict.author =
	    (struct author){.error = AUTHOR_SEVERAL_FROM, .domain = NULL};
	verdict.discovery = (struct discovery){.is_complete = false};
	verdict.evidence.spf = (struct evidence_spf){.result = AUTH_NONE};
	verdict.result = DMARC_RESULT_PERMERROR;
	verdict.decision = (struct decision){
	    .enforced = DISPOSITION_REJECT,
	    .applied = DISPOSITION_NONE,
	    .override = OVERRIDE_LOCAL_POLICY,
	};
	verdict.client.address.family = NET_NONE;
	verdict.mail_from_text = "<>";
	check_line(&verdict, "1",
		   "1 action=accept result=permerror from=- org=- "
		   "spf=none/- dkim=none arc=none asked=- applied=none "
		   "override=local_policy would=reject "
		   "malformed=several\\x20From\\x20fields "
		   "client=unknown mfrom=<> forged=0 "
		   "ref=" REF " ms=41");
}

/* A message that is not evaluated, as the engine makes its verdict. */
static const struct verdict *skipped(TALLOC_CTX *mem, struct span mail_from)
{
	static const struct dmarc_settings dmarc = {.honor_pct = 0};
	static struct evaluator evaluator;
	struct client client = {.user = "ann"};

	evaluator =
	    (struct evaluator){.clock = clock_system(), .dmarc = &dmarc};
	return message_finish(message_begin(mem, &evaluator, &client, mail_from,
					    "trusted network"));
}

static void writes_skipped_mail(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	check_line(skipped(mem, span_of("<a@b.test>")), "9F2C",
		   "9F2C action=skip reason=trusted\\x20network "
		   "client=unknown mfrom=<a@b.test> forged=0 ref=- ms=0");
	mem_free(mem);
}

/* Whatever a sender or an MTA says, the line stays one line of words. */
static void keeps_hostile_values_apart(void **state)
{
	static const struct {
		const char *sender;
		const char *want;
	} senders[] = {
	    {"<a b@c.test>", "mfrom=<a\\x20b@c.test> "},
	    {"<a@c.test>\r\nnext: line", "mfrom=<a@c.test>\\x0d\\x0anext:"
					 "\\x20line "},
	    {"<a@c.test> action=accept ref=-",
	     "mfrom=<a@c.test>\\x20action=accept\\x20ref=- "},
	    {"\x1b[2J", "mfrom=\\x1b[2J "},
	    {"\xc3\xbc@c.test", "mfrom=\\xc3\\xbc@c.test "},
	    {"a\\x20b", "mfrom=a\\\\x20b "},
	    {"%s%n", "mfrom=%s%n "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof senders / sizeof senders[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		const char *line = verdict_log_line(
		    mem, skipped(mem, span_of(senders[i].sender)),
		    "9F2C action=reject\n");
		if (strstr(line, senders[i].want) == NULL)
			fail_msg("%s lacks %s", line, senders[i].want);
		assert_int_equal(
		    strncmp(line, "9F2C\\x20action=reject\\x0a action=skip ",
			    38),
		    0);
		assert_null(strpbrk(line, "\r\n\x1b"));
		mem_free(mem);
	}
}

/* The longest values leave room for the keys behind them. */
static void bounds_the_line(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *domain = mem_zeroed(mem, LIMIT_DOMAIN_BYTES + 1, 1, "domain");
	char *sender = mem_zeroed(mem, 100000, 1, "sender");
	char *queue_id = mem_zeroed(mem, 100000, 1, "queue id");
	struct evidence_signature signatures[20];
	struct verdict verdict = rejected();

	(void)state;
	memset(domain, 'd', LIMIT_DOMAIN_BYTES);
	memset(sender, '\n', 99999);
	memset(queue_id, ' ', 99999);
	for (size_t i = 0; i < 20; i++)
		signatures[i] = (struct evidence_signature){.domain = domain};
	verdict.evidence.dkim =
	    (struct evidence_signatures){.count = 20, .items = signatures};
	verdict.evidence.spf.domain = domain;
	verdict.author.domain = domain;
	verdict.discovery.org_domain = domain;
	verdict.mail_from_text = skipped(mem, span_of(sender))->mail_from_text;
	const char *line = verdict_log_line(mem, &verdict, queue_id);
	assert_in_range(strlen(line), 2000, 4096);
	assert_non_null(strstr(line, ",+15 arc="));
	assert_non_null(strstr(line, " ref=" REF " ms=41"));
	mem_free(mem);
}

/* A foreign value is whole up to its bound, and cut with a sign past it. */
static void cuts_a_long_value(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *queue_id = mem_zeroed(mem, LIMIT_LOG_VALUE + 2, 1, "queue id");
	struct verdict verdict = rejected();

	(void)state;
	for (int more = 0; more < 2; more++) {
		memset(queue_id, 'q', (size_t)LIMIT_LOG_VALUE + (size_t)more);
		const char *line = verdict_log_line(mem, &verdict, queue_id);
		assert_int_equal(strcspn(line, " "), LIMIT_LOG_VALUE);
		assert_int_equal(strspn(line, "q"), LIMIT_LOG_VALUE - 3 * more);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_a_refusal),
	    cmocka_unit_test(writes_signatures),
	    cmocka_unit_test(writes_what_is_rare),
	    cmocka_unit_test(writes_skipped_mail),
	    cmocka_unit_test(keeps_hostile_values_apart),
	    cmocka_unit_test(bounds_the_line),
	    cmocka_unit_test(cuts_a_long_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
