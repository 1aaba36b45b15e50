/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_from_tolerant.c - a From that is malformed: one reading, or refused
 *
 * Rows named D17 and D18 are the hazards of that name.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/from.h"
#include "lib/mail/from_tolerant.h"

#define JUNK "<x@junk.test>"

/* `want` NULL: refused. */
struct row {
	const char *name;
	const char *input;
	const char *want;
};

/* What RFC 5322 cannot read, and every program reads alike. */
static const struct row tolerated[] = {
    {"D17 brackets", "[ACME] News <a@d.test>", "d.test"},
    {"D17 colon", "=?UTF-8?Q?Foo:_Bar?= <a@d.test>", "d.test"},
    {"D17 comma", "=?UTF-8?Q?Doe,_John?= <a@d.test>", "d.test"},
    {"D17 at", "=?UTF-8?Q?Deals_@_Shop?= <a@d.test>", "d.test"},
    {"D17 at, one side", "=?UTF-8?Q?Deals_@Shop?= <a@d.test>", "d.test"},
    {"D17 at, first", "=?UTF-8?Q?@Shop?= <a@d.test>", "d.test"},
    {"D17 semicolon", "=?UTF-8?Q?Foo;_Bar?= <a@d.test>", "d.test"},
    {"D17 brackets inside", "=?UTF-8?Q?[Foo]?= <a@d.test>", "d.test"},
    {"brackets last", "News [ACME] <a@d.test>", "d.test"},
    {"brackets touch", "News[1]<a@d.test>", "d.test"},
    {"brackets empty", "[] <a@d.test>", "d.test"},
    {"brackets, blanks", "[ A.B  c ] <a@d.test>", "d.test"},
    {"brackets, two", "[A] [B] x <a@d.test>", "d.test"},
    {"dot first", ".NET News <a@d.test>", "d.test"},
    {"dot in brackets", "[a.b] <a@d.test>", "d.test"},
    {"quoted too", "[ACME] \"News, all\" <a@d.test>", "d.test"},
    {"question", "[ACME] What? \"When?\" <a@d.test> (Who?)", "d.test"},
    {"quoted @", "[ACME] \"Deals @ Shop\" <a@d.test>", "d.test"},
    {"comments", "(x) [ACME] (y) <a@d.test> (z)", "d.test"},
    {"comment, @", "[ACME] <a@d.test> (Deals @ Shop)", "d.test"},
    {"same address quoted", "[A] \"a@d.test\" <a@d.test>", "d.test"},
    {"same address, comment", "[A] <a@d.test> (a@d.test)", "d.test"},
    {"same address quoted, more behind", "\"a@d.test\" [A] x <a@d.test>",
     "d.test"},
    {"at, words behind", "=?UTF-8?Q?Deals_@_The_Shop:_new?= <a@d.test>",
     "d.test"},
    {"same address, base64", "[A] =?utf-8?B?YUBkLnRlc3Q=?= <a@d.test>",
     "d.test"},
    {"encoded and bracket", "[A] =?utf-8?Q?M=C3=BCller?= <a@d.test>", "d.test"},
    {"encoded latin-1", "[A] =?iso-8859-1?Q?M=FCller?= <a@d.test>", "d.test"},
    {"encoded in quotes", "[A] \"=?utf-8?Q?x?=\" <a@d.test>", "d.test"},
    {"encoded in a comment", "[A] <a@d.test> (=?utf-8?Q?x?=)", "d.test"},
    {"two encoded", "=?utf-8?Q?Doe,_?= =?utf-8?Q?John?= <a@d.test>", "d.test"},
    {"two encoded, folded",
     "=?utf-8?Q?Doe,_?=\r\n =?utf-8?Q?John?=\r\n\t<a@d.test>", "d.test"},
    {"folded", "[ACME]\r\n News\n <a@d.test>\r\n", "d.test"},
    {"UTF-8 name", "[M\xc3\xbcller] M\xc3\xbcller <a@d.test>", "d.test"},
    {"UTF-8 local-part", "[x] <m\xc3\xbcller@d.test>", "d.test"},
    {"U-label",
     "[x] <a@b\xc3\xbc"
     "cher.test>",
     "xn--bcher-kva.test"},
    {"capitals, last dot", "[x] <a@D.TEST.>", "d.test"},
    {"one label", "[x] <a@localhost>", "localhost"},
    {"victim himself", "[x] <ceo@victim.test>", "victim.test"},
};

