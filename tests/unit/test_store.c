/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store.c - what is recorded is what is read
 */
#include "tests/unit/unit.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_replay.h"
#include "tests/unit/store_fixture.h"

#define WAIT_MS 20000

static void record(struct store *store, const struct store_entry *entry)
{
	assert_int_equal(store_record(store, entry, WAIT_MS), STORE_COMMITTED);
}

static void counts_equal_messages_in_one_row(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_entry entry = example_entry();
	struct store_statistics statistics;

	(void)state;
	for (int i = 0; i < 100; i++) {
		entry.time_s = NOON_S + i;
		record(store, &entry);
	}
	assert_int_equal(count_results(place.path).rows, 1);
	assert_int_equal(count_results(place.path).messages, 100);
	entry.time_s = NOON_S + 3600;
	record(store, &entry);
	assert_int_equal(count_results(place.path).rows, 2);
	store_get_statistics(store, &statistics);
	assert_int_equal(statistics.committed, 101);
	assert_int_equal(statistics.lost, 0);
	assert_int_equal(statistics.queued, 0);
	store_close(store);

	/* A restart goes on counting in the same rows. */
	store = open_store(place.path, DURABILITY_SYNC);
	record(store, &entry);
	store_close(store);
	assert_int_equal(count_results(place.path).rows, 2);
	assert_int_equal(count_results(place.path).messages, 102);
	place_remove(&place);
}

static const char *another(enum store_column_type type)
{
	if (type == STORE_OBJECTS)
		return "[{}]";
	return type == STORE_OBJECT ? "{\"a\":1}" : "different";
}

/* Every single column makes a tuple of its own. */
static void every_column_distinguishes(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	const struct store_columns *columns = &store_tuple_columns;
	struct store_entry entry = example_entry();

	(void)state;
	record(store, &entry);
	for (size_t i = 0; i < columns->count; i++) {
		char *member;
		entry = example_entry();
		member = (char *)&entry.tuple + columns->items[i].offset;
		if (columns->items[i].type == STORE_FLAG)
			*(int *)member = *(int *)member == 0 ? 1 : 0;
		else
			*(const char **)member =
			    another(columns->items[i].type);
		record(store, &entry);
		record(store, &entry);
	}
	store_close(store);
	assert_int_equal(count_results(place.path).rows, columns->count + 1);
	assert_int_equal(count_results(place.path).messages,
			 2 * columns->count + 1);
	place_remove(&place);
}

static bool same_tuple(void *context, int64_t messages,
		       const struct store_tuple *tuple, struct error *err)
{
	struct store_entry entry = example_entry();

	(void)err;
	assert_int_equal(messages, 1);
	assert_true(
	    store_columns_equal(&store_tuple_columns, tuple, &entry.tuple));
	++*(int *)context;
	return true;
}

static void reads_results_of_a_period(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_entry entry = example_entry();
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_reader *reader;
	struct store_replay *replay;
	struct store_hours hours;
	struct error err;
	int seen = 0;

	(void)state;
	record(store, &entry);
	entry.time_s -= 1; /* 11:59:59 */
	record(store, &entry);
	entry.time_s += 3601; /* 13:00:00 */
	record(store, &entry);
	reader = open_reader(mem, place.path);
	assert_true(
	    store_recorded(reader, NOON_S + 1800, NOON_S + 3600, &hours, &err));
	assert_int_equal(hours.first_s, NOON_S);
	assert_int_equal(hours.last_s, NOON_S);
	assert_true(store_replay_open(mem, reader, NOON_S + 1800, NOON_S + 3600,
				      &replay, &err));
	assert_true(store_replay_tuples(replay, same_tuple, &seen, &err));
	assert_int_equal(seen, 1);
	mem_free(mem);
	store_close(store);
	place_remove(&place);
}

