/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_recorded_dns.c - answers as the store kept them, and what is none
 */
#include "tests/unit/unit.h"

#include "lib/explain/recorded_dns.h"

#define TXT(name, text)                                                        \
	"{\"name\":\"" name "\",\"type\":\"TXT\",\"status\":\"ok\","           \
	"\"ttl\":300,\"records\":[\"" text "\"]}"
#define NOTHING(name, type, status)                                            \
	"{\"name\":\"" name "\",\"type\":\"" type "\",\"status\":\"" status    \
	"\",\"ttl\":30,\"records\":[]}"

static void reads_answers(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	static const char *const odd[] = {"",
					  "x",
					  "{}",
					  "7",
					  "[7,[],\"a\"]",
					  "[{\"name\":7,\"records\":[7]}]"};
	struct recorded_dns dns = recorded_dns_read(
	    mem,
	    "[" TXT("A.test", "x") "," NOTHING("b.test", "A", "bogus") "]");

	(void)state;
	assert_int_equal(dns.count, 2);
	assert_non_null(recorded_dns_find(&dns, "a.TEST", "TXT"));
	assert_null(recorded_dns_find(&dns, "a.test", "A"));
	assert_true(recorded_is_open(recorded_dns_find(&dns, "b.test", "A")));
	assert_false(recorded_is_open(NULL));
	assert_string_equal(recorded_status_words(NULL), "not asked");
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		dns = recorded_dns_read(mem, odd[i]);
		for (size_t k = 0; k < dns.count; k++)
			assert_non_null(recorded_status_words(&dns.items[k]));
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
