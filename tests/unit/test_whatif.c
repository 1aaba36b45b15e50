/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_whatif.c - recorded results counted under a new configuration: totals,
 * changes by domain and source, incidents, periods
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/app/whatif.h"
#include "lib/base/strbuf.h"
#include "tests/unit/store_fixture.h"

#define HOUR_S 3600
#define WAIT_MS 10000
#define RECORD "v=DMARC1; p=reject"

/* Messages of one kind. */
struct kind {
	const char *author;
	const char *client_ip;
	const char *applied;
	const char *comment;
	const char *record;
	int count; /* one an hour, from NOON_S on */
	bool has_incident;
};

static const struct kind kinds[] = {
    {"a.test", "192.0.2.1", "none", "monitor mode", RECORD, 5, true},
    {"a.test", "192.0.2.2", "none", "monitor mode", RECORD, 3, false},
    {"b.a.test", "192.0.2.1", "none", "monitor mode", RECORD, 2, true},
    {"c.test", "192.0.2.3", "reject", "", RECORD, 4, true},
    {"d.test", "192.0.2.4", "none", "", "v=DMARC1; p=none", 6, false},
    {"e.test", "192.0.2.5", "explode", "", RECORD, 1, false},
};

static void record_one(struct store *store, const struct kind *kind, int hour)
{
	struct store_entry entry = example_incident("");
	struct store_tuple *tuple = &entry.tuple;
	char reference[32];

	(void)snprintf(reference, sizeof reference, "%.1s-%s-%d", kind->author,
		       kind->client_ip + 8, hour);
	tuple->dmarc_result = "fail";
	tuple->is_spf_aligned = 0;
	tuple->author_domain = kind->author;
	tuple->client_ip = kind->client_ip;
	tuple->policy = strstr(kind->record, "none") ? "none" : "reject";
	tuple->asked = tuple->policy;
	tuple->applied = kind->applied;
	tuple->record = kind->record;
	tuple->override_comment = kind->comment;
	entry.time_s = NOON_S + hour * HOUR_S;
	entry.has_incident = kind->has_incident;
	entry.incident = (struct store_incident){
	    .reference = reference,
	    .time_s = entry.time_s,
	    .client_ip = tuple->client_ip,
	    .client_name = tuple->client_name,
	    .author_domain = tuple->author_domain,
	    .author_error = tuple->author_error,
	    .policy_domain = tuple->policy_domain,
	    .spf_result = tuple->spf_result,
	    .spf_domain = tuple->spf_domain,
	    .dkim = tuple->dkim,
	    .dmarc_result = tuple->dmarc_result,
	    .asked = tuple->asked,
	    .applied = tuple->applied,
	    .override_type = tuple->override_type,
	    .override_comment = tuple->override_comment,
	    .tls_version = tuple->tls_version,
	};
	assert_int_equal(store_record(store, &entry, WAIT_MS), STORE_COMMITTED);
}

static void fill(const char *path, const struct kind *items, size_t count)
{
	struct store *store = open_store(path, DURABILITY_COMMIT);

	for (size_t i = 0; i < count; i++) {
		for (int hour = 0; hour < items[i].count; hour++)
			record_one(store, &items[i], hour);
	}
	store_close(store);
}

/* A question over a store of `kinds`, or of others. */
struct world {
	TALLOC_CTX *mem;
	struct place place;
	struct store_reader *reader;
	struct store_replay *replay;
	struct config *new;
	struct config *running;
	bool is_compared;
	struct whatif_counts counts;
};

static struct world world_make(const struct kind *items, size_t count)
{
	struct world world = {.mem = mem_context(NULL), .place = place_make()};

	fill(world.place.path, items, count);
	world.reader = open_reader(world.mem, world.place.path);
	world.new = config_defaults(world.mem);
	world.running = config_defaults(world.mem);
	return world;
}

