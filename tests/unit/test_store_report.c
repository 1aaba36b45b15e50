/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_report.c - reports, deliveries and health in the store
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/store/store_delivery.h"
#include "tests/unit/store_fixture.h"

#define DAY ((int64_t)86400)
#define TODAY (NOON_S - NOON_S % DAY)
#define ID_1 "11111111111111111111111111110000"
#define ID_2 "22222222222222222222222222220000"

struct fixture {
	TALLOC_CTX *mem;
	struct place place;
	struct store_reports *reports;
	struct error err;
};

static struct fixture set_up(void)
{
	struct fixture fixture = {.mem = mem_context(NULL),
				  .place = place_make()};
	struct store *store = open_store(fixture.place.path, DURABILITY_COMMIT);

	store_close(store);
	if (!store_reports_open(fixture.mem, fixture.place.path, STORE_DB_WRITE,
				&fixture.reports, &fixture.err))
		fail_msg("%s", fixture.err.words);
	return fixture;
}

static void tear_down(struct fixture *fixture)
{
	mem_free(fixture->mem);
	place_remove(&fixture->place);
}

static void add(struct fixture *fixture, const char *id, const char *domain)
{
	const struct store_report report = {.report_id = id,
					    .policy_domain = domain,
					    .record = "v=DMARC1",
					    .begin_s = TODAY,
					    .end_s = TODAY + DAY - 1,
					    .created_s = NOON_S,
					    .give_up_s = NOON_S + 5 * DAY};
	int64_t added;

	assert_true(store_reports_add(fixture->reports, &report, 1, &added,
				      &fixture->err));
}

static void render(struct fixture *fixture, const char *id, const char *bytes)
{
	const char *addresses[] = {"a@x.test", "b@x.test"};
	const struct store_report_part part = {.report_id = id,
					       .file_name = "f",
					       .archive = span_of(bytes),
					       .address_count = 2,
					       .addresses = addresses};
	const struct store_report_rendering rendering = {.report_id = id,
							 .submitter =
							     "own.test",
							 .part_count = 1,
							 .parts = &part,
							 .note = "",
							 .now_s = NOON_S};

	assert_true(store_reports_rendered(fixture->reports, &rendering,
					   &fixture->err));
}

static struct store_delivery *claim(struct fixture *fixture, const char *owner)
{
	const struct store_claim wanted = {
	    .owner = owner, .now_s = NOON_S, .lease_s = NOON_S + 60};
	struct store_delivery *delivery;
	struct store_report *report;

	assert_true(store_reports_claim(fixture->mem, fixture->reports, &wanted,
					&delivery, &report, &fixture->err));
	assert_true((delivery == NULL) == (report == NULL));
	return delivery;
}

static void settle(struct fixture *fixture, const struct store_delivery *which,
		   enum store_delivery_state state)
{
	const struct store_attempt attempt = {.state = state,
					      .reply = "words",
					      .is_counted = true,
					      .next_try_s = NOON_S + 900,
					      .now_s = NOON_S};

	assert_true(store_reports_attempted(fixture->reports, which, &attempt,
					    &fixture->err));
}

struct found {
	TALLOC_CTX *mem;
	const char *state;
	size_t count;
};

static bool find(void *context, const struct store_report *report)
{
	struct found *found = context;

	found->state = mem_strdup(found->mem, report->state);
	found->count++;
	return true;
}

static const char *state_of(struct fixture *fixture, const char *id)
{
	struct found found = {.mem = fixture->mem, .state = "none"};
	const struct store_report_filter filter = {.report_id = id};

	assert_true(store_reports_list(fixture->reports, &filter, find, &found,
				       &fixture->err));
	return found.state;
}

static void the_first_id_stays(void **state)
{
	struct fixture fixture = set_up();

	(void)state;
	add(&fixture, ID_1, "x.test");
	add(&fixture, ID_2, "x.test"); /* the same day, domain and record */
	assert_string_equal(state_of(&fixture, ID_1), "collected");
	assert_string_equal(state_of(&fixture, ID_2), "none");
	tear_down(&fixture);
}

static void the_first_rendering_stays(void **state)
{
	struct fixture fixture = set_up();
	struct span bytes;

	(void)state;
	add(&fixture, ID_1, "x.test");
	render(&fixture, ID_1, "first");
	render(&fixture, ID_1, "second");
	assert_true(store_reports_archive(fixture.mem, fixture.reports, ID_1,
					  &bytes, &fixture.err));
	assert_true(span_equals(bytes, "first"));
	tear_down(&fixture);
}

