/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_gate.c - who is inside, and who waits longest
 */
#include "tests/unit/unit.h"

#include <unistd.h>

#include "milter/gate.h"

static void counts_up_to_its_bound(void **state)
{
	struct gate gate;

	(void)state;
	gate_init(&gate);
	assert_true(gate_enter(&gate.evaluating, 2));
	assert_true(gate_enter(&gate.evaluating, 2));
	assert_false(gate_enter(&gate.evaluating, 2));
	assert_false(gate_wait_empty(&gate.evaluating, 20));
	gate_leave(&gate.evaluating);
	gate_leave(&gate.evaluating);
	assert_true(gate_wait_empty(&gate.evaluating, 0));
	assert_false(gate_is_closed(&gate));
	gate_close(&gate);
	assert_true(gate_is_closed(&gate));
}

/* Whoever goes first, the wait is that of the oldest that is left. */
static void the_longest_wait_is_the_oldest_one(void **state)
{
	static const int orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 0, 2},
					{1, 2, 0}, {0, 2, 1}, {2, 0, 1}};
	struct gate_wait waits[3];
	struct gate gate;

	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		const int *order = orders[i];
		gate_init(&gate);
		for (int k = 0; k < 3; k++) {
			gate_wait_begin(&gate, &waits[k]);
			waits[k].since_ms -= 3000 - 1000 * k;
		}
		assert_in_range(gate_longest_wait_ms(&gate), 3000, 3900);
		gate_wait_end(&gate, &waits[order[0]]);
		int oldest = order[0] == 0 ? 1 : 0;
		assert_in_range(gate_longest_wait_ms(&gate),
				3000 - 1000 * oldest, 3900 - 1000 * oldest);
		gate_wait_end(&gate, &waits[order[1]]);
		assert_in_range(gate_longest_wait_ms(&gate),
				3000 - 1000 * order[2], 3900 - 1000 * order[2]);
		gate_wait_end(&gate, &waits[order[2]]);
		assert_int_equal(gate_longest_wait_ms(&gate), 0);
		assert_null(gate.first);
		assert_null(gate.last);
	}
}

static void a_connection_without_a_thread_waits_too(void **state)
{
	struct gate_wait wait;
	struct gate gate;

	(void)state;
	gate_init(&gate);
	gate_wait_begin(&gate, &wait);
	atomic_store(&gate.unserved_ms, wait.since_ms - 5000);
	assert_in_range(gate_longest_wait_ms(&gate), 5000, 5900);
	atomic_store(&gate.unserved_ms, wait.since_ms + 5000);
	assert_in_range(gate_longest_wait_ms(&gate), 0, 900);
	gate_wait_end(&gate, &wait);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_up_to_its_bound),
	    cmocka_unit_test(the_longest_wait_is_the_oldest_one),
	    cmocka_unit_test(a_connection_without_a_thread_waits_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
