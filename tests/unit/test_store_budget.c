/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_budget.c - who gets a place for an incident, and who remembers
 * what passed
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/eval/message.h"
#include "lib/store/store_budget.h"
#include "lib/store/store_counted.h"
#include "lib/store/store_db.h"
#include "tests/unit/store_fixture.h"

#define PER_PAIR 10
#define USUAL 4000 /* bytes of an incident */

struct world {
	struct store_passed passed;
	struct store_budget *budget;
};

/* The budget points to what passed, which must not move. One key, so that the
 * same numbers meet in each run. */
static void begin(struct world *world)
{
	static const uint8_t bytes[SIPHASH_KEY_BYTES] = {7};
	struct random_source fixed = random_fixed(7);
	struct siphash_key key = siphash_key(bytes);

	store_passed_init(&world->passed);
	store_passed_clear(&world->passed, &key);
	world->budget = store_budget_new(PER_PAIR, &world->passed, &fixed);
}

static void end(struct world *world)
{
	store_budget_free(world->budget);
	store_passed_done(&world->passed);
}

static struct store_place take_at(struct world *world, int64_t time_s,
				  const char *client, const char *author,
				  size_t bytes)
{
	struct store_place place;

	store_budget_take(world->budget, time_s, client, author, &place);
	store_budget_settle(world->budget, &place, bytes);
	return place;
}

static bool is_kept(struct world *world, const char *client, const char *author)
{
	return !take_at(world, NOON_S, client, author, USUAL).is_counted;
}

static const char *client_of(unsigned network)
{
	static char text[NET_ADDRESS_TEXT];

	(void)snprintf(text, sizeof text, "10.%u.%u.9", network / 256,
		       network % 256);
	return text;
}

static const char *author_of(unsigned number)
{
	static char text[64];

	(void)snprintf(text, sizeof text, "www.d%u.test", number);
	return text;
}

/* What store_passed_note says is to be written is no matter here. */
static bool note_pass(struct world *world, const char *client,
		      const char *author, int64_t time_s)
{
	struct store_pair pair = store_pair(client, author);
	struct store_passed_pair kept;
	uint64_t gone;

	return store_passed_note(&world->passed, &pair, time_s, &kept, &gone);
}

static bool has_passed(struct world *world, const char *client,
		       const char *author, int64_t time_s)
{
	struct store_pair pair = store_pair(client, author);

	return store_passed_has(&world->passed, &pair, time_s);
}

