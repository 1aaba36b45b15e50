/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_faults.c - many at once, kill -9, full disk, lost directory,
 * damage, locks
 *
 * Children and threads report by values; only the main thread asserts.
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/store/store_db.h"
#include "lib/store/store_queue.h"
#include "tests/unit/store_fixture.h"

#define WAIT_MS 20000
#define THREADS 8
#define PER_THREAD 500

static const struct store_filter all = {0};

static void record(struct store *store, const char *reference,
		   enum store_outcome want)
{
	struct store_entry entry = example_incident(reference);

	assert_int_equal(store_record(store, &entry, WAIT_MS), want);
}

static int64_t ask(const char *path, const char *sql)
{
	struct store_db *db;
	struct error err;
	int64_t number = -1;

	assert_true(store_db_open(path, STORE_DB_READ, &db, &err));
	assert_true(store_db_number(db, sql, &number, &err));
	store_db_close(db);
	return number;
}

static void run_sql(struct store_db *db, const char *sql)
{
	struct error err;

	if (!store_db_run(db, sql, &err))
		fail_msg("%s", err.words);
}

/* As an operator would, beside the store. */
static void change(const char *path, const char *sql)
{
	struct store_db *db;
	struct error err;

	assert_true(store_db_open(path, STORE_DB_WRITE, &db, &err));
	run_sql(db, sql);
	store_db_close(db);
}

/* --- many at once --- */

struct sender {
	struct store *store;
	int number;
	int committed;
};

static void *send_many(void *context)
{
	struct sender *sender = context;
	char reference[24];

	for (int i = 0; i < PER_THREAD; i++) {
		(void)snprintf(reference, sizeof reference, "%d-%d",
			       sender->number, i);
		struct store_entry entry = example_incident(reference);
		if (store_record(sender->store, &entry, WAIT_MS) ==
		    STORE_COMMITTED)
			sender->committed++;
	}
	return NULL;
}

static void many_threads_lose_nothing(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct sender senders[THREADS];
	pthread_t threads[THREADS];
	struct store_statistics statistics;

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		senders[i] = (struct sender){store, i, 0};
		assert_int_equal(
		    pthread_create(&threads[i], NULL, send_many, &senders[i]),
		    0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(senders[i].committed, PER_THREAD);
	}
	store_get_statistics(store, &statistics);
	assert_int_equal(statistics.committed, THREADS * PER_THREAD);
	store_close(store);
	assert_int_equal(ask(place.path, "SELECT count(*) FROM incident"),
			 THREADS * PER_THREAD);
	assert_int_equal(
	    ask(place.path, "SELECT count(DISTINCT reference) FROM incident"),
	    THREADS * PER_THREAD);
	assert_int_equal(count_results(place.path).messages,
			 THREADS * PER_THREAD);
	assert_int_equal(count_results(place.path).rows, 1);
	place_remove(&place);
}

/* --- kill -9 --- */

/* Records for ever; tells each number once its commit was reported. */
static void record_until_killed(const char *path, int pipe_end)
{
	struct store *store = open_store(path, DURABILITY_COMMIT);
	char reference[24];

	for (uint32_t i = 0;; i++) {
		(void)snprintf(reference, sizeof reference, "%u", i);
		struct store_entry entry = example_incident(reference);
		if (store_record(store, &entry, WAIT_MS) != STORE_COMMITTED ||
		    write(pipe_end, &i, sizeof i) != sizeof i)
			_exit(1);
	}
}

static uint32_t kill_a_recorder(const char *path, uint32_t after)
{
	uint32_t last = 0;
	int ends[2];
	int status;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)close(ends[0]);
		record_until_killed(path, ends[1]);
	}
	(void)close(ends[1]);
	while (last < after)
		assert_int_equal(read(ends[0], &last, sizeof last),
				 sizeof last);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	while (read(ends[0], &last, sizeof last) == sizeof last)
		continue;
	(void)close(ends[0]);
	return last;
}

