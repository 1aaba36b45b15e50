/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_metrics_settings.c - where the metrics may listen
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/app/metrics_settings.h"

static const struct {
	const char *value;
	long port; /* 0: refused */
	const char *address;
} rows[] = {
    {"inet:9893@127.0.0.1", 9893, "127.0.0.1"},
    {"inet:1@0.0.0.0", 1, "0.0.0.0"},
    {"inet:65535@192.0.2.1", 65535, "192.0.2.1"},
    {"inet6:9893@::1", 9893, "::1"},
    {"inet6:9893@2001:db8::7", 9893, "2001:db8::7"},
    {"", 0, NULL},
    {"9893", 0, NULL},
    {"inet:9893", 0, NULL},
    {"inet:@127.0.0.1", 0, NULL},
    {"inet:0@127.0.0.1", 0, NULL},
    {"inet:65536@127.0.0.1", 0, NULL},
    {"inet:09893@127.0.0.1", 0, NULL},
    {"inet:9893@", 0, NULL},
    {"inet:9893@localhost", 0, NULL},
    {"inet:9893@::1", 0, NULL},
    {"inet6:9893@127.0.0.1", 0, NULL},
    {"inet6:9893@::ffff:127.0.0.1", 0, NULL},
    {"INET:9893@127.0.0.1", 0, NULL},
    {"unix:/run/alignd/metrics", 0, NULL},
    {"inet:9893@127.0.0.1\x1b[31m", 0, NULL},
};

static void places(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct metrics_endpoint endpoint = {.port = -1};
		char address[NET_ADDRESS_TEXT];
		struct error err;
		bool is_good =
		    metrics_endpoint_parse(rows[i].value, &endpoint, &err);

		assert_int_equal(is_good, rows[i].port != 0);
		if (!is_good) {
			assert_int_equal(endpoint.port, -1);
			assert_int_equal(err.kind, ERROR_CONFIG);
			assert_non_null(strstr(err.words, "inet:PORT@"));
			assert_null(strchr(err.words, '\x1b'));
			continue;
		}
		assert_int_equal(endpoint.port, rows[i].port);
		assert_string_equal(
		    net_address_text(&endpoint.address, address),
		    rows[i].address);
	}
}

/* Unlike the parser, the setting may be empty: then nobody listens. */
static void empty_is_off(void **state)
{
	struct error err;

	(void)state;
	assert_true(metrics_setting_rows[0].check("", &err));
	assert_false(metrics_setting_rows[0].check("x", &err));
	assert_string_equal(metrics_setting_rows[0].initial, "");
	assert_false(metrics_setting_rows[0].is_reloadable);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(places),
	    cmocka_unit_test(empty_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