static void ask(struct world *world, int64_t since_s, int64_t until_s)
{
	struct replay_rules new = replay_rules(world->mem, world->new, NOON_S);
	struct replay_rules running;
	struct whatif_question question = {.new = &new,
					   .is_compared = world->is_compared};
	struct error err;

	if (world->running != NULL) {
		running = replay_rules(world->mem, world->running, NOON_S);
		question.running = &running;
	}
	mem_free(world->replay);
	if (!store_replay_open(world->mem, world->reader, since_s, until_s,
			       &world->replay, &err) ||
	    !whatif_count(world->replay, &question, &world->counts, &err))
		fail_msg("%s", err.words);
}

static void world_end(struct world *world)
{
	mem_free(world->replay);
	mem_free(world->mem);
	place_remove(&world->place);
}

/* "a.test 192.0.2.1 none>reject 5;" for each change */
static void write_change(void *context, const struct store_change *change)
{
	strbuf_printf(context, "%s %s %s>%s %d/%d;", change->author_domain,
		      change->client_ip, change->applied, change->outcome,
		      (int)change->messages, (int)change->sources);
}

static const char *changes(struct world *world, enum store_change_group group,
			   long limit, long *left_out)
{
	struct strbuf text;
	struct error err;

	strbuf_init(&text, world->mem, 10000);
	assert_true(store_replay_changes(world->replay, group, limit,
					 write_change, &text, left_out, &err));
	return strbuf_text(&text);
}

static void counts_and_groups(void **state)
{
	struct world world = world_make(kinds, 6);
	long left_out;

	(void)state;
	world.running->daemon.mode = MODE_MONITOR;
	ask(&world, 0, 0);
	assert_int_equal(world.counts.messages, 21);
	assert_int_equal(world.counts.tuples, 6);
	assert_int_equal(world.counts.changed, 10);
	assert_int_equal(world.counts.unreadable, 1);
	assert_int_equal(world.counts.was_monitored, 10);
	assert_int_equal(world.counts.as_running, 0);
	assert_int_equal(world.counts.by_mode_alone, 10);
	assert_int_equal(
	    world.counts.matrix[DISPOSITION_NONE][DISPOSITION_REJECT], 10);
	assert_int_equal(
	    world.counts.matrix[DISPOSITION_REJECT][DISPOSITION_REJECT], 4);
	assert_int_equal(
	    world.counts.matrix[DISPOSITION_NONE][DISPOSITION_NONE], 6);
	assert_string_equal(changes(&world, CHANGES_BY_DOMAIN, 9, &left_out),
			    "a.test  none>reject 8/2;b.a.test  none>reject "
			    "2/1;");
	assert_int_equal(left_out, 0);
	assert_string_equal(changes(&world, CHANGES_BY_SOURCE, 2, &left_out),
			    "a.test 192.0.2.1 none>reject 5/1;"
			    "a.test 192.0.2.2 none>reject 3/1;");
	assert_int_equal(left_out, 1);
	world_end(&world);
}

/* Two configurations beside each other, whatever was recorded. */
static void compares_two(void **state)
{
	struct world world = world_make(kinds, 6);

	(void)state;
	ask(&world, 0, 0);
	assert_int_equal(world.counts.unlike_running, -1);
	world.is_compared = true;
	ask(&world, 0, 0);
	assert_int_equal(world.counts.changed, 10);
	assert_int_equal(world.counts.unlike_running, 0);
	world.running->policy.on_reject = DISPOSITION_TAG;
	ask(&world, 0, 0);
	/* ten that were let through, four that were refused already */
	assert_int_equal(world.counts.unlike_running, 14);
	world.running = NULL;
	ask(&world, 0, 0);
	assert_int_equal(world.counts.unlike_running, -1);
	world_end(&world);
}

static void tells_causes_apart(void **state)
{
	struct world world = world_make(kinds, 6);

	(void)state;
	/* the running configuration enforces meanwhile */
	ask(&world, 0, 0);
	assert_int_equal(world.counts.as_running, 10);
	assert_int_equal(world.counts.by_mode_alone, 0);
	/* it would tag what the new one refuses: not the mode alone */
	world.running->daemon.mode = MODE_MONITOR;
	world.running->policy.on_reject = DISPOSITION_TAG;
	ask(&world, 0, 0);
	assert_int_equal(world.counts.as_running, 0);
	assert_int_equal(world.counts.by_mode_alone, 0);
	world.running = NULL;
	ask(&world, 0, 0);
	assert_int_equal(world.counts.was_monitored, 10);
	assert_int_equal(world.counts.as_running, -1);
	assert_int_equal(world.counts.by_mode_alone, -1);
	/* back to monitor mode */
	world.new->daemon.mode = MODE_MONITOR;
	ask(&world, 0, 0);
	assert_int_equal(
	    world.counts.matrix[DISPOSITION_REJECT][DISPOSITION_NONE], 4);
	assert_int_equal(world.counts.changed, 4);
	world_end(&world);
}

