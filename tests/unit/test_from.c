/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_from.c - the Author Domain: exactly one, or why not
 *
 * Rows named D, E, G or C and a number are the hazards of that name.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/address.h"
#include "lib/mail/from.h"

#define LABEL_63                                                               \
	"aaaaaaaaabbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg"
#define PARENS_8 "(((((((("
#define PARENS_8_END "))))))))"

/* One From field; `want` is the domain when there is no error. */
static const struct {
	const char *name;
	const char *input;
	enum author_error error;
	const char *want;
} rows[] = {
    {"bare address", "a@b.test", AUTHOR_OK, "b.test"},
    {"blank in front", " a@b.test", AUTHOR_OK, "b.test"},
    {"display name", "Ann B <a@b.test>", AUTHOR_OK, "b.test"},
    {"comment behind", "a@b.test (Ann)", AUTHOR_OK, "b.test"},
    {"same domain twice", "a@b.test, Bea <c@B.TEST.>", AUTHOR_OK, "b.test"},
    {"three authors", "a@b.test,c@b.test,d@b.test", AUTHOR_OK, "b.test"},
    {"C20 D1", " A <ceo@victim.test>", AUTHOR_OK, "victim.test"},
    {"D1 bracket left", "ceo@victim.test>", AUTHOR_UNPARSABLE, NULL},
    {"D1 bracket open", "<ceo@victim.test", AUTHOR_UNPARSABLE, NULL},
    {"D2", "A <ceo@victim.test>, B <x@junk.test>", AUTHOR_SEVERAL_DOMAINS,
     NULL},
    {"D2 subdomain", "a@victim.test, a@x.victim.test", AUTHOR_SEVERAL_DOMAINS,
     NULL},
    {"D4 empty", "", AUTHOR_NO_ADDRESS, NULL},
    {"D4 blank", " \t", AUTHOR_NO_ADDRESS, NULL},
    {"D4 comment only", "(nobody)", AUTHOR_NO_ADDRESS, NULL},
    {"D4 empty group", "undisclosed:;", AUTHOR_NO_ADDRESS, NULL},
    {"D4 group of commas", "undisclosed: , (c) ,;", AUTHOR_NO_ADDRESS, NULL},
    {"D6 folded, LF", "\n ceo@victim.test", AUTHOR_OK, "victim.test"},
    {"D6 folded, CRLF", "\r\n\tA\r\n <ceo@victim.test>", AUTHOR_OK,
     "victim.test"},
    {"D6 blank fold line", "A\n \n <ceo@victim.test>", AUTHOR_OK,
     "victim.test"},
    {"D7 group", "grp: ceo@victim.test;", AUTHOR_OK, "victim.test"},
    {"D7 group, more",
     "x@victim.test, g: a@victim.test, b@victim.test; , "
     "c@victim.test",
     AUTHOR_OK, "victim.test"},
    {"D7 group, quoted", "\"a, b\" (c): <a@victim.test>; (c)", AUTHOR_OK,
     "victim.test"},
    {"D7 group differs", "g: a@victim.test; , b@junk.test",
     AUTHOR_SEVERAL_DOMAINS, NULL},
    {"D7 comments", "(a (b \\) (c)) d) ceo (x)@(y) victim.test (z)", AUTHOR_OK,
     "victim.test"},
    {"D7 comment in angle", "A < (x) ceo @ victim.test (y) > (z)", AUTHOR_OK,
     "victim.test"},
    {"D7 route", "<@junk.test:ceo@victim.test>", AUTHOR_OK, "victim.test"},
    {"D7 long route", "<,@a.test , (c) ,@b.test: ceo@victim.test>", AUTHOR_OK,
     "victim.test"},
    {"D7 case, last dot", "ceo@VICTIM.test.", AUTHOR_OK, "victim.test"},
    {"route is no name", "<@[192.0.2.1]:ceo@victim.test>", AUTHOR_BAD_DOMAIN,
     NULL},
    {"route not ended", "<@junk.test ceo@victim.test>", AUTHOR_UNPARSABLE,
     NULL},
    {"route of comma", "<,(:ceo@victim.test>", AUTHOR_UNPARSABLE, NULL},
    {"route, open comment", "<@a.test:(ceo@victim.test>", AUTHOR_UNPARSABLE,
     NULL},
    {"route outside", "@junk.test:ceo@victim.test", AUTHOR_UNPARSABLE, NULL},
    {"D8", "\"Someone <someone@junk.test>\"@victim.test", AUTHOR_OK,
     "victim.test"},
    {"D9 quoted", "\"\\\"Acme, Inc.\\\"\" <o@victim.test>", AUTHOR_OK,
     "victim.test"},
    {"D9 bare comma", "Acme, Inc. <o@victim.test>", AUTHOR_UNPARSABLE, NULL},
    {"D10 G1 word behind", "a@b.test, foo", AUTHOR_UNPARSABLE, NULL},
    {"D10 word before", "foo, a@b.test", AUTHOR_UNPARSABLE, NULL},
    {"D10 empty angle", "<>", AUTHOR_UNPARSABLE, NULL},
    {"D10 no domain", "a@", AUTHOR_UNPARSABLE, NULL},
    {"D10 no local-part", "@b.test", AUTHOR_UNPARSABLE, NULL},
    {"D10 only @", "@", AUTHOR_UNPARSABLE, NULL},
    {"D10 angle, no domain", "A <ceo>", AUTHOR_UNPARSABLE, NULL},
    {"D11", "=?utf-8?B?PGNlb0B2aWN0aW0udGVzdD4=?= <x@junk.test>", AUTHOR_OK,
     "junk.test"},
    {"D11 as element", "=?utf-8?B?PGNlb0B2aWN0aW0udGVzdD4=?=,<x@junk.test>",
     AUTHOR_UNPARSABLE, NULL},
    {"D12 U-label",
     "a@b\xc3\xbc"
     "cher.test",
     AUTHOR_OK, "xn--bcher-kva.test"},
    {"D12 A-label", "a@xn--bcher-kva.test", AUTHOR_OK, "xn--bcher-kva.test"},
    {"D12 mixed",
     "a@XN--Bcher-KVA.test, b@B\xc3\x9c"
     "CHER.test",
     AUTHOR_OK, "xn--bcher-kva.test"},
    {"D12 bad UTF-8",
     "a@b\xfc"
     "cher.test",
     AUTHOR_BAD_DOMAIN, NULL},
    {"D12 non-NFC",
     "a@bu\xcc\x88"
     "cher.test",
     AUTHOR_BAD_DOMAIN, NULL},
    {"D14 two angles", "<a@victim.test><b@junk.test>", AUTHOR_UNPARSABLE, NULL},
    {"D14 angle, address", "<a@junk.test>ceo@victim.test", AUTHOR_UNPARSABLE,
     NULL},
    {"D14 escaped comma", "<a@victim.test>\\,<b@junk.test>", AUTHOR_UNPARSABLE,
     NULL},
    {"D14 latin-1 name", "M\xfcller <a@b.test>", AUTHOR_OK, "b.test"},
    {"D14 latin-1 quoted", "\"M\xfcller\" <a@b.test> (\xfc)", AUTHOR_OK,
     "b.test"},
    {"D14 utf-8 local", "m\xc3\xbcller@b.test", AUTHOR_OK, "b.test"},
    {"D14 latin-1 local", "m\xfcller@b.test", AUTHOR_UNPARSABLE, NULL},
    {"D14 latin-1 q-local", "<\"m\xfc\"@b.test>", AUTHOR_UNPARSABLE, NULL},
    {"D16 literal", "x@[192.0.2.1]", AUTHOR_BAD_DOMAIN, NULL},
    {"D16 spaced literal", "x@[ 192.0.2.1 ]", AUTHOR_BAD_DOMAIN, NULL},
    {"D16 open literal", "x@[192.0.2.1", AUTHOR_UNPARSABLE, NULL},
    {"D16 literal, bracket", "x@[192[0.2.1]", AUTHOR_UNPARSABLE, NULL},
    {"D16 literal, DEL", "x@[192.0.2.\x7f]", AUTHOR_UNPARSABLE, NULL},
    {"D16 one label", "x@localhost", AUTHOR_OK, "localhost"},
    {"D16 underscore", "x@a_b.victim.test", AUTHOR_OK, "a_b.victim.test"},
    {"bad behind good", "a@b.test, x@[192.0.2.1]", AUTHOR_BAD_DOMAIN, NULL},
    {"empty label", "a@b..test", AUTHOR_BAD_DOMAIN, NULL},
    {"long label", "a@" LABEL_63 "x.test", AUTHOR_BAD_DOMAIN, NULL},
    {"G3", "a@example.net(.example.com", AUTHOR_UNPARSABLE, NULL},
    {"domain in pieces", "a@victim.test (x) .junk.test", AUTHOR_UNPARSABLE,
     NULL},
    {"two domains", "a@victim.test@junk.test", AUTHOR_UNPARSABLE, NULL},
    {"empty elements", " , a@b.test,, c@b.test , ", AUTHOR_OK, "b.test"},
    {"obsolete phrase", "John Q. Public <x@y.test>", AUTHOR_OK, "y.test"},
    {"dot first, no brackets", ". John x@y.test", AUTHOR_UNPARSABLE, NULL},
    {"dot alone", ".", AUTHOR_UNPARSABLE, NULL},
    {"dots in local-part", ".a..b.@y.test", AUTHOR_OK, "y.test"},
    {"quoted and dot", "\"a b\".c@y.test", AUTHOR_OK, "y.test"},
    {"words touch", "a b@y.test", AUTHOR_UNPARSABLE, NULL},
    {"quoted, no brackets", "\"Ann\" a@y.test", AUTHOR_UNPARSABLE, NULL},
    /* what mail programs write without quotes */
    {"address as display name", "a@b.test <a@B.test>", AUTHOR_OK, "b.test"},
    {"other address as display name", "a@b.test <c@d.test>",
     AUTHOR_SEVERAL_DOMAINS, NULL},
    {"address in a phrase", "Ann a@b.test <a@b.test>", AUTHOR_UNPARSABLE, NULL},
    {"semicolon", "a@b.test;", AUTHOR_UNPARSABLE, NULL},
    {"group in group", "a: b: c@d.test;;", AUTHOR_UNPARSABLE, NULL},
    {"group not closed", "Team: a@b.test", AUTHOR_UNPARSABLE, NULL},
    {"group without name", ": a@b.test;", AUTHOR_UNPARSABLE, NULL},
    {"group ends in open", "g: a@b.test; (", AUTHOR_UNPARSABLE, NULL},
    {"text behind group", "g: a@b.test; c@d.test", AUTHOR_UNPARSABLE, NULL},
    {"group head in From", "From: Ann <a@b.test>", AUTHOR_UNPARSABLE, NULL},
    {"open quote", "\"Ann <a@b.test>", AUTHOR_UNPARSABLE, NULL},
    {"quote ends in \\", "\"Ann\\", AUTHOR_UNPARSABLE, NULL},
    {"open comment", "a@b.test (Ann", AUTHOR_UNPARSABLE, NULL},
    {"open comment first", "(Ann a@b.test", AUTHOR_UNPARSABLE, NULL},
    {"open comment, word", "Ann (a@b.test", AUTHOR_UNPARSABLE, NULL},
    {"open comment, at", "a@(b.test", AUTHOR_UNPARSABLE, NULL},
    {"open comment, angle", "<(a@b.test>", AUTHOR_UNPARSABLE, NULL},
    {"comment behind angle", "<a@b.test>(", AUTHOR_UNPARSABLE, NULL},
    {"comment ends in \\", "a@b.test (\\", AUTHOR_UNPARSABLE, NULL},
    {"open quote in angle", "<\"a@b.test>", AUTHOR_UNPARSABLE, NULL},
    {"comment 32 deep",
     PARENS_8 PARENS_8 PARENS_8 PARENS_8 PARENS_8_END PARENS_8_END PARENS_8_END
	 PARENS_8_END "a@b.test",
     AUTHOR_OK, "b.test"},
    {"comment 33 deep",
     PARENS_8 PARENS_8 PARENS_8 PARENS_8
     "()" PARENS_8_END PARENS_8_END PARENS_8_END PARENS_8_END "a@b.test",
     AUTHOR_UNPARSABLE, NULL},
    {"E6 bare LF", "a@b.test\nX: y", AUTHOR_UNPARSABLE, NULL},
    {"E6 bare CR", "a@b.test\r, c@d.test", AUTHOR_UNPARSABLE, NULL},
    {"E6 control byte", "A\x01 <a@b.test>", AUTHOR_UNPARSABLE, NULL},
    {"control in quotes", "\"A\x1b\" <a@b.test>", AUTHOR_OK, "b.test"},
    {"line end behind", "a@b.test\r\n", AUTHOR_OK, "b.test"},
};

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void finds_the_author_domain(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct span value = span_of(rows[i].input);
		struct author author = from_author(mem, &value, 1);
		if (author.error != rows[i].error ||
		    !same(author.domain, rows[i].want))
			fail_msg("%s: error %d, domain %s", rows[i].name,
				 (int)author.error,
				 author.domain ? author.domain : "-");
	}
	mem_free(mem);
}

