/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.c - libmilter's workers: woken when they are needed, and counted
 *
 * A worker that finds nothing to do waits, with libmilter's lock, for its
 * condition; who has work marks the connection and signals. `waiting` and
 * `promised` change with that lock held only. A worker that comes back from
 * its wait, signalled or not, looks for work: it redeems one promise.
 * Tested by test_limits, test_wire_load.
 */
/* libmilter was built with the C library's usual times, and what stands in for
 * its calls takes those, where alignd's own were made longer (configure.ac). */
#ifdef TIMES_MADE_LONGER
#undef _TIME_BITS
#endif
#include "milter/pool.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "milter/log.h"
#include "milter/metrics.h"
#include "milter/parking.h"

/* A shortage is over when nothing has failed for so long: more than libmilter
 * waits before it looks again by itself. */
#define SHORTAGE_MS 12000
#define ERROR_TEXT 128

typedef void *(*thread_routine)(void *);

/* What libmilter has made so far, in this order. */
enum stage { STAGE_NONE, STAGE_EXPECTED, STAGE_CONDITION, STAGE_CONTROLLER };

static struct {
	_Atomic(enum stage) stage;
	_Atomic(pthread_cond_t *) condition;
	_Atomic(pthread_mutex_t *) lock;
	_Atomic(thread_routine) controller;
	_Atomic(thread_routine) worker;
	atomic_long workers; /* that were started and have not ended */
	atomic_bool is_ending;
	struct gate *gate;
	_Atomic int64_t short_until_ms; /* 0: not once */
	int waiting;
	int promised;
} pool;

/* Of the two threads that start workers: the one in smfi_main(), and the
 * controller. */
static _Thread_local bool is_starter;

