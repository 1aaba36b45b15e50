/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_sts_policy.c - policies of MTA-STS, valid ones and others
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/posture/sts_policy.h"

#define HEAD "version: STSv1\nmode: enforce\nmax_age: 1209600\n"
#define TEXT_BYTES 65536

static const struct {
	const char *name;
	const char *text;
	const char *want; /* mode, max_age, mx ... */
} valid[] = {
    {"LF", HEAD "mx: mx.d.test\n", "enforce 1209600 mx.d.test"},
    {"CRLF, from the RFC",
     "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\n"
     "mx: *.example.net\r\nmx: backupmx.example.com\r\nmax_age: 604800\r\n",
     "enforce 604800 mail.example.com *.example.net backupmx.example.com"},
    {"both in one", "version: STSv1\r\nmode: none\nmax_age: 0\r\n", "none 0"},
    {"no end of the last line", HEAD "mx: mx.d.test",
     "enforce 1209600 mx.d.test"},
    {"no blank behind the colon, and many",
     "version:STSv1\nmode:\ttesting  \nmax_age:   86400\nmx:a.test\n",
     "testing 86400 a.test"},
    {"any order", "mx: a.test\nmax_age: 1\nmode: testing\nversion: STSv1\n",
     "testing 1 a.test"},
    {"unknown keys", HEAD "x-more: a:b:c\nmx: a.test\n",
     "enforce 1209600 a.test"},
    {"blank lines", "\n" HEAD "\r\n\nmx: a.test\n\n", "enforce 1209600 a.test"},
    {"mode none needs no mx", "version: STSv1\nmode: none\nmax_age: 86400\n",
     "none 86400"},
    {"upper case in names", HEAD "mx: MX.D.Test\nmx: *.D.TEST\n",
     "enforce 1209600 mx.d.test *.d.test"},
    {"the longest max_age", "version: STSv1\nmode: none\nmax_age: 31557600\n",
     "none 31557600"},
    {"ten digits", "version: STSv1\nmode: none\nmax_age: 0000086400\n",
     "none 86400"},
    {"of doubles the first", HEAD "mode: none\nmax_age: 5\nmx: a.test\n",
     "enforce 1209600 a.test (max_age twice)"},
};

static const struct {
	const char *name;
	const char *text;
	const char *fault;
} faulty[] = {
    {"empty", "", "version is missing"},
    {"no mx", HEAD, "mx is missing"},
    {"no mode", "version: STSv1\nmax_age: 1\nmx: a.test\n", "mode is missing"},
    {"no max_age", "version: STSv1\nmode: none\n", "max_age is missing"},
    {"another version", "version: STSv2\n",
     "line 1, \"version: STSv2\": the version"},
    {"case counts", "version: stsv1\n", "the version"},
    {"another mode", "version: STSv1\nmode: report\n", "line 2, "},
    {"a key in upper case is unknown",
     "Version: STSv1\nmode: none\nmax_age: 1\n", "version is missing"},
    {"past the longest", "version: STSv1\nmode: none\nmax_age: 31557601\n",
     "max_age is no number"},
    {"no number", "version: STSv1\nmode: none\nmax_age: -1\n",
     "max_age is no number"},
    {"far too large",
     "version: STSv1\nmode: none\nmax_age: 99999999999999999999999\n",
     "max_age is no number"},
    {"no number at all", "version: STSv1\nmode: none\nmax_age:\n",
     "max_age is no number"},
    {"a page", "<html><body>not here</body></html>\n", "it has no \":\""},
    {"an asterisk within", HEAD "mx: mx*.d.test\n", "mx is neither"},
    {"an asterisk further down", HEAD "mx: *.*.d.test\n", "mx is neither"},
    {"an asterisk alone", HEAD "mx: *\n", "mx is neither"},
    {"the old way", HEAD "mx: .d.test\n", "mx is neither"},
    {"none", HEAD "mx: \n", "mx is neither"},
    {"two in one line", HEAD "mx: a.test, b.test\n", "mx is neither"},
    {"what a terminal obeys", HEAD "mx: \x1b[2J\n", "mx: \\x1b[2J"},
};

static char *told(TALLOC_CTX *mem, const struct sts_policy *policy)
{
	struct strbuf text;

	strbuf_init(&text, mem, TEXT_BYTES);
	strbuf_printf(&text, "%s %lld", sts_mode_text(policy->mode),
		      (long long)policy->max_age_s);
	for (size_t i = 0; i < policy->mx.count; i++)
		strbuf_printf(&text, " %s", policy->mx.items[i]);
	if (policy->doubled != NULL)
		strbuf_printf(&text, " (%s twice)", policy->doubled);
	return strbuf_text(&text);
}

