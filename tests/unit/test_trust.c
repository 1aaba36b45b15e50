/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_trust.c - whose mail is not evaluated (row E15 of the catalogue)
 */
#include "tests/unit/unit.h"

#include "lib/policy/trust.h"

static const char *networks[] = {"127.0.0.0/8", "nonsense", "::1/128",
				 "192.0.2.0/24"};

static void tells_why(void **state)
{
	static const struct {
		const char *client; /* NULL: a unix socket */
		const char *user;
		int authenticated;
		const char *want;
	} rows[] = {
	    {"127.0.0.1", NULL, TRUST_SKIP, "trusted network"},
	    {"127.9.9.9", NULL, TRUST_SKIP, "trusted network"},
	    {"::1", NULL, TRUST_SKIP, "trusted network"},
	    {"::ffff:127.0.0.1", NULL, TRUST_SKIP, "trusted network"},
	    {"192.0.2.7", NULL, TRUST_EVALUATE, "trusted network"},
	    {NULL, NULL, TRUST_SKIP, "local submission"},
	    {NULL, NULL, TRUST_EVALUATE, "local submission"},
	    {"203.0.113.1", "ann", TRUST_SKIP, "authenticated user"},
	    {NULL, "ann", TRUST_SKIP, "authenticated user"},
	    {"203.0.113.1", "ann", TRUST_EVALUATE, NULL},
	    {"203.0.113.1", NULL, TRUST_SKIP, NULL},
	    {"::2", NULL, TRUST_SKIP, NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct trust_settings settings = {.networks = {4, networks},
						  .authenticated =
						      rows[i].authenticated};
		struct trust_rules rules = trust_compile(mem, &settings);
		struct net_address client = {.family = NET_NONE};
		if (rows[i].client != NULL)
			assert_true(net_address_parse(rows[i].client, &client));
		const char *got = trust_reason(&rules, &client, rows[i].user);
		if (rows[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].want);
	}
	mem_free(mem);
}

static void believes_marks_from_networks_alone(void **state)
{
	static const struct {
		const char *client; /* NULL: a unix socket */
		const char *user;
		bool want;
	} rows[] = {
	    {"127.0.0.1", NULL, true},	   {"192.0.2.7", NULL, true},
	    {"192.0.2.7", "ann", false},   {NULL, NULL, false},
	    {"203.0.113.1", "ann", false}, {"203.0.113.1", NULL, false},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct trust_settings settings = {.networks = {4, networks},
					  .authenticated = TRUST_SKIP};
	struct trust_rules rules = trust_compile(mem, &settings);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct net_address client = {.family = NET_NONE};
		if (rows[i].client != NULL)
			assert_true(net_address_parse(rows[i].client, &client));
		assert_int_equal(
		    trust_believes_marks(&rules, &client, rows[i].user),
		    rows[i].want);
	}
	mem_free(mem);
}

static void trusts_nobody_by_an_empty_list(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct trust_settings settings = {.authenticated = TRUST_SKIP};
	struct trust_rules rules = trust_compile(mem, &settings);
	struct net_address client;

	(void)state;
	assert_true(net_address_parse("127.0.0.1", &client));
	assert_null(trust_reason(&rules, &client, NULL));
	mem_free(mem);
}

static void trusts_sealers_by_their_exact_name(void **state)
{
	static const char *sealers[] = {"Lists.Test.", "no domain",
					("b\xc3\xbc"
					 "cher.test")};
	static const struct {
		const char *domain;
		bool want;
	} rows[] = {
	    {"lists.test", true},    {"xn--bcher-kva.test", true},
	    {"a.lists.test", false}, {"xlists.test", false},
	    {"test", false},	     {"no domain", false},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct trust_settings settings = {.arc_sealers = {3, sealers}};
	struct trust_rules rules = trust_compile(mem, &settings);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(trust_has_sealer(&rules, rows[i].domain),
				 rows[i].want);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_why),
	    cmocka_unit_test(believes_marks_from_networks_alone),
	    cmocka_unit_test(trusts_nobody_by_an_empty_list),
	    cmocka_unit_test(trusts_sealers_by_their_exact_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