static const struct row refused[] = {
    {"D18 second angle", "[ACME] <a@d.test> <b@d.test>", NULL},
    {"D18 second angle first", "<ceo@victim.test> [n] " JUNK, NULL},
    {"D18 touching angles", "[n] <a@victim.test>" JUNK, NULL},
    {"D18 nested angles", "[n] <<ceo@victim.test>x@junk.test>", NULL},
    {"D18 bare address", "a@x.test [n] <b@d.test>", NULL},
    {"D18 bare address behind", "[n] a@x.test <b@d.test>", NULL},
    {"D18 the same, bare", "[n] b@d.test <b@d.test>", NULL},
    {"D18 in quotes", "[n] \"ceo@victim.test\" " JUNK, NULL},
    {"D18 other local-part", "[n] \"b@d.test\" <a@d.test>", NULL},
    {"D18 in quotes, spaced", "[n] \"ceo @ victim.test\" " JUNK, NULL},
    {"D18 quoted local-part", "[n] \"\\\"c\\\"@victim.test\" " JUNK, NULL},
    {"D18 angle in quotes", "[n] \"<ceo@victim.test>\" " JUNK, NULL},
    {"D18 angle only in quotes", "[n] \"<a@d.test>\"", NULL},
    {"D18 bracket in quotes", "[n] \"<\" " JUNK, NULL},
    {"D18 in a comment", "[n] (ceo@victim.test) " JUNK, NULL},
    {"D18 in a comment behind", "[n] " JUNK " (ceo@victim.test)", NULL},
    {"D18 angle in a comment", "[n] (<ceo@victim.test>)", NULL},
    {"D18 encoded address", "[n] =?utf-8?Q?ceo=40victim.test?= " JUNK, NULL},
    {"D18 encoded angle", "[n] =?utf-8?B?PGNlb0B2aWN0aW0udGVzdD4=?= " JUNK,
     NULL},
    {"D18 raw in encoded", "=?utf-8?Q?ceo@victim.test?= " JUNK, NULL},
    {"D18 raw, behind blank", "=?utf-8?Q?ceo_@_victim.test?= " JUNK, NULL},
    {"D18 raw, = in it", "=?utf-8?Q?ceo@victim=2Etest?= " JUNK, NULL},
    {"D18 raw underscore", "=?utf-8?Q?x_@_Shop_x.test?= " JUNK, NULL},
    {"D18 raw, group in it", "=?utf-8?Q?g:ceo@victim.test;?= " JUNK, NULL},
    {"D18 one label", "=?utf-8?Q?ceo@victim?= " JUNK, NULL},
    {"D18 in two words", "=?utf-8?Q?,ceo_@_vic?= =?utf-8?Q?tim.test?= " JUNK,
     NULL},
    {"D18 in two, dot", "=?utf-8?Q?,ceo_@_victim?= =?utf-8?Q?.test?= " JUNK,
     NULL},
    {"D18 dot behind a blank", "=?utf-8?Q?,ceo_@_victim_.test?= " JUNK, NULL},
    {"D18 words joined", "=?utf-8?Q?,ceo_=40_vic_tim.test?= " JUNK, NULL},
    {"D18 words joined, one side", "=?utf-8?Q?,ceo_=40vic?= tim.test " JUNK,
     NULL},
    {"D18 words joined, bracket", "=?utf-8?Q?,ceo_=40vic?= [tim.test] " JUNK,
     NULL},
    {"D18 words joined, ideographic dot",
     "=?utf-8?Q?,ceo_=40vic_tim=E3=80=82test?= " JUNK, NULL},
    {"D18 words joined in quotes", "[n] \"ceo @ vic tim.test\" " JUNK, NULL},
    {"D18 words joined in a comment", "[n] " JUNK " (ceo @ vic tim.test)",
     NULL},
    {"D18 same address, a word joined", "=?utf-8?Q?,x=40junk.test_s?= " JUNK,
     NULL},
    {"D18 same address, a far word joined",
     "=?utf-8?Q?,x=40junk.test?= s.victim.test " JUNK, NULL},
    {"D18 same address quoted, a word joined", "\"x@junk.test\"s [n] " JUNK,
     NULL},
    {"D18 same address quoted, a dot joined",
     "\"x@junk.test\".victim.test [n] " JUNK, NULL},
    {"D18 same address, a bracket behind",
     "=?utf-8?Q?x=40junk.test?= [s] " JUNK, NULL},
    {"D18 dot behind a comment", "[n] \"ceo @ victim(x).test\" " JUNK, NULL},
    {"D18 dot behind a far comment", "[n] \"ceo @ victim (x) .test\" " JUNK,
     NULL},
    {"D18 comment behind @", "[n] \"ceo@(x)victim.test\" " JUNK, NULL},
    {"D18 literal", "[n] \"ceo@[192.0.2.1]\" " JUNK, NULL},
    {"D18 route", "[n] \"@victim.test:x\" " JUNK, NULL},
    {"D18 goes on", "[n] \"x@junk.test@victim.test\" " JUNK, NULL},
    {"D18 goes on, dot", "[n] \"x@junk.test .victim.test\" " JUNK, NULL},
    {"D18 longer", "[n] \"x@junk.test.victim.test\" " JUNK, NULL},
    {"D18 U-label", "[n] \"ceo @ vict\xc3\xadm\" " JUNK, NULL},
    {"D18 ideographic dot", "[n] \"ceo @ victim\xe3\x80\x82test\" " JUNK, NULL},
    {"D18 encoded in quotes", "[n] \"=?utf-8?Q?ceo=40victim.test?=\" " JUNK,
     NULL},
    {"D18 encoded in a comment", "[n] " JUNK " (=?utf-8?Q?ceo=40victim.test?=)",
     NULL},
    {"D18 encoded twice", "[n] =?utf-8?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D?= " JUNK,
     NULL},
    {"D18 UTF-7", "=?utf-7?Q?,ceo+AEA-victim.test?= " JUNK, NULL},
    {"D18 overlong", "=?utf-8?Q?,=C0=BCceo?= " JUNK, NULL},
    {"D18 encoded NUL", "=?utf-8?Q?,=00?= " JUNK, NULL},
    {"D18 encoded line end", "=?iso-8859-1?Q?,=0D=0A?= " JUNK, NULL},
    {"D18 bad base64", "[n] =?utf-8?B?YQ=?= " JUNK, NULL},
    {"D18 encoded touches", "x=?utf-8?Q?a?= [n] " JUNK, NULL},
    {"D18 encoded is touched", "=?utf-8?Q?a,b?=x " JUNK, NULL},
    {"D18 encoded in brackets", "[=?utf-8?Q?a?=] " JUNK, NULL},
    {"D18 unended encoded", "=?utf-8?Q?a, " JUNK, NULL},
    {"D18 blank in encoded", "=?utf-8?Q?a: b?= " JUNK, NULL},
    {"D18 encoded, a comment in it",
     "[n] =(x)?utf-8?Q?ceo=40victim.test?= <x@junk.test>", NULL},
    {"D18 encoded, comments in it", "[n] =(x)?(x)utf-8?(x)Q?(x)a?(x)= " JUNK,
     NULL},
    {"D18 encoded, \\ in it", "[n] \"=\\?utf-8?Q?ceo=40victim.test?=\" " JUNK,
     NULL},
    {"D18 encoded \\", "[n] =?utf-8?Q?=5C?= " JUNK, NULL},
    {"D18 encoded local-part",
     "[n] <=?utf-8?Q?ceo=40victim.test=3E?=@junk.test>", NULL},
    {"D18 ? in the local-part", "[n] <x?@junk.test>", NULL},
    /* groups and lists outside of quotes */
    {"D9 comma", "Acme, Inc. <o@victim.test>", NULL},
    {"comma and bracket", "[A], Inc. <o@victim.test>", NULL},
    {"comma in brackets", "[A, B] <o@victim.test>", NULL},
    {"colon", "Re: x <a@d.test>", NULL},
    {"colon in brackets", "[A: B] <a@d.test>", NULL},
    {"group", "Team: [x] <a@d.test>;", NULL},
    {"semicolon", "A; B <a@d.test>", NULL},
    {"semicolon behind", "[A] <a@d.test>;", NULL},
    {"comma behind", "[A] <a@d.test>,", NULL},
    {"word behind", "[A] <a@d.test> x", NULL},
    {"@ outside", "Deals @ Shop <a@d.test>", NULL},
    {"backslash", "[A] \\ <a@d.test>", NULL},
    {"backslash in quotes", "[A] \"a\\\"b\" <a@d.test>", NULL},
    {"backslash in a comment", "[A] <a@d.test> (a\\b)", NULL},
    /* brackets that may be a domain literal */
    {"open bracket", "[A <a@d.test>", NULL},
    {"closing bracket", "A] <a@d.test>", NULL},
    {"nested brackets", "[[A]] <a@d.test>", NULL},
    {"quote in brackets", "[\"A] \" <a@d.test>", NULL},
    {"comment in brackets", "[(A] <a@d.test>)", NULL},
    {"bracket around all", "[<a@d.test>]", NULL},
    {"bracket behind", "[A] <a@d.test> [x]", NULL},
    /* D1 and the angle-addr itself */
    {"D1 bracket left", "ceo@victim.test>", NULL},
    {"D1 bracket open", "[x] <ceo@victim.test", NULL},
    {"turned round", "[x] >ceo@victim.test<", NULL},
    {"no angle", "[x] a@d.test", NULL},
    {"empty angle", "[x] <>", NULL},
    {"no local-part", "[x] <@d.test>", NULL},
    {"no domain", "[x] <a@>", NULL},
    {"no @", "[x] <a>", NULL},
    {"two @", "[x] <a@victim.test@d.test>", NULL},
    {"blank in angle", "[x] < a@d.test>", NULL},
    {"blank at the end", "[x] <a@d.test >", NULL},
    {"fold in angle", "[x] <a@d.\r\n test>", NULL},
    {"comment in angle", "[x] <a@d.test(y)>", NULL},
    {"quoted in angle", "[x] <\"a\"@d.test>", NULL},
    {"route", "[x] <@junk.test:a@victim.test>", NULL},
    {"literal", "[x] <a@[192.0.2.1]>", NULL},
    {"empty label", "[x] <a@d..test>", NULL},
    {"bad IDN",
     "[x] <a@bu\xcc\x88"
     "cher.test>",
     NULL},
    /* what never ends */
    {"open quote", "[x] \"A <a@d.test>", NULL},
    {"open comment", "[x] (A <a@d.test>", NULL},
    {"open comment behind", "[x] <a@d.test> (", NULL},
    {"closed too often", "[x]) <a@d.test>", NULL},
    {"quote ends in \\", "[x] \"A\\", NULL},
    /* bytes */
    {"control byte", "[x] A\x01 <a@d.test>", NULL},
    {"escape, quoted", "[x] \"A\x1b\" <a@d.test>", NULL},
    {"DEL, comment", "[x] <a@d.test> (\x7f)", NULL},
    {"C1", "[x] \xc2\x85 <a@d.test>", NULL},
    {"latin-1 name", "[x] M\xfcller <a@d.test>", NULL},
    {"latin-1 local-part", "[x] <m\xfc@d.test>", NULL},
    {"bare LF", "[x] <a@d.test>\nX: y", NULL},
    {"bare CR", "[x]\r <a@d.test>", NULL},
    {"empty", "", NULL},
    {"bracket alone", "[", NULL},
};

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void check(const struct row *row, struct span value)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *domain = from_tolerant_domain(mem, value);
	struct author author = from_author(mem, &value, 1);

	if (!same(domain, row->want))
		fail_msg("%s: %s", row->name, domain ? domain : "-");
	if (row->want != NULL &&
	    (!author.is_malformed || author.error != AUTHOR_OK ||
	     !same(author.domain, row->want)))
		fail_msg("%s: author %d", row->name, (int)author.error);
	if (row->want == NULL && author.domain != NULL)
		fail_msg("%s: author %s", row->name, author.domain);
	mem_free(mem);
}

