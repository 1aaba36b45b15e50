/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_arc_set.c - single ARC fields, and which of them are a chain
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/arc_chain.h"

#define BH "bh=LjkN2rUhrS3zKXfH2vNgUzz5ERRJkgP9CURXBX0JP0Q=; "
#define REST "a=rsa-sha256; d=d.test; s=s1; b=QUJDREVGR0hJSktM"
#define AAR "ARC-Authentication-Results"
#define AMS "ARC-Message-Signature"
#define AS "ARC-Seal"

static struct arc_field parse(TALLOC_CTX *mem, const char *name,
			      const char *value)
{
	struct field field = {span_of(name), span_of(value)};
	enum arc_part part;

	assert_true(arc_part_of(field.name, &part));
	return arc_field_parse(mem, field, part);
}

static const struct row {
	const char *name;
	const char *value;
	unsigned instance;
	const char *fault; /* NULL: none */
} rows[] = {
    {AAR, " i=1; mx.test; none", 1, NULL},
    {AAR, "(a) i (b) =\n (c) 50 (d); ", 50, NULL},
    {AAR, " i=07; mx.test", 7, NULL},
    {AAR, " i=0; mx.test", 0, "it does not begin with i="},
    {AAR, " i=51; mx.test", 0, "it does not begin with i="},
    {AAR, " i=001; mx.test", 0, "it does not begin with i="},
    {AAR, " i=1 mx.test", 0, "it does not begin with i="},
    {AAR, " I=1; mx.test", 0, "it does not begin with i="},
    {AAR, " mx.test; i=1", 0, "it does not begin with i="},
    {AAR, " (i=1; mx.test", 0, "it does not begin with i="},
    {AAR, "", 0, "it does not begin with i="},
    {AAR, " i=1; mx.test; (null)=pass; dara=pass", 1, NULL},
    {"arc-message-signature ", "i=2; h=from; " BH REST, 2, NULL},
    {AMS, "i=2; h=; " BH REST, 2, NULL},
    {AMS, "i=2; h=from::to; " BH REST, 2, NULL},
    {AMS, "i=2; v=1; l=5; t=5; x=6; h=from; " BH REST, 2, NULL},
    {AMS, "i=2; h=from; " REST, 2, "bh= is missing"},
    {AMS, "i=2; " BH REST, 2, "h= is missing"},
    {AMS, "i=2; h=from:Arc-Seal; " BH REST, 2, "h= lists ARC-Seal"},
    {AMS, "i=2; h=from:t o; " BH REST, 2, "h= is not a list of field names"},
    {AMS, "i=2; c=odd; h=from; " BH REST, 2, "c= is not known"},
    {AMS, "i=2; t=6; x=6; h=from; " BH REST, 2, "x= is not after t="},
    {AMS, "h=from; " BH REST, 0, "i= is no instance"},
    {AMS, "i=a; h=from; " BH REST, 0, "i= is no instance"},
    {AMS, "i=-1; h=from; " BH REST, 0, "i= is no instance"},
    {AMS, "i=1; i=1; h=from; " BH REST, 0, "a tag occurs twice"},
    {AS, "i=1; cv=none; " REST, 1, NULL},
    {AS, "i=1; cv=PASS; x=nonsense; c=odd; l=z; " REST, 1, NULL},
    {AS, "i=1; cv=fail; " REST, 1, NULL},
    {AS, "i=1; cv=; " REST, 1, "cv= is not known"},
    {AS, "i=1; cv=no\tne; " REST, 1, "cv= is not known"},
    {AS, "i=1; " REST, 1, "cv= is missing"},
    {AS, "i=1; cv=none; h=from; " REST, 1, "it has h="},
    {AS, "i=1; cv=none; t=x; " REST, 1, "t= is not a time"},
    {AS, "i=1; none", 0, "syntax error in the tag list"},
    {AS, "i=1; cv=none; a=rsa-sha1; d=d.test; s=s; b=QUJD", 1,
     "rsa-sha1 is not acceptable"},
    {AS, "i=1; cv=none; a=rsa-sha256; d=d.test; s=s; b=!", 1,
     "b= is not base64"},
    {AS, "i=1; cv=none; a=rsa-sha256; d=d'.test; s=s; b=QUJD", 1,
     "d= is not a domain name"},
};