/* Each text column gets its own nasty value, so that swapped columns show. */
static void fill_nastily(TALLOC_CTX *mem, struct store_incident *incident)
{
	static const char nasty[] = "'; DROP TABLE incident; -- \" \\ %s ? "
				    "gr\xc3\xbc\xc3\x9f \xf0\x9f\x93\xa7";
	const struct store_columns *columns = &store_incident_columns;

	for (size_t i = 0; i < columns->count; i++) {
		char *member = (char *)incident + columns->items[i].offset;
		if (columns->items[i].type == STORE_TEXT)
			*(char **)member = mem_printf(mem, "%zu %s", i, nasty);
		else if (columns->items[i].type == STORE_OBJECTS)
			*(char **)member = mem_printf(mem, "[{\"a\":%zu}]", i);
	}
	incident->time_s = NOON_S + 5;
	incident->queries = mem_printf(mem, "[{\"q\":\"%020000d\"}]", 0);
}

static bool same_incident(void *context, const struct store_incident *incident)
{
	const struct store_incident *want = context;

	assert_true(
	    store_columns_equal(&store_incident_columns, incident, want));
	return true;
}

static void incidents_come_back_whole(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_entry entry = example_incident("x");
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_filter all = {0};
	struct error err;

	(void)state;
	fill_nastily(mem, &entry.incident);
	record(store, &entry);
	assert_int_equal(count_incidents(place.path, &all), 1);
	assert_true(store_incidents(open_reader(mem, place.path), &all,
				    same_incident, &entry.incident, &err));
	mem_free(mem);
	store_close(store);
	place_remove(&place);
}

static bool check_mended(void *context, const struct store_incident *incident)
{
	(void)context;
	assert_string_equal(incident->host, "mx.example");
	assert_string_equal(incident->helo, "caf? ??");
	assert_string_equal(incident->reason, "");
	assert_string_equal(incident->queries, "[{\"cut\":1048576}]");
	assert_string_equal(incident->verdict, "{\"kept\":1}");
	return true;
}

/* NULL, bytes that are no UTF-8, and more evidence than an entry may have. */
static void mends_what_it_can(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_entry entry = example_incident("mend");
	TALLOC_CTX *mem = mem_context(NULL);
	char *endless = mem_zeroed(mem, 1, LIMIT_STORE_ENTRY_BYTES + 1, "big");
	struct store_filter all = {0};
	struct error err;
	int64_t when;

	(void)state;
	memset(endless, 'e', LIMIT_STORE_ENTRY_BYTES);
	entry.incident.helo = "caf\xe9 \x7f\xff";
	entry.incident.verdict = "{\"kept\":1}";
	entry.incident.queries = endless;
	record(store, &entry);
	assert_int_equal(count_incidents(place.path, &all), 1);
	assert_true(store_incidents(open_reader(mem, place.path), &all,
				    check_mended, NULL, &err));
	assert_false(store_last_error(store, &err, &when));
	entry.incident.reply = endless; /* this one nothing can mend */
	assert_int_equal(store_record(store, &entry, WAIT_MS), STORE_LOST);
	assert_true(store_last_error(store, &err, &when));
	assert_non_null(strstr(err.words, "mend"));
	mem_free(mem);
	store_close(store);
	place_remove(&place);
}

static void record_for_filters(struct store *store)
{
	static const struct {
		const char *reference;
		int64_t after_s;
		const char *author_domain;
		const char *client_ip;
		const char *applied;
	} rows[] = {
	    {"r1", 10, "example.com", "192.0.2.1", "reject"},
	    {"r2", 20, "a.example.com", "192.0.2.200", "none"},
	    {"r3", 30, "notexample.com", "198.51.100.1", "quarantine"},
	    {"r4", 40, "b.a.example.com", "2001:db8::1", "reject"},
	    {"r5", 50, "example.community", "unknown", "reject"},
	    {"r1", 60, "com", "192.0.2.1", "none"}, /* a reference twice */
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct store_entry entry = example_incident(rows[i].reference);
		entry.incident.time_s = NOON_S + rows[i].after_s;
		entry.incident.author_domain = rows[i].author_domain;
		entry.incident.client_ip = rows[i].client_ip;
		entry.incident.applied = rows[i].applied;
		record(store, &entry);
	}
}

