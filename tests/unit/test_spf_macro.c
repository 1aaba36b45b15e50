/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spf_macro.c - macros, transformers and long names
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/spf_macro.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

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
				   .client_name = "mail.client.test"};
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
	    {"%{S}", "strong-bad%40email.example.com"},
	    {"%{h2R}.", "example.mx"},
	    {"%{d99999999999}", "email.example.com"},
	    {"%%%_%-.Test", "% %20.test"},
	    {"%{p}.test", "mail.client.test.test"},
	    {"%{Pr}.test", "test.client.mail.test"},
	    {"%{p2}.test", "client.test.test"},
	    {"X.Test.", "x.test"},
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
	const char *name;

	(void)state;
	struct net_address client = client_of("192.0.2.3");
	struct spf_values values = values_of(&client, "x");
	strbuf_init(&text, mem, 1000);
	for (int i = 0; i < 26; i++)
		strbuf_add_text(&text, "abcdefghi.");
	strbuf_add_text(&text, "x");
	assert_int_equal(strlen(strbuf_text(&text)), 261);
	name = spf_macro_expand(mem, span_of(strbuf_text(&text)), &values);
	assert_int_equal(strlen(name), 251);
	memset(label, 'x', sizeof label);
	label[sizeof label - 1] = '\0';
	assert_string_equal(spf_macro_expand(mem, span_of(label), &values), "");

	strbuf_clear(&text);
	for (int i = 0; i < 60; i++)
		strbuf_add_text(&text, "%{d}.");
	strbuf_add_text(&text, "test");
	name = spf_macro_expand(mem, span_of(strbuf_text(&text)), &values);
	assert_in_range(strlen(name), 240, 253);
	/* What "%{p}" stands for is cut with the rest. */
	name = spf_macro_expand(
	    mem, span_of(mem_printf(mem, "%%{p}.%s", strbuf_text(&text))),
	    &values);
	assert_in_range(strlen(name), 240, 253);
	mem_free(mem);
}

/* Before it is cut, the name may have so many bytes and no more. */
static void bounds_an_expansion(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct net_address client = client_of("192.0.2.3");
	struct spf_values values = values_of(&client, "x");
	struct strbuf text;
	char helo[LIMIT_HELO_BYTES + 1];

	(void)state;
	memset(helo, '=', sizeof helo);
	helo[LIMIT_HELO_BYTES] = '\0';
	values.helo = helo;
	strbuf_init(&text, mem, 1000);
	/* each byte of it becomes "%3D" */
	for (int i = 0; i < LIMIT_SPF_NAME_BYTES / (3 * LIMIT_HELO_BYTES); i++)
		strbuf_add_text(&text, "%{H}.");
	strbuf_add_text(&text, "test");
	assert_string_equal(
	    spf_macro_expand(mem, span_of(strbuf_text(&text)), &values),
	    "test");
	strbuf_add_text(&text, ".%{H}");
	assert_null(
	    spf_macro_expand(mem, span_of(strbuf_text(&text)), &values));
	mem_free(mem);
}

static void knows_what_wants_the_client_name(void **state)
{
	(void)state;
	assert_true(spf_macro_wants_client_name(span_of("%{p}.test")));
	assert_true(spf_macro_wants_client_name(span_of("x.%{d}.%{P1r-}")));
	assert_false(spf_macro_wants_client_name(span_of("%{d}.p.test")));
	assert_false(spf_macro_wants_client_name(span_of("")));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(expands),
	    cmocka_unit_test(splits_at_every_delimiter),
	    cmocka_unit_test(cuts_long_names),
	    cmocka_unit_test(never_matches_other_local_parts),
	    cmocka_unit_test(bounds_an_expansion),
	    cmocka_unit_test(knows_what_wants_the_client_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
