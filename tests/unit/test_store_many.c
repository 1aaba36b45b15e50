/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_many.c - reviews of a large store, with figures
 *
 * INCIDENTS_COUNT=1000000 takes a minute and 4 GB in TMPDIR; without it the
 * store is small. Prints how long each question takes; fails on a wrong
 * number, never on a slow machine.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/store/store_db.h"
#include "lib/store/store_groups.h"
#include "tests/unit/store_fixture.h"

#define DAYS 90

static long incident_count = 20000;
static struct place place;

/* Incident n of N stands n / N of 90 days before noon; a hundred domains, a
 * thousand networks, and the wide columns as wide as they are. */
static void fill(void)
{
	char sql[2048];
	struct store_db *db;
	struct error err;

	(void)snprintf(
	    sql, sizeof sql,
	    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;"
	    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i + 1 < %ld) "
	    "INSERT INTO incident SELECT NULL, "
	    "'tset.' || (i %% 100) || 'd.', printf('%%04d-%%04d', i / 10000, "
	    "i %% 10000), %lld - (%ld - i) * 86400 * %d / %ld, 'Q' || i, "
	    "'mx', '198.' || (18 + i %% 2) || '.' || (i %% 250) || '.' || "
	    "(i %% 7), '', 'helo', 'a@b.test', 'd' || (i %% 100) || '.test', "
	    "'', 'd.test', 'pass', 'b.test', '[]', 'fail', 'reject', "
	    "CASE i %% 4 WHEN 0 THEN 'quarantine' ELSE 'reject' END, '', '', "
	    "'SPF pass for b.test is not aligned, no DKIM signature', '', "
	    "'[]', '', '{\"v\":\"' || hex(zeroblob(750)) || '\"}', "
	    "'[{\"q\":\"' || hex(zeroblob(650)) || '\"}]', '', '', 0, '', '' FROM n;"
	    "COMMIT;",
	    incident_count, (long long)NOON_S, incident_count, DAYS,
	    incident_count);
	store_close(open_store(place.path, DURABILITY_COMMIT));
	assert_true(store_db_open(place.path, STORE_DB_WRITE, &db, &err));
	if (!store_db_run(db, sql, &err))
		fail_msg("%s", err.words);
	store_db_close(db);
}

static int64_t now_ms(void)
{
	return clock_monotonic_ms(clock_system());
}

static void report(const char *question, long count, int64_t start_ms)
{
	print_message("%-44s %9ld found %7lld ms\n", question, count,
		      (long long)(now_ms() - start_ms));
}

static bool count_one(void *context, const struct store_incident *incident)
{
	(void)incident;
	++*(long *)context;
	return true;
}

static void lists_are_quick(void **state)
{
	const long daily = incident_count / DAYS;
	const struct {
		const char *name;
		struct store_filter filter;
		long want; /* -1: told, not judged */
	} cases[] = {
	    {"the newest 50", {.limit = 50}, 50},
	    {"the last day", {.since_s = NOON_S - 86400}, -1},
	    {"one author domain",
	     {.author_domain = "d7.test", .limit = 1000},
	     incident_count < 100000 ? incident_count / 100 : 1000},
	    {"one address, last week",
	     {.client_ip = "198.18.8.1", .since_s = NOON_S - 7 * 86400},
	     -1},
	    {"a network, newest 50",
	     {.client_ip = "198.18.0.0/15", .limit = 50},
	     50},
	    {"held, newest 50", {.applied = "quarantine", .limit = 50}, 50},
	    {"not acted upon, newest 50", {.is_open = true, .limit = 50}, 50},
	    {"a queue id", {.queue_id = "Q4711"}, 1},
	    {"a reference", {.reference = "0000-4711"}, 1},
	    {"none of all (no index)", {.reason = "gone"}, 0},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_reader *reader = open_reader(mem, place.path);
	struct error err;

	(void)state;
	print_message("%ld incidents, %ld a day\n", incident_count, daily);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t start_ms = now_ms();
		long count = 0;
		assert_true(store_incidents(reader, &cases[i].filter, count_one,
					    &count, &err));
		if (cases[i].want >= 0)
			assert_int_equal(count, cases[i].want);
		report(cases[i].name, count, start_ms);
	}
	mem_free(mem);
}

struct sum {
	long groups;
	int64_t incidents;
};

static bool add_group(void *context, const struct store_group *group)
{
	struct sum *sum = context;

	sum->groups++;
	sum->incidents += group->count;
	return true;
}

static void groups_are_quick(void **state)
{
	static const struct {
		const char *name;
		enum store_group_key key;
		long groups;
	} cases[] = {
	    {"all by author domain", STORE_GROUP_FROM, 100},
	    {"all by network", STORE_GROUP_NETWORK, 250},
	    {"all by policy", STORE_GROUP_POLICY, 1},
	    {"all by reason (no index)", STORE_GROUP_REASON, 1},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_reader *reader = open_reader(mem, place.path);
	struct store_filter all = {0};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t start_ms = now_ms();
		struct sum sum = {0};
		assert_true(store_groups(reader, &all, cases[i].key, add_group,
					 &sum, &err));
		assert_int_equal(sum.groups, cases[i].groups);
		assert_int_equal(sum.incidents, incident_count);
		report(cases[i].name, sum.groups, start_ms);
	}
	mem_free(mem);
}

static int set_up(void **state)
{
	const char *count = getenv("INCIDENTS_COUNT");

	(void)state;
	if (count != NULL)
		(void)text_number(span_of(count), 5000, 10000000,
				  &incident_count);
	place = place_make();
	fill();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	place_remove(&place);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lists_are_quick),
	    cmocka_unit_test(groups_are_quick),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