static void finds_the_only_reading(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof tolerated / sizeof tolerated[0]; i++)
		check(&tolerated[i], span_of(tolerated[i].input));
}

static void refuses_what_has_two(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		check(&refused[i], span_of(refused[i].input));
}

/* A second address put into a field that is let through, wherever there is a
 * blank, ends that. (What RFC 5322 can read then is not asked here.) */
static void sees_a_second_address_anywhere(void **state)
{
	static const char *const seconds[] = {
	    " ceo@victim.test ",
	    " <ceo@victim.test> ",
	    " \"ceo@victim.test\" ",
	    " (ceo@victim.test) ",
	    " =?utf-8?Q?ceo=40victim.test?= ",
	    ", ceo@victim.test, ",
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof tolerated / sizeof tolerated[0]; i++) {
		const char *text = tolerated[i].input;
		for (size_t k = 0; k < sizeof seconds / sizeof seconds[0];
		     k++) {
			for (const char *at = text; at != NULL;
			     at = strchr(at + 1, ' ')) {
				if (strstr(tolerated[i].input, "victim"))
					break;
				struct span value = span_of(mem_printf(
				    mem, "%.*s%s%s", (int)(at - text), text,
				    seconds[k], at));
				if (from_tolerant_domain(mem, value) != NULL)
					fail_msg("%s", value.data);
			}
		}
	}
	mem_free(mem);
}