static void kill_9_loses_nothing_answered(void **state)
{
	(void)state;
	for (uint32_t after = 1; after < 400; after += 97) {
		struct place place = place_make();
		char sql[96];
		uint32_t last = kill_a_recorder(place.path, after);

		/* Numbers 0..last were answered; one more may be written. */
		(void)snprintf(sql, sizeof sql,
			       "SELECT count(*) FROM incident WHERE "
			       "CAST(reference AS INTEGER) <= %u",
			       last);
		assert_int_equal(ask(place.path, sql), last + 1);
		int64_t rows = ask(place.path, "SELECT count(*) FROM incident");
		assert_in_range(rows, last + 1, last + 2);
		assert_int_equal(
		    ask(place.path,
			"SELECT count(DISTINCT reference) FROM incident"),
		    rows);
		assert_int_equal(count_results(place.path).messages, rows);
		struct store *store = open_store(place.path, DURABILITY_COMMIT);
		record(store, "after", STORE_COMMITTED);
		store_close(store);
		place_remove(&place);
	}
}

/* --- full disk --- */

static void limit_files_to(rlim_t bytes)
{
	struct rlimit limit;

	(void)getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	(void)setrlimit(RLIMIT_FSIZE, &limit);
}

/* Exit status: 0, or the number of the step that failed. */
static int fill_the_disk(const char *path)
{
	struct store *store = open_store(path, DURABILITY_COMMIT);
	struct store_entry entry = example_incident("full");
	struct store_statistics before;
	struct store_statistics after;
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct error err;
	int64_t when;
	char wide[20001];
	int recorded = 0;

	(void)snprintf(wide, sizeof wide, "{\"w\":\"%0*d\"}",
		       (int)sizeof wide - 9, 0);
	entry.incident.verdict = wide;
	(void)sigaction(SIGXFSZ, &ignore, NULL);
	limit_files_to(512 * 1024);
	while (store_record(store, &entry, WAIT_MS) == STORE_COMMITTED) {
		if (++recorded > 1000)
			return 1;
	}
	store_get_statistics(store, &before);
	if (before.lost != 1 || !store_last_error(store, &err, &when))
		return 2;
	if (store_record(store, &entry, WAIT_MS) != STORE_LOST)
		return 3;
	limit_files_to(RLIM_INFINITY);
	if (store_record(store, &entry, WAIT_MS) != STORE_COMMITTED)
		return 4;
	store_get_statistics(store, &after);
	if (after.lost != 2 || after.committed != (uint64_t)recorded + 1)
		return 5;
	store_close(store);
	return count_incidents(path, &all) == recorded + 1 ? 0 : 6;
}

