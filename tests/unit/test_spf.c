/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spf.c - spf_check(): identities, limits, trouble, hostile records
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/spf.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define ZONE_MAX 400000

static const struct spf_settings standard = {.term_limit = 10, .void_limit = 2};

struct world {
	TALLOC_CTX *mem;
	struct dns *dns;
	struct dns_session *session;
};

static struct world world_of(const char *zone)
{
	struct world world = {.mem = mem_context(NULL)};
	struct error err;

	if (!dns_new_from_text(zone, &world.dns, &err))
		fail_msg("%s", err.words);
	world.session = dns_session_new(world.mem, world.dns, 20000);
	return world;
}

static void world_end(struct world *world)
{
	mem_free(world->mem);
	dns_free(world->dns);
}

static struct evidence_spf check(struct world *world, const char *address,
				 const char *helo, const char *local_part,
				 const char *domain)
{
	struct net_address client = {.family = NET_NONE};
	struct path path = {.is_null = domain == NULL && local_part == NULL,
			    .local_part = local_part,
			    .domain = domain};

	if (address != NULL)
		assert_true(net_address_parse(address, &client));
	return spf_check(world->mem, world->session, &standard, &client, helo,
			 &path);
}

struct row {
	const char *name;
	const char *zone;
	const char *client;
	enum auth_result want;
	const char *reason;
};

static void run_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct world world = world_of(rows[i].zone);
		struct evidence_spf spf = check(&world, rows[i].client,
						"helo.test", "user", "d.test");
		if (spf.result != rows[i].want)
			fail_msg("%s: %s (%s)", rows[i].name,
				 auth_result_text(spf.result),
				 spf.reason == NULL ? "" : spf.reason);
		if (rows[i].reason == NULL)
			assert_null(spf.reason);
		else
			assert_string_equal(spf.reason, rows[i].reason);
		assert_string_equal(spf.domain, "d.test");
		assert_false(spf.is_helo);
		world_end(&world);
	}
}

#define SPF(domain, record) domain ". 60 IN TXT \"" record "\"\n"

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
	    {"a target that looks like a mark",
	     SPF("d.test", "v=spf1 mx -all") "d.test. 60 IN MX 1 Tm.test.\n"
					     "m.test. 60 IN A 192.0.2.1\n",
	     "192.0.2.1", AUTH_FAIL, NULL},
	};

	(void)state;
	run_rows(rows, sizeof rows / sizeof rows[0]);
}

