/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_aggregate.c - what a day owes to whom: reports, rows, days
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/store/store_db.h"
#include "tests/unit/report_fixture.h"

#define DAY_S ((int64_t)1777593600) /* 2026-05-01 */

static void record_one(struct report_store *store, struct store_entry entry)
{
	report_record(store, &entry, 1);
}

/* "domain record-tag messages/passed/refused", a line for each report. */
static bool list_report(void *context, const struct aggregate_report *report)
{
	strbuf_printf(context, "%s %s %d/%d/%d rua=%zu\n",
		      report->policy_domain, strrchr(report->record, ' ') + 1,
		      (int)report->messages, (int)report->passed,
		      (int)report->refused, report->rua.count);
	return true;
}

static const char *list(struct report_store *store, struct aggregate_day *day)
{
	struct strbuf text;
	struct error err;

	strbuf_init(&text, store->mem, 65536);
	assert_true(aggregate_list(day, list_report, &text, &err));
	return strbuf_text(&text);
}

static bool list_row(void *context, const struct aggregate_row *row)
{
	strbuf_printf(context, "%d %s %s %s\n", (int)row->count, row->client_ip,
		      row->header_from,
		      aggregate_disposition_text(row->disposition));
	return true;
}

static void note(void *context, const char *words)
{
	strbuf_printf(context, "note: %s\n", words);
}

static const char *rows(struct report_store *store, struct aggregate_day *day)
{
	struct strbuf text;
	struct aggregate_notes notes = {.said = note, .context = &text};
	struct error err;

	strbuf_init(&text, store->mem, 1 << 20);
	if (!aggregate_rows(day, report_first(store, day), list_row, &text,
			    &notes, &err))
		fail_msg("%s", err.words);
	return strbuf_text(&text);
}

static struct store_entry entry_of(const char *author, const char *policy,
				   const char *record)
{
	struct store_entry entry = report_entry();

	entry.tuple.author_domain = author;
	entry.tuple.policy_domain = policy;
	entry.tuple.record = record;
	return entry;
}

/* F3: a hundred identical messages are one record with a count of 100. */
static void f3_counts_identical_messages(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();

	(void)state;
	report_record(&store, &entry, 60);
	entry.time_s += 3600; /* another hour, another counter */
	report_record(&store, &entry, 40);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_string_equal(rows(&store, day),
			    "100 192.0.2.7 news.example.com pass\n");
	assert_int_equal(report_first(&store, day)->messages, 100);
	report_store_end(&store);
}

/* F4: all that used org.test's record is in org.test's report. */
static void f4_reports_by_policy_domain(void **state)
{
	struct report_store store = report_store_make();

	(void)state;
	record_one(&store, entry_of("sub.org.test", "org.test", TEST_RECORD));
	record_one(&store, entry_of("org.test", "org.test", TEST_RECORD));
	record_one(&store, entry_of("b.test", "b.test", TEST_RECORD));
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_string_equal(list(&store, day),
			    "b.test rua=mailto:dmarc@example.com 1/1/0 rua=1\n"
			    "org.test rua=mailto:dmarc@example.com 2/2/0 "
			    "rua=1\n");
	mem_free(day);
	day = report_open(&store, NOON_S, "org.test");
	assert_string_equal(list(&store, day),
			    "org.test rua=mailto:dmarc@example.com 2/2/0 "
			    "rua=1\n");
	assert_string_equal(rows(&store, day),
			    "1 192.0.2.7 org.test pass\n"
			    "1 192.0.2.7 sub.org.test pass\n");
	mem_free(day);
	day = report_open(&store, NOON_S, "sub.org.test");
	assert_string_equal(list(&store, day), "");
	report_store_end(&store);
}

/* A record that changed makes two reports; one that asks for none makes none.
 */
