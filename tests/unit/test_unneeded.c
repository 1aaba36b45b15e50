/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_unneeded.c - are bodies that nobody needs common?
 */
#include "tests/unit/unit.h"

#include "milter/unneeded.h"

static void note(struct unneeded *unneeded, unsigned messages,
		 unsigned long_ones)
{
	for (unsigned i = 0; i < messages; i++)
		unneeded_note(unneeded, i < long_ones);
}

static void asks_the_last_thousand(void **state)
{
	struct unneeded unneeded = {0};

	(void)state;
	assert_false(unneeded_is_common(&unneeded));
	note(&unneeded, 999, 999);
	assert_false(unneeded_is_common(&unneeded));
	note(&unneeded, 1, 0);
	assert_true(unneeded_is_common(&unneeded));
	note(&unneeded, 1000, 250);
	assert_true(unneeded_is_common(&unneeded));
	note(&unneeded, 999, 249);
	assert_true(unneeded_is_common(&unneeded));
	note(&unneeded, 1, 0);
	assert_false(unneeded_is_common(&unneeded));
	/* None is carried over. */
	note(&unneeded, 1000, 249);
	assert_false(unneeded_is_common(&unneeded));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(asks_the_last_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