static bool is_named_dead(void *context, const char *owner, int64_t lease_s)
{
	(void)context;
	(void)lease_s;
	return strcmp(owner, "dead") == 0;
}

static void a_claim_is_one_owners(void **state)
{
	struct fixture fixture = set_up();

	(void)state;
	add(&fixture, ID_1, "x.test");
	render(&fixture, ID_1, "bytes");
	assert_string_equal(claim(&fixture, "dead")->address, "a@x.test");
	assert_string_equal(claim(&fixture, "alive")->address, "b@x.test");
	assert_null(claim(&fixture, "third"));
	assert_true(store_reports_release(fixture.reports, is_named_dead, NULL,
					  &fixture.err));
	const struct store_delivery *again = claim(&fixture, "third");
	assert_string_equal(again->address, "a@x.test");
	assert_string_equal(again->owner, "third");
	tear_down(&fixture);
}

static const struct {
	const char *name;
	enum store_delivery_state first;
	enum store_delivery_state second;
	const char *want;
} ends[] = {
    {"sent wins", DELIVERY_SENT, DELIVERY_REFUSED, "sent"},
    {"refused", DELIVERY_UNAUTHORISED, DELIVERY_REFUSED, "refused"},
    {"given up", DELIVERY_GIVEN_UP, DELIVERY_SKIPPED, "given-up"},
    {"nobody", DELIVERY_UNAUTHORISED, DELIVERY_SKIPPED, "skipped"},
    {"one waits", DELIVERY_SENT, DELIVERY_WAITING, "deferred"},
};

static bool everybody_is_gone(void *context, const char *owner, int64_t lease_s)
{
	(void)context;
	(void)owner;
	(void)lease_s;
	return true;
}

static enum store_mail_leave ask(struct fixture *fixture,
				 const struct store_delivery *which)
{
	const struct store_mail_limits limits = {
	    .lease_s = 60, .per_day = 10, .per_address = 10};
	enum store_mail_leave leave;

	assert_true(store_reports_begin_mail(fixture->reports, which, &limits,
					     &leave, &fixture->err));
	return leave;
}

static bool keep_state(void *context, const struct store_delivery *delivery)
{
	if (strcmp(delivery->address, "a@x.test") == 0)
		*(enum store_delivery_state *)context = delivery->state;
	return true;
}

static enum store_delivery_state first_state(struct fixture *fixture)
{
	enum store_delivery_state found = DELIVERY_SKIPPED;

	assert_true(store_deliveries_list(fixture->reports, ID_1, keep_state,
					  &found, &fixture->err));
	return found;
}

/* Whoever slept past his lease does no harm when he wakes, but a 250 that he
 * had is a fact. */
static void a_lost_claim_changes_nothing_but_what_was_sent(void **state)
{
	struct fixture fixture = set_up();

	(void)state;
	add(&fixture, ID_1, "x.test");
	render(&fixture, ID_1, "bytes");
	struct store_delivery *slow = claim(&fixture, "slow");
	assert_int_equal(ask(&fixture, slow), STORE_MAIL_GO);
	assert_true(store_reports_release(fixture.reports, everybody_is_gone,
					  NULL, &fixture.err));
	assert_int_equal(ask(&fixture, slow), STORE_MAIL_LOST);
	struct store_delivery *next = claim(&fixture, "next");
	assert_string_equal(next->address, slow->address);
	settle(&fixture, slow, DELIVERY_REFUSED);
	assert_int_equal(first_state(&fixture), DELIVERY_UNCHECKED);
	assert_int_equal(ask(&fixture, next), STORE_MAIL_GO);
	settle(&fixture, slow, DELIVERY_SENT);
	assert_int_equal(first_state(&fixture), DELIVERY_SENT);
	assert_int_equal(ask(&fixture, next), STORE_MAIL_LOST);
	settle(&fixture, next, DELIVERY_REFUSED);
	assert_int_equal(first_state(&fixture), DELIVERY_SENT);
	tear_down(&fixture);
}

static void a_report_ends_with_its_last_delivery(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct fixture fixture = set_up();
		add(&fixture, ID_1, "x.test");
		render(&fixture, ID_1, "bytes");
		const struct store_delivery *a = claim(&fixture, "one");
		const struct store_delivery *b = claim(&fixture, "one");
		settle(&fixture, a, ends[i].first);
		assert_string_equal(state_of(&fixture, ID_1), "rendered");
		settle(&fixture, b, ends[i].second);
		if (strcmp(state_of(&fixture, ID_1), ends[i].want) != 0)
			fail_msg("%s: %s", ends[i].name,
				 state_of(&fixture, ID_1));
		tear_down(&fixture);
	}
}