/* The definition that ours hides: the C library's, or a sanitizer's. */
#define DEFINE_HIDDEN(result, name, ...)                                       \
	static result (*find_hidden_##name(void))(__VA_ARGS__)                 \
	{                                                                      \
		static _Atomic(void *) known;                                  \
		void *found = atomic_load(&known);                             \
		result (*function)(__VA_ARGS__);                               \
                                                                               \
		if (found == NULL) {                                           \
			found = dlsym(RTLD_NEXT, #name);                       \
			atomic_store(&known, found);                           \
		}                                                              \
		*(void **)&function = found;                                   \
		return function;                                               \
	}

DEFINE_HIDDEN(int, pthread_create, pthread_t *, const pthread_attr_t *,
	      thread_routine, void *)
DEFINE_HIDDEN(int, pthread_detach, pthread_t)
DEFINE_HIDDEN(int, pthread_cond_init, pthread_cond_t *,
	      const pthread_condattr_t *)
DEFINE_HIDDEN(int, pthread_cond_signal, pthread_cond_t *)
DEFINE_HIDDEN(int, pthread_cond_timedwait, pthread_cond_t *, pthread_mutex_t *,
	      const struct timespec *)
DEFINE_HIDDEN(int, pthread_cond_destroy, pthread_cond_t *)
DEFINE_HIDDEN(int, pthread_mutex_destroy, pthread_mutex_t *)

/* --- threads ------------------------------------------------------------- */

static void *run_controller(void *argument)
{
	is_starter = true;
	return atomic_load(&pool.controller)(argument);
}

/* It was a worker before, and has detached itself then. */
static _Thread_local bool is_reused;

static void *run_worker(void *argument)
{
	void *result;

	do {
		result = atomic_load(&pool.worker)(argument);
		(void)atomic_fetch_sub(&pool.workers, 1);
		is_reused = true;
	} while (parking_wait(&argument));
	return result;
}

/* --- too few threads ------------------------------------------------------ */

/* A worker that cannot detach itself marks its connection as one that waits
 * for a worker, and ends. */
static _Thread_local bool is_handing_back;

int pthread_detach(pthread_t thread)
{
	if (is_handing_back)
		return EAGAIN;
	return is_reused && pthread_equal(thread, pthread_self()) != 0
		   ? 0
		   : find_hidden_pthread_detach()(thread);
}

static void note_shortage(int failed)
{
	char words[ERROR_TEXT];

	atomic_store(&pool.short_until_ms,
		     clock_monotonic_ms(clock_system()) + SHORTAGE_MS);
	metrics_count(METRIC_THREADS_REFUSED);
	log_write_seldom(LOG_LEVEL_ERROR,
			 "no further thread can be started for the MTA's "
			 "connections: %s; with %ld of them some messages get "
			 "451; raise TasksMax= or LimitNPROC=, or lower "
			 "max_messages",
			 error_words(failed, words, sizeof words),
			 atomic_load(&pool.workers));
}

long pool_room(void)
{
	int64_t until_ms = atomic_load(&pool.short_until_ms);
	long workers = atomic_load(&pool.workers);

	if (until_ms == 0 || clock_monotonic_ms(clock_system()) >= until_ms)
		return 0;
	return workers > 2 ? workers - 1 : 1;
}

/* --- workers -------------------------------------------------------------- */

/* `argument` is the worker's first connection; NULL: it looks for one. */
static int start_worker(pthread_t *thread, const pthread_attr_t *attributes,
			void *argument)
{
	(void)atomic_fetch_add(&pool.workers, 1);
	if (parking_take(argument, thread))
		return 0;
	int failed = find_hidden_pthread_create()(thread, attributes,
						  run_worker, argument);
	if (failed == 0)
		return 0;
	(void)atomic_fetch_sub(&pool.workers, 1);
	note_shortage(failed);
	return failed;
}

int pthread_create(pthread_t *restrict thread,
		   const pthread_attr_t *restrict attributes,
		   thread_routine routine, void *restrict argument)
{
	enum stage stage = atomic_load(&pool.stage);

	if (!is_starter || stage < STAGE_CONDITION)
		return find_hidden_pthread_create()(thread, attributes, routine,
						    argument);
	if (stage == STAGE_CONDITION) {
		atomic_store(&pool.stage, STAGE_CONTROLLER);
		atomic_store(&pool.controller, routine);
		return find_hidden_pthread_create()(thread, attributes,
						    run_controller, argument);
	}
	atomic_store(&pool.worker, routine);
	int failed = start_worker(thread, attributes, argument);
	if (failed == 0 || argument == NULL)
		return failed;
	is_handing_back = true;
	(void)routine(argument);
	is_handing_back = false;
	return 0;
}

/* --- waiting and waking -------------------------------------------------- */

int pthread_cond_init(pthread_cond_t *restrict condition,
		      const pthread_condattr_t *restrict attributes)
{
	if (is_starter && atomic_load(&pool.stage) == STAGE_EXPECTED) {
		atomic_store(&pool.stage, STAGE_CONDITION);
		atomic_store(&pool.condition, condition);
	}
	return find_hidden_pthread_cond_init()(condition, attributes);
}

/* A promise that is redeemed is progress, whosever it was. */
static void note_promises(void)
{
	atomic_store(&pool.gate->unserved_ms,
		     pool.promised == 0 ? 0
					: clock_monotonic_ms(clock_system()));
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition,
			   pthread_mutex_t *restrict lock,
			   const struct timespec *restrict deadline)
{
	if (condition != atomic_load(&pool.condition))
		return find_hidden_pthread_cond_timedwait()(condition, lock,
							    deadline);
	atomic_store(&pool.lock, lock);
	if (atomic_load(&pool.is_ending))
		return ETIMEDOUT;
	pool.waiting++;
	int code =
	    find_hidden_pthread_cond_timedwait()(condition, lock, deadline);
	pool.waiting--;
	if (pool.promised > 0)
		pool.promised--;
	note_promises();
	return code;
}

/* Where no thread can be started either, the connection waits for the first
 * worker that has finished. */
int pthread_cond_signal(pthread_cond_t *condition)
{
	pthread_t thread;

	if (condition == atomic_load(&pool.condition)) {
		if (pool.promised < pool.waiting) {
			if (pool.promised++ == 0)
				note_promises();
		} else if (start_worker(&thread, NULL, NULL) == 0) {
			return 0;
		}
	}
	return find_hidden_pthread_cond_signal()(condition);
}

int pthread_cond_destroy(pthread_cond_t *condition)
{
	return condition == atomic_load(&pool.condition)
		   ? 0
		   : find_hidden_pthread_cond_destroy()(condition);
}

int pthread_mutex_destroy(pthread_mutex_t *lock)
{
	return lock == atomic_load(&pool.lock)
		   ? 0
		   : find_hidden_pthread_mutex_destroy()(lock);
}

/* --- the daemon's side --------------------------------------------------- */

void pool_expect(struct gate *gate)
{
	pool.gate = gate;
	is_starter = true;
	atomic_store(&pool.stage, STAGE_EXPECTED);
}

bool pool_is_in_effect(void)
{
	return atomic_load(&pool.stage) == STAGE_CONTROLLER &&
	       atomic_load(&pool.lock) != NULL;
}

bool pool_wait_ended(int64_t wait_ms)
{
	static const struct timespec pause = {.tv_nsec = 2000000};
	int64_t end_ms = clock_monotonic_ms(clock_system()) + wait_ms;
	pthread_cond_t *condition = atomic_load(&pool.condition);

	atomic_store(&pool.is_ending, true);
	while (parking_end() != 0 || atomic_load(&pool.workers) != 0) {
		if (condition != NULL)
			(void)pthread_cond_broadcast(condition);
		if (clock_monotonic_ms(clock_system()) >= end_ms)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return true;
}