/* The seconds after noon of what was found, in its order: "60 10 ". */
static bool list_incident(void *context, const struct store_incident *incident)
{
	strbuf_printf(context, "%d ", (int)(incident->time_s - NOON_S));
	return true;
}

static void filters_select(void **state)
{
	static const struct {
		struct store_filter filter;
		const char *want;
	} rows[] = {
	    {{0}, "60 50 40 30 20 10 "},
	    {{.limit = 2}, "60 50 "},
	    {{.since_s = NOON_S + 20, .until_s = NOON_S + 40}, "30 20 "},
	    {{.author_domain = "example.com"}, "40 20 10 "},
	    {{.author_domain = "a.example.com"}, "40 20 "},
	    {{.author_domain = "com"}, "60 40 30 20 10 "},
	    {{.author_domain = "org"}, ""},
	    {{.client_ip = "192.0.2.1"}, "60 10 "},
	    {{.client_ip = "192.0.2.0/24"}, "60 20 10 "},
	    {{.client_ip = "192.0.2.0/24", .limit = 2}, "60 20 "},
	    {{.client_ip = "192.0.2.128/25"}, "20 "},
	    {{.client_ip = "2001:DB8::1"}, "40 "},
	    {{.client_ip = "2001:db8::/32"}, "40 "},
	    {{.client_ip = "0.0.0.0/0"}, "60 30 20 10 "},
	    {{.applied = "reject"}, "50 40 10 "},
	    {{.reference = "r1"}, "60 10 "},
	    {{.reference = "' OR 1"}, ""},
	    {{.since_s = NOON_S,
	      .until_s = NOON_S + 100,
	      .author_domain = "example.com",
	      .client_ip = "192.0.2.1",
	      .applied = "reject",
	      .reference = "r1",
	      .limit = 5},
	     "10 "},
	};
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_filter bad = {.client_ip = "192.0.2.1/24"};
	struct store_reader *reader;
	struct strbuf found;
	struct error err;

	(void)state;
	record_for_filters(store);
	reader = open_reader(mem, place.path);
	strbuf_init(&found, mem, 1000);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		strbuf_clear(&found);
		assert_true(store_incidents(reader, &rows[i].filter,
					    list_incident, &found, &err));
		assert_string_equal(strbuf_text(&found), rows[i].want);
	}
	assert_false(
	    store_incidents(reader, &bad, list_incident, &found, &err));
	assert_non_null(strstr(err.words, "192.0.2.0/24"));
	mem_free(mem);
	store_close(store);
	place_remove(&place);
}

/* In the middle of a reading, writing goes on and the reading stays as it
 * was. */
static bool write_meanwhile(void *context,
			    const struct store_incident *incident)
{
	struct store_entry entry = example_incident("later");

	assert_string_equal(incident->reference, "first");
	record(context, &entry);
	return true;
}

static void reads_beside_a_writer(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_entry entry = example_incident("first");
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_filter all = {0};
	struct store_reader *reader;
	struct error err;

	(void)state;
	reader = open_reader(mem, place.path);
	record(store, &entry);
	record(store, &entry);
	assert_true(
	    store_incidents(reader, &all, write_meanwhile, store, &err));
	assert_int_equal(count_incidents(place.path, &all), 4);
	mem_free(mem);
	store_close(store);
	/* The last writer took -wal and -shm with it. */
	assert_int_equal(count_incidents(place.path, &all), 4);
	place_remove(&place);
}

static struct store *open_keeping(const char *path, const struct clock *clock,
				  int64_t days)
{
	struct store_settings settings = {
	    .sqlite = path,
	    .keep_incidents_ms = days * 86400000,
	    .keep_results_ms = 2 * days * 86400000,
	};
	struct store *store;
	struct error err;

	assert_true(store_open(&settings, "mx", clock, &store, &err));
	return store;
}

static void record_days_ago(struct store *store, int64_t days, const char *name)
{
	struct store_entry entry = example_incident(name);

	entry.time_s -= days * 86400;
	entry.incident.time_s = entry.time_s;
	entry.tuple.record = name;
	record(store, &entry);
}