static void refuses_nul(void **state)
{
	static const struct row row = {"NUL", NULL, NULL};
	static const char *const bytes = "[x] A\0 <a@d.test>\0";

	(void)state;
	check(&row, span_make(bytes, 17));
	check(&row, span_make("[x] \"\0\" <a@d.test>", 18));
	check(&row, span_make("[x] <a@d.test>\0", 15));
	check(&row, span_make("[x] <a@d.test\0>", 15));
}

/* 100 brackets, and as long as a field may be. */
static void bounds_the_field(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct row row = {"long", NULL, "d.test"};
	struct strbuf buf;

	(void)state;
	strbuf_init(&buf, mem, (size_t)2 * LIMIT_FROM_BYTES);
	for (int i = 0; i < 100; i++)
		strbuf_add_text(&buf, "[x]");
	strbuf_add_text(&buf, "<a@d.test>");
	check(&row, span_make(strbuf_text(&buf), buf.length));
	strbuf_clear(&buf);
	while (buf.length < LIMIT_FROM_BYTES - strlen("[]<a@d.test>"))
		strbuf_add_text(&buf, "x");
	strbuf_add_text(&buf, "[]<a@d.test>");
	check(&row, span_make(strbuf_text(&buf), buf.length));
	strbuf_add_text(&buf, "(");
	strbuf_add_text(&buf, ")");
	row.want = NULL;
	check(&row, span_make(strbuf_text(&buf), buf.length));
	mem_free(mem);
}