static void reads_fields(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct arc_field got = parse(mem, rows[i].name, rows[i].value);
		assert_int_equal(got.instance, rows[i].instance);
		if (rows[i].fault == NULL)
			assert_null(got.fault);
		else
			assert_string_equal(got.fault, rows[i].fault);
	}
	mem_free(mem);
}

static void bounds_the_signed_fields(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char names[2 * LIMIT_SIGNED_FIELDS + 3];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof names; i++)
		names[i] = i % 2 == 0 ? 'a' : ':';
	names[sizeof names - 1] = '\0';
	struct arc_field over =
	    parse(mem, AMS, mem_printf(mem, "i=1; h=%s; " BH REST, names));
	assert_string_equal(over.fault, "h= lists too many fields");
	names[sizeof names - 4] = '\0';
	struct arc_field full =
	    parse(mem, AMS, mem_printf(mem, "i=1; h=%s; " BH REST, names));
	assert_null(full.fault);
	mem_free(mem);
}

static void finds_the_address(void **state)
{
	static const struct {
		const char *results;
		const char *want; /* NULL: none */
	} table[] = {
	    {"i=1; m; arc=none smtp.remote-ip=192.0.2.1", "192.0.2.1"},
	    {"i=1; m; arc=none smtp.remote-ip=192.0.2.1; dkim=none",
	     "192.0.2.1"},
	    {"i=1; m; arc=none smtp.remote-ip=\"2001:db8::1\"", "2001:db8::1"},
	    {"i=1; m; arc=none SMTP.Remote-IP = 2001:db8::1", "2001:db8::1"},
	    {"i=1; m (smtp.remote-ip=192.0.2.2); arc=none", NULL},
	    {"i=1; m; a=b reason=\"smtp.remote-ip=192.0.2.2\"", NULL},
	    {"i=1; m; arc=none xsmtp.remote-ip=192.0.2.2", NULL},
	    {"i=1; m; arc=none smtp.remote-ip=nonsense", NULL},
	    {"i=1; m; arc=none smtp.remote-ip=", NULL},
	    {"i=1; m; arc=none smtp.remote-ip=\"192.0.2.2", NULL},
	    {"i=1; m; arc=none smtp.remote-ip=1111111111111111111111111111"
	     "11111111111111111111111111111111111111111111",
	     NULL},
	    {"i=1; m; \x80\x01 (", NULL},
	    {"", NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct net_address address;
		char text[NET_ADDRESS_TEXT];
		struct arc_field field = parse(mem, AAR, table[i].results);
		bool has = arc_field_remote_ip(&field, &address);
		assert_int_equal(has, table[i].want != NULL);
		if (has)
			assert_string_equal(net_address_text(&address, text),
					    table[i].want);
	}
	mem_free(mem);
}

/* "R1 M1 S1n": the fields of a message; a seal has its cv's first letter. */
static size_t make_fields(TALLOC_CTX *mem, const char *text,
			  struct arc_field *fields)
{
	size_t count = 0;
	struct span word;
	struct span rest = span_of(text);

	while (rest.length > 0) {
		(void)span_cut(rest, ' ', &word, &rest);
		int digits = word.data[0] == 'S' ? (int)word.length - 2
						 : (int)word.length - 1;
		const char *i =
		    mem_printf(mem, "i=%.*s; ", digits, word.data + 1);
		char cv = word.data[word.length - 1];
		const char *status = cv == 'n'	 ? "none"
				     : cv == 'p' ? "pass"
						 : "fail";
		fields[count++] =
		    word.data[0] == 'R' ? parse(mem, AAR, i)
		    : word.data[0] == 'M'
			? parse(mem, AMS, mem_printf(mem, "%sh=; " BH REST, i))
			: parse(mem, AS,
				mem_printf(mem, "%scv=%s; " REST, i, status));
	}
	return count;
}

static void builds_chains(void **state)
{
	static const struct {
		const char *fields;
		unsigned count;
		const char *fault; /* NULL: a chain of `count` */
	} table[] = {
	    {"R1 M1 S1n", 1, NULL},
	    {"S1n R1 M1", 1, NULL},
	    {"S2p M2 R2 S1n M1 R1", 2, NULL},
	    {"R1 M2 S3p S1n M1 R2 M3 R3 S2p", 3, NULL},
	    {"R1 M1", 0, AS " 1 is missing"},
	    {"R1 S1n", 0, AMS " 1 is missing"},
	    {"M1 S1n", 0, AAR " 1 is missing"},
	    {"R1 M1 S1n S1n", 0, AS " 1 occurs twice"},
	    {"R1 M1 M1 S1n", 0, AMS " 1 occurs twice"},
	    {"R1 R1 M1 S1n", 0, AAR " 1 occurs twice"},
	    {"R2 M2 S2p", 0, AAR " 1 is missing"},
	    {"R1 M1 S1n R3 M3 S3p", 0, AAR " 2 is missing"},
	    {"R1 M1 S1n R2", 0, AMS " 2 is missing"},
	    {"R50 M50 S50p", 0, AAR " 49 is missing"},
	    {"R51 M1 S1n", 0, AAR ": it does not begin with i="},
	    {"R1 M1 S51p", 0, AS ": i= is no instance"},
	    {"R1 M1 S1p", 0, AS " 1 has the wrong cv="},
	    {"R1 M1 S1n R2 M2 S2n", 0, AS " 2 has the wrong cv="},
	    {"R1 M1 S1f", 0, AS " 1 says cv=fail"},
	    {"R1 M1 S1f R2 M2 S2f", 0, AS " 2 says cv=fail"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct arc_field fields[12];
		struct arc_chain chain;
		size_t count = make_fields(mem, table[i].fields, fields);
		const char *fault = arc_chain_build(mem, fields, count, &chain);
		if (table[i].fault != NULL) {
			assert_non_null(fault);
			assert_string_equal(fault, table[i].fault);
			continue;
		}
		assert_null(fault);
		assert_int_equal(chain.count, table[i].count);
	}
	mem_free(mem);
}

/* "RESULT FROM" of what an AAR recorded of DMARC; "-" where none is named. */
static void reads_what_was_recorded(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} results[] = {
	    {"none", "none -"},
	    {"spf=pass smtp.mailfrom=d.test; arc=none", "none -"},
	    {"dmarc=pass", "pass -"},
	    {"spf=fail; dmarc=pass (p=REJECT dis=NONE) header.from=D.Test",
	     "pass d.test"},
	    {"dmarc=pass action=none\r\n header.from=d.test;dkim=fail",
	     "pass d.test"},
	    {"DMARC/1=Pass header.from=\"d.test\"", "pass d.test"},
	    {"dmarc = pass header.from = a@d.test", "pass d.test"},
	    {"dmarc=fail header.from=d.test", "fail d.test"},
	    {"dmarc=bestguesspass header.from=d.test", "neutral d.test"},
	    /* Whoever wrote the text, it is no result. */
	    {"spf=pass smtp.mailfrom=\"x; dmarc=pass\"", "none -"},
	    {"spf=pass (; dmarc=pass header.from=d.test)", "none -"},
	    {"spf=pass reason=\"\\\"; dmarc=pass\"; dmarc=fail", "fail -"},
	    {"dkim=pass header.b=ab=; dmarc=fail header.from=d.test",
	     "fail d.test"},
	    {"xdmarc=pass; dmarcx=pass", "none -"},
	    {"spf=pass dmarc=pass", "none -"},
	    /* All of several count. */
	    {"dmarc=pass header.from=d.test; dmarc=fail header.from=d.test",
	     "fail d.test"},
	    {"dmarc=pass header.from=d.test; dmarc=pass header.from=e.test",
	     "neutral d.test"},
	    {"dmarc=pass header.from=..", "pass "},
	    /* What cannot be read says nothing good. */
	    {"dmarc=pass header.from=d.test; spf=pass \"open",
	     "neutral d.test"},
	    {"dmarc=pass; spf=pass (open", "neutral -"},
	    {"dmarc=pass; =", "neutral -"},
	    {"dmarc", "neutral -"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
		struct arc_field field = parse(
		    mem, AAR,
		    mem_printf(mem, " i=1; mx.test 1; %s", results[i].text));
		const char *from;
		enum auth_result result = arc_field_dmarc(mem, &field, &from);
		char *got = mem_printf(mem, "%s %s", auth_result_text(result),
				       from == NULL ? "-" : from);
		if (strcmp(got, results[i].want) != 0)
			fail_msg("%s: %s", results[i].text, got);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_was_recorded),
	    cmocka_unit_test(reads_fields),
	    cmocka_unit_test(bounds_the_signed_fields),
	    cmocka_unit_test(finds_the_address),
	    cmocka_unit_test(builds_chains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
