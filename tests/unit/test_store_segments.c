/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_segments.c - what one opening of the file counted in one hour, and
 * what the fleet takes of it
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/store/store_counted.h"
#include "lib/store/store_db.h"
#include "lib/store/store_erase.h"
#include "lib/store/store_import.h"
#include "lib/store/store_salvage.h"
#include "lib/store/store_segments.h"
#include "lib/store/store_writer.h"
#include "tests/unit/store_fixture.h"

#define HOUR_S 3600

/* A clock that a test sets; deadlines go with it. */
struct set_clock {
	struct clock base;
	int64_t now_s;
	int64_t monotonic_ms;
};

static int64_t set_now_s(const struct clock *clock)
{
	return ((const struct set_clock *)clock)->now_s;
}

static int64_t set_monotonic_ms(const struct clock *clock)
{
	return ((const struct set_clock *)clock)->monotonic_ms;
}

/* A daemon's writing side, and its file. */
struct host {
	struct place place;
	struct set_clock clock;
	struct store_settings settings;
	struct store_passed passed;
	struct store_paths paths;
	struct store_budget *budget;
	struct store_writer writer;
};

static void start(struct host *host)
{
	struct error err = {.words = ""};

	store_passed_init(&host->passed);
	store_paths_init(&host->paths);
	host->budget = store_budget_new(0, &host->passed, random_system());
	store_writer_init(&host->writer, &host->settings, &host->passed,
			  &host->paths, host->budget, &host->clock.base);
	if (!store_writer_open(&host->writer, &err))
		fail_msg("%s", err.words);
}

/* Without a last word, as a kill ends it. */
static void drop(struct host *host)
{
	store_writer_done(&host->writer);
	store_budget_free(host->budget);
	store_paths_done(&host->paths);
	store_passed_done(&host->passed);
}

static void stop(struct host *host)
{
	struct error err = {.words = ""};

	if (!store_writer_finish(&host->writer, &err))
		fail_msg("%s", err.words);
	drop(host);
}

static void begin(struct host *host)
{
	host->place = place_make();
	host->clock = (struct set_clock){
	    .base = {set_now_s, set_monotonic_ms, 0}, .now_s = NOON_S + 600};
	host->settings = (struct store_settings){
	    .sqlite = host->place.path,
	    .keep_incidents_ms = (int64_t)90 * 86400000,
	    .keep_results_ms = (int64_t)400 * 86400000,
	};
	start(host);
}

static void end(struct host *host)
{
	drop(host);
	place_remove(&host->place);
}

/* Everything that is due, at that time. */
static void pass_time(struct host *host, int64_t seconds)
{
	struct error err = {.words = ""};

	host->clock.now_s += seconds;
	host->clock.monotonic_ms += seconds > 0 ? seconds * 1000 : 60000;
	for (int i = 0; i < 50 && store_writer_upkeep_in_ms(&host->writer) == 0;
	     i++) {
		if (!store_writer_upkeep(&host->writer, &err))
			fail_msg("%s", err.words);
	}
}

static void count_entry(struct host *host, const struct store_entry *entry)
{
	struct store_item *item = store_item_new(entry, "mx");
	struct error err = {.words = ""};
	struct store_item *left;
	uint64_t groups = 0;

	assert_non_null(item);
	if (!store_writer_write(&host->writer, item, &groups, &left, &err))
		fail_msg("%s", err.words);
	assert_int_equal(item->outcome, STORE_COMMITTED);
	store_item_free(item);
}

static void count_at(struct host *host, int64_t time_s)
{
	struct store_entry entry = example_entry();

	entry.time_s = time_s;
	count_entry(host, &entry);
}

static void count(struct host *host)
{
	count_at(host, host->clock.now_s);
}

static void count_incident(struct host *host, const char *reference)
{
	struct store_entry entry = example_incident(reference);

	entry.time_s = host->clock.now_s;
	entry.incident.time_s = entry.time_s;
	count_entry(host, &entry);
}

/* A copy of the file as it is, log and all; the writer goes on. */
static void copy_file(const char *from, const char *to)
{
	static const char *const ends[] = {"", "-wal"};
	char command[256];

	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(command, sizeof command,
			       "cp '%s%s' '%s%s' 2>/dev/null || true", from,
			       ends[i], to, ends[i]);
		assert_int_equal(system(command), 0);
	}
}