static void counts_terms_and_voids(void **state)
{
#define A5(n) " a:" n "1.t a:" n "2.t a:" n "3.t a:" n "4.t a:" n "5.t"
#define HOSTS "*.t. 60 IN A 198.51.100.1\n"
	static const struct row rows[] = {
	    {"B3 ten terms",
	     SPF("d.test", "v=spf1" A5("a") A5("b") " -all") HOSTS, "192.0.2.1",
	     AUTH_FAIL, NULL},
	    {"B3 eleven",
	     SPF("d.test", "v=spf1" A5("a") A5("b") " a:c.t +all") HOSTS,
	     "192.0.2.1", AUTH_PERMERROR, "term limit (10) exceeded"},
	    {"B3 ten and a redirect",
	     SPF("d.test", "v=spf1" A5("a") A5("b") " redirect=r.test")
		 HOSTS SPF("r.test", "v=spf1 +all"),
	     "192.0.2.1", AUTH_PERMERROR, "term limit (10) exceeded"},
	    {"B2 below includes",
	     SPF("d.test", "v=spf1 include:i.test include:j.test +all")
		 SPF("i.test", "v=spf1" A5("a") " -all")
		     SPF("j.test", "v=spf1" A5("a") " -all") HOSTS,
	     "192.0.2.1", AUTH_PERMERROR, "term limit (10) exceeded"},
	    {"ip4 is no term",
	     SPF("d.test", "v=spf1" A5("a") A5("b") " ip4:192.0.2.1 -all")
		 HOSTS,
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"PTR of p is one",
	     SPF("d.test", "v=spf1" A5("a") " a:6.t a:7.t a:8.t a:9.t "
					    "exists:%{p}.t -all") HOSTS,
	     "192.0.2.1", AUTH_PERMERROR, "term limit (10) exceeded"},
	    {"B4 three voids, then an ip4 that matches",
	     SPF("d.test", "v=spf1 a:1.v exists:2.v a:3.v ip4:192.0.2.0/24"),
	     "192.0.2.9", AUTH_PERMERROR, "void lookup limit (2) exceeded"},
	    {"B4 three voids, then a lookup that matches",
	     SPF("d.test",
		 "v=spf1 a:1.v exists:2.v a:3.v a:m.test") "m.test. 60 IN A "
							   "192.0.2.1\n",
	     "192.0.2.1", AUTH_PERMERROR, "void lookup limit (2) exceeded"},
	    {"two voids",
	     SPF("d.test", "v=spf1 a:1.v exists:2.v a:m.test") "m.test. 60 IN "
							       "A 192.0.2.1\n",
	     "192.0.2.1", AUTH_PASS, NULL},
	    {"hosts of one mx are one void",
	     SPF("d.test", "v=spf1 mx ip6:2001:db8::/32") "d.test. 60 IN MX 1 "
							  "a.t.\nd.test. 60 IN "
							  "MX 1 b.t.\n"
							  "d.test. 60 IN MX 1 "
							  "c.t.\nd.test. 60 IN "
							  "MX 1 e.t.\n" HOSTS,
	     "2001:db8::1", AUTH_PASS, NULL},
	};

	(void)state;
	run_rows(rows, sizeof rows / sizeof rows[0]);
}

/* "d.test. MX" with `hosts` hosts, the last of which is the client. */
static enum auth_result check_mx(unsigned hosts)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf zone;

	strbuf_init(&zone, mem, ZONE_MAX);
	strbuf_add_text(&zone, SPF("d.test", "v=spf1 mx -all"));
	for (unsigned i = 1; i <= hosts; i++)
		strbuf_printf(&zone,
			      "d.test. 60 IN MX %u m%u.test.\n"
			      "m%u.test. 60 IN A 192.0.2.%u\n",
			      i, i, i, i == hosts ? 1 : 100 + i);
	struct world world = world_of(strbuf_text(&zone));
	enum auth_result result =
	    check(&world, "192.0.2.1", NULL, "user", "d.test").result;
	world_end(&world);
	mem_free(mem);
	return result;
}

static void bounds_hosts(void **state)
{
	(void)state;
	assert_int_equal(check_mx(10), AUTH_PASS);
	assert_int_equal(check_mx(11), AUTH_PERMERROR);
}

/* B5: only the first ten PTR names are looked at. */
static void bounds_ptr_names(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf zone;

	(void)state;
	strbuf_init(&zone, mem, ZONE_MAX);
	strbuf_add_text(&zone, SPF("d.test", "v=spf1 ptr ~all"));
	for (unsigned i = 1; i <= 12; i++)
		strbuf_printf(&zone,
			      "1.2.0.192.in-addr.arpa. 60 IN PTR h%02u.%s.\n"
			      "h%02u.%s. 60 IN A 192.0.2.1\n",
			      i, i == 12 ? "d.test" : "o.test", i,
			      i == 12 ? "d.test" : "o.test");
	struct world world = world_of(strbuf_text(&zone));
	assert_int_equal(
	    check(&world, "192.0.2.1", NULL, "user", "d.test").result,
	    AUTH_SOFTFAIL);
	world_end(&world);
	mem_free(mem);
}

