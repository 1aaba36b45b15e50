/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_histories.c - random histories of stores against a fleet that adds
 * up: nothing is lost, nothing is doubled
 *
 * The fleet is a stand-in in memory that keeps the rules of the real one: the
 * state of a name with the greater total wins, incidents and acts are known by
 * segment and id. HISTORIES=5000 runs so many, HISTORY=17 that one alone and
 * tells its steps (make check-histories).
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "tests/unit/history.h"
#include "tests/unit/store_fixture.h"

#define SHORT 60 /* a few seconds */
#define TEXT 16

/* An incident or an act. */
struct kept {
	uint8_t ident[STORE_SEGMENT_IDENT];
	int64_t id;
	char text[TEXT];
};

struct kept_list {
	struct kept *items;
	size_t count;
};

struct known {
	struct history_claim claim;
	struct store_segment_sums sums;
};

struct database {
	struct known *segments;
	size_t count;
	struct kept_list incidents;
	struct kept_list acts;
};

struct stand_in {
	struct database now;
	struct database saved;
	/* of the round */
	struct store_segments *segments;
	struct dice *dice;
	int64_t now_s;
	bool is_last;
	bool is_killed;
};

/* --- the fleet's database --- */

static void free_database(struct database *database)
{
	heap_free(database->segments);
	heap_free(database->incidents.items);
	heap_free(database->acts.items);
	*database = (struct database){.count = 0};
}

static struct kept_list copy_list(const struct kept_list *list)
{
	return (struct kept_list){
	    heap_memdup(list->items, list->count * sizeof list->items[0]),
	    list->count};
}

static struct database copy_database(const struct database *database)
{
	return (struct database){
	    .segments =
		heap_memdup(database->segments,
			    database->count * sizeof database->segments[0]),
	    .count = database->count,
	    .incidents = copy_list(&database->incidents),
	    .acts = copy_list(&database->acts),
	};
}

static void save(void *context)
{
	struct stand_in *fleet = context;

	free_database(&fleet->saved);
	fleet->saved = copy_database(&fleet->now);
}

static void play_back(void *context)
{
	struct stand_in *fleet = context;

	free_database(&fleet->now);
	fleet->now = copy_database(&fleet->saved);
}

static void forget(void *context)
{
	struct stand_in *fleet = context;

	free_database(&fleet->now);
	free_database(&fleet->saved);
}

static struct known *find(struct stand_in *fleet, const uint8_t *ident)
{
	struct database *now = &fleet->now;

	for (size_t i = 0; i < now->count; i++) {
		if (memcmp(now->segments[i].claim.ident, ident,
			   STORE_SEGMENT_IDENT) == 0)
			return &now->segments[i];
	}
	return NULL;
}

static struct known *find_or_make(struct stand_in *fleet, const uint8_t *ident)
{
	struct database *now = &fleet->now;
	struct known *known = find(fleet, ident);

	if (known != NULL)
		return known;
	now->segments = heap_resized(now->segments, sizeof now->segments[0],
				     now->count + 1);
	known = &now->segments[now->count++];
	*known = (struct known){.sums = {.messages = 0}};
	memcpy(known->claim.ident, ident, STORE_SEGMENT_IDENT);
	return known;
}

/* What is there stays: ON CONFLICT DO NOTHING. */
static void keep(struct kept_list *list, const uint8_t *ident, int64_t id,
		 const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].id == id &&
		    memcmp(list->items[i].ident, ident, STORE_SEGMENT_IDENT) ==
			0)
			return;
	}
	list->items =
	    heap_resized(list->items, sizeof list->items[0], list->count + 1);
	struct kept *kept = &list->items[list->count++];
	*kept = (struct kept){.id = id};
	memcpy(kept->ident, ident, STORE_SEGMENT_IDENT);
	(void)snprintf(kept->text, sizeof kept->text, "%s", text);
}

/* --- reading a segment --- */

struct reading {
	struct stand_in *fleet;
	const struct store_segment *segment;
	struct history_claim claim;
	int64_t incidents;
	int64_t acts;
	int64_t last_id;
	bool has_read; /* something, by the last call */
};

static bool read_result(void *context, int64_t tuple_id, int64_t count,
			const struct store_tuple *tuple)
{
	struct reading *reading = context;

	assert_true(tuple_id > reading->last_id);
	reading->last_id = tuple_id;
	reading->has_read = true;
	reading->claim.messages += count;
	for (unsigned i = 0; i < HISTORY_DOMAINS; i++) {
		if (strcmp(tuple->author_domain, history_domain(i)) == 0)
			reading->claim.domains[i] += count;
	}
	return true;
}

static bool read_counted(void *context, const struct store_counted *counted)
{
	struct reading *reading = context;

	reading->claim.counted += counted->messages;
	return true;
}

static bool read_incident(void *context, const struct store_incident *incident)
{
	struct reading *reading = context;

	assert_true(incident->id > reading->last_id);
	reading->last_id = incident->id;
	reading->has_read = true;
	reading->incidents++;
	keep(&reading->fleet->now.incidents, reading->segment->ident,
	     incident->id, incident->reference);
	return true;
}

static bool read_act(void *context, const struct store_segment_act *act)
{
	struct reading *reading = context;

	reading->acts++;
	keep(&reading->fleet->now.acts, reading->segment->ident, act->id,
	     act->act.note);
	return true;
}

