/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_size.c - what goes first when the file has its size, and that the
 * file shrinks
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/store/store_db.h"
#include "lib/store/store_size.h"
#include "tests/unit/store_fixture.h"

#define INCIDENTS 1500
#define COUNTERS 3000
#define HOLD_S (NOON_S + 3600 * (COUNTERS / 2))

/* Incidents of 20 KB, counters of an hour each, a settled and an open report,
 * failures. */
static const char rows_sql[] =
    "BEGIN;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
    "WHERE i < 1500) INSERT INTO incident SELECT i, 'tset.a.', 'R' || i, "
    "1777636800 + i, 'Q', 'mx', '192.0.2.7', '', 'helo', 'a@b.test', 'a.test', "
    "'', 'a.test', 'pass', 'b.test', '[]', 'fail', 'reject', 'reject', '', '', "
    "'why', '550', '[]', '', '{\"v\":\"' || hex(zeroblob(5000)) || '\"}', "
    "'[{\"q\":\"' || hex(zeroblob(5000)) || '\"}]', 'none', '', 0, '', '' FROM n;"
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
    "WHERE i < 2999) INSERT INTO result SELECT 1777636800 + 3600 * i, "
    "tuple_id, 0, 1 FROM n, tuple;"
    "INSERT INTO report (report_id, policy_domain, begin_s, end_s, part, "
    "messages, state, note, created_s, give_up_s, settled_s, submitter, "
    "file_name, record, archive, kind) VALUES ('a', 'a.test', 1, 2, 0, 1, "
    "'settled', '', 1, 1, 5, '', '', '', zeroblob(300000), 'aggregate'), "
    "('b', 'b.test', 1, 2, 0, 1, 'rendered', '', 1, 1, 0, '', '', '', "
    "zeroblob(300000), 'aggregate');"
    "INSERT INTO failure (incidents, time_s, reference, auth_failure, "
    "policy_domain, author_domain, record, source_ip, identity_alignment, "
    "delivery_result, authres, mail_from, rcpt_to, dkim_domain, dkim_identity, "
    "dkim_selector, spf_dns, subject, header) VALUES (1, 1, 'r', '', 'a.test', "
    "'', '', '', '', '', '', '', '', '', '', '', '', '', '');"
    "COMMIT;";

static struct store_db *open_db(const char *path)
{
	struct store_db *db;
	struct error err;

	assert_true(store_db_open(path, STORE_DB_WRITE, &db, &err));
	return db;
}

static int64_t number(struct store_db *db, const char *sql)
{
	struct error err;
	int64_t found;

	assert_true(store_db_number(db, sql, &found, &err));
	return found;
}

static void fill(const struct place *place)
{
	struct store *store = open_store(place->path, DURABILITY_COMMIT);
	struct store_entry entry = example_entry();
	struct error err;

	entry.time_s = 1700000000; /* only to have a tuple */
	assert_int_equal(store_record(store, &entry, 20000), STORE_COMMITTED);
	store_close(store);
	struct store_db *db = open_db(place->path);
	if (!store_db_run(db, rows_sql, &err))
		fail_msg("%s", err.words);
	store_db_close(db);
}

/* Steps until nothing more is due; the longest of them in ms. */
static int64_t shed(struct store_size *size, struct store_db *db)
{
	int64_t longest_ms = 0;
	bool has_more = true;
	struct error err;

	while (has_more) {
		int64_t start_ms = clock_monotonic_ms(clock_system());
		has_more = false;
		if (!store_size_shed(size, db, HOLD_S, &has_more, &err) ||
		    !store_size_shrink(size, db, &has_more, &err))
			fail_msg("%s", err.words);
		int64_t spent_ms =
		    clock_monotonic_ms(clock_system()) - start_ms;
		if (spent_ms > longest_ms)
			longest_ms = spent_ms;
	}
	return longest_ms;
}

static const char details[] =
    "SELECT count(*) FROM incident WHERE length(verdict) > 100";
static const char incidents[] = "SELECT count(*) FROM incident";
static const char archives[] =
    "SELECT count(*) FROM report WHERE length(archive) > 0";
static const char counters[] = "SELECT count(*) FROM result";
static const char unneeded[] =
    "SELECT count(*) FROM result WHERE hour_s < 1777636800 + 3600 * 1500";