/* B7: libspf2 would lose what passes 511 bytes. */
static void keeps_long_records(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf zone;

	(void)state;
	strbuf_init(&zone, mem, ZONE_MAX);
	strbuf_add_text(&zone, "d.test. 60 IN TXT \"v=spf1\"");
	for (unsigned i = 1; i <= 70; i++)
		strbuf_printf(&zone, " \" ip4:192.0.2.%u\"", i);
	for (unsigned i = 1; i <= 30; i++)
		strbuf_printf(&zone, " \" ip6:2001:db8::%u\"", i);
	strbuf_add_text(&zone, " \" -all\"\n");
	for (unsigned i = 0; i < 59; i++)
		strbuf_printf(&zone, "d.test. 60 IN TXT \"verification=%u\"\n",
			      i);
	struct world world = world_of(strbuf_text(&zone));
	assert_int_equal(
	    check(&world, "192.0.2.70", NULL, "u", "d.test").result, AUTH_PASS);
	assert_int_equal(
	    check(&world, "192.0.2.71", NULL, "u", "d.test").result, AUTH_FAIL);
	assert_int_equal(
	    check(&world, "2001:db8::30", NULL, "u", "d.test").result,
	    AUTH_PASS);
	assert_int_equal(
	    check(&world, "2001:db8::31", NULL, "u", "d.test").result,
	    AUTH_FAIL);
	world_end(&world);
	mem_free(mem);
}

/* B13: names that double at every step are cut; labels over 63 not asked. */
static void cuts_growing_names(void **state)
{
	struct world world =
	    world_of(SPF("d.test", "v=spf1 include:%{d}.%{d}.%{d}.%{d}.w.test "
				   "-all")
			 SPF("*.test", "v=spf1 include:%{d}.%{d}.%{d}.w.test"));

	(void)state;
	struct evidence_spf spf =
	    check(&world, "192.0.2.1", NULL, "u", "d.test");
	assert_int_equal(spf.result, AUTH_PERMERROR);
	for (size_t i = 0; i < dns_session_count(world.session); i++) {
		const struct dns_question *question =
		    dns_session_question(world.session, i);
		assert_in_range(strlen(question->name), 1, LIMIT_DOMAIN_BYTES);
	}
	world_end(&world);

	world =
	    world_of(SPF("d.test", "v=spf1 exists:%{l}%{l}%{l}%{l}.d.test"));
	spf = check(&world, "192.0.2.1", NULL, "a-rather-long-local-part",
		    "d.test");
	assert_int_equal(spf.result, AUTH_NEUTRAL);
	assert_int_equal(dns_session_count(world.session), 1);
	world_end(&world);
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

	(void)state;
	spf_ask_ahead(world.session, "h.test", &path);
	spf_ask_ahead(world.session, "[192.0.2.1]", &none);
	assert_int_equal(dns_session_count(world.session), 0);
	assert_int_equal(check(&world, "192.0.2.1", NULL, "u", "d.test").result,
			 AUTH_FAIL);
	assert_int_equal(dns_session_count(world.session), 1);
	world_end(&world);
}

static void obeys_settings(void **state)
{
	static const struct spf_settings tight = {.term_limit = 1,
						  .void_limit = 0};
	struct world world =
	    world_of(SPF("d.test", "v=spf1 a:m.test a:n.test -all") SPF(
		"v.test",
		"v=spf1 a:x.test -all") "m.test. 60 IN A 192.0.2.9\nn.test. 60 "
					"IN A 192.0.2.1\n");
	struct net_address client;
	struct path path = {.local_part = "u", .domain = "d.test"};

	(void)state;
	assert_true(net_address_parse("192.0.2.1", &client));
	struct evidence_spf spf =
	    spf_check(world.mem, world.session, &tight, &client, NULL, &path);
	assert_int_equal(spf.result, AUTH_PERMERROR);
	assert_string_equal(spf.reason, "term limit (1) exceeded");
	path.domain = "v.test";
	spf = spf_check(world.mem, world.session, &tight, &client, NULL, &path);
	assert_int_equal(spf.result, AUTH_PERMERROR);
	assert_string_equal(spf.reason, "void lookup limit (0) exceeded");
	world_end(&world);
}