static void purges_what_is_past_its_time(void **state)
{
	struct place place = place_make();
	struct clock clock = clock_fixed(NOON_S);
	struct store *store = open_keeping(place.path, &clock, 3650);
	struct store_filter all = {0};
	char name[16];

	(void)state;
	for (int i = 0; i < 450; i++) { /* more than two batches */
		(void)snprintf(name, sizeof name, "old%d", i);
		record_days_ago(store, 100, name);
	}
	record_days_ago(store, 15, "middle"); /* its incident goes */
	record_days_ago(store, 5, "young");
	store_close(store);
	assert_int_equal(count_incidents(place.path, &all), 452);

	store = open_keeping(place.path, &clock, 10);
	for (int i = 0; i < 500; i++) {
		if (count_results(place.path).rows == 2)
			break;
		(void)usleep(10000);
	}
	assert_int_equal(count_incidents(place.path, &all), 1);
	assert_int_equal(count_results(place.path).rows, 2);
	/* A purged tuple's id is no longer in use: it is counted afresh. */
	record_days_ago(store, 1, "old7");
	store_close(store);
	assert_int_equal(count_results(place.path).rows, 3);
	place_remove(&place);
}

static atomic_long hours_gone;

static int64_t shifted_ms(const struct clock *clock)
{
	(void)clock;
	return clock_monotonic_ms(clock_system()) +
	       (int64_t)atomic_load(&hours_gone) * 3600000;
}

static void wait_for_messages(const char *path, int64_t wanted)
{
	for (int i = 0; i < 2000 && count_results(path).messages != wanted; i++)
		(void)usleep(10000);
	assert_int_equal(count_results(path).messages, wanted);
}

/* A tuple whose id the writer remembers, and which was purged meanwhile by the
 * writer itself or by another program, gets a new row. */
static void a_remembered_tuple_may_be_gone(void **state)
{
	struct place place = place_make();
	struct clock clock = clock_fixed(NOON_S);
	struct store_entry entry = example_entry();
	struct store_db *db;
	struct error err;

	(void)state;
	clock.monotonic_ms = shifted_ms;
	struct store *store = open_keeping(place.path, &clock, 10);
	record_days_ago(store, 0, "wakes");
	record_days_ago(store, 100, "gone");
	atomic_store(&hours_gone, 2);
	/* The purge comes behind it, in a turn of its own. */
	record_days_ago(store, 0, "wakes");
	wait_for_messages(place.path, 2);
	record_days_ago(store, 0, "gone");
	assert_int_equal(count_results(place.path).messages, 3);

	record(store, &entry);
	assert_true(store_db_open(place.path, STORE_DB_WRITE, &db, &err));
	assert_true(store_db_run(db, "DELETE FROM result", &err));
	store_db_close(db);
	record(store, &entry);
	assert_int_equal(count_results(place.path).messages, 1);
	store_close(store);
	place_remove(&place);
}

static void the_file_is_for_owner_and_group(void **state)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	struct place place = place_make();
	mode_t before = umask(0);
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_entry entry = example_entry();
	char path[128];
	struct stat found;

	(void)state;
	record(store, &entry);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof path, "%s%s", place.path,
			       suffixes[i]);
		assert_int_equal(stat(path, &found), 0);
		assert_int_equal(found.st_mode & 0777, 0660);
	}
	(void)umask(before);
	store_close(store);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_equal_messages_in_one_row),
	    cmocka_unit_test(every_column_distinguishes),
	    cmocka_unit_test(reads_results_of_a_period),
	    cmocka_unit_test(incidents_come_back_whole),
	    cmocka_unit_test(mends_what_it_can),
	    cmocka_unit_test(filters_select),
	    cmocka_unit_test(reads_beside_a_writer),
	    cmocka_unit_test(purges_what_is_past_its_time),
	    cmocka_unit_test(a_remembered_tuple_may_be_gone),
	    cmocka_unit_test(the_file_is_for_owner_and_group),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