static const char needed[] =
    "SELECT count(*) FROM result WHERE hour_s >= 1777636800 + 3600 * 1500";
static const char failures[] = "SELECT count(*) FROM failure";

static void goes_in_its_order(void **state)
{
	struct place place = place_make();
	struct error err;

	(void)state;
	fill(&place);
	struct store_db *db = open_db(place.path);
	struct store_size size = {.max_bytes = 0};
	assert_true(store_size_read(&size, db, &err));
	int64_t full = size.used_bytes;
	assert_true(full > INT64_C(30) << 20);
	assert_true(size.can_shrink);

	size.max_bytes = full / 2;
	int64_t longest_ms = shed(&size, db);
	assert_true(size.used_bytes <= size.max_bytes);
	int64_t left = number(db, details);
	assert_true(left > 0 && left < INCIDENTS);
	/* The oldest went first; all else is there. */
	assert_int_equal(number(db, "SELECT min(incident_id) FROM incident "
				    "WHERE length(verdict) > 100"),
			 INCIDENTS - left + 1);
	assert_int_equal(number(db, "SELECT count(*) FROM incident WHERE "
				    "verdict = '{\"cut\":10008}'"),
			 INCIDENTS - left);
	assert_int_equal(number(db, incidents), INCIDENTS);
	assert_int_equal(number(db, archives), 2);

	size.max_bytes = INT64_C(2) << 20;
	shed(&size, db);
	assert_int_equal(number(db, details), 0);
	assert_int_equal(number(db, archives), 1); /* the settled one's went */
	assert_int_equal(number(db, counters), COUNTERS + 1);
	/* From here on in small steps: one is begun when the one before it has
	 * nothing left. */
	for (int64_t max = size.used_bytes; max > 0; max -= 8192) {
		size.max_bytes = max;
		shed(&size, db);
		if (number(db, counters) <= COUNTERS)
			assert_int_equal(number(db, incidents), 0);
		if (number(db, failures) == 0)
			assert_int_equal(number(db, unneeded), 0);
		if (number(db, needed) < COUNTERS / 2)
			assert_int_equal(number(db, failures), 0);
	}
	size.max_bytes = 4096;
	shed(&size, db);
	assert_int_equal(number(db, counters), 0);
	assert_int_equal(number(db, failures), 0);
	assert_true(size.is_full);
	assert_int_equal(number(db, archives), 1);
	print_message("%lld KB became %lld KB, the longest step took %lld ms\n",
		      (long long)(full >> 10),
		      (long long)(size.file_bytes >> 10),
		      (long long)longest_ms);
	store_db_close(db);
	place_remove(&place);
}

/* Whoever sheds anew finds out where an earlier one was: what went keeps
 * saying how long it was, and nothing else goes before the rest of it. */
/* Reports of others: 9 MB of one that failed DMARC, and one of two sources. */
static const char inbox_sql[] =
    "INSERT INTO inbox_report VALUES "
    "(1, 1, 'dmarc', 'r', 'i', 0, 1, 'a.test', 'd', 'kept', 0, 1, 3, 600, 's', "
    "'pass', '', 0, 'none', ''), (2, 2, 'tls', 'x', 'i', 0, 1, 'a.test', 'd', "
    "'differs', 0, 2, 3, 600, 's', 'fail', '', 0, 'none', '');"
    "INSERT INTO inbox_source VALUES (1, 'a.test', '192.0.2.1', 1, 1), "
    "(2, 'a.test', '192.0.2.2', 1, 1);"
    "INSERT INTO inbox_cause VALUES (1, 'why');"
    "INSERT INTO inbox_row VALUES (1, 1, 1, 0, 0, 0, 1), (1, 2, 1, 0, 0, 0, 2);"
    "INSERT INTO inbox_tls VALUES (1, 2, 'sts', 'a.test', '', 1, 1);"
    "INSERT INTO inbox_aside (received_s, name, why, digest, sender, verdict, "
    "size, bytes) VALUES (1, '', '', '', '', '', 1, x'00');"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
    "9000) INSERT INTO inbox_tls_failure SELECT i, 1, '', '', '', '', 1, '', "
    "hex(zeroblob(500)) FROM n;";