static int64_t ask(const struct host *host, const char *sql)
{
	struct store_db *db;
	struct error err = {.words = ""};
	int64_t number = 0;

	assert_true(store_db_open(host->place.path, STORE_DB_READ, &db, &err));
	if (!store_db_number(db, sql, &number, &err))
		fail_msg("%s", err.words);
	store_db_close(db);
	return number;
}

static void change(const struct host *host, const char *sql)
{
	struct store_db *db;
	struct error err = {.words = ""};

	assert_true(store_db_open(host->place.path, STORE_DB_WRITE, &db, &err));
	if (!store_db_run(db, sql, &err))
		fail_msg("%s", err.words);
	store_db_close(db);
}

#define OPEN "SELECT count(*) FROM segment WHERE sealed_s = 0"
#define SEALED "SELECT count(*) FROM segment WHERE sealed_s > 0"

/* --- the writer's part --- */

static void one_for_an_hour(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	assert_int_equal(ask(&host, OPEN), 0); /* nothing was counted */
	count(&host);
	count(&host);
	assert_int_equal(ask(&host, OPEN), 1);
	assert_int_equal(ask(&host, "SELECT count(*) FROM result"), 1);
	pass_time(&host, HOUR_S);
	assert_int_equal(ask(&host, OPEN), 0);
	assert_int_equal(ask(&host, "SELECT messages FROM segment"), 2);
	count(&host);
	assert_int_equal(ask(&host, "SELECT count(DISTINCT hour_s) FROM "
				    "segment"),
			 2);
	end(&host);
}

/* Within a minute behind the hour, and not before its last entries are told. */
static void sealed_within_a_minute(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	count(&host);
	pass_time(&host, HOUR_S - 600 - 1);
	assert_int_equal(ask(&host, OPEN), 1);
	pass_time(&host, 20);
	count_at(&host, NOON_S + HOUR_S - 1);
	assert_int_equal(ask(&host, OPEN), 1);
	pass_time(&host, 41);
	assert_int_equal(ask(&host, OPEN), 0);
	assert_int_equal(ask(&host, "SELECT messages FROM segment"), 2);
	assert_true(store_writer_upkeep_in_ms(&host.writer) <= 15000);
	end(&host);
}

/* Of an hour that is closed, and of a clock that was set back. */
static void a_sealed_one_takes_nothing_more(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	count(&host);
	pass_time(&host, HOUR_S);
	count_at(&host, NOON_S + 700);
	assert_int_equal(ask(&host, OPEN), 1);
	pass_time(&host, -HOUR_S - 700);
	assert_int_equal(ask(&host, OPEN), 0); /* of the future now */
	count(&host);
	pass_time(&host, 1 - host.clock.now_s);
	count(&host);
	assert_int_equal(ask(&host, "SELECT count(*) FROM segment"), 4);
	assert_int_equal(ask(&host, "SELECT min(hour_s) FROM segment"), 0);
	assert_int_equal(ask(&host, "SELECT sum(count) FROM result"), 4);
	end(&host);
}

/* A clock that jumps from message to message keeps no more open than a few, and
 * what is sealed for it has its sums. */
static void a_clock_that_jumps(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	for (int i = 0; i < 3 * STORE_SEGMENTS_OPEN; i++)
		count_at(&host, NOON_S + (int64_t)i * HOUR_S);
	assert_int_equal(ask(&host, OPEN), STORE_SEGMENTS_OPEN);
	assert_int_equal(ask(&host, SEALED " AND messages = 1"),
			 2 * STORE_SEGMENTS_OPEN);
	end(&host);
}

static void sealed_at_a_clean_stop(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	count_incident(&host, "a");
	count_incident(&host, "b");
	stop(&host);
	assert_int_equal(ask(&host, SEALED " AND incidents = 2"), 1);
	start(&host);
	count(&host);
	assert_int_equal(ask(&host, "SELECT count(*) FROM segment"), 2);
	end(&host);
}

/* What a killed one left, by what is in the file. */
static void sealed_at_the_next_opening(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	count_incident(&host, "a");
	count(&host);
	drop(&host);
	assert_int_equal(ask(&host, OPEN), 1);
	start(&host);
	assert_int_equal(ask(&host, SEALED " AND messages = 2 AND "
					   "incidents = 1 AND results = 1"),
			 1);
	count(&host);
	assert_int_equal(ask(&host, OPEN), 1);
	assert_int_equal(ask(&host, "SELECT count(DISTINCT ident) FROM segment "
				    "WHERE length(ident) = 16"),
			 2);
	end(&host);
}