/* A small generator of its own, so that a failure can be repeated. */
static unsigned next_random(unsigned *seed, unsigned limit)
{
	*seed = *seed * 1103515245U + 12345U;
	return (*seed >> 16) % limit;
}

static const char *random_piece(unsigned *seed)
{
	static const char *const pieces[] = {
	    " ",
	    " a",
	    " mx",
	    " ptr",
	    " include:",
	    " exists:",
	    " -all",
	    " ip4:",
	    " redirect=",
	    ":",
	    "%{d}",
	    "%{l}",
	    "%{p}",
	    "%{p1r-}",
	    "%{S}",
	    "%{ir}",
	    "%{d9r.-,}",
	    ".f0.test",
	    ".f1.test",
	    ".f2.test",
	    "/0",
	    "//0",
	    "/24//64",
	    "192.0.2.0",
	    "%%",
	    "%_",
	    "%-",
	    "%{h200}",
	    ".",
	    "%{",
	    " ~ptr:f0.test",
	    " a:f1.test",
	    " mx:f2.test",
	    " include:f1.test",
	    " include:f2.test",
	    " exists:%{l}.f0.test",
	    " ?mx:f0.test/0",
	    " x=%{d}",
	    " exp=f1.test",
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	};

	return pieces[next_random(seed, sizeof pieces / sizeof pieces[0])];
}

static void add_random_record(struct strbuf *zone, unsigned *seed,
			      unsigned number)
{
	unsigned pieces = next_random(seed, 30);

	strbuf_printf(zone, "f%u.test. 60 IN TXT \"v=spf1 \"", number);
	for (unsigned i = 0; i < pieces; i++) {
		if (next_random(seed, 40) == 0)
			strbuf_printf(zone, " \"\\%03u\"",
				      next_random(seed, 256));
		strbuf_printf(zone, " \"%s\"", random_piece(seed));
	}
	strbuf_printf(zone,
		      "\nf%u.test. 60 IN MX 1 f0.test.\n"
		      "f%u.test. 60 IN A 198.51.100.1\n",
		      number, number);
}

static void survives_random_records(void **state)
{
	static const char *const clients[] = {"192.0.2.1", "2001:db8::1"};
	unsigned results[AUTH_PERMERROR + 1] = {0};
	unsigned seed = 7208;

	(void)state;
	for (unsigned i = 0; i < 4000; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct strbuf zone;
		strbuf_init(&zone, mem, ZONE_MAX);
		for (unsigned k = 0; k < 3; k++)
			add_random_record(&zone, &seed, k);
		strbuf_add_text(&zone,
				"1.2.0.192.in-addr.arpa. 60 IN PTR f0.test.\n");
		struct world world = world_of(strbuf_text(&zone));
		struct evidence_spf spf =
		    check(&world, clients[i % 2], "h.test", "a%b", "f0.test");
		results[spf.result]++;
		/* The record, and ten terms with ten hosts each. */
		assert_in_range(dns_session_count(world.session), 1, 111);
		world_end(&world);
		mem_free(mem);
	}
	assert_true(results[AUTH_PASS] > 0);
	assert_true(results[AUTH_NEUTRAL] > 0);
	assert_true(results[AUTH_PERMERROR] > 0);
}

static int start(void **state)
{
	(void)state;
	spf_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reports_trouble),
	    cmocka_unit_test(evaluates),
	    cmocka_unit_test(counts_terms_and_voids),
	    cmocka_unit_test(bounds_hosts),
	    cmocka_unit_test(bounds_ptr_names),
	    cmocka_unit_test(keeps_long_records),
	    cmocka_unit_test(cuts_growing_names),
	    cmocka_unit_test(asks_odd_names),
	    cmocka_unit_test(chooses_the_identity),
	    cmocka_unit_test(refuses_what_has_no_identity),
	    cmocka_unit_test(asks_ahead),
	    cmocka_unit_test(obeys_settings),
	    cmocka_unit_test(survives_random_records),
	};

	return cmocka_run_group_tests(tests, start, NULL) != 0;
}
