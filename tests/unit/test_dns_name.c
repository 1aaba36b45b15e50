/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dns_name.c - names beyond the inner form
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/dns/dns_name.h"

static void knows_what_can_be_asked(void **state)
{
	static const struct {
		const char *name;
		bool want;
	} rows[] = {
	    {"example.test", true},
	    {"test", true},
	    {"_dmarc.d.test", true},
	    {"a+b=c.d.test", true},
	    {"foo:bar/baz.test", true},
	    {"a b.test", true},
	    {"\"a@b\".test", true},
	    {"", false},
	    {".", false},
	    {"a..b", false},
	    {".a", false},
	    {"a.", false},
	    {"A.test", false},
	    {"*.test", false},
	    {"a\\.b.test", false},
	    {"\xc3\xa4.test", false},
	    {"a\tb.test", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(dns_name_is_askable(rows[i].name),
				 rows[i].want);
}

static void bounds_lengths(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'x', sizeof name);
	name[LIMIT_LABEL_BYTES] = '\0';
	assert_true(dns_name_is_askable(name));
	name[LIMIT_LABEL_BYTES] = 'x';
	name[LIMIT_LABEL_BYTES + 1] = '\0';
	assert_false(dns_name_is_askable(name));
	memset(name, 'x', sizeof name);
	for (size_t i = 1; i < sizeof name; i += 2)
		name[i] = '.';
	name[LIMIT_DOMAIN_BYTES] = '\0';
	assert_true(dns_name_is_askable(name));
	name[LIMIT_DOMAIN_BYTES] = '.';
	name[LIMIT_DOMAIN_BYTES + 2] = '\0';
	assert_false(dns_name_is_askable(name));
}

#define WIRE(bytes)                                                            \
	dns_name_from_wire(mem, (const uint8_t *)bytes, sizeof bytes)

static void reads_the_wire(void **state)
{
	TALLOC_CTX *mem = talloc_new(NULL);

	(void)state;
	assert_string_equal(WIRE("\003Foo\004test"), "foo.test");
	assert_string_equal(WIRE("\003a:b\004test"), "a:b.test");
	assert_string_equal(WIRE(""), "");
	assert_null(WIRE("\003a.b\004test"));
	assert_null(WIRE("\003a\0b\004test"));
	assert_null(WIRE("\003a\377b\004test"));
	assert_null(WIRE("\077short"));
	assert_null(WIRE("\300\014"));
	assert_null(dns_name_from_wire(mem, (const uint8_t *)"", 0));
	talloc_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_what_can_be_asked),
	    cmocka_unit_test(bounds_lengths),
	    cmocka_unit_test(reads_the_wire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