static int status_of(pid_t child)
{
	int status;

	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_full_disk_loses_only_what_it_must(void **state)
{
	struct place place = place_make();

	(void)state;
	pid_t child = fork();
	if (child == 0)
		_exit(fill_the_disk(place.path));
	assert_int_equal(status_of(child), 0);
	place_remove(&place);
}

/* --- at the start --- */

static struct store *start_store(const char *path, struct error *fault)
{
	struct store_settings settings = {
	    .sqlite = path,
	    .keep_incidents_ms = (int64_t)3650 * 86400000,
	    .keep_results_ms = (int64_t)3650 * 86400000,
	};
	struct store *store;
	struct error err;

	if (!store_start(&settings, "mx.example", clock_system(), &store, fault,
			 &err))
		fail_msg("%s", err.words);
	return store;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Garbage: told, counted, left as it is; mended by moving it away. */
static void garbage_at_the_start_is_lived_with(void **state)
{
	struct place place = place_make();
	struct error fault;

	(void)state;
	write_file(place.path, "this is no database, and long enough to tell "
			       "so: at least a hundred bytes of it, surely "
			       "more than the header of a file of SQLite's");
	struct store *store = start_store(place.path, &fault);
	assert_int_equal(fault.kind, ERROR_STORE);
	assert_non_null(strstr(fault.words, "not a SQLite database"));
	record(store, "a", STORE_LOST);
	assert_int_equal(unlink(place.path), 0);
	record(store, "b", STORE_COMMITTED);
	store_close(store);
	assert_int_equal(ask(place.path, "SELECT count(*) FROM incident"), 1);
	place_remove(&place);
}

static void a_newer_schema_is_not_written_to(void **state)
{
	struct place place = place_make();
	struct error fault;

	(void)state;
	store_close(open_store(place.path, DURABILITY_COMMIT));
	change(place.path, "PRAGMA user_version = 9999");
	struct store *store = start_store(place.path, &fault);
	assert_non_null(strstr(fault.words, "its schema is version 9999"));
	record(store, "a", STORE_LOST);
	store_close(store);
	assert_int_equal(ask(place.path, "SELECT count(*) FROM incident"), 0);
	place_remove(&place);
}

static void a_setting_that_cannot_be_meant_stops(void **state)
{
	static const char *const paths[] = {"/nonexistent/folder/a.db", "/tmp",
					    "/dev/null", ""};
	struct error fault;
	struct error err;
	struct store *store;

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct store_settings settings = {.sqlite = paths[i]};
		assert_false(store_start(&settings, "mx", clock_system(),
					 &store, &fault, &err));
	}
}

/* Daemon and tools are started in different folders. */
static void a_path_is_absolute(void **state)
{
	const struct setting *row = store_setting_rows;
	struct error err;

	(void)state;
	assert_string_equal(row->name, "sqlite");
	assert_true(row->check("", &err));
	assert_true(row->check("/var/lib/alignd/alignd.db", &err));
	assert_false(row->check("alignd.db", &err));
	assert_non_null(strstr(err.words, "\"alignd.db\" is no absolute path"));
}

/* --- a lock of somebody else's --- */

static void a_lock_delays_and_loses_nothing(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_statistics statistics;
	struct store_db *other;
	struct error err;

	(void)state;
	record(store, "before", STORE_COMMITTED);
	assert_true(store_db_open(place.path, STORE_DB_WRITE, &other, &err));
	assert_true(store_db_run(other, "BEGIN IMMEDIATE", &err));
	for (int i = 0; i < 5; i++) {
		struct store_entry entry = example_incident("during");
		assert_int_equal(store_record(store, &entry, 700), STORE_LATE);
	}
	store_get_statistics(store, &statistics);
	assert_int_equal(statistics.lost, 0);
	assert_true(store_db_run(other, "ROLLBACK", &err));
	store_db_close(other);
	record(store, "after", STORE_COMMITTED);
	store_close(store);
	assert_int_equal(ask(place.path, "SELECT count(*) FROM incident"), 7);
	place_remove(&place);
}

/* --- a file that was cut short --- */

static void cut_file(off_t size)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_statistics statistics;
	struct error err;
	int64_t when;
	char reference[16];

	for (int i = 0; i < 50; i++) {
		(void)snprintf(reference, sizeof reference, "r%d", i);
		record(store, reference, STORE_COMMITTED);
	}
	change(place.path, "PRAGMA wal_checkpoint(TRUNCATE)");
	record(store, "last", STORE_COMMITTED);
	assert_int_equal(truncate(place.path, size), 0);
	record(store, "next", STORE_COMMITTED);
	assert_true(store_last_error(store, &err, &when));
	assert_non_null(strstr(err.words, ".damaged-"));
	store_get_statistics(store, &statistics);
	assert_int_equal(statistics.lost, 0);
	store_close(store);
	assert_int_equal(ask(place.path, "SELECT count(*) FROM incident"), 1);
	assert_int_equal(ask(place.path, "SELECT count(*) FROM pragma_"
					 "integrity_check WHERE "
					 "integrity_check = 'ok'"),
			 1);
	place_remove(&place);
}

static void a_file_cut_short_is_begun_anew(void **state)
{
	(void)state;
	cut_file(0);
	cut_file(8192);
}

/* hazard H9: damaged before the start, it is begun anew beside its remains, and
 * the first record is kept. */
static void h9_damaged_at_the_start(void **state)
{
	struct place place = place_make();
	struct error fault;
	struct error why;
	int64_t when_s;

	(void)state;
	store_close(open_store(place.path, DURABILITY_COMMIT));
	assert_int_equal(truncate(place.path, 8192), 0);
	struct store *store = start_store(place.path, &fault);
	assert_int_equal(fault.kind, ERROR_STORE);
	record(store, "a", STORE_COMMITTED);
	assert_true(store_last_error(store, &why, &when_s));
	assert_non_null(strstr(why.words, ".damaged-"));
	record(store, "b", STORE_COMMITTED);
	store_close(store);
	assert_int_equal(ask(place.path, "SELECT count(*) FROM incident"), 2);
	place_remove(&place);
}

/* An operator's VACUUM makes it smaller, too. */
static void a_vacuumed_file_is_kept(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);

	(void)state;
	for (int i = 0; i < 200; i++)
		record(store, "many", STORE_COMMITTED);
	change(place.path, "DELETE FROM incident;"
			   "PRAGMA wal_checkpoint(TRUNCATE)");
	record(store, "one", STORE_COMMITTED);
	change(place.path, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
	record(store, "two", STORE_COMMITTED);
	store_close(store);
	assert_int_equal(ask(place.path, "SELECT count(*) FROM incident"), 2);
	place_remove(&place);
}

/* --- directories --- */

