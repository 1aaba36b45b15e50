/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spf_evaluate.c - limits, hostile records, and what is told
 */
#include "tests/unit/spf_world.h"

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

/* B7: as many terms as a record holds, the last as good as the first. */
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

/* "d.test include:i.test;i.test mx;" */
static const char *levels_text(TALLOC_CTX *mem, const struct evidence_spf *spf)
{
	const char *text = "";

	for (size_t i = 0; i < spf->level_count; i++) {
		const struct spf_level *level = &spf->levels[i];
		text = mem_printf(mem, "%s%s %.*s;", text, level->domain,
				  (int)level->term.length, level->term.data);
	}
	return text;
}

/* "mx: MX d.test, A m.test;" */
static const char *lookups_text(TALLOC_CTX *mem, const struct evidence_spf *spf)
{
	const char *text = "";

	for (size_t i = 0; i < spf->lookup_count; i++) {
		const struct spf_lookup *lookup = &spf->lookups[i];
		text =
		    mem_printf(mem, "%s%s %.*s: %s %s;", text, lookup->domain,
			       (int)lookup->term.length, lookup->term.data,
			       lookup->type, lookup->name);
	}
	return text;
}

#define PTR(name) "1.2.0.192.in-addr.arpa. 60 IN PTR " name ".\n"
#define A(name) name ". 60 IN A 192.0.2.1\n"

static void tells_what_decided(void **state)
{
	static const struct {
		const char *zone;
		enum auth_result want;
		const char *levels;
		const char *lookups;
	} rows[] = {
	    {SPF("d.test", "v=spf1 ip4:192.0.2.8 -all"), AUTH_FAIL,
	     "d.test -all;", ""},
	    {SPF("d.test", "v=spf1 +IP4:192.0.2.1/32 -all"), AUTH_PASS,
	     "d.test +IP4:192.0.2.1/32;", ""},
	    {SPF("d.test", "v=spf1 ip4:192.0.2.8"), AUTH_NEUTRAL, "d.test ;",
	     ""},
	    {SPF("d.test", "v=spf1 ?include:I.Test. -all") SPF(
		 "i.test", "v=spf1 a:no.test mx -all") "i.test. 60 IN MX 5 "
						       "m.test.\n" A("m.test"),
	     AUTH_NEUTRAL, "d.test ?include:I.Test.;i.test mx;",
	     "d.test ?include:I.Test.: TXT i.test;i.test a:no.test: A "
	     "no.test;i.test mx: MX i.test;i.test mx: A m.test;"},
	    {SPF("d.test", "v=spf1 include:i.test ~all")
		 SPF("i.test", "v=spf1 -all"),
	     AUTH_SOFTFAIL, "d.test ~all;",
	     "d.test include:i.test: TXT "
	     "i.test;"},
	    {SPF("d.test", "v=spf1 include:i.test include:j.test")
		 SPF("i.test", "v=spf1 include:j.test -all")
		     SPF("j.test", "v=spf1 ?all"),
	     AUTH_NEUTRAL, "d.test ;",
	     "d.test include:i.test: TXT i.test;i.test include:j.test: TXT "
	     "j.test;"},
	    {SPF("d.test", "v=spf1 a redirect=r.test")
		 SPF("r.test", "v=spf1 exists:%{l}.%{p}.x.test -all")
		     PTR("h.r.test") A("h.r.test") A("user.h.r.test.x.test")
			 A("d9.test"),
	     AUTH_PASS,
	     "d.test redirect=r.test;r.test "
	     "exists:%{l}.%{p}.x.test;",
	     "d.test a: A d.test;d.test redirect=r.test: TXT r.test;r.test "
	     "exists:%{l}.%{p}.x.test: PTR 1.2.0.192.in-addr.arpa;r.test "
	     "exists:%{l}.%{p}.x.test: A h.r.test;r.test "
	     "exists:%{l}.%{p}.x.test: A user.h.r.test.x.test;"},
	    {SPF("d.test", "v=spf1 ptr:r.test -all") PTR("a.o.test")
		 PTR("b.r.test") A("b.r.test"),
	     AUTH_PASS, "d.test ptr:r.test;",
	     "d.test ptr:r.test: PTR 1.2.0.192.in-addr.arpa;d.test "
	     "ptr:r.test: A b.r.test;"},
	    {SPF("d.test", "v=spf1 a include:no.test -all") A("x.test"),
	     AUTH_PERMERROR, "",
	     "d.test a: A d.test;d.test include:no.test: TXT no.test;"},
	    {"x.test. 60 IN A 192.0.2.1\n", AUTH_NONE, "", ""},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world world = world_of(rows[i].zone);
		struct evidence_spf spf =
		    check(&world, "192.0.2.1", NULL, "user", "d.test");
		assert_int_equal(spf.result, rows[i].want);
		assert_string_equal(levels_text(mem, &spf), rows[i].levels);
		assert_string_equal(lookups_text(mem, &spf), rows[i].lookups);
		world_end(&world);
	}
	mem_free(mem);
}

