/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_ceiling.c - made-up names without end, and whose counters stay
 * exact
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/store/store_ceiling.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_day.h"
#include "lib/store/store_db.h"
#include "tests/unit/store_fixture.h"

#define FLOOD 6000
#define EMPTY_BYTES 262144 /* at most, of a file without rows */

struct world {
	struct place place;
	struct store *store;
	TALLOC_CTX *mem;
};

static struct world begin(void)
{
	struct world world = {.place = place_make(), .mem = mem_context(NULL)};

	world.store = open_store(world.place.path, DURABILITY_COMMIT);
	return world;
}

static void end(struct world *world)
{
	store_close(world->store);
	mem_free(world->mem);
	place_remove(&world->place);
}

static void record(struct world *world, const struct store_entry *entry)
{
	assert_int_equal(store_record(world->store, entry, 20000),
			 STORE_COMMITTED);
}

static struct store_entry failing(const char *author, const char *client)
{
	struct store_entry entry = example_entry();

	entry.tuple.author_domain = author;
	entry.tuple.policy_domain = author;
	entry.tuple.org_domain = author;
	entry.tuple.client_ip = client;
	entry.tuple.client_name = "";
	entry.tuple.dmarc_result = "fail";
	entry.tuple.is_spf_aligned = 0;
	entry.tuple.applied = "reject";
	return entry;
}

static int64_t number(const struct world *world, const char *sql)
{
	struct store_db *db;
	struct error err;
	int64_t found;

	assert_true(store_db_open(world->place.path, STORE_DB_READ, &db, &err));
	assert_true(store_db_number(db, sql, &found, &err));
	store_db_close(db);
	return found;
}

static void check_sums(const struct world *world, int64_t messages)
{
	struct store_statistics statistics;

	store_get_statistics(world->store, &statistics);
	assert_int_equal(number(world, "SELECT sum(count) FROM result"),
			 messages);
	assert_int_equal(number(world,
				"SELECT sum(count) FROM result JOIN tuple "
				"USING (tuple_id) WHERE client_ip = ''"),
			 statistics.others);
	assert_true(statistics.others > 0);
}

/* hazard H2: one network, names without end, each with a record of its own. */
static void h2_a_network_is_counted_as_others(void **state)
{
	struct world world = begin();
	struct store_entry genuine = failing("genuine.test", "198.51.100.1");

	(void)state;
	for (int i = 0; i < FLOOD; i++) {
		const char *name = mem_printf(world.mem, "d%d.test", i);
		struct store_entry entry = failing(name, "192.0.2.7");
		entry.tuple.mail_from_domain = name;
		record(&world, &entry);
	}
	record(&world, &genuine);
	check_sums(&world, FLOOD + 1);
	int64_t bytes = number(&world, "SELECT page_count * page_size FROM "
				       "pragma_page_count, pragma_page_size");
	print_message(
	    "%d made-up names are %lld tuples, the file has %lld KB\n", FLOOD,
	    (long long)number(&world, "SELECT count(*) FROM tuple"),
	    (long long)(bytes >> 10));
	assert_true(bytes - EMPTY_BYTES <
		    STORE_CEILING_SHARE + STORE_CEILING_OTHERS_SHARE);
	/* Past others by domain, results alone. */
	assert_int_equal(number(&world, "SELECT count(*) FROM tuple "
					"WHERE author_domain = '' AND "
					"policy_domain = '' AND record = ''"),
			 1);
	assert_int_equal(number(&world, "SELECT count(*) FROM tuple WHERE "
					"author_domain = 'genuine.test' AND "
					"client_ip = '198.51.100.1'"),
			 1);
	end(&world);
}

struct day {
	struct store_day *day;
	int64_t others;
	int64_t messages;
	int rows;
	int exact; /* rows of the own server */
};

