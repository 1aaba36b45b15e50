/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_domain.c - the one door for domain names
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/domain.h"

#define LABEL_63 "aaaaaaaaabbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg"

static void normalizes(void **state)
{
	static const struct {
		const char *input;
		const char *want;
	} rows[] = {
	    {"example.com", "example.com"},
	    {"EXAMPLE.Com.", "example.com"},
	    {"a_b.victim.test", "a_b.victim.test"},
	    {"ab--cd.example", "ab--cd.example"},
	    {"localhost", "localhost"},
	    {"b\xc3\xbc" "cher.test", "xn--bcher-kva.test"},
	    {"B\xc3\x9c" "CHER.test", "xn--bcher-kva.test"},
	    {"b\xc3\xbc" "cher\xe3\x80\x82test", "xn--bcher-kva.test"},
	    {"bu\xcc\x88" "cher.test", NULL}, /* not in NFC */
	    {"\xff.test", NULL},
	    {"\xe2\x98\x83.test", NULL}, /* a symbol IDNA refuses */
	    {"", NULL},
	    {".", NULL},
	    {"a..b", NULL},
	    {".a", NULL},
	    {"a.b..", NULL},
	    {"[192.0.2.1]", NULL},
	    {"a b.test", NULL},
	    {"a\\097.test", NULL},
	    {"legit.test('a.attacker.test", NULL},
	    {LABEL_63 ".test", LABEL_63 ".test"},
	    {LABEL_63 "x.test", NULL},
	    {LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_63, NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *got = domain_normalize(mem, span_of(rows[i].input));
		if (rows[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].want);
	}
	assert_null(domain_normalize(mem, span_make("a.test\0.b.test", 14)));
	mem_free(mem);
}

static void finds_its_way_up(void **state)
{
	(void)state;
	assert_int_equal(domain_label_count("a.b.c"), 3);
	assert_int_equal(domain_label_count(""), 0);
	assert_string_equal(domain_suffix("a.b.c", 2), "b.c");
	assert_string_equal(domain_suffix("a.b.c", 9), "a.b.c");
	assert_string_equal(domain_suffix("a.b.c", 0), "");
	assert_string_equal(domain_parent("a.b.c"), "b.c");
	assert_null(domain_parent("c"));
}

static void knows_what_is_below(void **state)
{
	(void)state;
	assert_true(domain_is_below("a.d.test", "d.test"));
	assert_false(domain_is_below("d.test", "d.test"));
	assert_false(domain_is_below("notd.test", "d.test"));
	assert_false(domain_is_below("d.test.evil.test", "d.test"));
	assert_false(domain_is_below(".d.test", "d.test"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(normalizes),
	    cmocka_unit_test(finds_its_way_up),
	    cmocka_unit_test(knows_what_is_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