/* Somebody else may seal at any time: a second daemon, the forwarder. */
static void notices_that_it_was_sealed(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	count(&host);
	change(&host, "UPDATE segment SET sealed_s = 1, messages = 1");
	count(&host);
	assert_int_equal(ask(&host, "SELECT count(*) FROM segment"), 2);
	assert_int_equal(ask(&host, "SELECT count(*) FROM result"), 2);
	assert_int_equal(count_results(host.place.path).rows, 1);
	assert_int_equal(count_results(host.place.path).messages, 2);
	end(&host);
}

/* A group that is rolled back takes the segment that it began along. */
static void a_rollback_takes_it_along(void **state)
{
	struct host host;
	struct store_entry entry = example_incident("a");
	struct store_item *item;
	struct store_item *left;
	uint64_t groups = 0;
	struct error err;

	(void)state;
	begin(&host);
	change(&host, "CREATE UNIQUE INDEX own ON incident (reference)");
	count_incident(&host, "a");
	pass_time(&host, HOUR_S);
	entry.time_s = host.clock.now_s;
	item = store_item_new(&entry, "mx");
	assert_false(
	    store_writer_write(&host.writer, item, &groups, &left, &err));
	store_item_free(item);
	assert_int_equal(ask(&host, OPEN), 0);
	count_incident(&host, "b");
	pass_time(&host, HOUR_S);
	assert_int_equal(ask(&host, SEALED " AND incidents = 1"), 2);
	end(&host);
}

static void ids_are_never_used_again(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	count_incident(&host, "a");
	int64_t incident = ask(&host, "SELECT max(incident_id) FROM incident");
	int64_t tuple = ask(&host, "SELECT max(tuple_id) FROM tuple");
	change(&host, "DELETE FROM incident; DELETE FROM result; "
		      "DELETE FROM tuple");
	count_incident(&host, "b");
	assert_true(ask(&host, "SELECT min(incident_id) FROM incident") >
		    incident);
	assert_true(ask(&host, "SELECT min(tuple_id) FROM tuple") > tuple);
	end(&host);
}

/* --- what the fleet takes --- */

struct taken {
	struct store_segment segments[32];
	size_t count;
	int64_t messages;
	int64_t incidents;
	char names[256];
	int64_t last_id;
};

static bool take_segment(void *context, const struct store_segment *segment)
{
	struct taken *taken = context;

	assert_true(taken->count < 32);
	taken->segments[taken->count++] = *segment;
	return true;
}

static bool take_result(void *context, int64_t tuple_id, int64_t messages,
			const struct store_tuple *tuple)
{
	struct taken *taken = context;

	taken->messages += messages;
	taken->last_id = tuple_id;
	(void)snprintf(taken->names, sizeof taken->names, "%s",
		       tuple->author_domain);
	return true;
}

static bool take_incident(void *context, const struct store_incident *incident)
{
	struct taken *taken = context;
	size_t length = strlen(taken->names);

	taken->incidents++;
	taken->last_id = incident->id;
	(void)snprintf(taken->names + length, sizeof taken->names - length,
		       "%s ", incident->reference);
	return true;
}

static struct store_segments *open_segments(TALLOC_CTX *mem,
					    const struct host *host)
{
	struct store_segments *segments;
	struct error err = {.words = ""};

	if (!store_segments_open(mem, host->place.path, &segments, &err))
		fail_msg("%s", err.words);
	return segments;
}

static struct taken waiting(struct store_segments *segments)
{
	struct taken taken = {.count = 0};
	struct error err;

	assert_true(
	    store_segments_waiting(segments, 32, take_segment, &taken, &err));
	return taken;
}

static void gives_what_waits_in_pieces(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct host host;
	struct error err;
	int64_t unsound = 0;

	(void)state;
	begin(&host);
	for (int i = 0; i < 3; i++) {
		struct store_entry entry = example_entry();
		entry.time_s = host.clock.now_s;
		entry.tuple.author_domain = i == 0   ? "a.test"
					    : i == 1 ? "b.test"
						     : "c.test";
		count_entry(&host, &entry);
		count_entry(&host, &entry);
	}
	pass_time(&host, HOUR_S);
	count(&host);
	struct store_segments *segments = open_segments(mem, &host);
	struct taken found = waiting(segments);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.segments[0].sums.results, 3);
	assert_int_equal(found.segments[0].sums.messages, 6);
	struct taken rows = {.count = 0};
	for (int i = 0; i < 4; i++)
		assert_true(store_segments_results(segments, &found.segments[0],
						   rows.last_id, 1, take_result,
						   &rows, &unsound, &err));
	assert_int_equal(rows.messages, 6);
	assert_string_equal(rows.names, "c.test");
	assert_int_equal(unsound, 0);
	assert_true(
	    store_segments_mark_pushed(segments, &found.segments[0], 5, &err));
	assert_int_equal(waiting(segments).count, 0);
	assert_true(
	    store_segments_mark_lost(segments, &found.segments[0], &err));
	assert_int_equal(waiting(segments).count, 1);
	mem_free(mem);
	end(&host);
}

