/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spf_macro.c - macros, long names, and what libspf2 gets to see
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/spf_rewrite.h"
#include "lib/base/strbuf.h"

static const char *client_name(void *context, const char *domain)
{
	(void)context;
	(void)domain;
	return "mail.client.test";
}

static struct net_address client_of(const char *text)
{
	struct net_address client;

	assert_true(net_address_parse(text, &client));
	return client;
}

static struct spf_values values_of(const struct net_address *client,
				   const char *local_part)
{
	return (struct spf_values){.client = client,
				   .local_part = local_part,
				   .sender_domain = "email.example.com",
				   .domain = "email.example.com",
				   .helo = "mx.example.org",
				   .client_name = client_name};
}

/* The first rows are RFC 7208 7.4. */
static void expands(void **state)
{
	static const struct {
		const char *spec;
		const char *name;
	} rows[] = {
	    {"%{s}", "strong-bad@email.example.com"},
	    {"%{o}", "email.example.com"},
	    {"%{d}", "email.example.com"},
	    {"%{d4}", "email.example.com"},
	    {"%{d3}", "email.example.com"},
	    {"%{d2}", "example.com"},
	    {"%{d1}", "com"},
	    {"%{dr}", "com.example.email"},
	    {"%{d2r}", "example.email"},
	    {"%{l}", "strong-bad"},
	    {"%{l-}", "strong.bad"},
	    {"%{lr}", "strong-bad"},
	    {"%{lr-}", "bad.strong"},
	    {"%{l1r-}", "strong"},
	    {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
	    {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
	    {"%{l,/}", "strong-bad"},
	    {"%{S}", "strong-bad%%40email.example.com"},
	    {"%{h2R}.", "example.mx"},
	    {"%{d99999999999}", "email.example.com"},
	    {"%%%_%-.test", "%%%_%%20.test"},
	    {"%{p}.test", "%{p}.test"},
	    {"%{P}.test", "%{P}.test"},
	    {"%{p2}.test", "client.test.test"},
	    {"x.test.", "x.test"},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct net_address client = client_of("192.0.2.3");
	struct spf_values values = values_of(&client, "strong-bad");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(
		    spf_macro_expand(mem, span_of(rows[i].spec), &values),
		    rows[i].name);
	client = client_of("2001:db8::cb01");
	assert_string_equal(
	    spf_macro_expand(mem, span_of("%{ir}.%{v}"), &values),
	    "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
	    "ip6");
	mem_free(mem);
}

static void splits_at_every_delimiter(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct net_address client = client_of("192.0.2.3");
	struct spf_values values = values_of(&client, "a.b-c+d,e/f_g=h");

	(void)state;
	assert_string_equal(
	    spf_macro_expand(mem, span_of("%{lr.-+,/_=}"), &values),
	    "h.g.f.e.d.c.b.a");
	assert_string_equal(spf_macro_expand(mem, span_of("%{l,/}"), &values),
			    "a.b-c+d.e.f_g=h");
	mem_free(mem);
}

static void cuts_long_names(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf text;
	char label[300];

	(void)state;
	strbuf_init(&text, mem, 1000);
	for (int i = 0; i < 26; i++)
		strbuf_add_text(&text, "abcdefghi.");
	strbuf_add_text(&text, "x");
	assert_int_equal(strlen(strbuf_text(&text)), 261);
	assert_int_equal(strlen(spf_macro_cut_name(strbuf_text(&text))), 251);
	assert_string_equal(spf_macro_cut_name("a.test"), "a.test");
	memset(label, 'x', sizeof label);
	label[sizeof label - 1] = '\0';
	assert_string_equal(spf_macro_cut_name(label), "");

	struct net_address client = client_of("192.0.2.3");
	struct spf_values values = values_of(&client, "x");
	strbuf_clear(&text);
	for (int i = 0; i < 60; i++)
		strbuf_add_text(&text, "%{d}.");
	strbuf_add_text(&text, "test");
	const char *name =
	    spf_macro_expand(mem, span_of(strbuf_text(&text)), &values);
	assert_in_range(strlen(name), 240, 253);
	/* "%{p}" decides where the cut is, so it is looked up. */
	name = spf_macro_expand(
	    mem, span_of(mem_printf(mem, "%%{p}.%s", strbuf_text(&text))),
	    &values);
	assert_in_range(strlen(name), 240, 253);
	assert_null(strchr(name, '{'));
	/* 220 times "%" are 440 bytes for libspf2. */
	char percents[300] = "";
	memset(percents, '%', 220);
	values.helo = percents;
	assert_null(spf_macro_expand(mem, span_of("%{h}.test"), &values));
	mem_free(mem);
}

static void never_matches_other_local_parts(void **state)
{
	struct net_address client = client_of("192.0.2.3");
	struct spf_values values = values_of(&client, "j\xc3\xb6rg");

	(void)state;
	assert_false(spf_macro_can_match(span_of("%{l1r-}.test"), &values));
	assert_false(spf_macro_can_match(span_of("%{S}.test"), &values));
	assert_true(spf_macro_can_match(span_of("%{o}.test"), &values));
	values.local_part = "\"a b\"";
	assert_true(spf_macro_can_match(span_of("%{l}.test"), &values));
}

/* What libspf2 sees, one term a line. */
static char *rewritten(TALLOC_CTX *mem, const char *text, const char *address)
{
	struct net_address client = client_of(address);
	struct spf_values values = values_of(&client, "j\xc3\xb6rg");
	struct spf_record record;
	struct strbuf lines;

	assert_null(spf_record_parse(mem, span_of(text), &record));
	struct text_list list;
	assert_true(spf_rewrite(mem, &record, &values, 10, &list));
	strbuf_init(&lines, mem, 100000);
	for (size_t i = 0; i < list.count; i++) {
		assert_true(
		    span_starts_nocase(span_of(list.items[i]), "v=spf1 "));
		strbuf_printf(&lines, "%s%s", i == 0 ? "" : " ",
			      list.items[i] + strlen("v=spf1 "));
	}
	return strbuf_text(&lines);
}

static void rewrites(void **state)
{
	static const struct {
		const char *record;
		const char *client;
		const char *seen;
	} rows[] = {
	    {"v=spf1 -all", "192.0.2.1", "-all"},
	    {"v=spf1", "192.0.2.1", ""},
	    {"v=spf1 ip4:192.0.2.2 ~ip4:192.0.2.0/24 mx", "192.0.2.1", "~all"},
	    {"v=spf1 ip6:::/0 -all", "192.0.2.1", "-all"},
	    {"v=spf1 a mx/24//64 a:x.test", "192.0.2.1",
	     "+a:Temail.example.com +mx:Temail.example.com/24 +a:Tx.test"},
	    {"v=spf1 a mx/24//64 a:x.test/32", "2001:db8::1",
	     "+a:Temail.example.com +mx:Temail.example.com//64 +a:Tx.test"},
	    {"v=spf1 -a/0 mx:x.test/0", "192.0.2.1",
	     "-exists:Aemail.example.com +exists:Mx.test"},
	    {"v=spf1 redirect=r.test include:i.test exists:e.test ptr",
	     "192.0.2.1",
	     "+include:i.test +exists:Te.test +ptr:email.example.com "
	     "redirect=r.test"},
	    {"v=spf1 exists:%{l}.test -exists:%{o} redirect=%{l}.test",
	     "192.0.2.1", "-exists:Temail.example.com"},
	    {"v=spf1 a a a a a a a a a a a a a -all", "192.0.2.1",
	     "+a:Temail.example.com +a:Temail.example.com "
	     "+a:Temail.example.com +a:Temail.example.com "
	     "+a:Temail.example.com +a:Temail.example.com "
	     "+a:Temail.example.com +a:Temail.example.com "
	     "+a:Temail.example.com +a:Temail.example.com "
	     "+a:Temail.example.com"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(
		    rewritten(mem, rows[i].record, rows[i].client),
		    rows[i].seen);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(expands),
	    cmocka_unit_test(splits_at_every_delimiter),
	    cmocka_unit_test(cuts_long_names),
	    cmocka_unit_test(never_matches_other_local_parts),
	    cmocka_unit_test(rewrites),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
