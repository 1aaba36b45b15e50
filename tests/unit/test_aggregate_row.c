/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_aggregate_row.c - what a report says of a tuple
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/report/make/aggregate_row.h"
#include "tests/unit/report_fixture.h"

static struct aggregate_row row_of(TALLOC_CTX *mem,
				   const struct store_tuple *tuple)
{
	struct aggregate_row row;
	struct error err;

	if (!aggregate_row_make(mem, tuple, 1, &row, &err))
		fail_msg("%s", err.words);
	return row;
}

/* RFC 9990 3.1.1.8, 3.1.1.9 and the table of reasons. */
static void words_the_outcome(void **state)
{
	static const struct {
		const char *result;
		int is_aligned;
		const char *policy;
		const char *applied;
		const char *type;
		const char *comment;
		const char *disposition;
		const char *reason;
		const char *reason_comment;
	} rows[] = {
	    /* passed */
	    {"pass", 1, "reject", "none", "", "", "pass", "", ""},
	    {"pass", 1, "quarantine", "none", "", "", "pass", "", ""},
	    {"pass", 1, "none", "none", "", "", "none", "", ""},
	    {"pass", 1, "reject", "reject", "local_policy", "override x: y",
	     "reject", "local_policy", "override x: y"},
	    /* failed, as published */
	    {"fail", 0, "reject", "reject", "", "", "reject", "", ""},
	    {"fail", 0, "quarantine", "quarantine", "", "", "quarantine", "",
	     ""},
	    {"fail", 0, "none", "none", "", "", "none", "", ""},
	    /* failed, otherwise */
	    {"fail", 0, "reject", "quarantine", "policy_test_mode", "",
	     "quarantine", "policy_test_mode", ""},
	    {"fail", 0, "reject", "quarantine", "local_policy",
	     "body changed, header signature intact", "quarantine",
	     "local_policy", "body changed, header signature intact"},
	    {"fail", 0, "reject", "none", "local_policy", "monitor mode",
	     "none", "local_policy", "monitor mode"},
	    {"fail", 0, "reject", "none", "trusted_forwarder", "override f: w",
	     "none", "trusted_forwarder", "override f: w"},
	    {"fail", 0, "quarantine", "none", "other", "pct=0", "none", "other",
	     "pct=0"},
	    {"fail", 0, "quarantine", "tag", "local_policy",
	     "policy.on_quarantine", "quarantine", "local_policy",
	     "policy.on_quarantine"},
	    /* let through although nothing could be found out */
	    {"temperror", 0, "reject", "none", "local_policy",
	     "policy.on_temperror", "none", "local_policy",
	     "policy.on_temperror"},
	    {"temperror", 0, "quarantine", "none", "", "", "none",
	     "local_policy", "dmarc=temperror"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_tuple tuple = report_entry().tuple;
		tuple.dmarc_result = rows[i].result;
		tuple.is_spf_aligned = rows[i].is_aligned;
		tuple.policy = rows[i].policy;
		tuple.applied = rows[i].applied;
		tuple.override_type = rows[i].type;
		tuple.override_comment = rows[i].comment;
		struct aggregate_row row = row_of(mem, &tuple);
		assert_string_equal(aggregate_disposition_text(row.disposition),
				    rows[i].disposition);
		assert_int_equal(row.reason,
				 override_type_find(rows[i].reason));
		assert_string_equal(row.reason_comment, rows[i].reason_comment);
		mem_free(mem);
	}
}

/* The stored list in; "domain/selector=result" out, a blank between. */
static char *signatures_text(TALLOC_CTX *mem, const struct aggregate_row *row)
{
	struct strbuf text;

	strbuf_init(&text, mem, 65536);
	for (size_t i = 0; i < row->signature_count; i++)
		strbuf_printf(&text, "%s%s/%s=%s", i == 0 ? "" : " ",
			      row->signatures[i].domain,
			      row->signatures[i].selector,
			      auth_result_text(row->signatures[i].result));
	return strbuf_text(&text);
}

#define SIGNATURE(domain, selector, result, aligned)                           \
	"{\"domain\":" domain ",\"selector\":" selector ",\"algorithm\":null," \
	"\"key_bits\":null,\"result\":\"" result                               \
	"\",\"reason\":null,\"aligned\":" aligned "}"

static void orders_signatures(void **state)
{
	static const struct {
		const char *name;
		const char *dkim;
		const char *want;
	} rows[] = {
	    {"none", "[]", ""},
	    {"strict, relaxed, other, the rest",
	     "[" SIGNATURE("\"a.test\"", "\"1\"", "fail", "false") "," SIGNATURE(
		 "\"z.test\"", "\"2\"", "pass",
		 "false") "," SIGNATURE("\"example.com\"", "\"3\"", "pass",
					"true") "," SIGNATURE("\"news.example."
							      "com\"",
							      "\"4\"", "pass",
							      "true") "," SIGNATURE("\"news.example.com\"",
										    "\"5\"",
										    "fail",
										    "true") "]",
	     "news.example.com/4=pass example.com/3=pass z.test/2=pass "
	     "a.test/1=fail news.example.com/5=fail"},
	    {"F6 errors of both kinds, selector 0",
	     "[" SIGNATURE("\"b.test\"", "\"0\"", "temperror",
			   "false") "," SIGNATURE("\"a.test\"", "\"s\"",
						  "permerror", "false") "]",
	     "a.test/s=permerror b.test/0=temperror"},
	    {"F6 no selector known",
	     "[" SIGNATURE("\"a.test\"", "null", "permerror", "false") "]",
	     "a.test/=permerror"},
	    {"F6 no domain known: nobody is named",
	     "[" SIGNATURE("null", "null", "permerror", "false") "," SIGNATURE(
		 "\"a.test\"", "\"s\"", "pass", "false") "]",
	     "a.test/s=pass"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_tuple tuple = report_entry().tuple;
		tuple.dkim = rows[i].dkim;
		struct aggregate_row row = row_of(mem, &tuple);
		assert_string_equal(signatures_text(mem, &row), rows[i].want);
		mem_free(mem);
	}
}

static void keeps_the_best_hundred(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_tuple tuple = report_entry().tuple;
	struct strbuf dkim;

	(void)state;
	strbuf_init(&dkim, mem, 65536);
	strbuf_add_char(&dkim, '[');
	for (int i = 0; i < 150; i++)
		strbuf_printf(
		    &dkim,
		    SIGNATURE("\"d%03d.test\"", "\"s\"", "%s", "false") ",", i,
		    i == 149 ? "pass" : "fail");
	strbuf_add_text(
	    &dkim, SIGNATURE("\"example.com\"", "\"s\"", "pass", "true") "]");
	tuple.dkim = strbuf_text(&dkim);
	struct aggregate_row row = row_of(mem, &tuple);
	assert_int_equal(row.signature_count, AGGREGATE_SIGNATURES_MAX);
	assert_string_equal(row.signatures[0].domain, "example.com");
	assert_string_equal(row.signatures[1].domain, "d149.test");
	assert_string_equal(row.signatures[2].domain, "d000.test");
	mem_free(mem);
}

/* F5: the null path shows the HELO name, and no MAIL FROM. */
static void f5_shows_the_null_path(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_tuple tuple = report_entry().tuple;

	(void)state;
	tuple.mail_from_domain = "";
	tuple.spf_scope = "helo";
	tuple.spf_domain = "out.example.com";
	struct aggregate_row row = row_of(mem, &tuple);
	assert_true(row.is_null_path && row.has_spf);
	assert_string_equal(row.envelope_from, "");
	assert_string_equal(row.spf_domain, "out.example.com");
	tuple.spf_domain = ""; /* HELO [192.0.2.7] */
	row = row_of(mem, &tuple);
	assert_false(row.has_spf);
	mem_free(mem);
}

/* F13: what a damaged store holds makes one row unusable, with words. */
static void f13_refuses_what_it_cannot_show(void **state)
{
	static const struct {
		const char *words;
		size_t member;
		const char *value;
	} rows[] = {
	    {"no client address", offsetof(struct store_tuple, client_ip),
	     "unknown"},
	    {"no client address", offsetof(struct store_tuple, client_ip), ""},
	    {"\"<b>\" is no author domain",
	     offsetof(struct store_tuple, author_domain), "<b>"},
	    {"\"bad\\x01\" is no SPF result",
	     offsetof(struct store_tuple, spf_result), "bad\x01"},
	    {"no override type", offsetof(struct store_tuple, override_type),
	     "because"},
	    {"DKIM results cannot be read", offsetof(struct store_tuple, dkim),
	     "[{"},
	    {"\"odd\" is no DKIM result", offsetof(struct store_tuple, dkim),
	     "[{\"domain\":\"a.test\",\"result\":\"odd\"}]"},
	    {"DKIM result cannot be read", offsetof(struct store_tuple, dkim),
	     "[7]"},
	};
	struct aggregate_row row = {.count = 77};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct store_tuple tuple = report_entry().tuple;
		struct error err;
		memcpy((char *)&tuple + rows[i].member, &rows[i].value,
		       sizeof rows[i].value);
		if (aggregate_row_make(mem, &tuple, 1, &row, &err))
			fail_msg("taken: %s", rows[i].value);
		assert_non_null(strstr(err.words, rows[i].words));
		assert_int_equal(row.count, 77);
		mem_free(mem);
	}
	struct store_tuple tuple = report_entry().tuple;
	struct error err;
	assert_false(aggregate_row_make(NULL, &tuple, 0, &row, &err));
	assert_non_null(strstr(err.words, "a count of 0"));
}

/* Beside the reason that there is already. */
static void says_what_it_rests_on(void **state)
{
	static const struct {
		const char *rests_on;
		const char *type;
		const char *comment;
		enum override_type want;
		const char *words;
	} rows[] = {
	    {"", "", "", OVERRIDE_NONE, ""},
	    {"stale", "", "", OVERRIDE_LOCAL_POLICY, "stale answer"},
	    {"remembered", "", "", OVERRIDE_LOCAL_POLICY, "remembered record"},
	    {"remembered", "local_policy", "remembered record",
	     OVERRIDE_LOCAL_POLICY, "remembered record"},
	    {"remembered", "other", "pct=0", OVERRIDE_OTHER,
	     "pct=0, remembered record"},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_tuple tuple = report_entry().tuple;
	struct aggregate_row row;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		tuple.rests_on = rows[i].rests_on;
		tuple.override_type = rows[i].type;
		tuple.override_comment = rows[i].comment;
		row = row_of(mem, &tuple);
		assert_int_equal(row.reason, rows[i].want);
		assert_string_equal(row.reason_comment, rows[i].words);
	}
	tuple.rests_on = "nonsense";
	assert_false(aggregate_row_make(mem, &tuple, 1, &row, &err));
	mem_free(mem);
}

static void compares_what_is_shown(void **state)
{
	static const struct {
		size_t member;
		const char *value;
		bool is_same;
	} rows[] = {
	    {offsetof(struct store_tuple, client_ip), "192.0.2.8", false},
	    {offsetof(struct store_tuple, client_name), "x.example", true},
	    {offsetof(struct store_tuple, tls_version), "", true},
	    {offsetof(struct store_tuple, author_domain), "example.com", false},
	    {offsetof(struct store_tuple, mail_from_domain), "b.com", false},
	    {offsetof(struct store_tuple, spf_result), "fail", false},
	    {offsetof(struct store_tuple, spf_domain), "b.com", false},
	    {offsetof(struct store_tuple, applied), "reject", false},
	    {offsetof(struct store_tuple, override_type), "other", false},
	    {offsetof(struct store_tuple, override_comment), "x", false},
	    {offsetof(struct store_tuple, dkim),
	     "[" SIGNATURE("\"a.test\"", "\"1\"", "pass", "false") "]", false},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_tuple tuple = report_entry().tuple;
	struct aggregate_row first = row_of(mem, &tuple);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct store_tuple other = tuple;
		memcpy((char *)&other + rows[i].member, &rows[i].value,
		       sizeof rows[i].value);
		struct aggregate_row second = row_of(mem, &other);
		int order = aggregate_row_compare(&first, &second);
		assert_int_equal(order == 0, rows[i].is_same);
		assert_int_equal(
		    order<0, aggregate_row_compare(&second, &first)> 0);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_the_outcome),
	    cmocka_unit_test(orders_signatures),
	    cmocka_unit_test(keeps_the_best_hundred),
	    cmocka_unit_test(f5_shows_the_null_path),
	    cmocka_unit_test(f13_refuses_what_it_cannot_show),
	    cmocka_unit_test(says_what_it_rests_on),
	    cmocka_unit_test(compares_what_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
