/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_remembered.c - what DNS said, from a message to the next start
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/store/store_query.h"
#include "lib/store/store_remembered.h"
#include "tests/unit/store_fixture.h"

#define DAY_S INT64_C(86400)

static void record(struct store *store, const char *domain, int64_t days,
		   int64_t last_day, const char *gone, const char *answers)
{
	struct store_entry entry = example_entry();

	entry.has_remembered = true;
	entry.remembered = (struct store_remembered){
	    .policy_domain = domain,
	    .days = days,
	    .last_day = last_day,
	    .gone = gone,
	    .answers = span_make(answers, strlen(answers)),
	};
	assert_int_equal(store_record(store, &entry, 60000), STORE_COMMITTED);
}

static bool list_row(void *context, const struct store_remembered *row)
{
	char *list = context;
	size_t length = strlen(list);

	(void)snprintf(list + length, 1000 - length, "%s %d %d %.*s\n",
		       row->policy_domain, (int)row->days, (int)row->last_day,
		       (int)row->answers.length, row->answers.data);
	return true;
}

static const char *list_rows(const char *path)
{
	static char list[1000];
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_reader *reader;
	struct error err;

	list[0] = '\0';
	if (!store_reader_open(mem, path, &reader, &err) ||
	    !store_remembered_each(reader, list_row, list, &err))
		fail_msg("%s", err.words);
	mem_free(mem);
	return list;
}

static void comes_back(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);

	(void)state;
	record(store, "a.test", 1, 100, "", "");
	record(store, "b.test", 1, 101, "", "");
	record(store, "a.test", 2, 101, "", "bytes");
	record(store, "c.test", 1, 102, "b.test", "");
	store_close(store);
	/* The days first: should there be too many, newcomers are left out. */
	assert_string_equal(list_rows(place.path),
			    "a.test 2 101 bytes\nc.test 1 102 \n");
	place_remove(&place);
}

static void run(struct store_db *db, const char *sql)
{
	struct error err;

	if (!store_db_run(db, sql, &err))
		fail_msg("%s", err.words);
}

/* STORE_REMEMBERED_DAYS, LIMIT_REMEMBERED_DOMAINS; rows that nobody of us
 * wrote. */
static void goes_and_is_bounded(void **state)
{
	struct place place = place_make();
	struct store_db *db = NULL;
	struct error err;

	(void)state;
	store_close(open_store(place.path, DURABILITY_COMMIT));
	assert_true(store_db_open(place.path, STORE_DB_WRITE, &db, &err));
	run(db, "INSERT INTO remembered VALUES ('a.test', 2, 100, x'41'),"
		"('b.test', 2, 103, x'42'), ('bad.test', -1, 103, x'43'),"
		"('worse.test', 2, 900000, x'44'),"
		"('huge.test', 2, 103, zeroblob(100000))");
	assert_true(store_remembered_purge(
	    db, (100 + STORE_REMEMBERED_DAYS) * DAY_S, &err));
	assert_string_equal(list_rows(place.path),
			    "b.test 2 103 B\na.test 2 100 A\n");
	assert_true(store_remembered_purge(
	    db, (101 + STORE_REMEMBERED_DAYS) * DAY_S, &err));
	assert_string_equal(list_rows(place.path), "b.test 2 103 B\n");
	store_db_close(db);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back),
	    cmocka_unit_test(goes_and_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
