/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_recorded_dns.c - answers as the store kept them, and what is none
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/json.h"
#include "lib/base/limits.h"
#include "lib/eval/verdict.h"
#include "lib/explain/recorded_dns.h"

#define TXT(name, text)                                                        \
	"{\"name\":\"" name "\",\"type\":\"TXT\",\"status\":\"ok\","           \
	"\"ttl\":300,\"records\":[\"" text "\"]}"
#define NOTHING(name, type, status)                                            \
	"{\"name\":\"" name "\",\"type\":\"" type "\",\"status\":\"" status    \
	"\",\"ttl\":30,\"records\":[]}"

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

/* A record of control bytes takes five bytes for each: it is shown up to its
 * share, and its length is told. */
static void cuts_long_records(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *text = mem_array(mem, char, 15001);
	struct dns_record record = {.text = text, .length = 15000};
	struct dns_answer answer = {
	    .status = DNS_OK, .count = 1, .records = &record};
	const struct dns_question question = {"t.test", DNS_TXT, &answer,
					      false};

	(void)state;
	memset(text, 1, 15000);
	const char *json =
	    questions_json(mem, &question, 1, LIMIT_ANSWERS_KEPT);
	assert_in_range(strlen(json), 900, LIMIT_RECORD_SHOWN + 160);
	struct recorded_dns dns = recorded_dns_read(mem, json);
	const char *shown = dns.items[0].records.items[0];
	assert_int_equal(strncmp(shown, "\\x01\\x01", 8), 0);
	assert_non_null(strstr(shown, "\\x01... (cut: 15000 bytes)"));
	/* For people at a terminal it is whole. */
	json = questions_json(mem, &question, 1, SIZE_MAX);
	assert_null(strstr(json, "cut:"));
	assert_true(strlen(json) > 75000);
	mem_free(mem);
}

/* Hosts with as many addresses as are looked at, many of them. */
static void keeps_a_bounded_part(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns_record addresses[LIMIT_ANSWER_RECORDS] = {{.address = {9}}};
	char text[] = "x";
	struct dns_record word = {.text = text, .length = 1};
	struct dns_answer hosts = {.status = DNS_OK,
				   .count = LIMIT_ANSWER_RECORDS,
				   .records = addresses};
	struct dns_answer words = {
	    .status = DNS_OK, .count = 1, .records = &word};
	struct dns_question questions[100];

	(void)state;
	questions[0] = (struct dns_question){"t.test", DNS_TXT, &words, false};
	for (size_t i = 1; i < 100; i++)
		questions[i] = (struct dns_question){
		    mem_printf(mem, "h%zu.test", i), DNS_A, &hosts, false};
	const char *json =
	    questions_json(mem, questions, 100, LIMIT_ANSWERS_KEPT);
	assert_true(strlen(json) <= LIMIT_ANSWERS_KEPT);
	struct recorded_dns dns = recorded_dns_read(mem, json);
	assert_true(dns.count > 2 && dns.count < 100);
	assert_string_equal(dns.items[0].records.items[0], "x");
	assert_true(dns.items[1].records.count > 100);
	assert_string_equal(dns.items[2].records.items[0], "(not kept)");
	assert_null(recorded_dns_find(&dns, "h99.test", "A"));
	assert_non_null(strstr(json, "{\"left_out\":"));
	mem_free(mem);
}

/* What DNSSEC said is kept where somebody looked, and read back. */
static void keeps_what_dnssec_said(void **state)
{
	static const struct {
		enum dns_status status;
		bool is_secure;
		bool is_validated;
		const char *word;
	} rows[] = {
	    {DNS_OK, true, true, "secure"},
	    {DNS_NXDOMAIN, true, true, "secure"},
	    {DNS_NODATA, false, true, "insecure"},
	    {DNS_BOGUS, false, true, "bogus"},
	    {DNS_TEMPORARY, false, true, "indeterminate"},
	    {DNS_OK, false, false, NULL},
	    {DNS_BOGUS, false, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		const struct dns_answer answer = {
		    .status = rows[i].status, .is_secure = rows[i].is_secure};
		const struct dns_question question = {
		    "t.test", DNS_TXT, &answer, rows[i].is_validated};
		struct recorded_dns dns = recorded_dns_read(
		    mem, questions_json(mem, &question, 1, LIMIT_ANSWERS_KEPT));
		if (rows[i].word == NULL)
			assert_null(dns.items[0].security);
		else
			assert_string_equal(dns.items[0].security,
					    rows[i].word);
		mem_free(mem);
	}
	assert_null(dns_security_find("safe"));
	assert_null(dns_security_find(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_answers),
	    cmocka_unit_test(cuts_long_records),
	    cmocka_unit_test(keeps_what_dnssec_said),
	    cmocka_unit_test(keeps_a_bounded_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
