/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_signature_tags.c - which DKIM-Signature fields may be verified
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/signature_tags.h"
#include "lib/base/limits.h"

#define BH "bh=LjkN2rUhrS3zKXfH2vNgUzz5ERRJkgP9CURXBX0JP0Q=; "
#define V "v=1; a=rsa-sha256; "
#define D "d=d.test; s=s1; "
#define B "b=QUJDREVGR0hJSktM"
#define LENGTH_75                                                              \
	"l=0000000000000000000000000000000000000000000000000000000000000000"   \
	"00000000000"

static const struct row {
	const char *name;
	const char *input;
	enum auth_result result;
	const char *reason;
} rows[] = {
    {"plain", V D "h=from; " BH B, AUTH_NONE, NULL},
    {"end semicolon", V D "h=from; " BH B ";\n ", AUTH_NONE, NULL},
    {"all",
     V "c=relaxed/simple; q=dns/txt; l=5; t=10; x=20; i=a@x.d.test; "
       "z=From:a; unknown=1; " D "h=to : From; " BH B,
     AUTH_NONE, NULL},
    {"l of 76 digits", V D LENGTH_75 "5; h=from; " BH B, AUTH_NONE, NULL},
    {"l of 77 digits", V D LENGTH_75 "05; h=from; " BH B, AUTH_PERMERROR,
     "l= is not a length"},
    {"l of zeros and a letter", V D LENGTH_75 "a; h=from; " BH B,
     AUTH_PERMERROR, "l= is not a length"},
    {"l past any body", V D "l=12345678901234567890; h=from; " BH B, AUTH_NONE,
     NULL},
    {"l past any body, and a letter",
     V D "l=1234567890123456789x; h=from; " BH B, AUTH_PERMERROR,
     "l= is not a length"},
    {"q of several", V D "q=other:dns/txt; h=from; " BH B, AUTH_NONE, NULL},
    {"C15 v missing", "a=rsa-sha256; " D "h=from; " BH B, AUTH_PERMERROR,
     "v= is missing"},
    {"C15 v=2", "v=2; a=rsa-sha256; " D "h=from; " BH B, AUTH_PERMERROR,
     "v= is not 1"},
    {"C15 d missing", V "s=s1; h=from; " BH B, AUTH_PERMERROR, "d= is missing"},
    {"C15 s missing", V "d=d.test; h=from; " BH B, AUTH_PERMERROR,
     "s= is missing"},
    {"C15 a missing", "v=1; " D "h=from; " BH B, AUTH_PERMERROR,
     "a= is missing"},
    {"C15 bh missing", V D "h=from; " B, AUTH_PERMERROR, "bh= is missing"},
    {"C15 b missing", V D BH "h=from", AUTH_PERMERROR, "b= is missing"},
    {"C15 b empty", V D BH "h=from; b=", AUTH_PERMERROR, "b= is not base64"},
    {"C15 h missing", V D BH B, AUTH_PERMERROR, "h= is missing"},
    {"C15 doubled", V D "d=d.test; h=from; " BH B, AUTH_PERMERROR,
     "a tag occurs twice"},
    {"C15 tag without value", V D "h=from; " BH B "; z", AUTH_PERMERROR,
     "syntax error in the tag list"},
    {"h without From", V D "h=to; " BH B, AUTH_PERMERROR,
     "h= does not list From"},
    {"h empty name", V D "h=from::to; " BH B, AUTH_PERMERROR,
     "h= is not a list of field names"},
    {"C13 paren", V "d=legit.test('a.attacker.test; s=s1; h=from; " BH B,
     AUTH_PERMERROR, "d= is not a domain name"},
    {"C13 quote", V "d=a\"b.test; s=s1; h=from; " BH B, AUTH_PERMERROR,
     "d= is not a domain name"},
    {"C13 slash", V "d=d.test; s=a/b; h=from; " BH B, AUTH_PERMERROR,
     "s= is not a selector"},
    {"C13 empty label", V "d=d..test; s=s1; h=from; " BH B, AUTH_PERMERROR,
     "d= is not a domain name"},
    {"C13 blank", V "d=d.te st; s=s1; h=from; " BH B, AUTH_PERMERROR,
     "d= is not a domain name"},
    {"C30 U-label", V "d=m\xc3\xb8x.test; s=s1; h=from; " BH B, AUTH_NONE,
     NULL},
    {"C30 not NFC", V "d=a\xcc\x88.test; s=s1; h=from; " BH B, AUTH_PERMERROR,
     "d= is not a domain name"},
    {"C30 not UTF-8", V "d=m\xc3.test; s=s1; h=from; " BH B, AUTH_PERMERROR,
     "a character that no tag may hold"},
    {"C30 UTF-8 elsewhere", V D "h=from:\xc3\xb8; " BH B, AUTH_PERMERROR,
     "h= is not a list of field names"},
    {"C13 dot at the end", V "d=d.test.; s=s1; h=from; " BH B, AUTH_PERMERROR,
     "d= is not a domain name"},
    {"C25 D", V D "D=other.test; h=from; " BH B, AUTH_NONE, NULL},
    {"C25 B, BH", V D "h=from; " BH B "; B=x; BH=?; H=; V=2", AUTH_NONE, NULL},
    {"C25 D alone", V "D=d.test; s=s1; h=from; " BH B, AUTH_PERMERROR,
     "d= is missing"},
    {"C27 i encoded", V D "i=j=40x@d.test; h=from; " BH B, AUTH_NONE, NULL},
    {"C27 i quoted", V D "i=\"a@b\"@d.test; h=from; " BH B, AUTH_NONE, NULL},
    {"C27 i all encoded", V D "i=j=40d.test; h=from; " BH B, AUTH_NONE, NULL},
    {"C27 i within by its end only", V D "i=j@d.test=40x.test; h=from; " BH B,
     AUTH_PERMERROR, "i= is not within d="},
    {"C27 i UTF-8", V D "i=j\xc3\xb8@d.test; h=from; " BH B, AUTH_NONE, NULL},
    {"single label", V "d=test; s=s1; h=from; " BH B, AUTH_PERMERROR,
     "d= is not a domain name"},
    {"i outside d", V D "i=@other.test; h=from; " BH B, AUTH_PERMERROR,
     "i= is not within d="},
    {"i like d", V D "i=@xd.test; h=from; " BH B, AUTH_PERMERROR,
     "i= is not within d="},
    {"i without @", V D "i=d.test; h=from; " BH B, AUTH_PERMERROR,
     "i= holds no @"},
    {"C12 x before t", V D "t=10; x=9; h=from; " BH B, AUTH_PERMERROR,
     "x= is not after t="},
    {"x not a number", V D "x=-1; h=from; " BH B, AUTH_PERMERROR,
     "x= is not a time"},
    {"t not a number", V D "t=1e5; h=from; " BH B, AUTH_PERMERROR,
     "t= is not a time"},
    {"l not a number", V D "l=; h=from; " BH B, AUTH_PERMERROR,
     "l= is not a length"},
    {"bh short", V D "h=from; bh=QUJD; " B, AUTH_PERMERROR,
     "bh= has the wrong length"},
    {"bh not base64", V D "h=from; bh=?; " B, AUTH_PERMERROR,
     "bh= is not base64"},
    {"c unknown", V D "c=nowsp; h=from; " BH B, AUTH_NEUTRAL,
     "c= is not known"},
    {"c half unknown", V D "c=simple/nowsp; h=from; " BH B, AUTH_NEUTRAL,
     "c= is not known"},
    {"q unknown", V D "q=http/get; h=from; " BH B, AUTH_NEUTRAL,
     "q= lists no known method"},
    {"a unknown", "v=1; a=rsa-sha512; " D "h=from; " BH B, AUTH_NEUTRAL,
     "a= is not known"},
    {"C10 rsa-sha1",
     "v=1; a=rsa-sha1; " D "h=from; bh=2jmj7l5rSw0yVb/vlWAYkK/YBwk=; " B,
     AUTH_POLICY, "rsa-sha1 is not acceptable"},
};

