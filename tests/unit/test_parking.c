/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_parking.c - threads that have finished, kept for the next one's work
 */
#include "tests/unit/unit.h"

#include <time.h>

#include "milter/parking.h"

/* A thread that waits once. */
struct waiter {
	pthread_t thread;
	bool is_given;
	void *argument;
};

static void *run(void *context)
{
	struct waiter *waiter = context;

	waiter->is_given = parking_wait(&waiter->argument);
	return NULL;
}

static void wait_for_count(long count)
{
	static const struct timespec moment = {.tv_nsec = 1000000};

	while (parking_count() != count)
		(void)nanosleep(&moment, NULL);
}

static void start(struct waiter *waiter)
{
	long before = parking_count();

	assert_int_equal(pthread_create(&waiter->thread, NULL, run, waiter), 0);
	wait_for_count(before + 1);
}

static void end(struct waiter *waiter)
{
	assert_int_equal(pthread_join(waiter->thread, NULL), 0);
}

static void gives_work_to_who_came_last(void **state)
{
	struct waiter waiters[2] = {{.is_given = false}};
	pthread_t thread;
	int work[2];

	(void)state;
	assert_false(parking_take(&work[0], &thread));
	start(&waiters[0]);
	start(&waiters[1]);
	for (size_t i = 0; i < 2; i++) {
		struct waiter *waiter = &waiters[1 - i];
		assert_true(parking_take(&work[i], &thread));
		assert_true(pthread_equal(thread, waiter->thread) != 0);
		end(waiter);
		assert_true(waiter->is_given);
		assert_ptr_equal(waiter->argument, &work[i]);
	}
	assert_false(parking_take(&work[0], &thread));
	assert_int_equal(parking_count(), 0);
}

/* Who comes behind the last place does not wait, nor does anybody behind the
 * end, for which this is the last test. */
static void lets_go(void **state)
{
	struct waiter waiters[PARKING_PLACES];
	void *argument;
	pthread_t thread;

	(void)state;
	for (size_t i = 0; i < PARKING_PLACES; i++)
		start(&waiters[i]);
	assert_false(parking_wait(&argument));
	assert_true(parking_end() <= PARKING_PLACES);
	for (size_t i = 0; i < PARKING_PLACES; i++) {
		end(&waiters[i]);
		assert_false(waiters[i].is_given);
	}
	assert_int_equal(parking_end(), 0);
	assert_false(parking_wait(&argument));
	assert_false(parking_take(NULL, &thread));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_work_to_who_came_last),
	    cmocka_unit_test(lets_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
