/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spf_record.c - what is a valid SPF record, and which terms it holds
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/spf_domain_spec.h"
#include "lib/auth/spf_record.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

/* RFC 7208 12, hazards B8 to B12. */
static void accepts_and_refuses(void **state)
{
	static const struct {
		const char *record;
		const char *reason; /* NULL: valid */
	} rows[] = {
	    {"v=spf1", NULL},
	    {"V=SPF1 ", NULL},
	    {"v=spf1   -ALL  ", NULL},
	    {"v=spf1 a/0 mx/0 ip4:192.0.2.1/0 ip6:2001:db8::/0 a//0", NULL},
	    {"v=spf1 a/24//64 mx:x.test/1//128 a:x.test//1", NULL},
	    {"v=spf1 ip4:192.0.2.1/032", "bad ip4 or ip6 network"},
	    {"v=spf1 ip4:192.0.2.1/33", "bad ip4 or ip6 network"},
	    {"v=spf1 ip4:192.0.2", "bad ip4 or ip6 network"},
	    {"v=spf1 ip4:192.0.2.01", "bad ip4 or ip6 network"},
	    {"v=spf1 ip4:192.0.2.1:8080", "bad ip4 or ip6 network"},
	    {"v=spf1 ip4:2001:db8::1", "bad ip4 or ip6 network"},
	    {"v=spf1 ip6:192.0.2.1", "bad ip4 or ip6 network"},
	    {"v=spf1 ip6:2001:db8::1/129", "bad ip4 or ip6 network"},
	    {"v=spf1 ip6:2001:db8:::1", "bad ip4 or ip6 network"},
	    {"v=spf1 ip4", "bad mechanism"},
	    {"v=spf1 ip4/24", "bad mechanism"},
	    {"v=spf1 ip4:", "bad ip4 or ip6 network"},
	    {"v=spf1 a/33", "bad mechanism"},
	    {"v=spf1 a/024", "bad mechanism"},
	    {"v=spf1 a/", "bad mechanism"},
	    {"v=spf1 a//129", "bad mechanism"},
	    {"v=spf1 a/24/64", "bad mechanism"},
	    {"v=spf1 a///24", "bad mechanism"},
	    {"v=spf1 ptr/24", "bad mechanism"},
	    {"v=spf1 exists:x.test/24", "bad domain-spec"},
	    {"v=spf1 include:x.test/24", "bad domain-spec"},
	    {"v=spf1 a:", "bad domain-spec"},
	    {"v=spf1 include:", "bad domain-spec"},
	    {"v=spf1 include", "bad mechanism"},
	    {"v=spf1 exists", "bad mechanism"},
	    {"v=spf1 all:x.test", "bad mechanism"},
	    {"v=spf1 all/8", "bad mechanism"},
	    {"v=spf1 a:192.0.2.1", "bad domain-spec"},
	    {"v=spf1 a:museum", "bad domain-spec"},
	    {"v=spf1 a:museum.", "bad domain-spec"},
	    {"v=spf1 a:example.-com", "bad domain-spec"},
	    {"v=spf1 a:example.com-", "bad domain-spec"},
	    {"v=spf1 a:example.c_m", "bad domain-spec"},
	    {"v=spf1 a:example.xn--zckzah", NULL},
	    {"v=spf1 a:example.com.", NULL},
	    {"v=spf1 a:example.com..", "bad domain-spec"},
	    {"v=spf1 a:foo:bar/baz.example.com", NULL},
	    {"v=spf1 include:%{d}", NULL},
	    {"v=spf1 include:%{D2R.-+,/_=}", NULL},
	    {"v=spf1 exists:%{z}.test", "bad domain-spec"},
	    {"v=spf1 exists:%(d}.test", "bad domain-spec"},
	    {"v=spf1 exists:%{d.test", "bad domain-spec"},
	    {"v=spf1 exists:%{}.test", "bad domain-spec"},
	    {"v=spf1 exists:%{d0}.test", "bad domain-spec"},
	    {"v=spf1 exists:%{dr2}.test", "bad domain-spec"},
	    {"v=spf1 exists:%{d|}.test", "bad domain-spec"},
	    {"v=spf1 exists:%{c}.test", "bad domain-spec"},
	    {"v=spf1 exists:%{r}.test", "bad domain-spec"},
	    {"v=spf1 exists:%{t}.test", "bad domain-spec"},
	    {"v=spf1 exists:%", "bad domain-spec"},
	    {"v=spf1 exists:%.test", "bad domain-spec"},
	    {"v=spf1 exists:%%%_%-.test", NULL},
	    {"v=spf1 exists:%{d2147483648}.test", NULL},
	    {"v=spf1 unknown=%{c}%{z}", "bad modifier"},
	    {"v=spf1 unknown=%{c}", NULL},
	    {"v=spf1 un-kn_ow.n= other=", NULL},
	    {"v=spf1 1x=y", "bad term"},
	    {"v=spf1 =y", "bad term"},
	    {"v=spf1 -", "bad term"},
	    {"v=spf1 --all", "bad term"},
	    {"v=spf1 ?redirect=x.test", "qualifier before a modifier"},
	    {"v=spf1 redirect=x.test redirect=x.test",
	     "two redirect modifiers"},
	    {"v=spf1 exp=x.test exp=x.test", "two exp modifiers"},
	    {"v=spf1 redirect=", "bad domain-spec"},
	    {"v=spf1 redirect:x.test", "unknown mechanism"},
	    {"v=spf1 exp=%{c}", "bad domain-spec"},
	    {"v=spf1 moo", "unknown mechanism"},
	    {"v=spf1 moo.cow-far_out:man:dog/cat", "unknown mechanism"},
	    {"v=spf1 a\tmx", "bytes outside visible ASCII"},
	    {"v=spf1 a:\x80.test", "bytes outside visible ASCII"},
	    {"v=spf1 -all foo", "unknown mechanism"},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct spf_record record;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct span text = span_of(rows[i].record);
		assert_true(spf_record_is_spf(text));
		const char *reason = spf_record_parse(mem, text, &record);
		if (rows[i].reason == NULL && reason != NULL)
			fail_msg("%s: %s", rows[i].record, reason);
		if (rows[i].reason != NULL && reason == NULL)
			fail_msg("%s: accepted", rows[i].record);
		if (reason != NULL)
			assert_string_equal(reason, rows[i].reason);
	}
	mem_free(mem);
}

