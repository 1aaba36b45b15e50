/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_writer.c - what the writing connection does when somebody else
 * holds the lock
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/store/store_db.h"
#include "lib/store/store_writer.h"
#include "tests/unit/store_fixture.h"

#define ITEMS 1000
#define HELD_US 1300000 /* longer than a try waits */

struct world {
	struct place place;
	struct store_passed passed;
	struct store_paths paths;
	struct store_budget *budget;
	struct store_writer writer;
	struct store_db *other;
	atomic_bool is_done;
	bool has_held; /* the lock, in the middle */
};

static void run_sql(struct store_db *db, const char *sql)
{
	struct error err;

	if (!store_db_run(db, sql, &err))
		fail_msg("%s", err.words);
}

static void begin(struct world *world)
{
	struct error err;

	world->place = place_make();
	const struct store_settings settings = {
	    .sqlite = world->place.path,
	    .keep_incidents_ms = (int64_t)3650 * 86400000,
	    .keep_results_ms = (int64_t)3650 * 86400000,
	};
	atomic_init(&world->is_done, false);
	world->has_held = false;
	store_passed_init(&world->passed);
	store_paths_init(&world->paths);
	world->budget = store_budget_new(0, &world->passed, random_system());
	store_writer_init(&world->writer, &settings, &world->passed,
			  &world->paths, world->budget, clock_system());
	assert_true(store_writer_open(&world->writer, &err));
	assert_true(store_db_open(world->place.path, STORE_DB_WRITE,
				  &world->other, &err));
}

static void end(struct world *world)
{
	store_db_close(world->other);
	store_writer_done(&world->writer);
	store_budget_free(world->budget);
	store_paths_done(&world->paths);
	store_passed_done(&world->passed);
	place_remove(&world->place);
}

static long count_rows(struct world *world)
{
	return count_incidents(world->place.path, &(struct store_filter){0});
}

static bool is_in_the_middle(struct world *world)
{
	struct error err;
	int64_t count = 0;

	return store_db_number(world->other, "SELECT count(*) FROM incident",
			       &count, &err) &&
	       count > 0 && count < ITEMS - 1;
}

/* Takes the lock between two rows, once some are written and some are not, and
 * keeps it for longer than a try waits. The lock is free for moments: it asks
 * again and again, without a pause. */
static void *hold_once(void *context)
{
	struct world *world = context;
	struct error err;

	while (!atomic_load(&world->is_done) && !world->has_held) {
		if (!is_in_the_middle(world) ||
		    !store_db_run(world->other, "BEGIN IMMEDIATE", &err))
			continue;
		world->has_held = is_in_the_middle(world);
		if (world->has_held)
			(void)usleep(HELD_US);
		if (!store_db_run(world->other, "COMMIT", &err))
			store_db_rollback(world->other);
	}
	return NULL;
}

static struct store_item *make_items(void)
{
	struct store_item *items = NULL;
	char reference[24];

	for (int i = ITEMS - 1; i >= 0; i--) {
		(void)snprintf(reference, sizeof reference, "r%d", i);
		struct store_entry entry = example_incident(reference);
		struct store_item *item = store_item_new(&entry, "mx");
		item->outcome = STORE_LATE;
		item->next = items;
		items = item;
	}
	return items;
}

static void free_items(struct store_item *items)
{
	while (items != NULL) {
		struct store_item *item = items;
		items = items->next;
		store_item_free(item);
	}
}

/* After a refused row its neighbours are written one by one; who takes the
 * lock between two of them delays the rest. */
static void a_lock_after_a_refused_row_loses_nothing(void **state)
{
	struct world world;
	struct store_item *items = make_items();
	struct store_item *left = items;
	uint64_t groups = 0;
	pthread_t thread;
	struct error err;

	(void)state;
	begin(&world);
	run_sql(world.other, "PRAGMA busy_timeout = 0");
	run_sql(world.other, "CREATE TRIGGER refuse BEFORE INSERT ON incident "
			     "WHEN NEW.reference = 'r0' "
			     "BEGIN SELECT RAISE(ABORT, 'no'); END");
	assert_int_equal(pthread_create(&thread, NULL, hold_once, &world), 0);
	for (int i = 0; i < 60 && left != NULL; i++)
		(void)store_writer_write(&world.writer, left, &groups, &left,
					 &err);
	atomic_store(&world.is_done, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(world.has_held);
	assert_null(left);
	assert_int_equal(items->outcome, STORE_LOST);
	for (const struct store_item *item = items->next; item != NULL;
	     item = item->next)
		assert_int_equal(item->outcome, STORE_COMMITTED);
	assert_int_equal(count_rows(&world), ITEMS - 1);
	free_items(items);
	end(&world);
}

/* Not an hour later, which is when the next purge would be due. */
static void a_purge_that_failed_is_tried_again_soon(void **state)
{
	struct world world;
	struct error err;

	(void)state;
	begin(&world);
	run_sql(world.other, "BEGIN IMMEDIATE");
	assert_false(store_writer_upkeep(&world.writer, &err));
	assert_in_range(world.writer.purge_due_ms -
			    clock_monotonic_ms(clock_system()),
			1, 60000);
	run_sql(world.other, "COMMIT");
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_lock_after_a_refused_row_loses_nothing),
	    cmocka_unit_test(a_purge_that_failed_is_tried_again_soon),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