/* A name is asked for once a domain, and is a term once. */
static void counts_the_client_name_once(void **state)
{
	static const char zone[] =
	    SPF("d.test", "v=spf1 exists:%{p}.%{p}.a.test a:%{p}.b.test "
			  "include:i.test exists:%{p1}.c.test -all")
		SPF("i.test", "v=spf1 exists:%{p}.d.test -all") PTR("h.i.test")
		    PTR("h.d.test") A("h.i.test") A("h.d.test") A("test.c.test")
			A("h.i.test.d.test");
	static const struct spf_settings exact = {.term_limit = 6,
						  .void_limit = 2};
	static const struct spf_settings less = {.term_limit = 5,
						 .void_limit = 2};
	struct world world = world_of(zone);
	struct net_address client;
	struct path path = {.local_part = "u", .domain = "d.test"};

	(void)state;
	assert_true(net_address_parse("192.0.2.1", &client));
	/* p, exists, a, include, p of i.test, its exists: that matches. */
	struct evidence_spf spf =
	    spf_check(world.mem, world.session, &exact, &client, NULL, &path);
	assert_int_equal(spf.result, AUTH_PASS);
	spf = spf_check(world.mem, world.session, &less, &client, NULL, &path);
	assert_int_equal(spf.result, AUTH_PERMERROR);
	world_end(&world);
}

/* The first ten hosts by preference decide, in whatever order they come. */
static void takes_hosts_by_preference(void **state)
{
	struct world world = world_of(
	    SPF("d.test", "v=spf1 mx -all") "d.test. 60 IN MX 30 a.test.\n"
					    "d.test. 60 IN MX 20 c.test.\n"
					    "d.test. 60 IN MX 20 b.test.\n"
					    ";!FAIL a.test A SERVFAIL\n"
					    "b.test. 60 IN A 192.0.2.9\n"
					    "c.test. 60 IN A 192.0.2.1\n");
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	struct evidence_spf spf =
	    check(&world, "192.0.2.1", NULL, "u", "d.test");
	assert_int_equal(spf.result, AUTH_PASS);
	assert_string_equal(
	    lookups_text(mem, &spf),
	    "d.test mx: MX d.test;d.test mx: A b.test;d.test mx: A c.test;");
	world_end(&world);
	mem_free(mem);
}

/* Names of others cannot match a ptr, and are not asked for. */
static void leaves_names_of_others(void **state)
{
	struct world world = world_of(SPF("d.test", "v=spf1 ptr -all")
					  PTR("a.o.test") PTR("b.o.test"));

	(void)state;
	assert_int_equal(check(&world, "192.0.2.1", NULL, "u", "d.test").result,
			 AUTH_FAIL);
	assert_int_equal(dns_session_count(world.session), 2);
	world_end(&world);
}

/* "v=spf1" and includes of w1.test to w10.test, each a record of 8,192 bytes
 * that ends in a term without a match. */
static void evaluates_the_widest_records(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf zone;

	(void)state;
	strbuf_init(&zone, mem, ZONE_MAX);
	strbuf_add_text(&zone, "d.test. 60 IN TXT \"v=spf1\"");
	for (unsigned i = 1; i <= 10; i++)
		strbuf_printf(&zone, " \" include:w%u.test\"", i);
	strbuf_add_text(&zone, "\" ip4:192.0.2.1 -all\"\n");
	for (unsigned i = 1; i <= 10; i++) {
		size_t length = strlen("v=spf1");
		strbuf_printf(&zone, "w%u.test. 60 IN TXT \"v=spf1\"", i);
		for (; length + 13 <= LIMIT_SPF_RECORD_BYTES; length += 13)
			strbuf_add_text(&zone, " \" ip4:10.0.0.1\"");
		strbuf_add_text(&zone, "\n");
	}
	assert_false(strbuf_is_full(&zone));
	struct world world = world_of(strbuf_text(&zone));
	struct evidence_spf spf =
	    check(&world, "192.0.2.1", NULL, "u", "d.test");
	assert_int_equal(spf.result, AUTH_PASS);
	assert_int_equal(spf.lookup_count, 10);
	assert_int_equal(spf.terms, 10);
	world_end(&world);
	mem_free(mem);
}

/* Five mx of ten hosts ask for 55 names beside the record; what is told of
 * them ends before. */
static void tells_of_so_many_questions(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf zone;

	(void)state;
	strbuf_init(&zone, mem, 65536);
	strbuf_add_text(&zone, SPF("d.test", "v=spf1 mx:a.t mx:b.t mx:c.t "
					     "mx:d.t mx:e.t -all"));
	for (char mx = 'a'; mx <= 'e'; mx++) {
		for (int i = 0; i < LIMIT_SPF_MX; i++)
			strbuf_printf(&zone,
				      "%c.t. 60 IN MX %d h%d.%c.t.\n"
				      "h%d.%c.t. 60 IN A 198.51.100.1\n",
				      mx, i, i, mx, i, mx);
	}
	struct world world = world_of(strbuf_text(&zone));
	struct evidence_spf spf =
	    check(&world, "192.0.2.1", NULL, "user", "d.test");
	assert_int_equal(spf.result, AUTH_FAIL);
	assert_int_equal(spf.lookup_count, LIMIT_SPF_LOOKUPS_TOLD);
	assert_int_equal(dns_session_count(world.session),
			 1 + 5 * (1 + LIMIT_SPF_MX));
	world_end(&world);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_terms_and_voids),
	    cmocka_unit_test(bounds_hosts),
	    cmocka_unit_test(bounds_ptr_names),
	    cmocka_unit_test(keeps_long_records),
	    cmocka_unit_test(cuts_growing_names),
	    cmocka_unit_test(obeys_settings),
	    cmocka_unit_test(survives_random_records),
	    cmocka_unit_test(tells_what_decided),
	    cmocka_unit_test(counts_the_client_name_once),
	    cmocka_unit_test(takes_hosts_by_preference),
	    cmocka_unit_test(leaves_names_of_others),
	    cmocka_unit_test(evaluates_the_widest_records),
	    cmocka_unit_test(tells_of_so_many_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
