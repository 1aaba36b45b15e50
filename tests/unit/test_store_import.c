/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_import.c - another filter's messages: counted once, marked, in no
 * report, forgotten with their counters
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/store/store_day.h"
#include "lib/store/store_db.h"
#include "lib/store/store_import.h"
#include "tests/unit/store_fixture.h"

#define DAY_S INT64_C(86400)
#define UNKNOWN "other: nothing known"

static struct store_tuple imported_tuple(void)
{
	struct store_tuple tuple = example_entry().tuple;

	tuple.imported = UNKNOWN;
	return tuple;
}

static struct store_import *open_import(TALLOC_CTX *mem, const char *path)
{
	struct store_import *import;
	struct error err;

	if (!store_import_open(mem, path, &import, &err))
		fail_msg("%s", err.words);
	return import;
}

static void add(struct store_import *import, const char *identity,
		int64_t time_s, const struct store_tuple *tuple)
{
	struct error err;

	if (!store_import_add(import, identity, time_s, tuple, &err))
		fail_msg("%s", err.words);
}

static struct store_import_counts finish(struct store_import *import)
{
	struct error err;

	assert_true(store_import_flush(import, &err));
	return store_import_counts(import);
}

static struct place make_store(void)
{
	struct place place = place_make();

	store_close(open_store(place.path, DURABILITY_COMMIT));
	return place;
}

static int64_t number_of(const char *path, const char *sql)
{
	struct store_db *db;
	int64_t number;
	struct error err;

	assert_true(store_db_open(path, STORE_DB_READ, &db, &err));
	assert_true(store_db_number(db, sql, &number, &err));
	store_db_close(db);
	return number;
}

static void counts_each_once(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct place place = make_store();
	struct store_tuple tuple = imported_tuple();
	struct store_import *import = open_import(mem, place.path);

	(void)state;
	add(import, "one", NOON_S, &tuple);
	add(import, "two", NOON_S, &tuple);
	add(import, "one", NOON_S, &tuple); /* in the same group */
	struct store_import_counts counts = finish(import);
	assert_int_equal(counts.added, 2);
	assert_int_equal(counts.known, 1);
	mem_free(mem);

	mem = mem_context(NULL);
	import = open_import(mem, place.path);
	add(import, "two", NOON_S + 60, &tuple);
	add(import, "three", NOON_S, &tuple);
	counts = finish(import);
	assert_int_equal(counts.added, 1);
	assert_int_equal(counts.known, 1);
	assert_int_equal(count_results(place.path).messages, 3);
	assert_int_equal(count_results(place.path).rows, 1);
	mem_free(mem);
	place_remove(&place);
}

/* More than a group, while somebody else writes. */
static void beside_a_daemon(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct place place = make_store();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_entry own = example_entry();
	struct store_tuple tuple = imported_tuple();
	struct store_import *import = open_import(mem, place.path);
	char identity[16];

	(void)state;
	for (int i = 0; i < 2500; i++) {
		(void)snprintf(identity, sizeof identity, "m%d", i);
		add(import, identity, NOON_S, &tuple);
		if (i % 500 == 0)
			assert_int_equal(store_record(store, &own, 60000),
					 STORE_COMMITTED);
	}
	assert_int_equal(finish(import).added, 2500);
	store_close(store);
	assert_int_equal(count_results(place.path).messages, 2505);
	/* never one tuple with ours */
	assert_int_equal(number_of(place.path,
				   "SELECT sum(count) FROM result JOIN tuple "
				   "USING (tuple_id) WHERE imported = ''"),
			 5);
	mem_free(mem);
	place_remove(&place);
}

static bool see_policy(void *context, const struct store_policy *policy)
{
	*(int64_t *)context += policy->messages;
	return true;
}

