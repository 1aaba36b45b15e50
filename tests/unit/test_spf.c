/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spf.c - spf_check(): identities, evaluation, trouble
 */
#include "tests/unit/spf_world.h"

static void reports_trouble(void **state)
{
	static const struct row rows[] = {
	    {"B1 servfail", ";!FAIL d.test TXT SERVFAIL\n", "192.0.2.1",
	     AUTH_TEMPERROR, "DNS trouble for d.test"},
	    {"B1 timeout", ";!FAIL d.test * TIMEOUT\n", "192.0.2.1",
	     AUTH_TEMPERROR, "DNS trouble for d.test"},
	    {"bogus", ";!FAIL d.test TXT BOGUS\n", "192.0.2.1", AUTH_TEMPERROR,
	     "DNS trouble for d.test"},
	    {"no name", "other.test. 60 IN A 192.0.2.1\n", "192.0.2.1",
	     AUTH_NONE, "no SPF record"},
	    {"no record", SPF("d.test", "something else"), "192.0.2.1",
	     AUTH_NONE, "no SPF record"},
	    {"B15 two", SPF("d.test", "v=spf1 -all") SPF("d.test", "v=spf1"),
	     "192.0.2.1", AUTH_PERMERROR, "two SPF records"},
	    {"B15 include of none", SPF("d.test", "v=spf1 include:i.test -all"),
	     "192.0.2.1", AUTH_PERMERROR, "no SPF record at i.test"},
	    {"B15 itself", SPF("d.test", "v=spf1 include:d.test -all"),
	     "192.0.2.1", AUTH_PERMERROR, "record includes itself"},
	    {"B15 itself, other case",
	     SPF("d.test", "v=spf1 include:D.test -all"), "192.0.2.1",
	     AUTH_PERMERROR, "record includes itself"},
	    {"B15 in a circle",
	     SPF("d.test", "v=spf1 include:i.test -all")
		 SPF("i.test", "v=spf1 include:d.test -all"),
	     "192.0.2.1", AUTH_PERMERROR, "term limit (10) exceeded"},
	    {"B15 include with servfail",
	     SPF("d.test",
		 "v=spf1 include:i.test -all") ";!FAIL i.test TXT SERVFAIL\n",
	     "192.0.2.1", AUTH_TEMPERROR, "DNS trouble for i.test"},
	    {"redirect to none", SPF("d.test", "v=spf1 redirect=i.test"),
	     "192.0.2.1", AUTH_PERMERROR, "no SPF record at i.test"},
	    {"servfail of an a",
	     SPF("d.test", "v=spf1 a:i.test -all") ";!FAIL i.test A SERVFAIL\n",
	     "192.0.2.1", AUTH_TEMPERROR, "DNS trouble for i.test"},
	    {"servfail of a host of mx/0",
	     SPF("d.test", "v=spf1 mx/0 -all") "d.test. 60 IN MX 1 m.test.\n"
					       ";!FAIL m.test A SERVFAIL\n",
	     "192.0.2.1", AUTH_TEMPERROR, "DNS trouble for m.test"},
	    {"servfail of a/0",
	     SPF("d.test", "v=spf1 a/0 -all") ";!FAIL d.test A SERVFAIL\n",
	     "192.0.2.1", AUTH_TEMPERROR, "DNS trouble for d.test"},
	    {"servfail of the PTR",
	     SPF("d.test", "v=spf1 ptr -all") ";!FAIL 1.2.0.192.in-addr.arpa "
					      "PTR SERVFAIL\n",
	     "192.0.2.1", AUTH_FAIL, NULL},
	    {"servfail of a PTR name",
	     SPF("d.test", "v=spf1 ptr -all") "1.2.0.192.in-addr.arpa. 60 IN "
					      "PTR h.d.test.\n"
					      ";!FAIL h.d.test A SERVFAIL\n",
	     "192.0.2.1", AUTH_FAIL, NULL},
	    {"syntax below an include",
	     SPF("d.test", "v=spf1 include:i.test -all")
		 SPF("i.test", "v=spf1 a:"),
	     "192.0.2.1", AUTH_PERMERROR, "bad domain-spec at i.test"},
	    {"include of a bad name",
	     SPF("d.test", "v=spf1 include:a..test -all"), "192.0.2.1",
	     AUTH_PERMERROR, "bad name in include or redirect"},
	};

	(void)state;
	run_rows(rows, sizeof rows / sizeof rows[0]);
}

