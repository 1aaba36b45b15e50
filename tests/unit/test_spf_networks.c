/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spf_networks.c - spf_networks_check() says what libspf2 says
 *
 * Some worlds by hand, then thousands of random ones: where the walk has an
 * answer, libspf2 has the same, after the same questions in the same order.
 */
#include "tests/unit/spf_world.h"

#include "lib/auth/spf_library.h"
#include "lib/auth/spf_networks.h"

#define WORLDS 4000
#define DOMAINS 5

#define LABEL_63                                                               \
	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"
/* In strings of its own of TXT, since one holds 255 bytes. */
#define NAME_253                                                               \
	"\" \"" LABEL_63 "." LABEL_63 "." LABEL_63 ".\" \""                    \
	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffff.test"

static void start(struct spf_guard *guard, struct world *world,
		  const struct net_address *client)
{
	const struct spf_values values = {.client = client,
					  .local_part = "user",
					  .sender_domain = "d0.test",
					  .helo = "helo.test"};

	spf_guard_init(guard, world->mem, world->session, &standard, &values);
}

static void check_questions(const struct world *walked,
			    const struct world *asked, const char *zone)
{
	size_t count = dns_session_count(walked->session);

	if (count != dns_session_count(asked->session))
		fail_msg("%zu questions, libspf2 %zu:\n%s", count,
			 dns_session_count(asked->session), zone);
	for (size_t i = 0; i < count; i++) {
		const struct dns_question *ours =
		    dns_session_question(walked->session, i);
		const struct dns_question *theirs =
		    dns_session_question(asked->session, i);
		assert_int_equal(ours->type, theirs->type);
		assert_string_equal(ours->name, theirs->name);
	}
}

/* Was the walk enough? Where it was, libspf2 must agree. */
static bool agree(const char *zone, const char *address,
		  enum auth_result *result)
{
	struct world walked = world_of(zone);
	struct world asked = world_of(zone);
	struct net_address client;
	struct spf_guard guard;

	assert_true(net_address_parse(address, &client));
	start(&guard, &walked, &client);
	bool is_enough = spf_networks_check(&guard, result);
	if (is_enough) {
		start(&guard, &asked, &client);
		enum auth_result other = spf_library_check(&guard);
		if (other != *result)
			fail_msg("%s, libspf2 %s, client %s:\n%s",
				 auth_result_text(*result),
				 auth_result_text(other), address, zone);
		check_questions(&walked, &asked, zone);
	}
	world_end(&walked);
	world_end(&asked);
	return is_enough;
}