static bool count_deliveries(void *context,
			     const struct store_delivery *delivery)
{
	(void)delivery;
	++*(int *)context;
	return true;
}

/* A state that alignd does not write makes the row one that cannot be read. */
static void an_unknown_state_is_left_out(void **state)
{
	struct fixture fixture = set_up();
	int count = 0;

	(void)state;
	add(&fixture, ID_1, "x.test");
	render(&fixture, ID_1, "bytes");
	assert_true(store_db_run(store_reports_db(fixture.reports),
				 "UPDATE report_destination SET state = "
				 "'Sent' WHERE address = 'a@x.test'",
				 &fixture.err));
	assert_true(store_deliveries_list(
	    fixture.reports, ID_1, count_deliveries, &count, &fixture.err));
	assert_int_equal(count, 1);
	tear_down(&fixture);
}

static void replaced_addresses_wait_instead(void **state)
{
	struct fixture fixture = set_up();
	const char *items[] = {"A@x.test", "c@x.test"};
	const struct text_list instead = {2, items};

	(void)state;
	add(&fixture, ID_1, "x.test");
	render(&fixture, ID_1, "bytes");
	const struct store_delivery *a = claim(&fixture, "one");
	assert_true(store_reports_authorised(fixture.reports, a, &instead,
					     NOON_S, &fixture.err));
	const char *first = claim(&fixture, "one")->address;
	const char *second = claim(&fixture, "one")->address;
	const char *third = claim(&fixture, "one")->address;
	assert_string_equal(first, "a@x.test");
	assert_string_equal(second, "c@x.test");
	assert_string_equal(third, "b@x.test");
	assert_null(claim(&fixture, "one"));
	tear_down(&fixture);
}

static void gives_up_what_is_past_its_time(void **state)
{
	struct fixture fixture = set_up();
	int64_t count;

	(void)state;
	add(&fixture, ID_1, "x.test");
	add(&fixture, ID_2, "y.test"); /* never rendered */
	render(&fixture, ID_1, "bytes");
	assert_true(store_reports_give_up(fixture.reports, NOON_S, &count,
					  &fixture.err));
	assert_int_equal(count, 0);
	settle(&fixture, claim(&fixture, "one"), DELIVERY_SENT);
	assert_true(store_reports_give_up(fixture.reports, NOON_S + 6 * DAY,
					  &count, &fixture.err));
	assert_int_equal(count, 1);
	assert_string_equal(state_of(&fixture, ID_1), "sent");
	assert_string_equal(state_of(&fixture, ID_2), "given-up");
	tear_down(&fixture);
}

static void nobody_to_send_to_is_an_end(void **state)
{
	struct fixture fixture = set_up();
	const struct store_report_rendering nobody = {
	    .report_id = ID_1, .submitter = "", .note = "why", .now_s = NOON_S};
	const struct store_report_rendering invalid = {.report_id = ID_2,
						       .submitter = "",
						       .invalid = "a defect",
						       .note = "",
						       .now_s = NOON_S};

	(void)state;
	add(&fixture, ID_1, "x.test");
	add(&fixture, ID_2, "y.test");
	assert_true(
	    store_reports_rendered(fixture.reports, &nobody, &fixture.err));
	assert_true(
	    store_reports_rendered(fixture.reports, &invalid, &fixture.err));
	assert_string_equal(state_of(&fixture, ID_1), "skipped");
	assert_string_equal(state_of(&fixture, ID_2), "invalid");
	assert_null(claim(&fixture, "one"));
	assert_true(store_reports_retry_invalid(fixture.reports, &fixture.err));
	assert_string_equal(state_of(&fixture, ID_2), "collected");
	tear_down(&fixture);
}

/* --- counters --- */

/* What a daemon purges that keeps a day and looks at `now_s`. */
static void purge(struct fixture *fixture, int64_t now_s)
{
	struct clock clock = clock_fixed(now_s);
	struct store_settings settings = {.sqlite = fixture->place.path,
					  .keep_incidents_ms = DAY * 1000,
					  .keep_results_ms = DAY * 1000};
	struct store *store;

	assert_true(store_open(&settings, "mx", &clock, &store, &fixture->err));
	store_close(store);
}