/* D3 stays: a field that would be let through is not, beside another. */
static void one_field_only(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct span values[] = {span_of("[x] <a@d.test>"),
				      span_of("[x] <a@d.test>")};
	struct author author = from_author(mem, values, 2);

	(void)state;
	assert_int_equal(author.error, AUTHOR_SEVERAL_FROM);
	assert_null(author.domain);
	assert_false(author.is_malformed);
	author = from_author(mem, values, 1);
	assert_int_equal(author.error, AUTHOR_OK);
	assert_int_equal(author.domains.count, 1);
	assert_string_equal(author.domains.items[0], "d.test");
	mem_free(mem);
}

/* What RFC 5322 reads is read as ever, and is no malformed field. */
static void strict_comes_first(void **state)
{
	static const char *const inputs[] = {
	    "A <a@d.test>",
	    "=?utf-8?Q?ceo=40victim.test?= <a@d.test>",
	    "\"ceo@victim.test\" <a@d.test>",
	    "\"[x]\" <a@d.test>",
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
		struct span value = span_of(inputs[i]);
		struct author author = from_author(mem, &value, 1);
		assert_string_equal(author.domain, "d.test");
		assert_false(author.is_malformed);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_only_reading),
	    cmocka_unit_test(refuses_what_has_two),
	    cmocka_unit_test(sees_a_second_address_anywhere),
	    cmocka_unit_test(refuses_nul),
	    cmocka_unit_test(bounds_the_field),
	    cmocka_unit_test(one_field_only),
	    cmocka_unit_test(strict_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