static void decides(void **state)
{
	static const struct {
		const char *name;
		const char *zone;
		enum auth_result want;
	} rows[] = {
	    {"a network", SPF("d0.test", "v=spf1 ip4:192.0.2.0/24 -all"),
	     AUTH_PASS},
	    {"a network's qualifier",
	     SPF("d0.test", "v=spf1 ip6:::/0 ~ip4:192.0.2.1 -all"),
	     AUTH_SOFTFAIL},
	    {"all", SPF("d0.test", "v=spf1 -all a:x%{i}.test"), AUTH_FAIL},
	    {"nothing matches", SPF("d0.test", "v=spf1 ip4:10.0.0.0/8"),
	     AUTH_NEUTRAL},
	    {"nothing at all", SPF("d0.test", "v=spf1"), AUTH_NEUTRAL},
	    {"an include that passes",
	     SPF("d0.test", "v=spf1 ?include:D1.Test. -all")
		 SPF("d1.test", "v=spf1 ip4:192.0.2.1 -all"),
	     AUTH_NEUTRAL},
	    {"an include that fails",
	     SPF("d0.test", "v=spf1 include:d1.test ~all")
		 SPF("d1.test", "v=spf1 -all"),
	     AUTH_SOFTFAIL},
	    {"a redirect",
	     SPF("d0.test", "v=spf1 redirect=d1.test ip4:10.0.0.1")
		 SPF("d1.test", "v=spf1 -ip4:192.0.2.0/30"),
	     AUTH_FAIL},
	    {"an address term that is not come to",
	     SPF("d0.test", "v=spf1 include:d1.test a mx:" NAME_253
			    "/24 ptr exists:" NAME_253 " -all")
		 SPF("d1.test", "v=spf1 ip4:192.0.2.1"),
	     AUTH_PASS},
	    {"a macro behind the network",
	     SPF("d0.test", "v=spf1 ip4:192.0.2.1 exists:%{p2}.test"),
	     AUTH_PASS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum auth_result result = AUTH_NONE;
		if (!agree(rows[i].zone, "192.0.2.1", &result))
			fail_msg("%s: left to libspf2", rows[i].name);
		if (result != rows[i].want)
			fail_msg("%s: %s", rows[i].name,
				 auth_result_text(result));
	}
}

static void leaves_the_rest(void **state)
{
	static const char *const zones[] = {
	    "d1.test. 60 IN A 192.0.2.1\n",
	    SPF("d0.test", "v=spf1 -all") SPF("d0.test", "v=spf1 +all"),
	    SPF("d0.test", "v=spf1 ip4:192.0.2.1 foo"),
	    SPF("d0.test", "v=spf1 a ip4:192.0.2.1"),
	    SPF("d0.test", "v=spf1 mx -all"),
	    SPF("d0.test", "v=spf1 ptr -all"),
	    SPF("d0.test", "v=spf1 exists:d1.test -all"),
	    SPF("d0.test", "v=spf1 include:d0.test -all"),
	    SPF("d0.test", "v=spf1 include:D0.test. -all"),
	    SPF("d0.test", "v=spf1 redirect=d0.test"),
	    SPF("d0.test", "v=spf1 include:d1.test -all"),
	    SPF("d0.test", "v=spf1 redirect=d1.test"),
	    SPF("d0.test", "v=spf1 include:%{d1}.d1.test -all"),
	    /* The macro's PTR question comes before the include's. */
	    SPF("d0.test", "v=spf1 include:d1.test a:%{p2}.test -all")
		SPF("d1.test", "v=spf1 +all"),
	    /* libspf2 takes "/" in a name for a prefix length. */
	    SPF("d0.test", "v=spf1 include:d1.test a:a/b.test -all")
		SPF("d1.test", "v=spf1 +all"),
	    SPF("d0.test", "v=spf1 include:d1..test -all"),
	    ";!FAIL d1.test TXT SERVFAIL\n" SPF("d0.test",
						"v=spf1 include:d1.test +all"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
		enum auth_result result = AUTH_POLICY;
		if (agree(zones[i], "192.0.2.1", &result))
			fail_msg("decided: %s", zones[i]);
	}
}

/* A small generator, the same on every machine. */
static unsigned pick(uint64_t *seed, unsigned count)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (unsigned)(*seed >> 33) % count;
}

static void add_term(struct strbuf *zone, uint64_t *seed)
{
	static const char *const fixed[] = {
	    "ip4:192.0.2.0/24",
	    "ip4:198.51.100.0/25",
	    "ip4:192.0.2.77",
	    "ip6:2001:db8::/32",
	    "ip6:2001:db8::1",
	    "ip4:10.0.0.0/8",
	    "all",
	    "a:h.test",
	    "exists:h.test",
	    "mx:h.test/24",
	    "a:%{i}.test",
	};
	static const char *const qualifiers[] = {"", "", "+", "-", "~", "?"};

	strbuf_printf(zone, " %s", qualifiers[pick(seed, 6)]);
	if (pick(seed, 3) == 0)
		strbuf_printf(zone, "include:d%u.test", pick(seed, DOMAINS));
	else if (pick(seed, 8) == 0)
		strbuf_add_text(zone, fixed[pick(seed, 11)]);
	else
		strbuf_add_text(zone, fixed[pick(seed, 6)]);
}

static void add_world(struct strbuf *zone, uint64_t *seed)
{
	static const char *const ends[] = {"", " -all", " ~all", " ?all"};

	strbuf_add_text(zone, "h.test. 60 IN A 192.0.2.1\n");
	for (unsigned domain = 0; domain < DOMAINS; domain++) {
		strbuf_printf(zone, "d%u.test. 60 IN TXT \"v=spf1", domain);
		for (unsigned terms = pick(seed, 5); terms > 0; terms--)
			add_term(zone, seed);
		if (pick(seed, 4) == 0)
			strbuf_printf(zone, " redirect=d%u.test",
				      pick(seed, DOMAINS));
		strbuf_add_text(zone, ends[pick(seed, 4)]);
		strbuf_add_text(zone, "\"\n");
	}
}

static void agrees_with_libspf2(void **state)
{
	static const char *const clients[] = {"192.0.2.1", "198.51.100.9",
					      "203.0.113.1", "2001:db8::1"};
	TALLOC_CTX *mem = mem_context(NULL);
	uint64_t seed = 7208;
	size_t decided = 0;

	(void)state;
	for (unsigned i = 0; i < WORLDS; i++) {
		struct strbuf zone;
		enum auth_result result;
		strbuf_init(&zone, mem, ZONE_MAX);
		add_world(&zone, &seed);
		decided +=
		    agree(strbuf_text(&zone), clients[pick(&seed, 4)], &result);
	}
	assert_true(decided > WORLDS / 3);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decides),
	    cmocka_unit_test(leaves_the_rest),
	    cmocka_unit_test(agrees_with_libspf2),
	};

	spf_start();
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
