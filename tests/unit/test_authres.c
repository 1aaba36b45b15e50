/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_authres.c - writing the Authentication-Results field
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/authres.h"
#include "lib/mail/authres_value.h"

#define LABEL_60 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"
#define NAME_243 LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60

static void writes_results(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct authres *field = authres_new(mem, "mx.example.org");

	(void)state;
	authres_add_result(field, "spf", "pass", NULL);
	authres_add_property(field, "smtp", "mailfrom", "news.example.com");
	authres_add_result(field, "dkim", "pass", NULL);
	authres_add_property(field, "header", "d", "example.com");
	authres_add_property(field, "header", "i", NULL);
	authres_add_property(field, "header", "s", "s1");
	authres_add_property(field, "header", "a", "rsa-sha256");
	authres_add_property(field, "header", "b", "EjC/Nc3a");
	authres_add_result(field, "dmarc", "fail", "p=none, not aligned");
	authres_add_property(field, "header", "from", "example.com");
	static const char want[] =
	    " mx.example.org;\n"
	    "\tspf=pass smtp.mailfrom=news.example.com;\n"
	    "\tdkim=pass header.d=example.com header.s=s1 "
	    "header.a=rsa-sha256\n"
	    "\theader.b=\"EjC/Nc3a\";\n"
	    "\tdmarc=fail (p=none, not aligned) header.from=example.com";
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
	assert_string_equal(authres_comment(mem, "a; spf=pass"),
			    "(a, spf=pass)");
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
		authres_add_result(field, "dkim", "pass", value);
		authres_add_property(field, "header", "d", value);
		authres_add_property(field, "header", "s", value);
		authres_add_result(field, "dmarc", "pass", NULL);
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
		authres_add_result(field, "dkim", "pass", NULL);
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

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	while ((text = strstr(text, part)) != NULL) {
		count++;
		text += strlen(part);
	}
	return count;
}

static void add_dkim(struct authres *field, const char *result,
		     const char *value)
{
	authres_add_result(field, "dkim", result, "why");
	authres_add_property(field, "header", "d", value);
	authres_add_detail(field, "header", "i", value);
}

/* Spare results go first, then details and comments; what must stand does, and
 * stands where it was added. */
static void leaves_out_what_is_spare(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct authres *field = authres_new(mem, "mx.test");
	const char *long_value =
	    mem_printf(mem, "%s.%.230s", NAME_243, NAME_243);

	(void)state;
	authres_add_result(field, "dmarc", "pass", "why");
	for (int i = 0; i < 20; i++)
		add_dkim(field, "pass", long_value);
	for (int i = 0; i < 20; i++) {
		add_dkim(field, "fail", long_value);
		authres_spare_result(field);
	}
	authres_add_result(field, "dkim", "neutral", NULL);
	authres_spare_result(field);
	authres_add_result(field, "arc", "pass", NULL);
	const char *text = authres_text(field);
	assert_true(strlen(text) <= LIMIT_AUTHRES_WRITTEN);
	assert_true(longest_line(text) <= LIMIT_AUTHRES_LINE);
	assert_non_null(strstr(text, ";\n\tdmarc=pass (why);"));
	assert_int_equal(count_of(text, ";\n\tdkim=pass"), 20);
	assert_int_equal(count_of(text, "header.d="), 20);
	assert_in_range(count_of(text, "header.i="), 1, 19);
	assert_int_equal(count_of(text, "dkim=fail"), 0);
	assert_non_null(strstr(text, ";\n\tdkim=neutral;\n\tarc=pass (20 dkim "
				     "results left out)"));
	assert_string_equal(authres_text(field), text);
	mem_free(mem);
}

/* The note and a comment at the end are one comment. */
static void joins_two_comments(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct authres *field = authres_new(mem, "mx.test");
	char *beyond = mem_zeroed(mem, 1, LIMIT_AUTHRES_LINE, "text");

	(void)state;
	memset(beyond, 'b', LIMIT_AUTHRES_LINE - 1);
	authres_add_result(field, "dkim", "fail", NULL);
	authres_add_property(field, "header", "d", beyond);
	authres_add_result(field, "dkim", "permerror", "no d=");
	assert_string_equal(authres_text(field),
			    " mx.test;\n\tdkim=permerror (no d=, 1 dkim result "
			    "left out)");
	mem_free(mem);
}

/* A value that fits no line is not cut: its result says less, or nothing. */
static void writes_no_line_too_long(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct authres *field = authres_new(mem, "mx.test");
	char *fits = mem_zeroed(mem, 1, LIMIT_AUTHRES_LINE, "text");
	char *beyond = mem_zeroed(mem, 1, LIMIT_AUTHRES_LINE, "text");

	(void)state;
	memset(fits, 'a', LIMIT_AUTHRES_LINE - strlen("\theader.d=;"));
	memset(beyond, 'b', LIMIT_AUTHRES_LINE - strlen("\theader.d=;") + 1);
	authres_add_result(field, "dkim", "pass", NULL);
	authres_add_property(field, "header", "d", fits);
	authres_add_detail(field, "header", "i", beyond);
	authres_add_result(field, "dkim", "fail", NULL);
	authres_add_property(field, "header", "d", beyond);
	authres_add_result(field, "dmarc", "pass", NULL);
	const char *text = authres_text(field);
	assert_int_equal(longest_line(text), LIMIT_AUTHRES_LINE);
	assert_string_equal(text, mem_printf(mem,
					     " mx.test;\n\tdkim=pass\n"
					     "\theader.d=%s;\n"
					     "\tdmarc=pass (1 dkim result "
					     "left out)",
					     fits));
	mem_free(mem);
}

/* E22: a comment is folded at its blanks, and cut past its limit; never within
 * an escape or a character. */
static void e22_folds_and_cuts_comments(void **state)
{
	static const char *const words[] = {"several records at _dmarc.d.test",
					    "(\\", "\xc3\xbc", "\xc3\xbc u",
					    "\xf0\x9f\x98\x80"};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		for (size_t count = 1; count < 700; count++) {
			TALLOC_CTX *turn = mem_context(mem);
			struct authres *field = authres_new(turn, "mx.test");
			struct strbuf comment;
			strbuf_init(&comment, turn, 65536);
			for (size_t n = 0; n < count; n++)
				strbuf_add_text(&comment, words[i]);
			const char *text = strbuf_text(&comment);
			char *written = authres_comment(turn, text);
			assert_true(strlen(written) <= LIMIT_AUTHRES_COMMENT);
			assert_true(text_is_utf8(span_of(written)));
			authres_add_result(field, "dmarc", "fail", text);
			written = authres_text(field);
			if (i == 0)
				assert_true(longest_line(written) <= 78);
			assert_true(longest_line(written) <=
				    LIMIT_AUTHRES_LINE);
			assert_int_equal(written[strlen(written) - 1], ')');
			mem_free(turn);
		}
	}
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
	    cmocka_unit_test(leaves_out_what_is_spare),
	    cmocka_unit_test(joins_two_comments),
	    cmocka_unit_test(writes_no_line_too_long),
	    cmocka_unit_test(e22_folds_and_cuts_comments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
