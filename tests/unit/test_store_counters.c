/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_counters.c - tuples once, counters after them, of one moment
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/store/store_counters.h"
#include "tests/unit/store_fixture.h"

#define WAIT_MS 20000
#define HOUR_S 3600

struct seen {
	struct store *writer; /* records one more while reading, or NULL */
	int tuples;
	int counters;
	int64_t messages;
	int64_t last_id;
	int64_t last_hour_s;
};

static void record(struct store *store, const char *author, int64_t time_s)
{
	struct store_entry entry = example_entry();

	entry.tuple.author_domain = author;
	entry.time_s = time_s;
	assert_int_equal(store_record(store, &entry, WAIT_MS), STORE_COMMITTED);
}

static void on_tuple(void *context, int64_t tuple_id,
		     const struct store_trait *trait)
{
	struct seen *seen = context;
	struct store_entry entry = example_entry();

	assert_int_equal(seen->counters, 0);
	assert_true(tuple_id > seen->last_id);
	seen->last_id = tuple_id;
	seen->tuples++;
	assert_non_null(strstr(trait->author_domain, "example.com"));
	assert_string_equal(trait->client_ip, entry.tuple.client_ip);
	assert_string_equal(trait->client_name, entry.tuple.client_name);
	assert_string_equal(trait->dmarc_result, entry.tuple.dmarc_result);
	assert_string_equal(trait->policy, entry.tuple.policy);
	assert_string_equal(trait->asked, entry.tuple.asked);
	assert_string_equal(trait->applied, entry.tuple.applied);
	assert_string_equal(trait->override_type, "");
	assert_string_equal(trait->override_comment, "");
	assert_string_equal(trait->tls_version, entry.tuple.tls_version);
	assert_string_equal(trait->author_error, entry.tuple.author_error);
	assert_string_equal(trait->iprev, "");
	if (seen->writer != NULL)
		record(seen->writer, "late.example.com", NOON_S);
	seen->writer = NULL;
}

static void on_counter(void *context, int64_t hour_s, int64_t tuple_id,
		       int64_t count)
{
	struct seen *seen = context;

	assert_true(tuple_id > 0);
	assert_true(hour_s >= seen->last_hour_s);
	seen->last_hour_s = hour_s;
	seen->counters++;
	seen->messages += count;
}

static struct seen read_period(const char *path, struct store_period period,
			       struct store *writer)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct seen seen = {.writer = writer};
	struct store_counters_handler handler = {on_tuple, on_counter, &seen};
	struct error err;

	if (!store_counters(open_reader(mem, path), &period, &handler, &err))
		fail_msg("%s", err.words);
	mem_free(mem);
	return seen;
}

static void reads_a_period(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);

	(void)state;
	record(store, "example.com", NOON_S - 1);
	record(store, "example.com", NOON_S);
	record(store, "example.com", NOON_S + 10);
	record(store, "b.example.com", NOON_S + HOUR_S);
	struct seen seen =
	    read_period(place.path, (struct store_period){0}, NULL);
	assert_int_equal(seen.tuples, 2);
	assert_int_equal(seen.counters, 3);
	assert_int_equal(seen.messages, 4);
	/* 12:30 means the counter of 12:00. */
	seen = read_period(
	    place.path,
	    (struct store_period){NOON_S + 1800, NOON_S + HOUR_S, NULL}, NULL);
	assert_int_equal(seen.tuples, 1);
	assert_int_equal(seen.messages, 2);
	seen = read_period(place.path, (struct store_period){0, NOON_S, NULL},
			   NULL);
	assert_int_equal(seen.messages, 1);
	seen = read_period(place.path, (struct store_period){1, 2, NULL}, NULL);
	assert_int_equal(seen.tuples + seen.counters, 0);
	store_close(store);
	place_remove(&place);
}

static void tells_domains_below_from_likenesses(void **state)
{
	static const struct {
		const char *domain;
		int want;
	} cases[] = {
	    {"example.com", 3},	    {"b.example.com", 2}, {"com", 4},
	    {"c.b.example.com", 1}, {"ample.com", 0},	  {"%", 0},
	};
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);

	(void)state;
	record(store, "example.com", NOON_S);
	record(store, "b.example.com", NOON_S);
	record(store, "c.b.example.com", NOON_S);
	record(store, "notexample.com", NOON_S);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct seen seen = read_period(
		    place.path,
		    (struct store_period){.author_domain = cases[i].domain},
		    NULL);
		assert_int_equal(seen.tuples, cases[i].want);
	}
	store_close(store);
	place_remove(&place);
}

/* What is committed between the tuples and the counters is not seen at all. */
static void both_are_of_one_moment(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);

	(void)state;
	record(store, "example.com", NOON_S);
	struct seen seen =
	    read_period(place.path, (struct store_period){0}, store);
	assert_int_equal(seen.tuples, 1);
	assert_int_equal(seen.messages, 1);
	seen = read_period(place.path, (struct store_period){0}, NULL);
	assert_int_equal(seen.messages, 2);
	store_close(store);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_a_period),
	    cmocka_unit_test(tells_domains_below_from_likenesses),
	    cmocka_unit_test(both_are_of_one_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