static void test_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(valid); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct sts_policy policy;
		const char *fault =
		    sts_policy_read(mem, span_of(valid[i].text), &policy);
		if (fault != NULL)
			fail_msg("%s: %s", valid[i].name, fault);
		assert_string_equal(told(mem, &policy), valid[i].want);
		mem_free(mem);
	}
}

static void test_faulty(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(faulty); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct sts_policy policy;
		const char *fault =
		    sts_policy_read(mem, span_of(faulty[i].text), &policy);
		if (fault == NULL || strstr(fault, faulty[i].fault) == NULL)
			fail_msg("%s: %s", faulty[i].name,
				 fault == NULL ? "valid" : fault);
		mem_free(mem);
	}
}

/* A NUL is no end, and no place of a name. */
static void test_bytes(void **state)
{
	static const char text[] = HEAD "mx: a.test\0.b.test\n";
	TALLOC_CTX *mem = mem_context(NULL);
	struct sts_policy policy;

	(void)state;
	assert_non_null(
	    sts_policy_read(mem, span_make(text, sizeof text - 1), &policy));
	mem_free(mem);
}

static const char *many(TALLOC_CTX *mem, int count)
{
	struct strbuf text;

	strbuf_init(&text, mem, TEXT_BYTES);
	strbuf_add_text(&text, HEAD);
	for (int i = 0; i < count; i++)
		strbuf_printf(&text, "mx: mx%d.d.test\n", i);
	return strbuf_text(&text);
}

static void test_patterns_bounded(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct sts_policy policy;

	(void)state;
	assert_null(sts_policy_read(mem, span_of(many(mem, LIMIT_STS_PATTERNS)),
				    &policy));
	assert_int_equal(policy.mx.count, LIMIT_STS_PATTERNS);
	assert_non_null(sts_policy_read(
	    mem, span_of(many(mem, LIMIT_STS_PATTERNS + 1)), &policy));
	mem_free(mem);
}

static const struct {
	const char *pattern;
	const char *host;
	bool want;
} matches[] = {
    {"mx.d.test", "mx.d.test", true}, {"mx.d.test", "mx2.d.test", false},
    {"d.test", "mx.d.test", false},   {"*.d.test", "mx.d.test", true},
    {"*.d.test", "d.test", false},    {"*.d.test", "a.mx.d.test", false},
    {"*.d.test", "mxd.test", false},  {"*.test", "test", false},
};

static void test_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(matches); i++) {
		const char *items[] = {"other.test", matches[i].pattern};
		struct sts_policy policy = {.mx = {2, items}};
		if (sts_pattern_matches(matches[i].pattern, matches[i].host) !=
			matches[i].want ||
		    sts_policy_allows(&policy, matches[i].host) !=
			matches[i].want)
			fail_msg("%s, %s", matches[i].pattern, matches[i].host);
	}
}

#define V "version: STSv1\n"

static const struct {
	const char *left;
	const char *right;
	bool want;
} pairs[] = {
    {V "mode: enforce\nmax_age: 9\nmx: a.test\nmx: b.test\n",
     V "max_age: 9\nx: y\nmode: enforce\nmx: B.test\nmx: a.test\nmx: a.test\n",
     true},
    {V "mode: none\nmax_age: 9\n", V "mode: none\nmax_age: 9\n", true},
    {V "mode: enforce\nmax_age: 9\nmx: a.test\n",
     V "mode: testing\nmax_age: 9\nmx: a.test\n", false},
    {V "mode: enforce\nmax_age: 9\nmx: a.test\n",
     V "mode: enforce\nmax_age: 10\nmx: a.test\n", false},
    {V "mode: enforce\nmax_age: 9\nmx: a.test\n",
     V "mode: enforce\nmax_age: 9\nmx: *.a.test\n", false},
    {V "mode: enforce\nmax_age: 9\nmx: a.test\nmx: b.test\n",
     V "mode: enforce\nmax_age: 9\nmx: a.test\n", false},
};

/* What is the same is written the same, and read back as it was. */
static void test_same(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct sts_policy left;
	struct sts_policy right;
	struct sts_policy back;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		assert_null(
		    sts_policy_read(mem, span_of(pairs[i].left), &left));
		assert_null(
		    sts_policy_read(mem, span_of(pairs[i].right), &right));
		if (sts_policy_is_same(&left, &right) != pairs[i].want ||
		    sts_policy_is_same(&right, &left) != pairs[i].want ||
		    (strcmp(sts_policy_text(mem, &left),
			    sts_policy_text(mem, &right)) == 0) !=
			pairs[i].want)
			fail_msg("%s, %s", pairs[i].left, pairs[i].right);
		assert_null(sts_policy_read(
		    mem, span_of(sts_policy_text(mem, &right)), &back));
		assert_true(sts_policy_is_same(&right, &back));
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_valid),
	    cmocka_unit_test(test_faulty),
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_patterns_bounded),
	    cmocka_unit_test(test_matches),
	    cmocka_unit_test(test_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
