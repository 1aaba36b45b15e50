/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spf_trace.c - which term decided, from recorded answers alone
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/explain/spf_trace.h"

#define TXT(name, text)                                                        \
	"{\"name\":\"" name "\",\"type\":\"TXT\",\"status\":\"ok\","           \
	"\"ttl\":300,\"records\":[\"" text "\"]}"
#define ANSWER(name, type, record)                                             \
	"{\"name\":\"" name "\",\"type\":\"" type "\",\"status\":\"ok\","      \
	"\"ttl\":300,\"records\":[\"" record "\"]}"
#define NOTHING(name, type, status)                                            \
	"{\"name\":\"" name "\",\"type\":\"" type "\",\"status\":\"" status    \
	"\",\"ttl\":30,\"records\":[]}"

/* Client 192.0.2.7, MAIL FROM <ann@a.test>. `levels` is "DOMAIN TERM" of each
 * level; "?" for an unknown outcome. */
static const struct {
	const char *name;
	const char *answers;
	const char *result;
	const char *levels;
} rows[] = {
    {"no answers", "", "?", ""},
    {"no record", TXT("a.test", "hello"), "?", ""},
    {"several", TXT("a.test", "v=spf1 -all\",\"v=spf1 +all"), "?", ""},
    {"bad record", TXT("a.test", "v=spf1 nonsense -all"), "?", "a.test -;"},
    {"all", TXT("a.test", "v=spf1 ip4:192.0.2.8 -all"), "fail", "a.test -all;"},
    {"a network", TXT("a.test", "v=spf1 ?ip4:192.0.2.0/24 -all"), "neutral",
     "a.test ?ip4:192.0.2.0/24;"},
    {"one address", TXT("a.test", "v=spf1 ip4:192.0.2.7/32 -all"), "pass",
     "a.test ip4:192.0.2.7;"},
    {"the other family", TXT("a.test", "v=spf1 ip6:2001:db8::/32 ~all"),
     "softfail", "a.test ~all;"},
    {"no match", TXT("a.test", "v=spf1 ip4:192.0.2.8"), "neutral", "a.test -;"},
    {"include",
     TXT("a.test", "v=spf1 include:B.test. -all") "," TXT(
	 "b.test", "v=spf1 ip4:192.0.2.7 -all"),
     "pass", "a.test include:B.test.;B.test ip4:192.0.2.7;"},
    {"include that does not match",
     TXT("a.test", "v=spf1 include:b.test ~all") "," TXT("b.test",
							 "v=spf1 -all"),
     "softfail", "a.test ~all;"},
    {"include that was not asked", TXT("a.test", "v=spf1 include:b.test -all"),
     "?", "a.test include:b.test;"},
    {"redirect",
     TXT("a.test", "v=spf1 redirect=b.test") "," TXT("b.test", "v=spf1 -all"),
     "fail", "a.test redirect=b.test;b.test -all;"},
    {"loop", TXT("a.test", "v=spf1 redirect=a.test"), "?",
     "a.test redirect=a.test;"},
    {"a", TXT("a.test", "v=spf1 a -all") "," ANSWER("a.test", "A", "192.0.2.7"),
     "pass", "a.test a;"},
    {"a with name and prefix",
     TXT("a.test", "v=spf1 -a:h.test/24//64 ~all") "," ANSWER("h.test", "A",
							      "192.0.2.99"),
     "fail", "a.test -a:h.test/24//64;"},
    {"a without answer",
     TXT("a.test", "v=spf1 a -all") "," NOTHING("a.test", "A", "temporary"),
     "?", "a.test a;"},
    {"a without address",
     TXT("a.test", "v=spf1 a -all") "," NOTHING("a.test", "A", "nodata"),
     "fail", "a.test -all;"},
    {"mx",
     TXT("a.test", "v=spf1 mx -all") "," ANSWER(
	 "a.test", "MX", "10 m.test") "," ANSWER("m.test", "A",
						 "192.0."
						 "2.7"),
     "pass", "a.test mx;"},
    {"mx whose host was not asked",
     TXT("a.test", "v=spf1 mx -all") "," ANSWER("a.test", "MX", "10 m.test"),
     "?", "a.test mx;"},
    {"null mx",
     TXT("a.test", "v=spf1 mx -all") "," ANSWER("a.test", "MX", "0 "), "fail",
     "a.test -all;"},
    {"exists with macros",
     TXT("a.test", "v=spf1 exists:%{l}.%{i}.x.test -all") "," ANSWER(
	 "ann.192.0.2.7.x.test", "A", "127.0.0.2"),
     "pass", "a.test exists:%{l}.%{i}.x.test;"},
    {"exists that does not",
     TXT("a.test", "v=spf1 exists:x.test -all") "," NOTHING("x.test", "A",
							    "nxdomain"),
     "fail", "a.test -all;"},
    {"a client name is not known", TXT("a.test", "v=spf1 exists:%{p}.x -all"),
     "?", "a.test exists:%{p}.x;"},
    {"ptr",
     TXT("a.test", "v=spf1 ptr -all") "," ANSWER(
	 "7.2.0.192.in-addr.arpa", "PTR",
	 "h.a.test") "," ANSWER("h.a.test", "A", "192.0.2.7"),
     "pass", "a.test ptr;"},
    {"ptr of others",
     TXT("a.test", "v=spf1 ptr -all") "," ANSWER("7.2.0.192.in-addr.arpa",
						 "PTR", "h.b.test"),
     "fail", "a.test -all;"},
    {"what follows all is nothing", TXT("a.test", "v=spf1 -all ip4:192.0.2.7"),
     "fail", "a.test -all;"},
};

