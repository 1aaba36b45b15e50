/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_failure.c - failures: kept within limits, written once, purged
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/store/store_failure.h"
#include "lib/store/store_failure_report.h"
#include "tests/unit/store_fixture.h"

#define WAIT_MS 20000
#define HOUR_S 3600

static struct store_entry failing(const char *domain, int64_t time_s)
{
	struct store_entry entry = example_entry();

	entry.time_s = time_s;
	entry.has_failure = true;
	entry.failure_limits =
	    (struct store_failure_limits){.per_domain = 2, .per_hour = 3};
	entry.failure = (struct store_failure){
	    .time_s = time_s,
	    .reference = "K7QX-2M4D",
	    .auth_failure = "dmarc",
	    .policy_domain = domain,
	    .author_domain = domain,
	    .record = "v=DMARC1; p=none; ruf=mailto:a@b.test",
	    .source_ip = "192.0.2.1",
	    .identity_alignment = "dkim, spf",
	    .delivery_result = "reject",
	    .authres = "mx.test; dmarc=fail",
	    .mail_from = "<a@b.test>",
	    .header = "Subject: \xff\n",
	};
	return entry;
}

static void record(struct store *store, const char *domain, int64_t time_s,
		   int count)
{
	struct store_entry entry = failing(domain, time_s);

	for (int i = 0; i < count; i++)
		assert_int_equal(store_record(store, &entry, WAIT_MS),
				 STORE_COMMITTED);
}

static bool write_down(void *context, const struct store_failure_row *row)
{
	char *text = context;
	size_t length = strlen(text);

	(void)snprintf(text + length, 200 - length, "%s:%d ",
		       row->failure.policy_domain, (int)row->incidents);
	return true;
}

static void expect(struct store_reports *reports, const char *want)
{
	char text[200] = "";
	struct error err;

	assert_true(
	    store_failures_list(reports, NULL, 0, 0, write_down, text, &err));
	assert_string_equal(text, want);
}

static int64_t counted_only(struct store_reports *reports)
{
	int64_t waiting;
	int64_t more;
	struct error err;

	assert_true(store_failures_count(reports, &waiting, &more, &err));
	return more;
}

struct world {
	struct place place;
	TALLOC_CTX *mem;
	struct store *store;
	struct store_reports *reports;
};

static struct world make_world(void)
{
	struct world world = {.place = place_make(), .mem = mem_context(NULL)};
	static struct clock clock;
	const struct store_settings settings = {
	    .sqlite = world.place.path,
	    .keep_incidents_ms = INT64_MAX / 2,
	    .keep_results_ms = INT64_MAX / 2};
	struct error err;

	clock = clock_fixed(NOON_S);
	assert_true(
	    store_open(&settings, "mx.test", &clock, &world.store, &err));
	assert_true(store_reports_open(world.mem, world.place.path,
				       STORE_DB_WRITE, &world.reports, &err));
	return world;
}

static void end_world(struct world *world)
{
	store_close(world->store);
	mem_free(world->mem);
	place_remove(&world->place);
}

static void keeps_so_many_and_counts_the_others(void **state)
{
	struct world world = make_world();

	(void)state;
	record(world.store, "a.test", NOON_S, 5);
	record(world.store, "b.test", NOON_S, 4);
	record(world.store, "c.test", NOON_S, 7);
	expect(world.reports, "a.test:1 a.test:4 b.test:4 ");
	/* Of c.test nothing is kept, not even its name. */
	assert_int_equal(counted_only(world.reports), 7);
	record(world.store, "c.test", NOON_S + HOUR_S, 1);
	expect(world.reports, "a.test:1 a.test:4 b.test:4 c.test:1 ");
	end_world(&world);
}

static int64_t last_id;

static bool note_id(void *context, const struct store_failure_row *row)
{
	(void)context;
	last_id = row->failure_id;
	return true;
}

static bool note_report(void *context, const struct store_report *report)
{
	int *seen = context;

	(*seen)++;
	assert_int_equal(report->kind, STORE_REPORT_FAILURE);
	assert_string_equal(report->policy_domain, "a.test");
	assert_int_equal(report->messages, 1);
	return true;
}

static void becomes_a_report_once(void **state)
{
	struct world world = make_world();
	const char *const addresses[] = {"a@b.test"};
	struct store_failure_rendering rendering = {
	    .report_id = "0123456789abcdef0123456789abcdef",
	    .message = span_of("Subject: x\r\n"),
	    .address_count = 1,
	    .addresses = addresses,
	    .now_s = NOON_S,
	    .give_up_s = NOON_S + HOUR_S};
	const struct store_report_filter filter = {.is_failure = true};
	const struct store_report_filter aggregate = {.is_pending = true};
	struct error err;
	int seen = 0;

	(void)state;
	record(world.store, "a.test", NOON_S, 1);
	assert_true(store_failures_list(world.reports, NULL, 0, 0, note_id,
					NULL, &err));
	rendering.failure_id = last_id;
	assert_true(store_failures_rendered(world.reports, &rendering, &err));
	/* A second sender comes too late. */
	rendering.report_id = "ffffffffffffffffffffffffffffffff";
	assert_true(store_failures_rendered(world.reports, &rendering, &err));
	expect(world.reports, "");
	assert_true(store_reports_list(world.reports, &filter, note_report,
				       &seen, &err));
	assert_int_equal(seen, 1);
	assert_true(store_reports_list(world.reports, &aggregate, note_report,
				       &seen, &err));
	assert_int_equal(seen, 1);
	/* What comes behind is told by the next that is kept. */
	record(world.store, "a.test", NOON_S, 3);
	expect(world.reports, "a.test:3 ");
	end_world(&world);
}

static void old_ones_go(void **state)
{
	struct world world = make_world();
	struct store_db *db = store_reports_db(world.reports);
	struct error err;

	(void)state;
	record(world.store, "a.test", NOON_S, 1);
	record(world.store, "b.test", NOON_S + 5 * 24 * HOUR_S, 1);
	assert_true(store_failure_purge(db, NOON_S + 5 * 24 * HOUR_S, &err));
	expect(world.reports, "a.test:1 b.test:1 ");
	assert_true(
	    store_failure_purge(db, NOON_S + 5 * 24 * HOUR_S + 1, &err));
	expect(world.reports, "b.test:1 ");
	end_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_so_many_and_counts_the_others),
	    cmocka_unit_test(becomes_a_report_once),
	    cmocka_unit_test(old_ones_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