static void knows_what_is_spf(void **state)
{
	(void)state;
	assert_true(spf_record_is_spf(span_of("v=spf1")));
	assert_true(spf_record_is_spf(span_of("v=spf1 ")));
	assert_false(spf_record_is_spf(span_of("v=spf10 -all")));
	assert_false(spf_record_is_spf(span_of("v=spf1\t-all")));
	assert_false(spf_record_is_spf(span_make("v=spf1\0-all", 11)));
	assert_false(spf_record_is_spf(span_of(" v=spf1")));
	assert_false(spf_record_is_spf(span_of("v=spf")));
	assert_false(spf_record_is_spf(span_of("")));
}

static void refuses_nul(void **state)
{
	static const char text[] = "v=spf1 +all\0 -all";
	TALLOC_CTX *mem = mem_context(NULL);
	struct spf_record record = {.count = 77};

	(void)state;
	assert_non_null(
	    spf_record_parse(mem, span_make(text, sizeof text - 1), &record));
	assert_int_equal(record.count, 77);
	mem_free(mem);
}

/* "v=spf1 exists:" + `count` times `unit` + ".test" */
static const char *parse_repeated(const char *unit, size_t count)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf text;
	struct spf_record record;

	strbuf_init(&text, mem, 20000);
	strbuf_add_text(&text, "v=spf1 exists:");
	for (size_t i = 0; i < count; i++)
		strbuf_add_text(&text, unit);
	strbuf_add_text(&text, ".test");
	const char *reason =
	    spf_record_parse(mem, span_of(strbuf_text(&text)), &record);
	mem_free(mem);
	return reason;
}

static void bounds_a_term(void **state)
{
	(void)state;
	assert_null(parse_repeated("%{d}", LIMIT_SPF_MACROS));
	assert_non_null(parse_repeated("%{d}", LIMIT_SPF_MACROS + 1));
	assert_non_null(parse_repeated("%{d}", 200));
	assert_null(parse_repeated("x", LIMIT_SPF_TERM_BYTES - 5));
	assert_non_null(parse_repeated("x", LIMIT_SPF_TERM_BYTES - 4));
	assert_string_equal(parse_repeated("x", 9000), "record too long");
}

static void orders_terms(void **state)
{
	static const char text[] =
	    "v=spf1 redirect=r.test ~a:x.test/24//64 foo=bar ?mx exp=e.test";
	TALLOC_CTX *mem = mem_context(NULL);
	struct spf_record record;

	(void)state;
	assert_null(spf_record_parse(mem, span_of(text), &record));
	assert_int_equal(record.count, 3);
	assert_int_equal(record.terms[0].mechanism, SPF_A);
	assert_int_equal(record.terms[0].qualifier, '~');
	assert_int_equal(record.terms[0].prefix4, 24);
	assert_int_equal(record.terms[0].prefix6, 64);
	assert_true(span_equals(record.terms[0].domain, "x.test"));
	assert_int_equal(record.terms[1].mechanism, SPF_MX);
	assert_int_equal(record.terms[1].qualifier, '?');
	assert_int_equal(record.terms[1].domain.length, 0);
	assert_int_equal(record.terms[2].mechanism, SPF_REDIRECT);
	mem_free(mem);
}

static void stops_at_all(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct spf_record record;

	(void)state;
	assert_null(spf_record_parse(
	    mem, span_of("v=spf1 redirect=r.test a -all mx"), &record));
	assert_int_equal(record.count, 2);
	assert_int_equal(record.terms[1].mechanism, SPF_ALL);
	assert_int_equal(record.terms[1].qualifier, '-');
	mem_free(mem);
}

static void keeps_terms_as_written(void **state)
{
	static const struct {
		const char *text;
		const char *mechanism;
	} terms[] = {
	    {"+IP4:192.0.2.7/32", "ip4"},
	    {"?Mx/24//64", "mx"},
	    {"include:A.Test.", "include"},
	    {"exists:%{l}.x.test", "exists"},
	    {"ptr", "ptr"},
	    {"redirect=r.test", "redirect"},
	};
	static const char text[] =
	    "v=spf1  +IP4:192.0.2.7/32 ?Mx/24//64   include:A.Test. x=y "
	    "redirect=r.test exists:%{l}.x.test ptr ";
	TALLOC_CTX *mem = mem_context(NULL);
	struct spf_record record;

	(void)state;
	assert_null(spf_record_parse(mem, span_of(text), &record));
	assert_int_equal(record.count, sizeof terms / sizeof terms[0]);
	for (size_t i = 0; i < record.count; i++) {
		assert_true(span_equals(record.terms[i].text, terms[i].text));
		assert_string_equal(
		    spf_mechanism_text(record.terms[i].mechanism),
		    terms[i].mechanism);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(accepts_and_refuses),
	    cmocka_unit_test(knows_what_is_spf),
	    cmocka_unit_test(refuses_nul),
	    cmocka_unit_test(bounds_a_term),
	    cmocka_unit_test(orders_terms),
	    cmocka_unit_test(stops_at_all),
	    cmocka_unit_test(keeps_terms_as_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
