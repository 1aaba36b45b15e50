/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_reference - what somebody may have meant who mistyped a reference
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/reference.h"

/* Is `wanted` among those that a slip leads from? */
static bool leads_from(const char *typed, const char *wanted)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_there = strstr(reference_slips(mem, typed), wanted) != NULL;

	mem_free(mem);
	return is_there;
}

static void test_each_slip(void **state)
{
	static const char wanted[] = "K7QX-2M4D";
	static const char *const slips[] = {
	    "K7QX-2M4D", "X7QX-2M4D", "K7QX-2M4Z", "K7Q2-XM4D", "7KQX-2M4D",
	    "K7QX-2MD4", "K7QX-2M4",  "7QX-2M4D",  "K7Q-2M4D",  "KK7Q-X2M4D",
	    "K7QX-2M4DD", "K7QX2-M4D", "K7QX-1M4D", "O7QX-2M4D",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(slips); i++)
		assert_true(leads_from(slips[i], wanted));
}

static void test_no_more_than_one(void **state)
{
	static const char wanted[] = "K7QX-2M4D";
	static const char *const others[] = {
	    "X7QX-2M4Z", "K7QX-2M", "K7QX-2M4DXX", "", "-", "K",
	    "K7QX-2M4DK7QX-2M4D", "WWWW-WWWW",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(leads_from(others[i], wanted));
}

/* What goes into a statement has our letters and commas alone. */
static void test_nothing_strange_comes_out(void **state)
{
	static const char *const strange[] = {"K7QX-2'4D", "\xff\xff,x,y,",
					      "k7qx-2m4d", "K7QX-2M4;"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(strange); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		const char *list = reference_slips(mem, strange[i]);
		assert_int_equal(
		    strspn(list, "23456789ABCDEFGHJKLMNPQRSTUVWXYZ-,"),
		    strlen(list));
		mem_free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_slip),
	    cmocka_unit_test(test_no_more_than_one),
	    cmocka_unit_test(test_nothing_strange_comes_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