/* However much it is, nothing of our own goes for it. */
static void what_strangers_sent_goes_first(void **state)
{
	struct place place = place_make();
	struct store_size size = {.max_bytes = 0};
	struct error err;

	(void)state;
	fill(&place);
	struct store_db *db = open_db(place.path);
	assert_true(store_size_read(&size, db, &err));
	int64_t own = size.used_bytes;
	if (!store_db_run(db, inbox_sql, &err))
		fail_msg("%s", err.words);
	size.max_bytes = own + (INT64_C(1) << 20);
	int64_t longest_ms = shed(&size, db);
	assert_int_equal(number(db, details), INCIDENTS);
	assert_int_equal(number(db, "SELECT count(*) FROM inbox_row"), 2);
	assert_true(number(db, "SELECT count(*) FROM inbox_tls_failure") <
		    2000);
	assert_int_equal(number(db, "SELECT count(*) FROM inbox_report WHERE "
				    "state = 'kept'"),
			 1);
	size.max_bytes = own / 2;
	(void)shed(&size, db);
	assert_int_equal(
	    number(db, "SELECT (SELECT count(*) FROM inbox_report) + (SELECT "
		       "count(*) FROM inbox_row) + (SELECT count(*) FROM "
		       "inbox_source) + (SELECT count(*) FROM inbox_cause) + "
		       "(SELECT count(*) FROM inbox_tls) + (SELECT count(*) "
		       "FROM inbox_tls_failure) + (SELECT count(*) FROM "
		       "inbox_aside)"),
	    0);
	assert_true(number(db, details) < INCIDENTS);
	print_message("the longest step: %d ms\n", (int)longest_ms);
	store_db_close(db);
	place_remove(&place);
}

static void goes_on_after_a_start(void **state)
{
	struct place place = place_make();
	struct error err;

	(void)state;
	fill(&place);
	struct store_db *db = open_db(place.path);
	struct store_size size = {.max_bytes = 0};
	assert_true(store_size_read(&size, db, &err));
	size.max_bytes = size.used_bytes / 2;
	shed(&size, db);
	int64_t before = number(db, details);

	struct store_size anew = {.max_bytes = size.used_bytes * 5 / 8};
	shed(&anew, db);
	int64_t left = number(db, details);
	assert_true(left > 0 && left < before);
	assert_int_equal(anew.shed, before - left);
	assert_int_equal(number(db, "SELECT count(*) FROM incident WHERE "
				    "verdict = '{\"cut\":10008}'"),
			 INCIDENTS - left);
	assert_int_equal(number(db, incidents), INCIDENTS);
	store_db_close(db);
	place_remove(&place);
}

/* A new file numbers from 1 again. */
static void looks_at_new_numbers(void **state)
{
	struct place place = place_make();
	bool has_more = false;
	struct error err;

	(void)state;
	fill(&place);
	struct store_db *db = open_db(place.path);
	struct store_size size = {.max_bytes = 4096, .detail_done = 5000};
	assert_true(store_db_run(db,
				 "DELETE FROM incident WHERE incident_id > 300;"
				 "DELETE FROM path",
				 &err));
	assert_true(store_size_shed(&size, db, HOLD_S, &has_more, &err));
	assert_int_equal(size.detail_done, 300);
	assert_true(store_db_run(db, "DELETE FROM incident", &err));
	assert_true(store_size_shed(&size, db, HOLD_S, &has_more, &err));
	assert_int_equal(size.detail_done, 0);
	store_db_close(db);
	place_remove(&place);
}

static int64_t file_bytes(const char *path)
{
	struct stat found;

	assert_int_equal(stat(path, &found), 0);
	return found.st_size;
}

/* In the daemon: a file above its size comes down to it, on the disk too, and
 * what is recorded meanwhile waits for nothing. */