static const char *levels_text(TALLOC_CTX *mem, const struct spf_trace *trace)
{
	const char *text = "";

	for (size_t i = 0; i < trace->count; i++)
		text = mem_printf(
		    mem, "%s%s %s;", text, trace->levels[i].domain,
		    trace->levels[i].term == NULL ? "-"
						  : trace->levels[i].term);
	return text;
}

static void finds_the_term(void **state)
{
	struct net_address client;

	(void)state;
	assert_true(net_address_parse("192.0.2.7", &client));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		const struct spf_values values = {.client = &client,
						  .local_part = "ann",
						  .sender_domain = "a.test",
						  .domain = "a.test",
						  .helo = "h.test"};
		struct recorded_dns dns = recorded_dns_read(
		    mem, mem_printf(mem, "[%s]", rows[i].answers));
		struct spf_trace trace = spf_trace(mem, &dns, &values);
		const char *result =
		    trace.is_known ? auth_result_text(trace.result) : "?";
		if (strcmp(result, rows[i].result) != 0 ||
		    strcmp(levels_text(mem, &trace), rows[i].levels) != 0)
			fail_msg("%s: %s, %s", rows[i].name, result,
				 levels_text(mem, &trace));
		mem_free(mem);
	}
}

/* "v=spf1 include:NEXT include:NEXT ... -all", ten records deep. */
static void ends_in_a_maze(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *answers = TXT("k.test", "v=spf1 -all");
	struct net_address client;

	(void)state;
	for (char c = 'a'; c < 'k'; c++) {
		const char *terms = "";
		for (int i = 0; i < 10; i++)
			terms =
			    mem_printf(mem, "%s include:%c.test", terms, c + 1);
		answers = mem_printf(mem, TXT("%c.test", "v=spf1%s -all") ",%s",
				     c, terms, answers);
	}
	struct recorded_dns dns =
	    recorded_dns_read(mem, mem_printf(mem, "[%s]", answers));
	assert_int_equal(dns.count, 11);
	assert_true(net_address_parse("192.0.2.7", &client));
	const struct spf_values values = {
	    .client = &client,
	    .local_part = "ann",
	    .sender_domain = "a.test",
	    .helo = "h.test",
	};
	assert_false(spf_trace(mem, &dns, &values).is_known);
	mem_free(mem);
}

static void reads_answers(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	static const char *const odd[] = {"",
					  "x",
					  "{}",
					  "7",
					  "[7,[],\"a\"]",
					  "[{\"name\":7,\"records\":[7]}]"};
	struct recorded_dns dns = recorded_dns_read(
	    mem,
	    "[" TXT("A.test", "x") "," NOTHING("b.test", "A", "bogus") "]");

	(void)state;
	assert_int_equal(dns.count, 2);
	assert_non_null(recorded_dns_find(&dns, "a.TEST", "TXT"));
	assert_null(recorded_dns_find(&dns, "a.test", "A"));
	assert_true(recorded_is_open(recorded_dns_find(&dns, "b.test", "A")));
	assert_false(recorded_is_open(NULL));
	assert_string_equal(recorded_status_words(NULL), "not asked");
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		dns = recorded_dns_read(mem, odd[i]);
		for (size_t k = 0; k < dns.count; k++)
			assert_non_null(recorded_status_words(&dns.items[k]));
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_term),
	    cmocka_unit_test(ends_in_a_maze),
	    cmocka_unit_test(reads_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
