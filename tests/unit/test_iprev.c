/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_iprev.c - addresses whose names map back, and all the others
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/iprev.h"
#include "lib/base/limits.h"

static const char zone[] =
    "1.2.0.192.in-addr.arpa. PTR good.test.\n"
    "good.test. A 192.0.2.1\n"
    "2.2.0.192.in-addr.arpa. PTR other.test.\n"
    "other.test. A 192.0.2.99\n"
    "3.2.0.192.in-addr.arpa. PTR nowhere.test.\n"
    "4.2.0.192.in-addr.arpa. PTR six.test.\n"
    "six.test. AAAA 2001:db8::1\n"
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."
    " PTR six.test.\n"
    ";!FAIL 5.2.0.192.in-addr.arpa PTR SERVFAIL\n"
    "6.2.0.192.in-addr.arpa. PTR slow.test.\n"
    ";!FAIL slow.test A TIMEOUT\n"
    /* one name out of order answers, one matches */
    "7.2.0.192.in-addr.arpa. PTR slow.test.\n"
    "7.2.0.192.in-addr.arpa. PTR zzz.test.\n"
    "zzz.test. A 192.0.2.7\n"
    "8.2.0.192.in-addr.arpa. TXT \"no name\"\n";

static void checks(void **state)
{
	static const struct {
		const char *address; /* NULL: none */
		enum auth_result result;
		const char *name;
	} rows[] = {
	    {"192.0.2.1", AUTH_PASS, "good.test"},
	    {"2001:db8::1", AUTH_PASS, "six.test"},
	    {"::ffff:192.0.2.1", AUTH_PASS, "good.test"},
	    {"192.0.2.2", AUTH_FAIL, NULL},
	    {"192.0.2.3", AUTH_FAIL, NULL},
	    {"192.0.2.4", AUTH_FAIL, NULL},
	    {"192.0.2.5", AUTH_TEMPERROR, NULL},
	    {"192.0.2.6", AUTH_TEMPERROR, NULL},
	    {"192.0.2.7", AUTH_PASS, "zzz.test"},
	    {"192.0.2.8", AUTH_PERMERROR, NULL},
	    {"192.0.2.200", AUTH_PERMERROR, NULL},
	    {NULL, AUTH_NONE, NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns *dns;
	struct error err;

	(void)state;
	assert_true(dns_new_from_text(zone, &dns, &err));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dns_session *session = dns_session_new(mem, dns, 1000);
		struct net_address address = {.family = NET_NONE};
		if (rows[i].address != NULL)
			assert_true(
			    net_address_parse(rows[i].address, &address));
		iprev_ask_ahead(session, &address);
		struct evidence_iprev evidence =
		    iprev_check(mem, session, &address);
		if (evidence.result != rows[i].result)
			fail_msg("%s: %s", rows[i].address,
				 auth_result_text(evidence.result));
		if (rows[i].name == NULL)
			assert_null(evidence.name);
		else
			assert_string_equal(evidence.name, rows[i].name);
	}
	mem_free(mem);
	dns_free(dns);
}

/* RFC 8601 3: the number of names must be limited. */
static void bounds_the_names(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *text = mem_strdup(mem, "n99.test. A 192.0.2.9\n");
	struct net_address address;
	struct dns *dns;
	struct error err;

	(void)state;
	for (int i = 10; i < 100; i++)
		text = mem_printf(
		    mem, "%s9.2.0.192.in-addr.arpa. PTR n%d.test.\n", text, i);
	assert_true(dns_new_from_text(text, &dns, &err));
	struct dns_session *session = dns_session_new(mem, dns, 1000);
	assert_true(net_address_parse("192.0.2.9", &address));
	assert_int_equal(iprev_check(mem, session, &address).result, AUTH_FAIL);
	assert_int_equal(dns_session_count(session), 1 + LIMIT_SPF_PTR);
	mem_free(mem);
	dns_free(dns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(checks),
	    cmocka_unit_test(bounds_the_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