static void evaluates(void **state)
{
	static const struct row rows[] = {
	    {"B6 mapped", SPF("d.test", "v=spf1 ip4:203.0.113.1 -all"),
	     "::ffff:203.0.113.1", AUTH_PASS, NULL},
	    {"B9 modifiers",
	     SPF("d.test", "v=spf1 x=y redirect=r.test ip4:192.0.2.1")
		 SPF("r.test", "v=spf1 -all"),
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"B9 redirect last",
	     SPF("d.test", "v=spf1 x=y redirect=r.test ip4:192.0.2.1")
		 SPF("r.test", "v=spf1 -all"),
	     "192.0.2.2", AUTH_FAIL, NULL},
	    {"B8 a/0",
	     SPF("d.test", "v=spf1 a/0 -all") "d.test. 60 IN A 192.0.2.9\n",
	     "203.0.113.1", AUTH_PASS, NULL},
	    {"B8 a//0, no address of the family",
	     SPF("d.test", "v=spf1 a//0 -all") "d.test. 60 IN A 192.0.2.9\n",
	     "2001:db8::1", AUTH_FAIL, NULL},
	    {"B8 mx/0",
	     SPF("d.test",
		 "v=spf1 mx/0 -all") "d.test. 60 IN MX 1 m.test.\n"
				     "m.test. 60 IN AAAA 2001:db8::1\nd.test. "
				     "60 IN MX 2 n.test.\n"
				     "n.test. 60 IN A 192.0.2.1\n",
	     "203.0.113.1", AUTH_PASS, NULL},
	    {"B8 mx/0 without a host", SPF("d.test", "v=spf1 mx/0 ~all"),
	     "203.0.113.1", AUTH_SOFTFAIL, NULL},
	    {"null MX",
	     SPF("d.test", "v=spf1 mx -all") "d.test. 60 IN MX 0 .\n",
	     "192.0.2.1", AUTH_FAIL, NULL},
	    {"no match, no all", SPF("d.test", "v=spf1 ip4:192.0.2.2"),
	     "192.0.2.1", AUTH_NEUTRAL, NULL},
	    {"exp is never fetched",
	     SPF("d.test",
		 "v=spf1 -all exp=e.test") ";!FAIL e.test TXT SERVFAIL\n",
	     "192.0.2.1", AUTH_FAIL, NULL},
	    {"B11 helo",
	     SPF("d.test",
		 "v=spf1 exists:%{h}.x.test -all") "helo.test.x.test. 60 IN A "
						   "192.0.2.1\n",
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"p prefers the domain",
	     SPF("d.test",
		 "v=spf1 exists:%{p}.x.test -all") "1.2.0.192.in-addr.arpa. 60 "
						   "IN PTR a.other.test.\n"
						   "1.2.0.192.in-addr.arpa. 60 "
						   "IN PTR h.d.test.\n"
						   "a.other.test. 60 IN A "
						   "192.0.2.1\nh.d.test. 60 IN "
						   "A 192.0.2.1\n"
						   "h.d.test.x.test. 60 IN A "
						   "192.0.2.1\n",
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"as many parts as there are",
	     SPF("d.test",
		 "v=spf1 exists:%{d2}.x.test -all") "d.test.x.test. 60 IN A "
						    "192.0.2.1\n",
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"parts of p",
	     SPF("d.test",
		 "v=spf1 exists:%{p2}.x.test -all") "1.2.0.192.in-addr.arpa. "
						    "60 IN PTR a.other.test.\n"
						    "1.2.0.192.in-addr.arpa. "
						    "60 IN PTR b.other.test.\n"
						    "b.other.test. 60 IN A "
						    "192.0.2.1\n"
						    "other.test.x.test. 60 IN "
						    "A 192.0.2.1\n",
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"parts of p, nothing known",
	     SPF("d.test",
		 "v=spf1 exists:%{p2}.x.test -all") "unknown.x.test. 60 IN A "
						    "192.0.2.1\n",
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"AAAA",
	     SPF("d.test",
		 "v=spf1 mx//64 -all") "d.test. 60 IN MX 1 m.test.\nm.test. 60 "
				       "IN AAAA 2001:db8::1\n",
	     "2001:db8::2", AUTH_PASS, NULL},
	    {"ptr of IPv6",
	     SPF("d.test",
		 "v=spf1 ptr -all") "*.ip6.arpa. 60 IN PTR m.d.test.\n"
				    "m.d.test. 60 IN AAAA 2001:db8::2\n",
	     "2001:db8::2", AUTH_PASS, NULL},
	};

	(void)state;
	run_rows(rows, sizeof rows / sizeof rows[0]);
}