static void incidents_of_an_open_one(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct host host;
	struct error err;
	struct store_segments_lag lag;
	int64_t unsound = 0;

	(void)state;
	begin(&host);
	count_incident(&host, "old");
	pass_time(&host, HOUR_S);
	count_incident(&host, "a");
	count_incident(&host, "b");
	struct store_segments *segments = open_segments(mem, &host);
	struct taken found = {.count = 0};
	assert_true(
	    store_segments_unsealed(segments, take_segment, &found, &err));
	assert_int_equal(found.count, 1);
	struct taken rows = {.count = 0};
	assert_true(store_segments_incidents(segments, &found.segments[0], 0,
					     10, take_incident, &rows, &unsound,
					     &err));
	assert_string_equal(rows.names, "a b ");
	assert_true(store_segments_lag(segments, &lag, &err));
	assert_int_equal(lag.unsent, 2);
	assert_int_equal(lag.waiting, 1);
	assert_int_equal(lag.oldest_hour_s, NOON_S);
	assert_true(store_segments_mark_sent(segments, &found.segments[0],
					     rows.last_id, &err));
	count_incident(&host, "c");
	assert_true(store_segments_lag(segments, &lag, &err));
	assert_int_equal(lag.unsent, 1);
	rows.names[0] = '\0';
	assert_true(store_segments_incidents(segments, &found.segments[0],
					     rows.last_id, 10, take_incident,
					     &rows, &unsound, &err));
	assert_string_equal(rows.names, "c ");
	mem_free(mem);
	end(&host);
}

/* A file played back may have the same segment with more in it, or less. */
static void marks_only_what_it_has_read(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct host host;
	struct error err;

	(void)state;
	begin(&host);
	count(&host);
	stop(&host);
	struct store_segments *segments = open_segments(mem, &host);
	struct taken found = waiting(segments);
	change(&host, "UPDATE segment SET messages = messages + 1");
	assert_true(
	    store_segments_mark_pushed(segments, &found.segments[0], 5, &err));
	assert_int_equal(waiting(segments).count, 1);
	change(&host, "UPDATE segment SET messages = messages - 1");
	assert_true(
	    store_segments_mark_pushed(segments, &found.segments[0], 5, &err));
	assert_int_equal(waiting(segments).count, 0);
	mem_free(mem);
	start(&host);
	end(&host);
}

static void seals_where_nobody_does(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct host host;
	struct error err;
	int64_t sealed;
	int64_t hour_s;

	(void)state;
	begin(&host);
	count_incident(&host, "a");
	drop(&host); /* killed, and not started again */
	struct store_segments *segments = open_segments(mem, &host);
	assert_true(
	    store_segments_seal(segments, NOON_S + HOUR_S + 60, &sealed, &err));
	assert_int_equal(sealed, 0);
	assert_true(store_segments_closed_below(
	    segments, NOON_S + 3 * HOUR_S + 90, &hour_s, &err));
	assert_int_equal(hour_s, NOON_S);
	assert_true(store_segments_seal(segments, NOON_S + HOUR_S + 301,
					&sealed, &err));
	assert_int_equal(sealed, 1);
	assert_int_equal(ask(&host, SEALED " AND messages = 1 AND "
					   "incidents = 1"),
			 1);
	assert_true(store_segments_closed_below(
	    segments, NOON_S + 3 * HOUR_S + 90, &hour_s, &err));
	assert_int_equal(hour_s, NOON_S + 3 * HOUR_S);
	assert_true(store_segments_closed_below(
	    segments, NOON_S + 3 * HOUR_S + 30, &hour_s, &err));
	assert_int_equal(hour_s, NOON_S + 2 * HOUR_S);
	mem_free(mem);
	start(&host);
	end(&host);
}