static void a_pair_is_network_and_organization(void **state)
{
	static const struct {
		const char *ip;
		const char *author;
		const char *network;
		const char *organization;
	} rows[] = {
	    {"192.0.2.7", "a.b.example.co.uk", "192.0.2.0/24", "example.co.uk"},
	    {"2001:db8:1:2::3", "example.com", "2001:db8:1::/48",
	     "example.com"},
	    {"unknown", "", "unknown", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct store_pair pair = store_pair(rows[i].ip, rows[i].author);
		assert_string_equal(pair.network, rows[i].network);
		assert_string_equal(pair.author, rows[i].organization);
	}
}

static void a_pair_has_its_places(void **state)
{
	struct world world;
	char first[REFERENCE_TEXT];

	(void)state;
	begin(&world);
	for (int i = 0; i < PER_PAIR; i++)
		assert_true(is_kept(&world, "192.0.2.7", "a.test"));
	struct store_place place =
	    take_at(&world, NOON_S, "192.0.2.200", "b.a.test", 0);
	assert_true(place.is_counted);
	assert_int_equal(strlen(place.reference), 9);
	assert_string_equal(place.network, "192.0.2.0/24");
	assert_string_equal(place.author_domain, "a.test");
	assert_int_equal(place.hour_s, NOON_S);
	assert_int_equal(place.budget, PER_PAIR);
	memcpy(first, place.reference, sizeof first);
	/* All further ones of the pair and hour share the reference. */
	place = take_at(&world, NOON_S + 3599, "192.0.2.7", "a.test", 0);
	assert_string_equal(place.reference, first);
	/* Others are not concerned; nor is the next hour. */
	assert_true(is_kept(&world, "192.0.3.7", "a.test"));
	assert_true(is_kept(&world, "192.0.2.7", "other.test"));
	place = take_at(&world, NOON_S + 3600, "192.0.2.7", "a.test", USUAL);
	assert_false(place.is_counted);
	/* A message of the old hour does not bring it back. */
	place = take_at(&world, NOON_S, "192.0.2.7", "a.test", USUAL);
	assert_false(place.is_counted);
	end(&world);
}

/* Nor does one that its client made last for hours: what counts is when it was
 * judged. */
static void a_slow_message_begins_no_hour(void **state)
{
	static const struct dmarc_settings dmarc = {.honor_pct = 0};
	struct clock clock = clock_fixed(NOON_S - 7200);
	struct evaluator evaluator = {.clock = &clock, .dmarc = &dmarc};
	struct client client = {.user = "ann"};
	TALLOC_CTX *mem = mem_context(NULL);
	struct message *slow = message_begin(
	    mem, &evaluator, &client, span_of("<a@b.test>"), "trusted network");
	struct world world;

	(void)state;
	begin(&world);
	while (is_kept(&world, "192.0.2.7", "a.test"))
		continue;
	clock = clock_fixed(NOON_S + 60);
	(void)take_at(&world, message_finish(slow)->time_s, "192.0.2.7",
		      "b.test", USUAL);
	assert_false(is_kept(&world, "192.0.2.7", "a.test"));
	end(&world);
	mem_free(mem);
}

/* One network with many authors, one author from many networks: either has
 * eight pairs' worth, and leaves the others theirs. */
static void a_flood_leaves_others_theirs(void **state)
{
	struct world world;
	unsigned kept[2] = {0, 0};

	(void)state;
	begin(&world);
	for (unsigned i = 0; i < 20000; i++) {
		kept[0] += is_kept(&world, "192.0.2.7", author_of(i));
		kept[1] += is_kept(&world, client_of(i), "victim.example");
	}
	assert_int_equal(kept[0], PER_PAIR * STORE_BUDGET_SHARE);
	assert_int_equal(kept[1], PER_PAIR * STORE_BUDGET_SHARE);
	assert_true(is_kept(&world, "198.51.100.1", "genuine.example"));
	end(&world);
}

/* Numbers meet by chance. Strangers beside a flood of one network and of one
 * organization: two in 4,096 are expected to share its bound, whatever the
 * key. */
static void few_share_the_bound_of_a_flood(void **state)
{
	struct world world;
	unsigned counted = 0;

	(void)state;
	store_passed_init(&world.passed);
	world.budget =
	    store_budget_new(PER_PAIR, &world.passed, random_system());
	for (unsigned i = 0; i < 2000; i++) {
		(void)is_kept(&world, "192.0.2.7", author_of(i));
		(void)is_kept(&world, client_of(i), "victim.example");
	}
	for (unsigned i = 10000; i < 10000 + STORE_BUDGET_SLOTS; i++)
		counted += !is_kept(&world, client_of(i), author_of(i));
	print_message("beside a flood %u of %d strangers share its bound\n",
		      counted, STORE_BUDGET_SLOTS);
	assert_in_range(counted, 0, 20);
	end(&world);
}

/* Many of both, and the longest there are: the bytes of an hour are what they
 * are. A pair that passed before has places of its own all the same. */
static void the_hour_has_its_bytes(void **state)
{
	struct world world;
	int64_t bytes = 0;
	int64_t most = store_budget_cost(LIMIT_INCIDENT_BYTES);

	(void)state;
	begin(&world);
	assert_true(note_pass(&world, "198.51.100.1", "victim.example",
			      NOON_S - 86400));
	for (unsigned i = 0; i < 30000; i++) {
		struct store_place place =
		    take_at(&world, NOON_S, client_of(i), author_of(i),
			    LIMIT_INCIDENT_BYTES);
		bytes += place.is_counted ? 0 : most;
	}
	print_message("of 30,000 incidents of %d bytes %lld MB are kept\n",
		      LIMIT_INCIDENT_BYTES, (long long)(bytes >> 20));
	assert_in_range(bytes, STORE_BUDGET_BYTES - most, STORE_BUDGET_BYTES);
	assert_false(is_kept(&world, "198.51.101.1", "victim.example"));
	assert_true(is_kept(&world, "198.51.100.200", "victim.example"));
	assert_false(is_kept(&world, "198.51.100.1", "other.example"));
	end(&world);
}

/* Rows are bounded too; past that they are of the network, then of the hour. */
static void rows_are_bounded(void **state)
{
	struct world world;
	struct store_place place;

	(void)state;
	begin(&world);
	for (unsigned i = 0; i < PER_PAIR * STORE_BUDGET_SHARE; i++)
		assert_true(is_kept(&world, "192.0.2.7", author_of(i)));
	for (unsigned i = 0; i < STORE_COUNTED_SHARE; i++) {
		place = take_at(&world, NOON_S, "192.0.2.7",
				author_of(1000 + i), 0);
		assert_string_equal(place.author_domain,
				    author_of(1000 + i) + 4);
	}
	place = take_at(&world, NOON_S, "192.0.2.7", "further.test", 0);
	assert_true(place.is_counted);
	assert_string_equal(place.network, "192.0.2.0/24");
	assert_string_equal(place.author_domain, "");
	for (unsigned i = 0; i < 60000; i++)
		place = take_at(&world, NOON_S, client_of(i), author_of(i),
				LIMIT_INCIDENT_BYTES);
	assert_true(place.is_counted);
	assert_string_equal(place.network, "");
	assert_string_equal(place.author_domain, "");
	end(&world);
}

static void what_passed_is_remembered(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	assert_false(has_passed(&world, "192.0.2.7", "a.test", NOON_S));
	assert_true(note_pass(&world, "192.0.2.7", "b.a.test", NOON_S));
	assert_false(note_pass(&world, "192.0.2.9", "a.test", NOON_S + 60));
	assert_true(has_passed(&world, "192.0.2.1", "c.a.test", NOON_S));
	assert_false(has_passed(&world, "192.0.3.1", "a.test", NOON_S));
	assert_true(has_passed(&world, "192.0.2.1", "a.test",
			       NOON_S + (int64_t)30 * 86400));
	assert_false(has_passed(&world, "192.0.2.1", "a.test",
				NOON_S + (int64_t)40 * 86400));
	end(&world);
}

/* An owner of domains lets them pass from as many networks as he has. */
static void a_flood_of_passes_leaves_others_theirs(void **state)
{
	struct world world;
	unsigned taken[2] = {0, 0};

	(void)state;
	begin(&world);
	for (int day = 3; day > 0; day--)
		assert_true(note_pass(&world, "198.51.100.1", "genuine.test",
				      NOON_S - day * 86400));
	for (unsigned i = 0; i < 60000; i++) {
		taken[0] +=
		    note_pass(&world, "192.0.2.7", author_of(i), NOON_S);
		taken[1] += note_pass(&world, client_of(i), "own.test", NOON_S);
	}
	assert_in_range(taken[0], STORE_PASSED_SHARE - 64, STORE_PASSED_SHARE);
	assert_in_range(taken[1], STORE_PASSED_SHARE - 64, STORE_PASSED_SHARE);
	/* Many of both need days as well. */
	for (unsigned i = 0; i < 300000; i++)
		(void)note_pass(&world, client_of(i), author_of(i), NOON_S);
	assert_true(has_passed(&world, "198.51.100.1", "genuine.test", NOON_S));
	end(&world);
}

/* A clock that was wrong once notes a day to come: that is no history, and the
 * next mail that passes puts it right. */
static void a_day_to_come_is_no_history(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	assert_true(note_pass(&world, "192.0.2.7", "a.test",
			      NOON_S + (int64_t)400 * 86400));
	assert_false(has_passed(&world, "192.0.2.7", "a.test", NOON_S));
	assert_true(note_pass(&world, "192.0.2.7", "a.test", NOON_S));
	assert_true(has_passed(&world, "192.0.2.7", "a.test", NOON_S));
	assert_false(has_passed(&world, "192.0.2.7", "a.test",
				NOON_S + (int64_t)40 * 86400));
	end(&world);
}

/* --- in the file --- */

static struct store *open_with_budget(const char *path)
{
	struct store_settings settings = {
	    .sqlite = path,
	    .keep_incidents_ms = (int64_t)3650 * 86400000,
	    .keep_results_ms = (int64_t)3650 * 86400000,
	    .incidents_per_pair = PER_PAIR,
	};
	static struct clock noon;
	struct store *store;
	struct error err;

	noon = clock_fixed(NOON_S);
	if (!store_open(&settings, "mx", &noon, &store, &err))
		fail_msg("%s", err.words);
	return store;
}

static struct store_place record_at(struct store *store, const char *reference,
				    int64_t time_s)
{
	struct store_entry entry = example_incident(reference);

	entry.time_s = time_s;
	entry.incident.time_s = time_s;
	entry.tuple.dmarc_result = "fail";
	entry.tuple.applied = "reject";
	store_take_place(store, entry.time_s, entry.tuple.client_ip,
			 entry.tuple.author_domain, &entry.place);
	entry.is_counted = entry.place.is_counted;
	entry.has_incident = !entry.is_counted;
	assert_int_equal(store_record(store, &entry, 20000), STORE_COMMITTED);
	return entry.place;
}

static struct store_place record_example(struct store *store,
					 const char *reference)
{
	return record_at(store, reference, NOON_S);
}

struct found {
	int rows;
	int64_t messages;
	int64_t rejected;
};

static bool see_counted(void *context, const struct store_counted *counted)
{
	struct found *found = context;

	assert_string_equal(counted->network, "192.0.2.0/24");
	assert_string_equal(counted->author_domain, "example.com");
	assert_int_equal(counted->budget, PER_PAIR);
	found->rows++;
	found->messages += counted->messages;
	found->rejected += counted->applied[3];
	return true;
}

static struct found find_counted(const char *path,
				 const struct store_filter *filter)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct found found = {0, 0, 0};
	struct error err;

	assert_true(store_counted(open_reader(mem, path), filter, see_counted,
				  &found, &err));
	mem_free(mem);
	return found;
}