static bool live_without_companions(const struct place *place)
{
	struct store_reader *reader;
	char wal[128];
	char shm[128];
	struct error err;

	/* A reader could not take away what it had to make. */
	(void)snprintf(wal, sizeof wal, "%s-wal", place->path);
	(void)snprintf(shm, sizeof shm, "%s-shm", place->path);
	(void)unlink(wal);
	(void)unlink(shm);
	return chmod(place->directory, 0500) == 0 &&
	       !store_reader_open(NULL, place->path, &reader, &err) &&
	       strstr(err.words, "-shm") != NULL;
}

/* Root may write everywhere: become somebody else first. */
static int live_with_a_closed_directory(const struct place *place)
{
	struct store_entry entry = example_incident("x");
	struct store_settings settings = {.sqlite = place->path};
	struct store *refused;
	struct error err;
	int64_t when;

	if (geteuid() == 0 && (chown(place->directory, 65534, 65534) != 0 ||
			       setegid(65534) != 0 || seteuid(65534) != 0))
		return 1;
	if (chmod(place->directory, 0500) != 0 ||
	    store_open(&settings, "mx", clock_system(), &refused, &err) ||
	    strstr(err.words, "writable") == NULL)
		return 2;
	if (chmod(place->directory, 0700) != 0)
		return 3;
	struct store *store = open_store(place->path, DURABILITY_COMMIT);
	if (store_record(store, &entry, WAIT_MS) != STORE_COMMITTED)
		return 4;
	/* Deleted, and no way to make a new one. */
	if (unlink(place->path) != 0 || chmod(place->directory, 0500) != 0 ||
	    store_record(store, &entry, WAIT_MS) != STORE_LOST ||
	    !store_last_error(store, &err, &when) ||
	    strstr(err.words, "writable") == NULL)
		return 5;
	if (chmod(place->directory, 0700) != 0 ||
	    store_record(store, &entry, WAIT_MS) != STORE_COMMITTED)
		return 6;
	store_close(store);
	if (count_incidents(place->path, &all) != 1)
		return 7;
	return live_without_companions(place) ? 0 : 8;
}

static void a_closed_directory_is_survived(void **state)
{
	struct place place = place_make();

	(void)state;
	pid_t child = fork();
	if (child == 0)
		_exit(live_with_a_closed_directory(&place));
	assert_int_equal(status_of(child), 0);
	assert_int_equal(chmod(place.directory, 0700), 0);
	place_remove(&place);
}

static void a_file_rotated_away_is_replaced(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	char moved[128];
	struct error err;
	int64_t when;

	(void)state;
	record(store, "before", STORE_COMMITTED);
	(void)snprintf(moved, sizeof moved, "%s.1", place.path);
	assert_int_equal(rename(place.path, moved), 0);
	record(store, "after", STORE_COMMITTED);
	assert_true(store_last_error(store, &err, &when));
	assert_non_null(strstr(err.words, "moved"));
	store_close(store);
	assert_int_equal(count_incidents(moved, &all), 1);
	assert_int_equal(count_incidents(place.path, &all), 1);
	assert_int_equal(
	    count_incidents(place.path,
			    &(struct store_filter){.reference = "after"}),
	    1);
	place_remove(&place);
}

/* --- other programs --- */

/* While another program holds the lock, entries gather to one group. */
static void one_refused_row_spares_its_neighbours(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_statistics statistics;
	char reference[24];
	struct store_db *db;
	struct error err;
	int64_t when;

	(void)state;
	record(store, "0", STORE_COMMITTED);
	assert_true(store_db_open(place.path, STORE_DB_WRITE, &db, &err));
	run_sql(db, "CREATE TRIGGER refuse BEFORE INSERT ON incident "
		    "WHEN NEW.reference = '7' "
		    "BEGIN SELECT RAISE(ABORT, 'no sevens'); END");
	run_sql(db, "BEGIN IMMEDIATE");
	for (int i = 1; i < 20; i++) {
		(void)snprintf(reference, sizeof reference, "%d", i);
		struct store_entry entry = example_incident(reference);
		assert_int_equal(store_record(store, &entry, 0), STORE_LATE);
	}
	run_sql(db, "COMMIT");
	store_db_close(db);
	record(store, "20", STORE_COMMITTED); /* so all before are settled */
	store_get_statistics(store, &statistics);
	assert_int_equal(statistics.lost, 1);
	assert_int_equal(statistics.committed, 20);
	assert_true(store_last_error(store, &err, &when));
	assert_non_null(strstr(err.words, "incident 7: no sevens"));
	store_close(store);
	assert_int_equal(count_incidents(place.path, &all), 20);
	assert_int_equal(count_results(place.path).messages, 20);
	place_remove(&place);
}