static void judges_fields(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct signature_tags tags =
		    signature_tags_parse(mem, span_of(rows[i].input));
		if (tags.result != rows[i].result ||
		    strcmp(tags.reason == NULL ? "" : tags.reason,
			   rows[i].reason == NULL ? "" : rows[i].reason) != 0)
			fail_msg("%s: %s, %s", rows[i].name,
				 auth_result_text(tags.result), tags.reason);
	}
	mem_free(mem);
}

static void takes_clean_fields(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct signature_tags tags = signature_tags_parse(
	    mem, span_of("v=1; a=RSA-sha256; d=D.Test; s=S_1; t=010; x=99; "
			 "i=joe@Sub.D.test; h=From:dkim-signature; " BH
			 "b=QU JD\n REVGR0h"));

	(void)state;
	assert_int_equal(tags.result, AUTH_NONE);
	assert_string_equal(tags.domain, "d.test");
	assert_string_equal(tags.selector, "s_1");
	assert_string_equal(tags.algorithm, "rsa-sha256");
	assert_string_equal(tags.identity, "joe@sub.d.test");
	assert_string_equal(tags.hash_text, "QUJDREVGR0h");
	assert_int_equal(tags.signed_at_s, 10);
	assert_int_equal(tags.expires_at_s, 99);
	assert_true(tags.is_below);
	assert_true(span_equals(tags.fields, "From:dkim-signature"));
	assert_true(span_equals(tags.signature, "QU JD\n REVGR0h"));
	tags = signature_tags_parse(
	    mem,
	    span_of(V D "i=\"a b\"@d.test; x=9999999999999; h=from; " BH B));
	assert_int_equal(tags.result, AUTH_NONE);
	assert_null(tags.identity);
	assert_false(tags.is_below);
	assert_int_equal(tags.expires_at_s, -1);
	assert_int_equal(tags.signed_at_s, -1);
	mem_free(mem);
}

