/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_authres_foreign.c - whose Authentication-Results field is it?
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/authres.h"

static const char *our_names[] = {"MX.test", "xn--bcher-kva.test", "edge/1",
				  "odd name", "m\xfc"};
static const struct text_list ours = {5, our_names};

static const struct {
	const char *name;
	const char *input;
	bool want;
} rows[] = {
    {"E1 ours", " mx.test; spf=pass", true},
    {"E1 other", " mx.other.test; spf=pass smtp.mailfrom=a.test", false},
    {"E2 case", " Mx.TEST; spf=pass", true},
    {"E2 quoted", " \"mx.test\"; spf=pass", true},
    {"E2 quoted pair", " \"m\\x.test\"; spf=pass", true},
    {"E2 comment", " (c) mx.test; spf=pass", true},
    {"E2 nested comment", " (c (d) \\) ) (e)mx.test(f); spf=pass", true},
    {"E2 version", " mx.test 1; spf=pass", true},
    {"E2 other, version", " mx.other.test 1 (c) ; spf=pass", false},
    {"E2 other, version 2", " mx.other.test 2; spf=pass", true},
    {"E2 version no number", " mx.other.test x; spf=pass", true},
    {"E2 version, open", " mx.other.test 1 (; spf=pass", true},
    {"E2 folded", "\n\tmx.test\n\t;\n\tspf=pass", true},
    {"E2 folded, CRLF", "\r\n mx.test;\r\n\tspf=pass", true},
    {"E2 other, folded", "\n\tmx.other.test\n\t;\n\tspf=pass", false},
    {"E2 no id", " spf=pass smtp.mailfrom=a.test", true},
    {"E2 no id, comment", " spf=pass (sender IP is 192.0.2.1); x=y", true},
    {"E2 no id, semicolon", " ; spf=pass", true},
    {"E2 empty", "", true},
    {"E2 blank", " \t", true},
    {"E2 empty quotes", " \"\"; spf=pass", true},
    {"E2 id alone", " mx.other.test", true},
    {"E2 open quote", " \"mx.other.test; spf=pass", true},
    {"E2 open comment", " (mx.other.test; spf=pass", true},
    {"E2 comment behind", " mx.other.test(; spf=pass", true},
    {"E2 bare CR", " mx.other.test;\rspf=pass", true},
    {"E2 bare LF", " mx.other.test;\nspf=pass", true},
    {"E2 control byte", " \"mx.other\x01.test\"; none", true},
    {"E2 DEL", " \"mx.other\x7f\"; none", true},
    {"E2 blank in id", " \"mx.test \"; none", true},
    {"E2 fold in id", " \"mx.\n test\"; none", true},
    {"E2 slash", " mx.other.test/1; none", true},
    {"E2 last dot", " mx.test.; none", true},
    {"E2 A-label", " XN--Bcher-kva.test; none", true},
    {"E2 U-label",
     " b\xc3\xbc"
     "cher.test; none",
     true},
    {"E2 U-label quoted",
     " \"B\xc3\x9c"
     "cher.test\"; none",
     true},
    {"other U-label", " k\xc3\xb6ln.test; none", false},
    {"not utf-8", " k\xf6ln.test; none", true},
    {"full-width letters", " \xef\xbd\x8d\xef\xbd\x98.test; none", true},
    {"ours is no domain", " \"Edge/1\"; none", true},
    {"ours is not utf-8", " \"m?\"; none", true},
    {"ours has a blank", " \"odd name\"; none", true},
    {"other is no domain", " \"edge/2\"; none", false},
    {"host below ours", " a.mx.test; none", false},
    {"host above ours", " test; none", false},
    {"E3 none", " mx.other.test; none", false},
    {"E3 unknown methods", " mx.other.test; dara=pass; compauth=none x", false},
    {"E3 loose grammar", " mx.other.test; dkim=pass header.b=ab/c=", false},
};

static void judges(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (authres_is_ours(span_of(rows[i].input), &ours) !=
		    rows[i].want)
			fail_msg("%s", rows[i].name);
	}
	assert_true(
	    authres_is_ours(span_make(" mx.other\0.test; none", 21), &ours));
	static const struct text_list nobody = {0, NULL};
	assert_false(authres_is_ours(span_of("mx.test; none"), &nobody));
}

/* E4: bounded, however many results and properties there are. */
static void bounds_the_field(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf buf;

	(void)state;
	strbuf_init(&buf, mem, 2 * LIMIT_AUTHRES_BYTES);
	strbuf_add_text(&buf, " mx.other.test");
	for (int i = 0; i < 17; i++)
		strbuf_add_text(&buf, "; dkim=pass header.d=a.test");
	for (int i = 0; i < 500; i++)
		strbuf_add_text(&buf, " header.x=y");
	assert_false(authres_is_ours(span_make(buf.data, buf.length), &ours));
	while (buf.length <= LIMIT_AUTHRES_BYTES)
		strbuf_add_char(&buf, 'z');
	assert_true(authres_is_ours(span_make(buf.data, buf.length), &ours));
	assert_false(
	    authres_is_ours(span_make(buf.data, LIMIT_AUTHRES_BYTES), &ours));
	mem_free(mem);
}

/* What we write is ours, whatever the id looks like. */
static void knows_our_own_field(void **state)
{
	static const char *ids[] = {
	    "mx.test",	   "MX.Test.", "a/b",	"",	    "a b", "a\nb",
	    "b\xc3\xbc.x", "\xff",     "\"\\(", "a@b.test", "x 1", ";"};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		const struct text_list list = {1, &ids[i]};
		struct authres *field = authres_new(mem, ids[i]);
		authres_add_result(field, "spf", "pass", "c");
		authres_add_property(field, "smtp", "helo", ids[i]);
		if (!authres_is_ours(span_of(authres_text(field)), &list))
			fail_msg("%s", ids[i]);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judges),
	    cmocka_unit_test(bounds_the_field),
	    cmocka_unit_test(knows_our_own_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