static int64_t reported(const char *path)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_day *day;
	struct error err;
	int64_t messages = 0;

	assert_true(store_day_open(
	    mem, open_reader(mem, path),
	    &(const struct store_day_choice){.since_s = NOON_S - NOON_S % DAY_S,
					     .until_s = NOON_S + DAY_S},
	    &day, &err));
	assert_true(store_day_policies(day, see_policy, &messages, &err));
	mem_free(mem);
	return messages;
}

static void no_report_has_them(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct place place = make_store();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_entry own = example_entry();
	struct store_tuple tuple = imported_tuple();
	struct store_import *import;

	(void)state;
	assert_int_equal(store_record(store, &own, 60000), STORE_COMMITTED);
	store_close(store);
	assert_int_equal(reported(place.path), 1);
	import = open_import(mem, place.path);
	add(import, "one", NOON_S, &tuple);
	tuple.policy_domain = "alone.example";
	add(import, "two", NOON_S, &tuple);
	assert_int_equal(finish(import).added, 2);
	assert_int_equal(reported(place.path), 1);
	mem_free(mem);
	place_remove(&place);
}

/* Past the ceiling of an hour the rest is counted with less detail, and is
 * marked all the same. */
static void others_are_marked(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct place place = make_store();
	struct store_tuple tuple = imported_tuple();
	struct store_import *import = open_import(mem, place.path);
	char identity[16];

	(void)state;
	for (int i = 0; i < 4000; i++) {
		(void)snprintf(identity, sizeof identity, "m%d.test", i);
		tuple.mail_from_domain = identity;
		add(import, identity, NOON_S, &tuple);
	}
	assert_int_equal(finish(import).added, 4000);
	assert_true(number_of(place.path, "SELECT count(*) FROM tuple WHERE "
					  "client_ip = ''") > 0);
	assert_int_equal(number_of(place.path, "SELECT count(*) FROM tuple "
					       "WHERE imported = ''"),
			 0);
	assert_int_equal(count_results(place.path).messages, 4000);
	mem_free(mem);
	place_remove(&place);
}

/* The daemon's purge takes what is remembered of a message with its
 * counters; a store of passes learns none. */
static void forgets_with_the_counters(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct place place = make_store();
	struct store_tuple tuple = imported_tuple();
	struct store_import *import = open_import(mem, place.path);
	struct clock clock = clock_fixed(NOON_S);
	const struct store_settings settings = {
	    .sqlite = place.path,
	    .keep_incidents_ms = 10 * DAY_S * 1000,
	    .keep_results_ms = 10 * DAY_S * 1000,
	};
	struct store *store;
	struct error err;

	(void)state;
	tuple.dmarc_result = "pass";
	add(import, "old", NOON_S - 100 * DAY_S, &tuple);
	add(import, "young", NOON_S - DAY_S, &tuple);
	assert_int_equal(finish(import).added, 2);
	assert_int_equal(number_of(place.path, "SELECT count(*) FROM imported"),
			 2);
	assert_int_equal(number_of(place.path, "SELECT count(*) FROM passed"),
			 0);
	mem_free(mem);
	assert_true(store_open(&settings, "mx", &clock, &store, &err));
	for (int i = 0; i < 3000; i++) {
		if (number_of(place.path, "SELECT count(*) FROM imported") == 1)
			break;
		(void)usleep(10000);
	}
	store_close(store);
	assert_int_equal(number_of(place.path, "SELECT count(*) FROM imported"),
			 1);
	assert_int_equal(count_results(place.path).messages, 1);
	place_remove(&place);
}

static void needs_a_store(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct place place = place_make();
	struct store_import *import;
	struct error err;

	(void)state;
	assert_false(store_import_open(mem, place.path, &import, &err));
	assert_int_equal(err.kind, ERROR_STORE);
	assert_int_equal(access(place.path, F_OK), -1);
	mem_free(mem);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_each_once),
	    cmocka_unit_test(beside_a_daemon),
	    cmocka_unit_test(no_report_has_them),
	    cmocka_unit_test(others_are_marked),
	    cmocka_unit_test(forgets_with_the_counters),
	    cmocka_unit_test(needs_a_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