/* C30: everything that is shown or asked is an A-label. */
static void c30_shows_a_labels(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct signature_tags tags = signature_tags_parse(
	    mem, span_of("v=1; a=rsa-sha256; d=M\xc3\x98X.test; s=\xc3\xb8; "
			 "i=joe@sub.m\xc3\xb8x.test; h=from; " BH B));

	(void)state;
	assert_int_equal(tags.result, AUTH_NONE);
	assert_string_equal(tags.domain, "xn--mx-lka.test");
	assert_string_equal(tags.selector, "xn--pda");
	assert_string_equal(tags.identity, "joe@sub.xn--mx-lka.test");
	tags = signature_tags_parse(
	    mem, span_of("v=1; a=rsa-sha256; d=xn--mx-lka.test; s=s; "
			 "i=j\xc3\xb8@m\xc3\xb8x.test; h=from; " BH B));
	assert_int_equal(tags.result, AUTH_NONE);
	assert_null(tags.identity);
	assert_false(tags.is_below);
	mem_free(mem);
}

/* C14, espoofer A3: what stands before the NUL must not become the domain. */
static void c14_refuses_nul(void **state)
{
	static const char d[] =
	    V "d=legit.test\0.attacker.test; s=s1; h=from; " BH B;
	static const char s[] = V "d=d.test; s=s\0.x; h=from; " BH B;
	TALLOC_CTX *mem = mem_context(NULL);
	struct signature_tags tags =
	    signature_tags_parse(mem, span_make(d, sizeof d - 1));

	(void)state;
	assert_int_equal(tags.result, AUTH_PERMERROR);
	assert_null(tags.domain);
	tags = signature_tags_parse(mem, span_make(s, sizeof s - 1));
	assert_int_equal(tags.result, AUTH_PERMERROR);
	assert_null(tags.selector);
	mem_free(mem);
}

static void bounds_the_field(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *text =
	    mem_printf(mem, "%s%*s",
		       V D "h=from; " BH B "; z=", LIMIT_SIGNATURE_BYTES, "x");
	char *label =
	    mem_printf(mem, "%s s=%0250d; d=d.test; h=from; " BH B, V, 1);

	(void)state;
	assert_string_equal(signature_tags_parse(mem, span_of(text)).reason,
			    "the field is too long");
	assert_string_equal(signature_tags_parse(mem, span_of(label)).reason,
			    "s= is not a selector");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judges_fields),
	    cmocka_unit_test(takes_clean_fields),
	    cmocka_unit_test(c30_shows_a_labels),
	    cmocka_unit_test(c14_refuses_nul),
	    cmocka_unit_test(bounds_the_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
