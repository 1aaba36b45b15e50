/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_authres.c - writing the Authentication-Results field
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/mail/authres.h"
#include "lib/mail/authres_value.h"

#define LABEL_60 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"
#define NAME_243 LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60

static void writes_results(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct authres *field = authres_new(mem, "mx.example.org");

	(void)state;
	authres_add_result(field, "spf", "pass", NULL, NULL);
	authres_add_property(field, "smtp", "mailfrom", "news.example.com");
	authres_add_result(field, "dkim", "pass", NULL, NULL);
	authres_add_property(field, "header", "d", "example.com");
	authres_add_property(field, "header", "i", NULL);
	authres_add_property(field, "header", "s", "s1");
	authres_add_property(field, "header", "a", "rsa-sha256");
	authres_add_property(field, "header", "b", "EjC/Nc3a");
	authres_add_result(field, "dmarc", "fail", "p=none", "not aligned");
	authres_add_property(field, "header", "from", "example.com");
	static const char want[] =
	    " mx.example.org;\n"
	    "\tspf=pass smtp.mailfrom=news.example.com;\n"
	    "\tdkim=pass header.d=example.com header.s=s1 "
	    "header.a=rsa-sha256\n"
	    "\theader.b=\"EjC/Nc3a\";\n"
	    "\tdmarc=fail (p=none) reason=\"not aligned\" "
	    "header.from=example.com";
	assert_string_equal(authres_text(field), want);
	assert_string_equal(authres_text(field), want);
	mem_free(mem);
}

static void writes_none(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	assert_string_equal(authres_text(authres_new(mem, "mx.test")),
			    " mx.test; none");
	assert_string_equal(authres_text(authres_new(mem, "mx/1")),
			    " \"mx/1\"; none");
	mem_free(mem);
}

static const struct {
	const char *name;
	const char *input;
	const char *want;
} values[] = {
    {"token", "example.test", "example.test"},
    {"underscore", "a_b.test", "a_b.test"},
    {"empty", "", "\"\""},
    {"IPv4", "192.0.2.1", "192.0.2.1"},
    {"IPv6", "2001:db8::1", "\"2001:db8::1\""},
    {"base64", "ab+/=", "\"ab+/=\""},
    {"identity", "a.b+c@example.test", "a.b+c@example.test"},
    {"identity, atext", "a/b=c@example.test", "a/b=c@example.test"},
    {"domain identity", "@example.test", "@example.test"},
    {"local-part ends in dot", "a.@example.test", "\"a.@example.test\""},
    {"identity, one label", "a@localhost", "\"a@localhost\""},
    {"identity, no label", "a@.test", "\"a@.test\""},
    {"identity, last dot", "a@b.test.", "\"a@b.test.\""},
    {"identity, underscore", "a@a_b.test", "\"a@a_b.test\""},
    {"identity, hyphen, digit", "a@b-1.test", "a@b-1.test"},
    {"identity, quoted", "\"a b\"@b.test", "\"\\\"a b\\\"@b.test\""},
    {"identity, utf-8", "\xc3\xbc@b.test", "\"\xc3\xbc@b.test\""},
    {"E6 blank", "a b", "\"a b\""},
    {"E6 line end", "a\r\nX: y", "\"a??X: y\""},
    {"E6 semicolon", "a;b", "\"a;b\""},
    {"E6 quote", "a\"b\\", "\"a\\\"b\\\\\""},
    {"E6 percent", "a%s", "a%s"},
    {"E6 control", "\x01\x7f\t", "\"???\""},
    {"E6 DEL behind token", "a\x7f", "\"a?\""},
    {"E6 parenthesis G3", "example.net(.x", "\"example.net(.x\""},
    {"utf-8", "b\xc3\xbc.test", "\"b\xc3\xbc.test\""},
    {"latin-1", "b\xfc.test", "\"b?.test\""},
};

static void writes_values(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		char *got = authres_value(mem, values[i].input);
		if (strcmp(got, values[i].want) != 0)
			fail_msg("%s: %s", values[i].name, got);
	}
	assert_string_equal(authres_comment(mem, "a (b) \\ \"c\"\n"),
			    "(a \\(b\\) \\\\ \"c\"?)");
	assert_string_equal(authres_quoted(mem, "token"), "\"token\"");
	mem_free(mem);
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	for (;;) {
		size_t length = strcspn(text, "\n");
		longest = length > longest ? length : longest;
		if (text[length] == '\0')
			return longest;
		text += length + 1;
	}
}

/* Every width of a property around the margin. */
static void keeps_lines_short(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (int width = 1; width < 55; width++) {
		struct authres *field = authres_new(mem, "mx.test");
		const char *value = mem_printf(mem, "%.*s", width, LABEL_60);
		authres_add_result(field, "dkim", "pass", value, value);
		authres_add_property(field, "header", "d", value);
		authres_add_property(field, "header", "s", value);
		authres_add_result(field, "dmarc", "pass", NULL, NULL);
		assert_true(longest_line(authres_text(field)) <= 78);
	}
	mem_free(mem);
}

/* E5: long values make long lines, and are whole. */
static void never_cuts_a_value(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct authres *field = authres_new(mem, "mx.test");

	(void)state;
	for (int i = 0; i < 5; i++) {
		authres_add_result(field, "dkim", "pass", NULL, NULL);
		authres_add_property(field, "header", "d", NAME_243);
	}
	const char *text = authres_text(field);
	assert_true(strlen(text) > 1024);
	for (int i = 0; i < 5; i++) {
		text = strstr(text, "\n\theader.d=" NAME_243);
		assert_non_null(text);
		text++;
	}
	mem_free(mem);
}

/* Results go whole; later ones that fit still come. */
static void drops_what_does_not_fit(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct authres *field = authres_new(mem, "mx.test");
	char *half = mem_zeroed(mem, 1, LIMIT_AUTHRES_WRITTEN / 2, "text");
	char *whole = mem_zeroed(mem, 1, LIMIT_AUTHRES_WRITTEN + 1, "text");

	(void)state;
	memset(half, 'a', LIMIT_AUTHRES_WRITTEN / 2 - 1);
	memset(whole, 'b', LIMIT_AUTHRES_WRITTEN);
	authres_add_result(field, "dkim", "pass", NULL, NULL);
	authres_add_property(field, "header", "d", half);
	authres_add_result(field, "dkim", "fail", NULL, NULL);
	authres_add_property(field, "header", "d", half);
	authres_add_result(field, "dkim", "neutral", NULL, NULL);
	authres_add_property(field, "header", "d", whole);
	authres_add_result(field, "dmarc", "pass", NULL, NULL);
	const char *text = authres_text(field);
	assert_true(strlen(text) <= LIMIT_AUTHRES_WRITTEN);
	assert_non_null(strstr(text, "dkim=pass"));
	assert_null(strstr(text, "dkim=fail"));
	assert_null(strstr(text, "dkim=neutral"));
	assert_string_equal(strrchr(text, ';'), ";\n\tdmarc=pass");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_results),
	    cmocka_unit_test(writes_none),
	    cmocka_unit_test(writes_values),
	    cmocka_unit_test(keeps_lines_short),
	    cmocka_unit_test(never_cuts_a_value),
	    cmocka_unit_test(drops_what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
