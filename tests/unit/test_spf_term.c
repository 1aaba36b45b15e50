/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spf_term.c - what a term looks up, and which clients it holds
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/spf_term.h"

static bool contains(const char *record_text, const char *address)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct spf_record record;
	struct net_address client;

	assert_null(spf_record_parse(mem, span_of(record_text), &record));
	assert_true(net_address_parse(address, &client));
	bool result = spf_term_contains(&record.terms[0], &client);
	mem_free(mem);
	return result;
}

static void matches_networks(void **state)
{
	(void)state;
	assert_true(contains("v=spf1 ip4:203.0.113.1", "::ffff:203.0.113.1"));
	assert_true(contains("v=spf1 ip4:203.0.113.9/28", "203.0.113.15"));
	assert_false(contains("v=spf1 ip4:203.0.113.9/28", "203.0.113.16"));
	assert_true(contains("v=spf1 ip4:203.0.113.9/0", "192.0.2.1"));
	assert_false(contains("v=spf1 ip4:203.0.113.9/0", "2001:db8::1"));
	assert_true(contains("v=spf1 ip6:2001:db8::1/33", "2001:db8:7fff::"));
	assert_false(contains("v=spf1 ip6:2001:db8::1/33", "2001:db8:8000::"));
	assert_true(contains("v=spf1 ip6:::/0", "2001:db8::1"));
	/* A mapped network is no IPv4 network. */
	assert_false(contains("v=spf1 ip6:::ffff:192.0.2.1", "192.0.2.1"));
}

static void reaches_addresses(void **state)
{
	static const struct {
		const char *term;
		const char *address;
		const char *client;
		bool want;
	} rows[] = {
	    {"a", "192.0.2.1", "192.0.2.1", true},
	    {"a", "192.0.2.1", "192.0.2.2", false},
	    {"a/24", "192.0.2.1", "192.0.2.200", true},
	    {"a/25", "192.0.2.1", "192.0.2.200", false},
	    {"mx/0", "192.0.2.1", "203.0.113.1", true},
	    {"mx/0", "2001:db8::1", "2001:db8::2", false},
	    {"mx//64", "2001:db8::1", "2001:db8::2", true},
	    {"mx//33", "2001:db8::1", "2001:db8:8000::1", false},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *text = mem_printf(mem, "v=spf1 %s", rows[i].term);
		struct net_address address;
		struct net_address client;
		struct spf_record record;
		assert_null(spf_record_parse(mem, span_of(text), &record));
		assert_true(net_address_parse(rows[i].address, &address));
		assert_true(net_address_parse(rows[i].client, &client));
		assert_int_equal(
		    spf_term_reaches(&record.terms[0], address.bytes, &client),
		    rows[i].want);
	}
	mem_free(mem);
}

static void says_what_is_asked(void **state)
{
	static const struct {
		const char *term;
		const char *client;
		enum dns_type type;
		const char *name;
	} rows[] = {
	    {"a", "192.0.2.1", DNS_A, "d.test"},
	    {"a:X.Test.", "2001:db8::1", DNS_AAAA, "x.test"},
	    {"mx/24", "192.0.2.1", DNS_MX, "d.test"},
	    {"mx:%{d2}", "192.0.2.1", DNS_MX, "d.test"},
	    {"include:I.test", "192.0.2.1", DNS_TXT, "i.test"},
	    {"redirect=_spf.%{d}", "192.0.2.1", DNS_TXT, "_spf.d.test"},
	    {"exists:%{i}.x.test", "192.0.2.1", DNS_A, "192.0.2.1.x.test"},
	    {"exists:x.test", "2001:db8::1", DNS_A, "x.test"},
	    {"ptr:x.test", "192.0.2.1", DNS_PTR, "x.test"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *text = mem_printf(mem, "v=spf1 %s", rows[i].term);
		struct net_address client;
		struct spf_record record;
		assert_null(spf_record_parse(mem, span_of(text), &record));
		assert_true(net_address_parse(rows[i].client, &client));
		const struct spf_values values = {.client = &client,
						  .local_part = "u",
						  .sender_domain = "s.test",
						  .domain = "d.test",
						  .helo = "h.test"};
		assert_int_equal(spf_term_type(&record.terms[0], &client),
				 rows[i].type);
		assert_string_equal(
		    spf_term_name(mem, &record.terms[0], &values),
		    rows[i].name);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(matches_networks),
	    cmocka_unit_test(reaches_addresses),
	    cmocka_unit_test(says_what_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