static bool take_act(void *context, const struct store_segment_act *act)
{
	struct taken *taken = context;

	assert_memory_equal(act->incident_ident, taken->segments[0].ident,
			    STORE_SEGMENT_IDENT);
	assert_int_equal(act->incident_id, taken->last_id);
	(void)snprintf(taken->names, sizeof taken->names, "%s %s", act->act.who,
		       store_act_kind_text(act->act.kind));
	taken->count++;
	return true;
}

/* Beside the daemon, whose own stays open. */
static void an_act_has_its_own(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct host host;
	struct store_acts_writer *writer;
	struct store_act act = {NOON_S + 700, "ann", ACT_CONFIRM, "note"};
	struct error err = {.words = ""};
	int64_t unsound = 0;

	(void)state;
	begin(&host);
	count_incident(&host, "a");
	struct store_segments *segments = open_segments(mem, &host);
	struct taken of_incident = {.count = 0};
	assert_true(store_segments_unsealed(segments, take_segment,
					    &of_incident, &err));
	of_incident.last_id = ask(&host, "SELECT incident_id FROM incident");
	assert_true(store_acts_open(mem, host.place.path, &writer, &err));
	if (!store_acts_add(writer, of_incident.last_id, &act, &err))
		fail_msg("%s", err.words);
	assert_false(store_acts_add(writer, 999, &act, &err));
	assert_non_null(strstr(err.words, "purged"));
	struct taken found = waiting(segments);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.segments[0].sums.acts, 1);
	assert_true(store_segments_acts(segments, &found.segments[0], take_act,
					&of_incident, &unsound, &err));
	assert_int_equal(of_incident.count, 2);
	assert_string_equal(of_incident.names, "ann confirm");
	assert_int_equal(ask(&host, OPEN), 1);
	mem_free(mem);
	end(&host);
}

/* Sealed as it is committed, an hour's each, however they are mixed. */
static void an_import_has_its_own(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct host host;
	struct store_import *import;
	struct store_entry entry = example_entry();
	struct error err = {.words = ""};
	char name[32];

	(void)state;
	begin(&host);
	count(&host);
	assert_true(store_import_open(mem, host.place.path, &import, &err));
	for (int i = 0; i < 60; i++) {
		(void)snprintf(name, sizeof name, "%d", i);
		assert_true(store_import_add(
		    import, name, NOON_S + (int64_t)(i % 20) * HOUR_S,
		    &entry.tuple, &err));
	}
	assert_true(store_import_flush(import, &err));
	assert_int_equal(ask(&host, OPEN), 1);
	assert_int_equal(ask(&host, SEALED " AND messages = 3"), 20);
	count(&host);
	assert_int_equal(ask(&host, OPEN), 1);
	mem_free(mem);
	end(&host);
}

/* --- what is purged --- */

#define DAY_S ((int64_t)86400)
#define ROWS                                                                   \
	"SELECT (SELECT count(*) FROM result) + (SELECT count(*) FROM "        \
	"incident)"

/* Nothing unpushed goes when its time has come, but a week later. */
static void held_for_the_fleet(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	host.writer.is_for_fleet = true;
	count_incident(&host, "a");
	pass_time(&host, HOUR_S);
	pass_time(&host, 401 * DAY_S);
	assert_int_equal(ask(&host, ROWS), 2);
	pass_time(&host, 6 * DAY_S);
	assert_int_equal(ask(&host, ROWS), 2);
	assert_int_equal(host.writer.let_go.messages, 0);
	pass_time(&host, 2 * DAY_S);
	assert_int_equal(ask(&host, ROWS), 0);
	assert_int_equal(host.writer.let_go.messages, 1);
	assert_int_equal(host.writer.let_go.incidents, 1);
	assert_int_equal(ask(&host, "SELECT count(*) FROM segment"), 0);
	end(&host);
}

/* What a wrong clock counted in 1970 is not gone before the fleet has it. */
static void an_old_hour_is_held_as_long(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	host.writer.is_for_fleet = true;
	count_at(&host, 5);
	pass_time(&host, HOUR_S);
	pass_time(&host, 6 * DAY_S);
	assert_int_equal(ask(&host, "SELECT count(*) FROM result"), 1);
	assert_int_equal(host.writer.waiting, 1);
	pass_time(&host, 2 * DAY_S);
	assert_int_equal(ask(&host, "SELECT count(*) FROM result"), 0);
	end(&host);
}