static void record(struct fixture *fixture, int64_t time_s)
{
	struct store *store =
	    open_store(fixture->place.path, DURABILITY_COMMIT);
	struct store_entry entry = example_entry();

	entry.time_s = time_s;
	assert_int_equal(store_record(store, &entry, 20000), STORE_COMMITTED);
	store_close(store);
}

static int64_t rows(const struct fixture *fixture)
{
	return count_results(fixture->place.path).rows;
}

static void counters_stay_until_a_report_is_settled(void **state)
{
	struct fixture fixture = set_up();

	(void)state;
	record(&fixture, NOON_S);
	add(&fixture, ID_1, "x.test");
	render(&fixture, ID_1, "bytes");
	purge(&fixture, NOON_S + 4 * DAY);
	assert_int_equal(rows(&fixture), 1);
	settle(&fixture, claim(&fixture, "one"), DELIVERY_SENT);
	purge(&fixture, NOON_S + 4 * DAY);
	assert_int_equal(rows(&fixture), 1);
	settle(&fixture, claim(&fixture, "one"), DELIVERY_REFUSED);
	purge(&fixture, NOON_S + 4 * DAY);
	assert_int_equal(rows(&fixture), 0);
	tear_down(&fixture);
}

static void nothing_holds_counters_for_ever(void **state)
{
	struct fixture fixture = set_up();

	(void)state;
	record(&fixture, NOON_S);
	add(&fixture, ID_1, "x.test"); /* and no run ever again */
	purge(&fixture, NOON_S + 4 * DAY);
	assert_int_equal(rows(&fixture), 1);
	purge(&fixture, NOON_S + 6 * DAY); /* past its give-up time */
	assert_int_equal(rows(&fixture), 0);
	tear_down(&fixture);
}

static void counters_stay_until_they_are_collected(void **state)
{
	struct fixture fixture = set_up();
	struct store_run run = {.collected_until_s = TODAY, .words = ""};

	(void)state;
	record(&fixture, NOON_S);
	assert_true(store_run_set(fixture.reports, &run, &fixture.err));
	purge(&fixture, NOON_S + 3 * DAY);
	assert_int_equal(rows(&fixture), 1);
	run.collected_until_s = TODAY + DAY;
	assert_true(store_run_set(fixture.reports, &run, &fixture.err));
	run.collected_until_s = 0; /* it only grows */
	assert_true(store_run_set(fixture.reports, &run, &fixture.err));
	purge(&fixture, NOON_S + 3 * DAY);
	assert_int_equal(rows(&fixture), 0);
	/* Where reports stopped, a week is enough. */
	record(&fixture, NOON_S + 2 * DAY);
	purge(&fixture, NOON_S + 12 * DAY);
	assert_int_equal(rows(&fixture), 0);
	tear_down(&fixture);
}

static void health_is_kept(void **state)
{
	struct fixture fixture = set_up();
	struct store_health health = {.address = "a@x.test",
				      .policy_domain = "",
				      .last_error = "550",
				      .failures = 2,
				      .suppressed_until_s = NOON_S,
				      .suppressed_why = "why"};
	struct store_health *found;

	(void)state;
	assert_true(store_health_set(fixture.reports, &health, &fixture.err));
	health.failures = 3;
	assert_true(store_health_set(fixture.reports, &health, &fixture.err));
	assert_true(store_health_find(fixture.mem, fixture.reports, "a@x.test",
				      "", &found, &fixture.err));
	assert_int_equal(found->failures, 3);
	assert_string_equal(found->suppressed_why, "why");
	assert_true(store_health_find(fixture.mem, fixture.reports, "@x.test",
				      "", &found, &fixture.err));
	assert_null(found);
	tear_down(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_id_stays),
	    cmocka_unit_test(an_unknown_state_is_left_out),
	    cmocka_unit_test(the_first_rendering_stays),
	    cmocka_unit_test(a_claim_is_one_owners),
	    cmocka_unit_test(a_lost_claim_changes_nothing_but_what_was_sent),
	    cmocka_unit_test(a_report_ends_with_its_last_delivery),
	    cmocka_unit_test(replaced_addresses_wait_instead),
	    cmocka_unit_test(gives_up_what_is_past_its_time),
	    cmocka_unit_test(nobody_to_send_to_is_an_end),
	    cmocka_unit_test(counters_stay_until_a_report_is_settled),
	    cmocka_unit_test(nothing_holds_counters_for_ever),
	    cmocka_unit_test(counters_stay_until_they_are_collected),
	    cmocka_unit_test(health_is_kept),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