static void reports_each_configuration(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry =
	    entry_of("a.test", "a.test", "v=DMARC1; p=none; rua=mailto:a@b.c");

	(void)state;
	record_one(&store, entry);
	entry.tuple.record = "v=DMARC1; p=reject; rua=mailto:a@b.c,https://x";
	entry.tuple.dmarc_result = "fail";
	entry.tuple.applied = "reject";
	entry.time_s += 7200;
	report_record(&store, &entry, 2);
	record_one(&store, entry_of("b.test", "b.test", "v=DMARC1; p=none"));
	record_one(&store, entry_of("c.test", "c.test",
				    "v=DMARC1; p=none; rua=nobody"));
	record_one(&store, entry_of("d.test", "d.test", ""));
	record_one(&store, entry_of("e.test", "", ""));
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_string_equal(list(&store, day),
			    "a.test rua=mailto:a@b.c 1/1/0 rua=1\n"
			    "a.test rua=mailto:a@b.c,https://x 2/0/2 rua=2\n");
	assert_string_equal(report_first(&store, day)->discovery, "treewalk");
	report_store_end(&store);
}

/* The store escapes a record; its length is that of what was published. */
static void reads_the_record_as_published(void **state)
{
	struct report_store store = report_store_make();
	struct strbuf record;

	(void)state;
	strbuf_init(&record, store.mem, 65536);
	strbuf_add_text(&record, "v=DMARC1; p=none; x=");
	for (int i = 0; i < 3000; i++)
		strbuf_add_text(&record, "\\xc3\\xa9");
	strbuf_add_text(&record, "; rua=mailto:a@b.c");
	record_one(&store, entry_of("a.test", "a.test", strbuf_text(&record)));
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_string_equal(list(&store, day),
			    "a.test rua=mailto:a@b.c 1/1/0 rua=1\n");
	report_store_end(&store);
}

/* It comes again, and is counted then. */
static void leaves_out_what_comes_again(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();

	(void)state;
	entry.tuple.dmarc_result = "temperror";
	entry.tuple.applied = "tempfail";
	record_one(&store, entry);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_string_equal(list(&store, day), "");
	mem_free(day);
	entry.tuple.applied = "none";
	record_one(&store, entry);
	day = report_open(&store, NOON_S, NULL);
	assert_string_equal(rows(&store, day),
			    "1 192.0.2.7 news.example.com none\n");
	report_store_end(&store);
}

/* So does what would be refused by answers of before. An address that nobody
 * but a remembered record names gets nothing. */
static void reports_to_nobody_remembered(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();

	(void)state;
	entry.tuple.rests_on = "stale";
	entry.tuple.dmarc_result = "fail";
	entry.tuple.applied = "tempfail";
	record_one(&store, entry);
	entry.tuple.rests_on = "remembered";
	entry.tuple.dmarc_result = "pass";
	entry.tuple.applied = "none";
	record_one(&store, entry);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_string_equal(list(&store, day), "");
	mem_free(day);
	/* What DNS says names it too. */
	entry.tuple.rests_on = "";
	entry.tuple.client_ip = "192.0.2.9";
	record_one(&store, entry);
	day = report_open(&store, NOON_S, NULL);
	assert_string_equal(rows(&store, day),
			    "1 192.0.2.7 news.example.com pass\n"
			    "1 192.0.2.9 news.example.com pass\n");
	report_store_end(&store);
}

/* Tuples that differ in nothing a report shows are one record. */
static void merges_what_shows_the_same(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();

	(void)state;
	record_one(&store, entry);
	entry.tuple.client_name = "other.example.com";
	record_one(&store, entry);
	entry.tuple.tls_version = "";
	record_one(&store, entry);
	entry.tuple.dkim = "[{\"domain\":null,\"result\":\"permerror\"}]";
	record_one(&store, entry);
	entry.tuple.discovery = "psl";
	record_one(&store, entry);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_string_equal(rows(&store, day),
			    "5 192.0.2.7 news.example.com pass\n");
	assert_string_equal(report_first(&store, day)->discovery, "");
	report_store_end(&store);
}