static void a_store_keeps_to_its_size(void **state)
{
	struct place place = place_make();
	struct store_settings settings = {
	    .sqlite = place.path,
	    .keep_incidents_ms = (int64_t)3650 * 86400000,
	    .keep_results_ms = (int64_t)3650 * 86400000,
	    .max_size = 16,
	};
	struct store_statistics statistics;
	struct store_entry entry = example_incident("K7QX-2M4D");
	struct store *store;
	struct error err;

	(void)state;
	fill(&place);
	assert_true(store_open(&settings, "mx", clock_system(), &store, &err));
	for (int i = 0; i < 400; i++) {
		assert_int_equal(store_record(store, &entry, 20000),
				 STORE_COMMITTED);
		store_get_statistics(store, &statistics);
		if (i >= 20 && statistics.used_bytes > 0 &&
		    statistics.used_bytes <= statistics.max_bytes &&
		    file_bytes(place.path) <= INT64_C(20) << 20)
			break;
		(void)usleep(20000);
	}
	assert_true(statistics.shed > 0);
	assert_int_equal(statistics.max_bytes, 16 << 20);
	assert_true(statistics.used_bytes <= statistics.max_bytes);
	store_get_statistics(store, &statistics);
	assert_int_equal(statistics.lost, 0);
	assert_false(store_last_error(store, &err, &(int64_t){0}));
	assert_true(file_bytes(place.path) <= INT64_C(20) << 20);
	store_close(store);
	place_remove(&place);
}

/* A file that an earlier version began. */
static void an_old_file_is_made_anew(void **state)
{
	struct place place = place_make();
	struct error err;

	(void)state;
	fill(&place);
	struct store_db *db = open_db(place.path);
	assert_true(store_db_run(
	    db,
	    "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM",
	    &err));
	assert_int_equal(number(db, "PRAGMA auto_vacuum"), 0);
	store_db_close(db);
	store_close(open_store(place.path, DURABILITY_COMMIT));
	db = open_db(place.path);
	assert_int_equal(number(db, "PRAGMA auto_vacuum"), 2);
	assert_int_equal(number(db, incidents), INCIDENTS);
	store_db_close(db);
	place_remove(&place);
}

/* 200,000 paths in a file that may have 16 MB: they go before an incident
 * does, those of one day first, down to their share. */
static const char paths_sql[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
    "i < 200000) INSERT INTO path (number, kind, client, network, subject, "
    "days, last_day) SELECT i, 1, 'client' || i || '.example', "
    "'192.0.2.0/24', 'sel2026._domainkey.author' || i || '.example', "
    "1 + (i <= 4000) * 5, 20570 FROM n;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
    "i < 400) INSERT INTO remembered SELECT i || '.example', 1 + (i <= 50), "
    "20570, zeroblob(10000) FROM n";

static void known_paths_have_a_share(void **state)
{
	struct place place = place_make();
	struct error err;

	(void)state;
	store_close(open_store(place.path, DURABILITY_COMMIT));
	struct store_db *db = open_db(place.path);
	if (!store_db_run(db, paths_sql, &err) ||
	    !store_db_run(db,
			  "INSERT INTO incident (author_key, reference, "
			  "time_s, queue_id, host, client_ip, client_name, "
			  "helo, mail_from, author_domain, author_error, "
			  "policy_domain, spf_result, spf_domain, dkim, "
			  "dmarc_result, asked, applied, override_type, "
			  "override_comment, reason, reply, rcpt_domains, "
			  "tls_version, verdict, queries) VALUES ('', 'R', 1, "
			  "'', '', '', '', '', '', '', '', '', '', '', '', '', "
			  "'', '', '', '', '', '', '', '', "
			  "hex(zeroblob(500)), '')",
			  &err))
		fail_msg("%s", err.words);
	struct store_size size = {.max_bytes = INT64_C(16) << 20};
	(void)shed(&size, db);
	assert_true(size.used_bytes <= size.max_bytes);
	assert_int_equal(number(db, details), 1);
	assert_int_equal(number(db, "SELECT count(*) FROM path WHERE days > 1"),
			 4000);
	assert_int_equal(
	    number(db, "SELECT count(*) FROM remembered WHERE days > 1"), 50);
	/* And where they fit, they stay. */
	int64_t paths = number(db, "SELECT count(*) FROM path");
	size.max_bytes = size.used_bytes;
	(void)shed(&size, db);
	assert_int_equal(number(db, "SELECT count(*) FROM path"), paths);
	store_db_close(db);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(goes_in_its_order),
	    cmocka_unit_test(known_paths_have_a_share),
	    cmocka_unit_test(what_strangers_sent_goes_first),
	    cmocka_unit_test(goes_on_after_a_start),
	    cmocka_unit_test(looks_at_new_numbers),
	    cmocka_unit_test(a_store_keeps_to_its_size),
	    cmocka_unit_test(an_old_file_is_made_anew),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