static void counts_from_fields(void **state)
{
	static const char *const d3[] = {"x@junk.test", "ceo@victim.test",
					 "y@junk.test", "broken"};
	TALLOC_CTX *mem = mem_context(NULL);
	struct span values[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		values[i] = span_of(d3[i]);
	struct author author = from_author(mem, values, 4);
	assert_int_equal(author.error, AUTHOR_SEVERAL_FROM);
	assert_null(author.domain);
	assert_int_equal(author.domains.count, 2);
	assert_string_equal(author.domains.items[0], "junk.test");
	assert_string_equal(author.domains.items[1], "victim.test");
	/* D4: none at all */
	author = from_author(mem, values, 0);
	assert_int_equal(author.error, AUTHOR_NO_FROM);
	assert_int_equal(author.domains.count, 0);
	mem_free(mem);
}

static void lists_each_domain_once(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span value =
	    span_of("a@one.test, b@two.test, c@ONE.test, d@three.test");
	struct author author = from_author(mem, &value, 1);

	(void)state;
	assert_int_equal(author.error, AUTHOR_SEVERAL_DOMAINS);
	assert_int_equal(author.domains.count, 3);
	assert_string_equal(author.domains.items[0], "one.test");
	assert_string_equal(author.domains.items[2], "three.test");
	mem_free(mem);
}

/* D14: a NUL between or inside addresses. */
static void refuses_nul(void **state)
{
	static const struct span values[] = {
	    {"a@b.test\0, c@d.test", 19},
	    {"a@b.test, \0c@d.test", 19},
	    {"\0", 1},
	    {"a@b.test\0", 9},
	    {"\"\0\" <a@b.test>", 14},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct author author = from_author(mem, &values[i], 1);
		assert_int_equal(author.error, AUTHOR_UNPARSABLE);
		assert_null(author.domain);
	}
	mem_free(mem);
}

/* `count` short addresses of the same domain, or of as many domains. */
static struct author many_addresses(TALLOC_CTX *mem, size_t count,
				    const char *format)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, 600000);
	for (size_t i = 0; i < count; i++)
		strbuf_printf(&buf, format, i);
	struct span value = span_make(strbuf_text(&buf), buf.length);
	return from_author(mem, &value, 1);
}