static void asks_odd_names(void **state)
{
	struct world world = world_of(SPF(
	    "d.test", "v=spf1 exists:%{l}.u.d.test -all") "a+b=c.u.d.test. 60 "
							  "IN A 192.0.2.1\n");

	(void)state;
	assert_int_equal(
	    check(&world, "192.0.2.1", NULL, "A+b=c", "d.test").result,
	    AUTH_PASS);
	assert_int_equal(
	    check(&world, "192.0.2.1", NULL, "\xc3\xa4", "d.test").result,
	    AUTH_FAIL);
	world_end(&world);
}

static void chooses_the_identity(void **state)
{
	struct world world =
	    world_of(SPF("helo.test", "v=spf1 exists:%{l}.%{h}.ok.test -all")
			 SPF("d.test", "v=spf1 exists:%{l}.%{h}.ok.test "
				       "-all") "postmaster.helo.test.ok."
					       "test. 60 IN A 192.0.2.1\n"
					       "postmaster.unknown.ok.test."
					       " 60 IN A 192.0.2.1\n");
	struct evidence_spf spf;

	(void)state;
	spf = check(&world, "192.0.2.1", "HELO.test", NULL, NULL);
	assert_int_equal(spf.result, AUTH_PASS);
	assert_true(spf.is_helo);
	assert_string_equal(spf.domain, "helo.test");
	/* B17: a HELO name that passes says nothing about MAIL FROM. */
	spf = check(&world, "192.0.2.1", "helo.test", "any", "nx.legit.test");
	assert_int_equal(spf.result, AUTH_NONE);
	assert_false(spf.is_helo);
	assert_string_equal(spf.domain, "nx.legit.test");
	/* An empty local-part is "postmaster", no HELO is "unknown". */
	spf = check(&world, "192.0.2.1", NULL, "", "d.test");
	assert_int_equal(spf.result, AUTH_PASS);
	assert_null(spf.reason);
	world_end(&world);
}

static void refuses_what_has_no_identity(void **state)
{
	static const struct {
		const char *client;
		const char *helo;
		const char *local_part;
		const char *domain;
		const char *got; /* evidence.domain */
		const char *reason;
	} rows[] = {
	    {"192.0.2.1", NULL, NULL, NULL, NULL, "HELO name is no domain"},
	    {"192.0.2.1", "", NULL, NULL, NULL, "HELO name is no domain"},
	    {"192.0.2.1", "[192.0.2.1]", NULL, NULL, NULL,
	     "HELO name is no domain"},
	    {"192.0.2.1", "pc", NULL, NULL, "pc", "domain of a single label"},
	    {"192.0.2.1", "h.test", "user", "localhost", "localhost",
	     "domain of a single label"},
	    {"192.0.2.1", "h.test", "user", NULL, NULL,
	     "MAIL FROM is no mailbox"},
	    {NULL, "h.test", "user", "d.test", "d.test", "no client address"},
	    {"127.0.0.1", "h.test", "user", "d.test", "d.test",
	     "loopback client"},
	    {"127.9.9.9", "h.test", "user", "d.test", "d.test",
	     "loopback client"},
	    {"::1", "h.test", "user", "d.test", "d.test", "loopback client"},
	};
	struct world world =
	    world_of(SPF("d.test", "v=spf1 ip6:2001:db8::/32 -all"));

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct evidence_spf spf =
		    check(&world, rows[i].client, rows[i].helo,
			  rows[i].local_part, rows[i].domain);
		assert_int_equal(spf.result, AUTH_NONE);
		assert_string_equal(spf.reason, rows[i].reason);
		if (rows[i].got == NULL)
			assert_null(spf.domain);
		else
			assert_string_equal(spf.domain, rows[i].got);
	}
	assert_int_equal(dns_session_count(world.session), 0);
	world_end(&world);
}

static void asks_ahead(void **state)
{
	struct world world = world_of(SPF("d.test", "v=spf1 -all"));
	struct path path = {.local_part = "u", .domain = "d.test"};
	struct path none = {.is_null = true};
	struct net_address client;

	(void)state;
	assert_true(net_address_parse("192.0.2.1", &client));
	spf_ask_ahead(world.session, &client, "h.test", &path);
	spf_ask_ahead(world.session, &client, "[192.0.2.1]", &none);
	assert_int_equal(dns_session_count(world.session), 0);
	assert_int_equal(check(&world, "192.0.2.1", NULL, "u", "d.test").result,
			 AUTH_FAIL);
	assert_int_equal(dns_session_count(world.session), 1);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reports_trouble),
	    cmocka_unit_test(evaluates),
	    cmocka_unit_test(asks_odd_names),
	    cmocka_unit_test(chooses_the_identity),
	    cmocka_unit_test(refuses_what_has_no_identity),
	    cmocka_unit_test(asks_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