static void not_held_when_it_is_pushed(void **state)
{
	struct host host;

	(void)state;
	for (int is_of_fleet = 0; is_of_fleet < 2; is_of_fleet++) {
		begin(&host);
		host.writer.is_for_fleet = is_of_fleet != 0;
		count_incident(&host, "a");
		pass_time(&host, HOUR_S);
		if (is_of_fleet)
			change(&host, "UPDATE segment SET pushed_s = 1");
		pass_time(&host, 401 * DAY_S);
		assert_int_equal(ask(&host, ROWS), 0);
		assert_int_equal(host.writer.let_go.messages, 0);
		assert_int_equal(ask(&host, "SELECT count(*) FROM segment"), 0);
		end(&host);
	}
}

/* The bound of the file is kept, whatever waits. */
static void the_bound_goes_first(void **state)
{
	struct host host;
	struct store_size size = {.max_bytes = 4096, .is_for_fleet = true};
	struct store_db *db;
	struct error err = {.words = ""};
	bool has_more = true;

	(void)state;
	begin(&host);
	count_incident(&host, "a");
	count(&host);
	pass_time(&host, HOUR_S);
	assert_true(store_db_open(host.place.path, STORE_DB_WRITE, &db, &err));
	while (has_more) {
		has_more = false;
		if (!store_size_shed(&size, db, INT64_MAX, &has_more, &err))
			fail_msg("%s", err.words);
	}
	store_db_close(db);
	assert_int_equal(ask(&host, ROWS), 0);
	assert_int_equal(size.let_go.messages, 2);
	assert_int_equal(size.let_go.incidents, 1);
	end(&host);
}

/* --- erasures --- */

static bool take_erased(void *context,
			const struct store_erased_incident *erased)
{
	struct taken *taken = context;

	taken->last_id = erased->id;
	taken->incidents += erased->incident_id;
	taken->count++;
	return true;
}

static void an_erasure_reaches_the_fleet(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct host host;
	struct store_subject subject;
	struct store_erasure erasure;
	struct error err = {.words = ""};

	(void)state;
	begin(&host);
	count_incident(&host, "a");
	pass_time(&host, HOUR_S);
	struct store_segments *segments = open_segments(mem, &host);
	struct taken before = waiting(segments);
	assert_true(
	    store_segments_mark_pushed(segments, &before.segments[0], 5, &err));
	assert_true(store_subject_read(mem, example_entry().tuple.author_domain,
				       &subject, &err));
	if (!store_erase(mem, host.place.path, &subject, &erasure, &err))
		fail_msg("%s", err.words);
	struct taken found = waiting(segments);
	assert_int_equal(found.count, 1);
	assert_true(found.segments[0].restated > 0);
	assert_int_equal(found.segments[0].sums.messages, 1);
	assert_true(
	    store_segments_mark_pushed(segments, &before.segments[0], 6, &err));
	assert_int_equal(waiting(segments).count, 1); /* read before it */
	assert_true(
	    store_segments_mark_pushed(segments, &found.segments[0], 6, &err));
	assert_int_equal(waiting(segments).count, 0);
	struct taken gone = {.count = 0};
	assert_true(store_segments_erased(segments, 0, true, 10, take_erased,
					  &gone, &err));
	assert_int_equal(gone.count, 1);
	assert_true(
	    store_segments_mark_erased(segments, gone.last_id, 7, &err));
	assert_true(store_segments_erased(segments, 0, true, 10, take_erased,
					  &gone, &err));
	assert_int_equal(gone.count, 1);
	assert_true(store_segments_erased(segments, 0, false, 10, take_erased,
					  &gone, &err));
	assert_int_equal(gone.count, 2);
	mem_free(mem);
	end(&host);
}

static void erase_author(struct host *host)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_subject subject;
	struct store_erasure erasure;
	struct error err = {.words = ""};

	assert_true(store_subject_read(mem, example_entry().tuple.author_domain,
				       &subject, &err));
	if (!store_erase(mem, host->place.path, &subject, &erasure, &err))
		fail_msg("%s", err.words);
	/* by SQLite's clock, not by ours */
	change(host, "UPDATE erased SET time_s = (SELECT hour_s FROM segment)");
	mem_free(mem);
}

/* What was erased is told to the fleet before its rows go, or a week later it
 * is counted. */
