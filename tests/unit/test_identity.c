/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_identity.c - what a message shows of its author without a policy
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/policy/identity.h"

#define OF(array)                                                              \
	{                                                                      \
		sizeof(array) / sizeof(array)[0], array                        \
	}

static const char *own[] = {"own.test", "example.co.uk"};
static const char *protected[] = {"bank.test"};
static const struct text_list own_list = OF(own);
static const struct text_list protected_list = OF(protected);
static const struct text_list nothing = {0};

static void knows_its_names(void **state)
{
	static const struct {
		const char *domain;
		bool want;
	} rows[] = {
	    {"own.test", true},	      {"a.b.own.test", true},
	    {"bank.test", true},      {"x.bank.test", true},
	    {"example.co.uk", true},  {"co.uk", false},
	    {"test", false},	      {"notown.test", false},
	    {"own.test.evil", false}, {"other.co.uk", false},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct identity_names names =
	    identity_names(mem, &own_list, &protected_list);
	struct identity_names none = identity_names(mem, &nothing, &nothing);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(identity_is_own(&names, rows[i].domain),
				 rows[i].want);
		assert_false(identity_is_own(&none, rows[i].domain));
	}
	mem_free(mem);
}

struct signature {
	enum auth_result result;
	const char *domain;
};

static struct evidence evidence_of(TALLOC_CTX *mem, enum auth_result spf,
				   const char *spf_domain,
				   const struct signature *signatures)
{
	struct evidence evidence = {
	    .spf = {.result = spf, .domain = spf_domain},
	    .dkim.items = mem_array(mem, struct evidence_signature, 2),
	};

	for (size_t i = 0; i < 2 && signatures[i].domain != NULL; i++)
		evidence.dkim.items[evidence.dkim.count++] =
		    (struct evidence_signature){.domain = signatures[i].domain,
						.result = signatures[i].result};
	return evidence;
}