static void keeps_to_the_period(void **state)
{
	struct world world = world_make(kinds, 6);
	struct store_hours period;
	struct error err;

	(void)state;
	/* 13:30 falls into the row of 13:00 */
	ask(&world, NOON_S + HOUR_S + 1800, NOON_S + 3 * HOUR_S);
	assert_int_equal(world.counts.messages, 2 * 5 - 1);
	assert_true(store_recorded(world.reader, 0, 0, &period, &err));
	assert_false(period.is_empty);
	assert_int_equal(period.first_s, NOON_S);
	assert_int_equal(period.last_s, NOON_S + 5 * HOUR_S);
	assert_true(store_recorded(world.reader, NOON_S + 10 * HOUR_S, 0,
				   &period, &err));
	assert_true(period.is_empty);
	ask(&world, NOON_S + 10 * HOUR_S, 0);
	assert_int_equal(world.counts.messages, 0);
	world_end(&world);
}

static const char *references(struct world *world, const char *author,
			      const char *client_ip, size_t limit)
{
	struct store_change change = {.author_domain = author,
				      .client_ip = client_ip,
				      .applied = "none",
				      .outcome = "reject"};
	const char *text = "";
	struct text_list found;
	struct error err;

	assert_true(store_replay_references(world->mem, world->replay, &change,
					    limit, &found, &err));
	for (size_t i = 0; i < found.count; i++)
		text = mem_printf(world->mem, "%s%s ", text, found.items[i]);
	return text;
}

static void finds_incidents(void **state)
{
	struct world world = world_make(kinds, 6);

	(void)state;
	ask(&world, 0, 0);
	/* newest first; those of b.a.test from the same source are others */
	assert_string_equal(references(&world, "a.test", "192.0.2.1", 3),
			    "a-1-4 a-1-3 a-1-2 ");
	assert_string_equal(references(&world, "b.a.test", "192.0.2.1", 3),
			    "b-1-1 b-1-0 ");
	assert_string_equal(references(&world, "a.test", "192.0.2.2", 3), "");
	/* nothing of it changes */
	assert_string_equal(references(&world, "c.test", "192.0.2.3", 3), "");
	world_end(&world);
}

/* Shares add up to the messages, and to the percentage within one. */
static void shares_by_pct(void **state)
{
	static const struct kind sampled[] = {
	    {"a.test", "192.0.2.1", "reject", "", RECORD "; pct=30", 7, false},
	    {"b.test", "192.0.2.2", "reject", "", RECORD "; pct=30", 1, false},
	    {"c.test", "192.0.2.3", "reject", "", RECORD "; pct=30", 2, false},
	};
	struct world world = world_make(sampled, 3);

	(void)state;
	world.new->dmarc.honor_pct = HONOR_PCT_FULL;
	ask(&world, 0, 0);
	assert_int_equal(world.counts.sampled, 10);
	assert_int_equal(
	    world.counts.matrix[DISPOSITION_REJECT][DISPOSITION_REJECT], 3);
	assert_int_equal(
	    world.counts.matrix[DISPOSITION_REJECT][DISPOSITION_QUARANTINE], 7);
	/* recorded under full, each as its draw wanted: nothing changes */
	world.running->dmarc.honor_pct = HONOR_PCT_FULL;
	ask(&world, 0, 0);
	assert_int_equal(world.counts.changed, 0);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_and_groups),
	    cmocka_unit_test(compares_two),
	    cmocka_unit_test(tells_causes_apart),
	    cmocka_unit_test(keeps_to_the_period),
	    cmocka_unit_test(finds_incidents),
	    cmocka_unit_test(shares_by_pct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