/* hazard H1: its reference leads to the row, after a restart as well. */
static void h1_a_counted_one_is_found(void **state)
{
	struct place place = place_make();
	struct store *store = open_with_budget(place.path);
	struct store_place last = {.is_counted = false};
	const struct store_filter all = {0};
	const struct {
		struct store_filter filter;
		int rows;
	} rows[] = {
	    {{.reference = last.reference}, 1},
	    {{.author_domain = "news.example.com"}, 1},
	    {{.author_domain = "other.example"}, 0},
	    {{.client_ip = "192.0.2.77"}, 1},
	    {{.client_ip = "192.0.0.0/16"}, 1},
	    {{.client_ip = "192.0.3.0/24"}, 0},
	    {{.applied = "reject"}, 1},
	    {{.applied = "quarantine"}, 0},
	    {{.would = "reject"}, 1},
	    {{.would = "quarantine"}, 0}, /* nothing was let in */
	    {{.reason = "why"}, 0},	  /* the row does not know */
	    {{.since_s = NOON_S * 2}, 0},
	};

	(void)state;
	for (int i = 0; i < PER_PAIR + 90; i++)
		last = record_example(store, "K7QX-2M4D");
	assert_true(last.is_counted);
	assert_int_equal(count_incidents(place.path, &all), PER_PAIR);
	struct found found = find_counted(place.path, &all);
	assert_int_equal(found.rows, 1);
	assert_int_equal(found.messages, 90);
	assert_int_equal(found.rejected, 90);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(find_counted(place.path, &rows[i].filter).rows,
				 rows[i].rows);
	/* A message of the hour before is in the row of this one. */
	const struct store_filter before = {.until_s = NOON_S};
	assert_int_equal(find_counted(place.path, &before).rows, 0);
	(void)record_at(store, "K7QX-2M4D", NOON_S - 60);
	assert_int_equal(find_counted(place.path, &before).rows, 1);
	store_close(store);
	/* An attacker who makes us start again gains no further places. */
	store = open_with_budget(place.path);
	assert_true(record_example(store, "K7QX-2M4D").is_counted);
	store_close(store);
	assert_int_equal(find_counted(place.path, &all).messages, 92);
	place_remove(&place);
}