static bool see_row(void *context, int64_t tuple_id, int64_t count,
		    const struct store_tuple *tuple)
{
	struct day *day = context;

	(void)tuple_id;
	assert_string_not_equal(tuple->client_ip, "");
	day->rows++;
	if (strcmp(tuple->client_ip, "198.51.100.1") == 0) {
		assert_int_equal(count, 1);
		day->exact++;
	}
	return true;
}

static bool see_policy(void *context, const struct store_policy *policy)
{
	struct day *day = context;
	struct error err;

	assert_string_equal(policy->policy_domain, "victim.test");
	day->others = policy->others;
	day->messages = policy->messages;
	assert_true(
	    store_day_rows(day->day, policy->number, see_row, day, &err));
	return true;
}

/* hazard H2: one author from networks without end. Its own servers, of which
 * mail passed, stay in the report row by row. */
static void h2_a_domain_is_counted_as_others(void **state)
{
	struct world world = begin();
	struct store_entry own = example_entry();
	struct day day = {.rows = 0};
	struct error err;

	(void)state;
	own.tuple.author_domain = "victim.test";
	own.tuple.policy_domain = "victim.test";
	own.tuple.client_ip = "198.51.100.1";
	record(&world, &own);
	for (int i = 0; i < FLOOD; i++) {
		struct store_entry entry =
		    failing("victim.test", mem_printf(world.mem, "10.%d.%d.1",
						      i / 250, i % 250));
		record(&world, &entry);
	}
	for (int i = 0; i < 20; i++) {
		own.tuple.mail_from_domain =
		    mem_printf(world.mem, "m%d.victim.test", i);
		record(&world, &own);
	}
	check_sums(&world, FLOOD + 21);
	assert_true(
	    store_day_open(world.mem, open_reader(world.mem, world.place.path),
			   &(const struct store_day_choice){
			       .since_s = NOON_S, .until_s = NOON_S + 3600},
			   &day.day, &err));
	assert_true(store_day_policies(day.day, see_policy, &day, &err));
	assert_int_equal(day.messages, FLOOD + 21);
	assert_int_equal(day.exact, 21);
	assert_true(day.others > 1000);
	assert_int_equal(day.rows + day.others, FLOOD + 21);
	mem_free(day.day);
	end(&world);
}

static void all_have_a_ceiling(void **state)
{
	static struct store_ceiling ceiling;
	struct store_entry genuine = failing("genuine.test", "198.51.100.1");
	int64_t cost = 2000 + store_ceiling_cost(&genuine.tuple);
	int64_t bytes = 0;
	char client[NET_ADDRESS_TEXT];
	char author[64];

	(void)state;
	store_ceiling_init(&ceiling);
	for (unsigned i = 0; i < 200000; i++) {
		(void)snprintf(client, sizeof client, "10.%u.%u.1",
			       i / 256 % 256, i % 256);
		(void)snprintf(author, sizeof author, "d%u.test", i);
		struct store_pair pair = store_pair(client, author);
		if (store_ceiling_take(&ceiling, NOON_S, &pair, false,
				       STORE_WHOLE, 2000))
			bytes += 2000;
	}
	assert_in_range(bytes, STORE_CEILING_BYTES - 2000, STORE_CEILING_BYTES);
	struct store_pair pair = store_pair("198.51.100.1", "genuine.test");
	assert_false(store_ceiling_take(&ceiling, NOON_S, &pair, false,
					STORE_WHOLE, cost));
	assert_true(store_ceiling_take(&ceiling, NOON_S, &pair, true,
				       STORE_WHOLE, cost));
	assert_true(store_ceiling_take(&ceiling, NOON_S, &pair, false,
				       STORE_OTHERS_OF_DOMAIN, cost));
	assert_true(store_ceiling_take(&ceiling, NOON_S + 3600, &pair, false,
				       STORE_WHOLE, cost));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(h2_a_network_is_counted_as_others),
	    cmocka_unit_test(h2_a_domain_is_counted_as_others),
	    cmocka_unit_test(all_have_a_ceiling),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