/* In small pieces. */
static void read_counters(struct reading *reading)
{
	struct store_segments *segments = reading->fleet->segments;
	int64_t unsound = 0;
	struct error err;

	reading->last_id = 0;
	do {
		reading->has_read = false;
		assert_true(store_segments_results(
		    segments, reading->segment, reading->last_id, 2,
		    read_result, reading, &unsound, &err));
	} while (reading->has_read);
	assert_true(store_segments_counted(
	    segments, reading->segment, read_counted, reading, &unsound, &err));
	assert_true(store_segments_acts(segments, reading->segment, read_act,
					reading, &unsound, &err));
	assert_int_equal(unsound, 0);
}

static void read_incidents(struct reading *reading, int64_t after_id)
{
	int64_t unsound = 0;
	struct error err;

	reading->last_id = after_id;
	do {
		reading->has_read = false;
		assert_true(store_segments_incidents(
		    reading->fleet->segments, reading->segment,
		    reading->last_id, 2, read_incident, reading, &unsound,
		    &err));
	} while (reading->has_read);
	assert_int_equal(unsound, 0);
}

/* --- a round --- */

static bool goes_wrong(struct stand_in *fleet, unsigned one_in)
{
	return !fleet->is_last && dice_below(fleet->dice, one_in) == 0;
}

static int64_t total(const struct store_segment_sums *sums)
{
	return sums->messages + sums->incidents + sums->counted + sums->acts;
}

/* One transaction of the fleet's; then the mark, unless it is lost. */
static bool push(void *context, const struct store_segment *segment)
{
	struct stand_in *fleet = context;
	struct reading reading = {.fleet = fleet, .segment = segment};
	struct error err;

	if (goes_wrong(fleet, 8))
		return false;
	read_counters(&reading);
	read_incidents(&reading, 0);
	assert_int_equal(reading.claim.messages, segment->sums.messages);
	assert_int_equal(reading.claim.counted, segment->sums.counted);
	assert_int_equal(reading.incidents, segment->sums.incidents);
	/* It goes with its incident, whose time may be over before. */
	assert_true(reading.acts <= segment->sums.acts);
	struct known *known = find_or_make(fleet, segment->ident);
	if (total(&segment->sums) > total(&known->sums)) {
		memcpy(reading.claim.ident, segment->ident,
		       STORE_SEGMENT_IDENT);
		known->claim = reading.claim;
		known->sums = segment->sums;
	}
	if (goes_wrong(fleet, 6))
		return true;
	assert_true(store_segments_mark_pushed(fleet->segments, segment,
					       fleet->now_s, &err));
	return true;
}

static bool stream(void *context, const struct store_segment *segment)
{
	struct stand_in *fleet = context;
	struct reading reading = {.fleet = fleet, .segment = segment};
	struct error err;

	(void)find_or_make(fleet, segment->ident);
	read_incidents(&reading, segment->sent_incident);
	if (!goes_wrong(fleet, 2))
		assert_true(store_segments_mark_sent(fleet->segments, segment,
						     reading.last_id, &err));
	return true;
}

static bool compare(void *context, const struct store_segment *segment)
{
	struct stand_in *fleet = context;
	const struct known *known = find(fleet, segment->ident);
	struct error err;

	if (known == NULL || total(&known->sums) < total(&segment->sums))
		assert_true(
		    store_segments_mark_lost(fleet->segments, segment, &err));
	return true;
}

static void forward(void *context, unsigned host, const char *path,
		    int64_t now_s, bool is_last, struct dice *dice)
{
	struct stand_in *fleet = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_segments_lag lag;
	struct error err = {.words = ""};
	int64_t sealed;

	(void)host;
	fleet->dice = dice;
	fleet->now_s = now_s;
	fleet->is_last = is_last;
	if (!store_segments_open(mem, path, &fleet->segments, &err))
		fail_msg("%s", err.words);
	assert_true(store_segments_seal(fleet->segments, now_s, &sealed, &err));
	assert_true(
	    store_segments_unsealed(fleet->segments, stream, fleet, &err));
	if (is_last || dice_below(dice, 3) == 0)
		assert_true(store_segments_ledger(fleet->segments, 0, 0, 10000,
						  compare, fleet, &err));
	assert_true(
	    store_segments_waiting(fleet->segments, 10000, push, fleet, &err));
	assert_true(store_segments_lag(fleet->segments, &lag, &err));
	if (is_last)
		assert_int_equal(lag.waiting + lag.unsent, 0);
	mem_free(mem);
}

static void
tell(void *context, void (*claim)(void *to, const struct history_claim *),
     void (*incident)(void *to, const uint8_t *ident, const char *reference),
     void (*act)(void *to, const char *note), void *to)
{
	struct stand_in *fleet = context;
	const struct database *now = &fleet->now;

	for (size_t i = 0; i < now->count; i++)
		claim(to, &now->segments[i].claim);
	for (size_t i = 0; i < now->incidents.count; i++)
		incident(to, now->incidents.items[i].ident,
			 now->incidents.items[i].text);
	for (size_t i = 0; i < now->acts.count; i++)
		act(to, now->acts.items[i].text);
}

static unsigned number_of(const char *name, unsigned otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : (unsigned)strtoul(text, NULL, 10);
}

static void nothing_is_lost_or_doubled(void **state)
{
	struct stand_in stand_in = {.now_s = 0};
	const struct history_fleet fleet = {
	    .context = &stand_in,
	    .base_s = NOON_S + 600,
	    .forward = forward,
	    .save = save,
	    .play_back = play_back,
	    .tell = tell,
	    .forget = forget,
	};
	bool is_one = getenv("HISTORY") != NULL;

	(void)state;
	histories_run(&fleet, number_of("HISTORY", 0),
		      is_one ? 1 : number_of("HISTORIES", SHORT));
	forget(&stand_in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(nothing_is_lost_or_doubled,
				      histories_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