static void a_full_queue_is_counted_and_never_blocks(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_entry entry = example_entry();
	struct store_statistics statistics;
	struct store_db *db;
	struct error err;
	int64_t when;
	int late = 0;

	(void)state;
	assert_true(store_db_open(place.path, STORE_DB_WRITE, &db, &err));
	run_sql(db, "BEGIN IMMEDIATE");
	while (store_record(store, &entry, 0) == STORE_LATE)
		late++;
	run_sql(db, "COMMIT");
	store_db_close(db);
	assert_in_range(late, LIMIT_STORE_QUEUE, LIMIT_STORE_QUEUE + 1024);
	assert_true(store_last_error(store, &err, &when));
	assert_non_null(strstr(err.words, "full"));
	store_get_statistics(store, &statistics);
	assert_true(statistics.queued > 0);
	assert_int_equal(statistics.lost, 1);
	store_close(store); /* commits what is queued */
	assert_int_equal(count_results(place.path).messages, late);
	place_remove(&place);
}

/* Few entries may be as much: the queue has a bound in bytes as well. */
static void a_queue_of_large_entries_is_full_too(void **state)
{
	struct store_entry entry = example_entry();
	enum store_outcome outcome;
	struct store_queue queue;
	struct store_item *items[3];

	(void)state;
	store_queue_init(&queue);
	for (int i = 0; i < 3; i++) {
		items[i] = store_item_new(&entry, "mx");
		items[i]->bytes = LIMIT_STORE_QUEUE_BYTES / 2;
	}
	for (int i = 0; i < 2; i++) {
		assert_true(store_queue_submit(&queue, items[i], 0, &outcome));
		assert_int_equal(outcome, STORE_LATE);
	}
	assert_false(store_queue_submit(&queue, items[2], 0, &outcome));
	/* One that was taken makes room. */
	store_queue_settle(&queue, store_queue_take(&queue, 1, 0));
	assert_true(store_queue_submit(&queue, items[2], 0, &outcome));
	store_queue_settle(&queue, store_queue_take(&queue, 2, 0));
	assert_int_equal(store_queue_count(&queue, &(uint64_t){0}), 0);
	store_queue_done(&queue);
}

/* H13: "full" is not said of a store that has ended. */
static void h13_an_ended_store_takes_nothing(void **state)
{
	struct place place = place_make();
	struct store *store = open_store(place.path, DURABILITY_COMMIT);
	struct store_entry entry = example_entry();
	struct store_statistics statistics;
	struct error err;
	int64_t when;

	(void)state;
	assert_int_equal(store_record(store, &entry, 5000), STORE_COMMITTED);
	store_end(store);
	assert_int_equal(store_record(store, &entry, 5000), STORE_ENDED);
	store_end(store);
	assert_false(store_last_error(store, &err, &when));
	store_get_statistics(store, &statistics);
	assert_int_equal(statistics.committed, 1);
	assert_int_equal(statistics.lost, 0);
	store_close(store);
	assert_int_equal(count_results(place.path).messages, 1);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_queue_of_large_entries_is_full_too),
	    cmocka_unit_test(h13_an_ended_store_takes_nothing),
	    cmocka_unit_test(many_threads_lose_nothing),
	    cmocka_unit_test(kill_9_loses_nothing_answered),
	    cmocka_unit_test(a_full_disk_loses_only_what_it_must),
	    cmocka_unit_test(garbage_at_the_start_is_lived_with),
	    cmocka_unit_test(a_newer_schema_is_not_written_to),
	    cmocka_unit_test(a_setting_that_cannot_be_meant_stops),
	    cmocka_unit_test(a_path_is_absolute),
	    cmocka_unit_test(a_lock_delays_and_loses_nothing),
	    cmocka_unit_test(a_file_cut_short_is_begun_anew),
	    cmocka_unit_test(h9_damaged_at_the_start),
	    cmocka_unit_test(a_vacuumed_file_is_kept),
	    cmocka_unit_test(a_closed_directory_is_survived),
	    cmocka_unit_test(a_file_rotated_away_is_replaced),
	    cmocka_unit_test(one_refused_row_spares_its_neighbours),
	    cmocka_unit_test(a_full_queue_is_counted_and_never_blocks),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