static void an_untold_erasure_is_held(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	host.writer.is_for_fleet = true;
	count_incident(&host, "a");
	pass_time(&host, HOUR_S);
	change(&host, "UPDATE segment SET pushed_s = 1");
	erase_author(&host);
	pass_time(&host, 401 * DAY_S);
	assert_int_equal(ask(&host, "SELECT count(*) FROM result"), 1);
	assert_int_equal(ask(&host, "SELECT count(*) FROM erased"), 1);
	pass_time(&host, 6 * DAY_S);
	assert_int_equal(ask(&host, "SELECT count(*) FROM segment"), 1);
	assert_int_equal(host.writer.let_go.erasures, 0);
	pass_time(&host, 2 * DAY_S);
	assert_int_equal(ask(&host, "SELECT (SELECT count(*) FROM result) + "
				    "(SELECT count(*) FROM segment) + (SELECT "
				    "count(*) FROM erased)"),
			 0);
	assert_int_equal(host.writer.let_go.erasures, 2);
	assert_int_equal(host.writer.let_go.messages, 0);
	end(&host);
}

static void a_told_erasure_is_not_held(void **state)
{
	struct host host;

	(void)state;
	begin(&host);
	host.writer.is_for_fleet = true;
	count_incident(&host, "a");
	pass_time(&host, HOUR_S);
	erase_author(&host);
	change(&host, "UPDATE segment SET pushed_s = 1, restated_told = "
		      "restated; UPDATE erased SET told_s = 1");
	pass_time(&host, 401 * DAY_S);
	assert_int_equal(ask(&host, "SELECT count(*) FROM segment"), 0);
	assert_int_equal(ask(&host, "SELECT count(*) FROM erased"), 0);
	assert_int_equal(host.writer.let_go.erasures, 0);
	end(&host);
}

/* What the purge has left of a segment. */
static void counters_that_are_held(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct host host;
	struct error err = {.words = ""};
	int64_t held = -1;

	(void)state;
	begin(&host);
	count_incident(&host, "a");
	pass_time(&host, HOUR_S);
	struct store_segments *segments = open_segments(mem, &host);
	struct taken found = waiting(segments);
	assert_true(store_segments_held(segments, &found.segments[0], &held,
					&err));
	assert_int_equal(held, 1);
	change(&host, "DELETE FROM result");
	assert_true(store_segments_held(segments, &found.segments[0], &held,
					&err));
	assert_int_equal(held, 0);
	mem_free(mem);
	end(&host);
}

/* --- other readers --- */

static bool take_counted(void *context, const struct store_counted *counted)
{
	struct store_counted *kept = context;

	assert_int_equal(kept->messages, 0); /* one row */
	*kept = *counted;
	return true;
}

/* One reference in two segments is one row to who reads it. */
static void a_reference_of_two_segments(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_counted kept = {.messages = 0};
	struct store_entry entry = example_entry();
	const struct store_filter all = {.limit = 0};
	struct host host;
	struct error err = {.words = ""};

	(void)state;
	begin(&host);
	entry.is_counted = true;
	entry.place = (struct store_place){.hour_s = NOON_S, .budget = 7};
	(void)snprintf(entry.place.reference, sizeof entry.place.reference,
		       "AAAA-BBBB");
	entry.time_s = host.clock.now_s;
	count_entry(&host, &entry);
	stop(&host);
	start(&host);
	entry.time_s += 5;
	count_entry(&host, &entry);
	count_entry(&host, &entry);
	assert_int_equal(ask(&host, "SELECT count(*) FROM counted"), 2);
	assert_true(store_counted(open_reader(mem, host.place.path), &all,
				  take_counted, &kept, &err));
	assert_int_equal(kept.messages, 3);
	assert_int_equal(kept.last_s - kept.first_s, 5);
	assert_int_equal(kept.budget, 7);
	stop(&host);
	assert_int_equal(ask(&host, SEALED " AND counted = 2"), 1);
	start(&host);
	mem_free(mem);
	end(&host);
}

/* A salvaged store counts what a lost segment had, and does not push it; one
 * that waits is sealed anew, with what is left of it. */
static void what_is_left_of_segments(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_salvage salvage;
	struct host host;
	struct host copy;
	struct error err = {.words = ""};

	(void)state;
	begin(&host);
	begin(&copy);
	drop(&copy);
	count_incident(&host, "a");
	pass_time(&host, HOUR_S);
	count(&host);
	count(&host);
	stop(&host);
	change(&host, "DELETE FROM segment WHERE segment_id = 1; "
		      "UPDATE result SET count = 1");
	assert_int_equal(unlink(copy.place.path), 0);
	if (!store_salvage(mem, host.place.path, copy.place.path, &salvage,
			   &err))
		fail_msg("%s", err.words);
	start(&copy);
	assert_int_equal(ask(&copy, SEALED " AND messages = 1"), 1);
	assert_int_equal(
	    ask(&copy, "SELECT count(*) FROM result WHERE segment_id = 0"), 1);
	assert_int_equal(
	    ask(&copy, "SELECT count(*) FROM incident WHERE segment_id = 0"),
	    1);
	assert_int_equal(count_results(copy.place.path).messages, 2);
	mem_free(mem);
	end(&copy);
	start(&host);
	end(&host);
}

