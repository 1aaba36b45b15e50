/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_net.c - addresses and networks
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/net.h"

static void reads_addresses(void **state)
{
	static const struct {
		const char *input;
		const char *text; /* NULL: refused */
		const char *reverse;
	} rows[] = {
	    {"192.0.2.1", "192.0.2.1", "1.2.0.192.in-addr.arpa"},
	    {"::ffff:203.0.113.9", "203.0.113.9", "9.113.0.203.in-addr.arpa"},
	    {"2001:DB8::1", "2001:db8::1",
	     "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
	     "ip6.arpa"},
	    {"192.0.2", NULL, NULL},
	    {"192.0.2.1 ", NULL, NULL},
	    {"", NULL, NULL},
	};
	struct net_address address;
	char text[NET_ADDRESS_TEXT];
	char reverse[NET_REVERSE_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool ok = net_address_parse(rows[i].input, &address);
		assert_int_equal(ok, rows[i].text != NULL);
		if (!ok)
			continue;
		assert_string_equal(net_address_text(&address, text),
				    rows[i].text);
		char *copy = net_address_copy(NULL, &address);
		assert_string_equal(copy, rows[i].text);
		mem_free(copy);
		assert_string_equal(net_address_reverse(&address, reverse),
				    rows[i].reverse);
	}
}

static bool contains(const char *network, const char *text)
{
	struct net_block block;
	struct net_address address;
	struct error err;

	assert_true(net_block_parse(network, &block, &err));
	assert_true(net_address_parse(text, &address));
	return net_block_contains(&block, &address);
}

static void writes_networks(void **state)
{
	static const struct {
		const char *address;
		unsigned prefix;
		const char *want;
	} rows[] = {
	    {"192.0.2.255", 32, "192.0.2.255/32"},
	    {"192.0.2.255", 29, "192.0.2.248/29"},
	    {"192.0.2.255", 0, "0.0.0.0/0"},
	    {"2001:db8::ffff", 127, "2001:db8::fffe/127"},
	    {"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 128,
	     "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct net_address address;
		char text[NET_BLOCK_TEXT];
		assert_true(net_address_parse(rows[i].address, &address));
		struct net_block block =
		    net_block_around(&address, rows[i].prefix);
		assert_string_equal(net_block_text(&block, text), rows[i].want);
		assert_true(net_block_contains(&block, &address));
	}
}

static void matches_networks(void **state)
{
	(void)state;
	assert_true(contains("192.0.2.0/24", "192.0.2.255"));
	assert_false(contains("192.0.2.0/24", "192.0.3.0"));
	assert_true(contains("192.0.2.8/29", "192.0.2.15"));
	assert_false(contains("192.0.2.8/29", "192.0.2.16"));
	assert_true(contains("0.0.0.0/0", "203.0.113.1"));
	assert_false(contains("0.0.0.0/0", "2001:db8::1"));
	assert_true(contains("2001:db8::/33", "2001:db8:7fff::1"));
	assert_false(contains("2001:db8::/33", "2001:db8:8000::1"));
	assert_true(contains("::1", "::1"));
	assert_true(contains("192.0.2.1", "::ffff:192.0.2.1"));
}

static void refuses_what_is_no_network(void **state)
{
	static const char *const rows[] = {
	    "",
	    "192.0.2.0/33",
	    "192.0.2.0/",
	    "192.0.2.0/08",
	    "192.0.2.1/24",
	    "2001:db8::/129",
	    "example.com",
	    "192.0.2.0/-1",
	    "999.0.0.0/8",
	};
	struct net_block block;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_false(net_block_parse(rows[i], &block, &err));
		assert_int_equal(err.kind, ERROR_CONFIG);
	}
	assert_false(net_block_parse("192.0.2.1/24", &block, &err));
	assert_non_null(strstr(err.words, "192.0.2.0/24"));
}

static void knows_loopback(void **state)
{
	struct net_address address;

	(void)state;
	assert_true(net_address_parse("127.4.5.6", &address));
	assert_true(net_address_is_loopback(&address));
	assert_true(net_address_parse("::1", &address));
	assert_true(net_address_is_loopback(&address));
	assert_true(net_address_parse("::2", &address));
	assert_false(net_address_is_loopback(&address));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_addresses),
	    cmocka_unit_test(matches_networks),
	    cmocka_unit_test(writes_networks),
	    cmocka_unit_test(refuses_what_is_no_network),
	    cmocka_unit_test(knows_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