/* Keys of other lengths, signatures in another order: not shown. */
static void merges_signatures(void **state)
{
	static const char *const lists[] = {
	    "[{\"domain\":\"a.test\",\"selector\":\"s\",\"key_bits\":1024,"
	    "\"result\":\"pass\"},{\"domain\":\"b.test\",\"selector\":\"t\","
	    "\"result\":\"fail\"}]",
	    "[{\"domain\":\"b.test\",\"selector\":\"t\",\"result\":\"fail\"},"
	    "{\"domain\":\"a.test\",\"selector\":\"s\",\"key_bits\":2048,"
	    "\"result\":\"pass\"}]",
	    "[{\"domain\":\"a.test\",\"selector\":\"q\",\"result\":\"pass\"}]",
	};
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		entry.tuple.dkim = lists[i];
		record_one(&store, entry);
	}
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_string_equal(rows(&store, day),
			    "1 192.0.2.7 news.example.com pass\n"
			    "2 192.0.2.7 news.example.com pass\n");
	report_store_end(&store);
}

/* F13: the row is named, the others go on. */
static void f13_names_the_bad_row(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();

	(void)state;
	record_one(&store, entry);
	entry.tuple.client_ip = "nonsense";
	record_one(&store, entry);
	entry.tuple.client_ip = "2001:db8::1";
	record_one(&store, entry);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_string_equal(
	    rows(&store, day),
	    "1 192.0.2.7 news.example.com pass\n"
	    "note: left out of the report to example.com: tuple 2: "
	    "\"nonsense\" is no client address\n"
	    "1 2001:db8::1 news.example.com pass\n");
	report_store_end(&store);
}

/* --- days --- */

static bool list_day(void *context, int64_t day_s)
{
	strbuf_printf(context, "%d ", (int)((day_s - DAY_S) / 86400));
	assert_int_equal(day_s % 86400, 0);
	return true;
}

static const char *days(struct report_store *store, const char *domain)
{
	struct strbuf text;
	struct error err;

	strbuf_init(&text, store->mem, 65536);
	assert_true(
	    aggregate_days(store->reader, domain, list_day, &text, &err));
	return strbuf_text(&text);
}

/*
 * F7: days are UTC days whatever the host's zone: none is lost or doubled, at
 * the change of the clocks (Berlin, 2026-03-29) or in UTC+13.
 */
static void f7_has_utc_days(void **state)
{
	static const char *const zones[] = {"UTC", "Europe/Berlin",
					    "Pacific/Apia", "XYZ-13"};
	struct store_entry entry = report_entry();

	(void)state;
	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
		struct report_store store = report_store_make();
		assert_int_equal(setenv("TZ", zones[i], 1), 0);
		tzset();
		/* each hour of three days around the change */
		for (int64_t hour = 0; hour < 72; hour++) {
			entry.time_s = DAY_S - 34 * 86400 + hour * 3600;
			record_one(&store, entry);
		}
		for (int64_t day_s = 0; day_s < 3; day_s++) {
			struct aggregate_day *day = report_open(
			    &store, DAY_S + (day_s - 34) * 86400 + 86399, NULL);
			struct aggregate_report *report =
			    report_first(&store, day);
			assert_int_equal(report->begin_s,
					 DAY_S + (day_s - 34) * 86400);
			assert_int_equal(report->end_s,
					 report->begin_s + 86399);
			assert_int_equal(report->messages, 24);
			mem_free(day);
		}
		assert_string_equal(days(&store, NULL), "-34 -33 -32 ");
		report_store_end(&store);
	}
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
}