/* A file that somebody else wrote ends no program. */
static void rows_that_alignd_does_not_write(void **state)
{
	static const char *const harms[] = {
	    "UPDATE segment SET ident = x'00'",
	    "UPDATE segment SET hour_s = -5",
	    "UPDATE segment SET messages = -1",
	    "UPDATE result SET count = -7",
	    "UPDATE tuple SET dkim = 'no list'",
	    "UPDATE incident SET reply = 'a' || char(7)",
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct host host;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof harms / sizeof harms[0]; i++) {
		int64_t unsound = 0;
		struct taken rows = {.count = 0};
		begin(&host);
		count_incident(&host, "a");
		stop(&host);
		struct store_segments *segments = open_segments(mem, &host);
		struct taken found = waiting(segments);
		change(&host, harms[i]);
		if (i < 3) {
			assert_int_equal(waiting(segments).count, 0);
		} else {
			assert_true(store_segments_results(
			    segments, &found.segments[0], 0, 10, take_result,
			    &rows, &unsound, &err));
			assert_true(store_segments_incidents(
			    segments, &found.segments[0], 0, 10, take_incident,
			    &rows, &unsound, &err));
			assert_int_equal(unsound, 1);
		}
		mem_free(segments);
		start(&host);
		end(&host);
	}
	mem_free(mem);
}

/* --- copies --- */

/* Whichever state comes first: one is a beginning of the other. */
static void a_copy_goes_on_with_its_own(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct host host;
	struct host copy;

	(void)state;
	begin(&host);
	begin(&copy);
	drop(&copy);
	count(&host);
	copy_file(host.place.path, copy.place.path);
	start(&copy);
	count(&copy);
	count(&host);
	count(&host);
	stop(&host);
	stop(&copy);
	struct taken here = waiting(open_segments(mem, &host));
	struct taken there = waiting(open_segments(mem, &copy));
	assert_int_equal(here.count, 1);
	assert_int_equal(there.count, 2);
	assert_memory_equal(here.segments[0].ident, there.segments[0].ident,
			    STORE_SEGMENT_IDENT);
	assert_int_equal(here.segments[0].sums.messages, 3);
	assert_int_equal(there.segments[0].sums.messages, 1);
	assert_int_equal(there.segments[1].sums.messages, 1);
	mem_free(mem);
	start(&host);
	end(&host);
	start(&copy);
	end(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_for_an_hour),
	    cmocka_unit_test(sealed_within_a_minute),
	    cmocka_unit_test(a_sealed_one_takes_nothing_more),
	    cmocka_unit_test(a_clock_that_jumps),
	    cmocka_unit_test(sealed_at_a_clean_stop),
	    cmocka_unit_test(sealed_at_the_next_opening),
	    cmocka_unit_test(notices_that_it_was_sealed),
	    cmocka_unit_test(a_rollback_takes_it_along),
	    cmocka_unit_test(ids_are_never_used_again),
	    cmocka_unit_test(gives_what_waits_in_pieces),
	    cmocka_unit_test(incidents_of_an_open_one),
	    cmocka_unit_test(marks_only_what_it_has_read),
	    cmocka_unit_test(seals_where_nobody_does),
	    cmocka_unit_test(an_act_has_its_own),
	    cmocka_unit_test(an_import_has_its_own),
	    cmocka_unit_test(held_for_the_fleet),
	    cmocka_unit_test(an_old_hour_is_held_as_long),
	    cmocka_unit_test(not_held_when_it_is_pushed),
	    cmocka_unit_test(the_bound_goes_first),
	    cmocka_unit_test(an_erasure_reaches_the_fleet),
	    cmocka_unit_test(an_untold_erasure_is_held),
	    cmocka_unit_test(a_told_erasure_is_not_held),
	    cmocka_unit_test(counters_that_are_held),
	    cmocka_unit_test(a_reference_of_two_segments),
	    cmocka_unit_test(what_is_left_of_segments),
	    cmocka_unit_test(rows_that_alignd_does_not_write),
	    cmocka_unit_test(a_copy_goes_on_with_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