static void bounds_the_field(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	struct author author = many_addresses(mem, 100, "a%zu@b.test,");
	assert_int_equal(author.error, AUTHOR_OK);
	author = many_addresses(mem, 101, "a%zu@b.test,");
	assert_int_equal(author.error, AUTHOR_TOO_LONG);
	author = many_addresses(mem, 100, "a@b%zu.test,");
	assert_int_equal(author.error, AUTHOR_SEVERAL_DOMAINS);
	assert_int_equal(author.domains.count, LIMIT_FROM_ADDRESSES);
	/* D13: 10 000 addresses; 500 KB */
	author = many_addresses(mem, 10000, "a@b%zu.test,");
	assert_int_equal(author.error, AUTHOR_TOO_LONG);
	author = many_addresses(mem, 50000, "a@b.test,\n ");
	assert_int_equal(author.error, AUTHOR_TOO_LONG);
	mem_free(mem);
}

/* D13 once more: many domains in each of several fields. */
static void bounds_several_fields(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf bufs[3];
	struct span values[3];

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		strbuf_init(&bufs[k], mem, LIMIT_FROM_BYTES);
		for (size_t i = 0; i < 60; i++)
			strbuf_printf(&bufs[k], "a@b%zu-%zu.test,", k, i);
		values[k] = span_of(strbuf_text(&bufs[k]));
	}
	struct author author = from_author(mem, values, 3);
	assert_int_equal(author.error, AUTHOR_SEVERAL_FROM);
	assert_int_equal(author.domains.count, LIMIT_FROM_ADDRESSES);
	mem_free(mem);
}

static void leaves_the_list_alone_on_failure(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct text_list list = {7, NULL};

	(void)state;
	assert_int_equal(
	    address_list_domains(mem, span_of("a@b.test, foo"), &list),
	    ADDRESS_UNPARSABLE);
	assert_int_equal(list.count, 7);
	mem_free(mem);
}

static void names_its_errors(void **state)
{
	(void)state;
	assert_null(author_error_text(AUTHOR_OK));
	for (int e = AUTHOR_NO_FROM; e <= AUTHOR_OVER_LIMIT; e++)
		assert_true(strlen(author_error_text((enum author_error)e)) >
			    5);
	assert_string_equal(author_error_text(AUTHOR_SEVERAL_FROM),
			    "several From fields");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_author_domain),
	    cmocka_unit_test(counts_from_fields),
	    cmocka_unit_test(lists_each_domain_once),
	    cmocka_unit_test(refuses_nul),
	    cmocka_unit_test(bounds_the_field),
	    cmocka_unit_test(bounds_several_fields),
	    cmocka_unit_test(leaves_the_list_alone_on_failure),
	    cmocka_unit_test(names_its_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
