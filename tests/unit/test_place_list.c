/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_place_list.c - who gives way when the last place is taken
 */
#include "tests/unit/unit.h"

#include "lib/base/place_list.h"

static void who_came_first_gives_way(void **state)
{
	struct place_list *list = place_list_new(3);

	(void)state;
	assert_int_equal(place_list_enter(list, 10), -1);
	assert_int_equal(place_list_enter(list, 11), -1);
	assert_int_equal(place_list_enter(list, 12), 10);
	/* Until he has left there is no place. */
	assert_int_equal(place_list_enter(list, 13), -1);
	place_list_leave(list, 13);
	place_list_leave(list, 10);
	/* The same descriptor again is somebody else, who came last. */
	assert_int_equal(place_list_enter(list, 10), 11);
	place_list_leave(list, 12);
	place_list_leave(list, 11);
	assert_int_equal(place_list_enter(list, 14), -1);
	assert_int_equal(place_list_enter(list, 15), 10);
	place_list_free(list);
}

static void who_has_no_place_leaves_none(void **state)
{
	struct place_list *list = place_list_new(2);

	(void)state;
	place_list_leave(list, -1);
	place_list_leave(list, 7);
	assert_int_equal(place_list_enter(list, 7), -1);
	assert_int_equal(place_list_enter(list, 8), 7);
	place_list_free(list);
	place_list_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_came_first_gives_way),
	    cmocka_unit_test(who_has_no_place_leaves_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