static void what_passed_survives_a_restart(void **state)
{
	struct place place = place_make();
	struct store *store = open_with_budget(place.path);
	struct store_entry entry = example_entry();
	struct store_db *db;
	struct error err;
	int64_t count;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(store_record(store, &entry, 20000),
				 STORE_COMMITTED);
		store_close(store);
		store = open_with_budget(place.path);
	}
	store_close(store);
	assert_true(store_db_open(place.path, STORE_DB_READ, &db, &err));
	assert_true(
	    store_db_number(db, "SELECT count(*) FROM passed", &count, &err));
	store_db_close(db);
	assert_int_equal(count, 1);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pair_is_network_and_organization),
	    cmocka_unit_test(a_pair_has_its_places),
	    cmocka_unit_test(a_slow_message_begins_no_hour),
	    cmocka_unit_test(a_flood_leaves_others_theirs),
	    cmocka_unit_test(few_share_the_bound_of_a_flood),
	    cmocka_unit_test(the_hour_has_its_bytes),
	    cmocka_unit_test(rows_are_bounded),
	    cmocka_unit_test(what_passed_is_remembered),
	    cmocka_unit_test(a_flood_of_passes_leaves_others_theirs),
	    cmocka_unit_test(a_day_to_come_is_no_history),
	    cmocka_unit_test(h1_a_counted_one_is_found),
	    cmocka_unit_test(what_passed_survives_a_restart),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