static void finds_the_bounds_of_a_day(void **state)
{
	static const struct {
		int64_t time_s;
		int64_t want_s;
	} table[] = {
	    {0, 0},	     {1, 0},
	    {86399, 0},	     {86400, 86400},
	    {NOON_S, DAY_S}, {-1, -86400},
	    {DAY_S, DAY_S},  {DAY_S - 1, DAY_S - 86400},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		assert_int_equal(aggregate_day_of(table[i].time_s),
				 table[i].want_s);
}

static void lists_the_days(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();

	(void)state;
	entry.time_s = DAY_S + 2 * 86400;
	record_one(&store, entry);
	entry.time_s = DAY_S - 1;
	record_one(&store, entry);
	entry.tuple.policy_domain = "other.test";
	entry.time_s = DAY_S;
	report_record(&store, &entry, 3);
	(void)report_open(&store, NOON_S, NULL);
	assert_string_equal(days(&store, NULL), "-1 0 2 ");
	assert_string_equal(days(&store, "example.com"), "-1 2 ");
	assert_string_equal(days(&store, "other.test"), "0 ");
	assert_string_equal(days(&store, "none.test"), "");
	report_store_end(&store);
}

/* --- streaming --- */

/* What is recorded while a day is open is not of it. */
static void an_open_day_stays(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();

	(void)state;
	record_one(&store, entry);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	const char *before = rows(&store, day);
	report_record(&store, &entry, 5);
	assert_string_equal(rows(&store, day), before);
	assert_int_equal(report_first(&store, day)->messages, 1);
	mem_free(day);
	day = report_open(&store, NOON_S, NULL);
	assert_int_equal(report_first(&store, day)->messages, 6);
	report_store_end(&store);
}

static bool stop_at_once(void *context, const struct aggregate_row *row)
{
	(void)row;
	++*(int *)context;
	return false;
}

static void stops_when_told(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();
	int seen = 0;
	struct error err;

	(void)state;
	record_one(&store, entry);
	entry.tuple.client_ip = "192.0.2.8";
	record_one(&store, entry);
	entry.tuple.client_ip = "192.0.2.9";
	record_one(&store, entry);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_true(aggregate_rows(day, report_first(&store, day), stop_at_once,
				   &seen, NULL, &err));
	assert_int_equal(seen, 1);
	report_store_end(&store);
}

static bool sum_rows(void *context, const struct aggregate_row *row)
{
	int64_t *sums = context;

	sums[0]++;
	sums[1] += row->count;
	return true;
}

#define FLOOD (LIMIT_REPORT_RUN + 904)

/* `set` tells the results apart. */
static void flood_one_client(const char *set, int64_t rows, int64_t messages)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();
	int64_t sums[2] = {0, 0};
	char sql[1000];
	struct error err;
	struct store_db *db;

	record_one(&store, entry);
	(void)snprintf(
	    sql, sizeof sql,
	    "BEGIN; CREATE TEMP TABLE flood AS WITH RECURSIVE n (i) AS "
	    "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	    "SELECT tuple.* FROM tuple, n; UPDATE flood SET "
	    "tuple_id = rowid + 1, %s; "
	    "INSERT INTO tuple SELECT * FROM flood; "
	    "INSERT INTO result SELECT hour_s, flood.tuple_id, 0, 2 "
	    "FROM result, flood; COMMIT",
	    FLOOD - 1, set);
	assert_true(store_db_open(store.place.path, STORE_DB_WRITE, &db, &err));
	assert_true(store_db_run(db, sql, &err));
	store_db_close(db);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	assert_true(aggregate_rows(day, report_first(&store, day), sum_rows,
				   sums, NULL, &err));
	assert_int_equal(sums[0], rows);
	assert_int_equal(sums[1], messages);
	report_store_end(&store);
}

/* One client with more results than are merged at once: nothing is lost. As
 * many signers as messages (the writer would take its time), and such as show
 * the same, which are a row in each piece. */
static void a_flood_from_one_client_goes_in_pieces(void **state)
{
	(void)state;
	flood_one_client("dkim = '[{\"domain\":\"d' || rowid || "
			 "'.test\",\"result\":\"pass\"}]'",
			 FLOOD, 2 * FLOOD - 1);
	flood_one_client("dkim = '[{\"domain\":\"d.test\",\"key_bits\":' || "
			 "rowid || ',\"result\":\"pass\"}]'",
			 3, 2 * FLOOD - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(f3_counts_identical_messages),
	    cmocka_unit_test(f4_reports_by_policy_domain),
	    cmocka_unit_test(reports_each_configuration),
	    cmocka_unit_test(reads_the_record_as_published),
	    cmocka_unit_test(leaves_out_what_comes_again),
	    cmocka_unit_test(reports_to_nobody_remembered),
	    cmocka_unit_test(merges_what_shows_the_same),
	    cmocka_unit_test(merges_signatures),
	    cmocka_unit_test(f13_names_the_bad_row),
	    cmocka_unit_test(f7_has_utc_days),
	    cmocka_unit_test(finds_the_bounds_of_a_day),
	    cmocka_unit_test(lists_the_days),
	    cmocka_unit_test(an_open_day_stays),
	    cmocka_unit_test(stops_when_told),
	    cmocka_unit_test(a_flood_from_one_client_goes_in_pieces),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