/* Whatever DNS says: the record may be gone, broken or not to be had. */
static void weighs_own_mail(void **state)
{
	static const struct {
		enum dmarc_result result;
		const char *author;
		enum auth_result spf;
		const char *spf_domain;
		struct signature dkim[2];
		enum own_sender want;
		const char *open_domain;
	} rows[] = {
	    {DMARC_RESULT_NONE,
	     NULL,
	     AUTH_PASS,
	     "own.test",
	     {{0}},
	     OWN_NOT,
	     NULL},
	    {DMARC_RESULT_NONE,
	     "other.test",
	     AUTH_FAIL,
	     NULL,
	     {{0}},
	     OWN_NOT,
	     NULL},
	    {DMARC_RESULT_PASS,
	     "own.test",
	     AUTH_NONE,
	     NULL,
	     {{0}},
	     OWN_PROVED,
	     NULL},
	    /* DMARC compared them by the record: its word stands */
	    {DMARC_RESULT_FAIL,
	     "own.test",
	     AUTH_PASS,
	     "a.own.test",
	     {{0}},
	     OWN_UNPROVED,
	     NULL},
	    {DMARC_RESULT_NONE,
	     "own.test",
	     AUTH_FAIL,
	     "own.test",
	     {{0}},
	     OWN_UNPROVED,
	     NULL},
	    {DMARC_RESULT_NONE,
	     "own.test",
	     AUTH_PASS,
	     NULL,
	     {{0}},
	     OWN_UNPROVED,
	     NULL},
	    {DMARC_RESULT_NONE,
	     "a.own.test",
	     AUTH_PASS,
	     "bounce.own.test",
	     {{0}},
	     OWN_PROVED,
	     NULL},
	    {DMARC_RESULT_NONE,
	     "own.test",
	     AUTH_PASS,
	     "evil.test",
	     {{0}},
	     OWN_UNPROVED,
	     NULL},
	    /* a neighbour below the same public suffix */
	    {DMARC_RESULT_PERMERROR,
	     "example.co.uk",
	     AUTH_PASS,
	     "evil.co.uk",
	     {{0}},
	     OWN_UNPROVED,
	     NULL},
	    {DMARC_RESULT_PERMERROR,
	     "bank.test",
	     AUTH_NONE,
	     NULL,
	     {{AUTH_FAIL, "bank.test"}, {AUTH_PASS, "m.bank.test"}},
	     OWN_PROVED,
	     NULL},
	    {DMARC_RESULT_PERMERROR,
	     "bank.test",
	     AUTH_NONE,
	     NULL,
	     {{AUTH_PASS, "evil.test"}, {AUTH_TEMPERROR, "evil.test"}},
	     OWN_UNPROVED,
	     NULL},
	    {DMARC_RESULT_TEMPERROR,
	     "bank.test",
	     AUTH_TEMPERROR,
	     "evil.test",
	     {{AUTH_FAIL, "bank.test"}},
	     OWN_UNPROVED,
	     NULL},
	    {DMARC_RESULT_TEMPERROR,
	     "bank.test",
	     AUTH_TEMPERROR,
	     "x.bank.test",
	     {{AUTH_TEMPERROR, "bank.test"}},
	     OWN_OPEN,
	     "x.bank.test"},
	    {DMARC_RESULT_TEMPERROR,
	     "bank.test",
	     AUTH_FAIL,
	     "bank.test",
	     {{AUTH_TEMPERROR, "bank.test"}},
	     OWN_OPEN,
	     "bank.test"},
	    /* a pass settles it, before or behind what stayed open */
	    {DMARC_RESULT_TEMPERROR,
	     "bank.test",
	     AUTH_TEMPERROR,
	     "bank.test",
	     {{AUTH_PASS, "bank.test"}},
	     OWN_PROVED,
	     NULL},
	    {DMARC_RESULT_TEMPERROR,
	     "bank.test",
	     AUTH_PASS,
	     "bank.test",
	     {{AUTH_TEMPERROR, "bank.test"}},
	     OWN_PROVED,
	     NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct identity_names names =
	    identity_names(mem, &own_list, &protected_list);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct evidence evidence = evidence_of(
		    mem, rows[i].spf, rows[i].spf_domain, rows[i].dkim);
		struct identity_own found = identity_weigh_own(
		    &names, rows[i].result, rows[i].author, &evidence);
		if (found.sender != rows[i].want)
			fail_msg("row %zu: %d", i, (int)found.sender);
		if (rows[i].open_domain == NULL) {
			assert_null(found.open_domain);
			continue;
		}
		assert_string_equal(found.open_domain, rows[i].open_domain);
		assert_int_equal(found.is_spf_open,
				 rows[i].spf == AUTH_TEMPERROR);
	}
	mem_free(mem);
}

static void tells_unauthenticated_mail(void **state)
{
	static const struct {
		enum auth_result spf;
		struct signature dkim[2];
		bool want;
	} rows[] = {
	    {AUTH_NONE, {{0}}, true},
	    {AUTH_SOFTFAIL, {{0}}, true},
	    {AUTH_NEUTRAL, {{AUTH_FAIL, "a.test"}}, true},
	    {AUTH_PERMERROR, {{AUTH_PERMERROR, "a.test"}}, true},
	    {AUTH_PASS, {{0}}, false},
	    {AUTH_TEMPERROR, {{0}}, false},
	    {AUTH_PASS, {{AUTH_FAIL, "a.test"}}, false},
	    {AUTH_FAIL, {{AUTH_FAIL, "a.test"}, {AUTH_PASS, "b.test"}}, false},
	    {AUTH_FAIL, {{AUTH_TEMPERROR, "a.test"}}, false},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct evidence evidence =
		    evidence_of(mem, rows[i].spf, "a.test", rows[i].dkim);
		assert_int_equal(identity_is_missing(&evidence), rows[i].want);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_its_names),
	    cmocka_unit_test(weighs_own_mail),
	    cmocka_unit_test(tells_unauthenticated_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
