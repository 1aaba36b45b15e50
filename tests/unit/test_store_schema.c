/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_schema.c - versions, migrations, and files we cannot use
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/store/store_acts.h"
#include "lib/store/store_db.h"
#include "lib/store/store_schema.h"
#include "tests/unit/store_fixture.h"

static struct store_db *open_db(const char *path)
{
	struct store_db *db;
	struct error err;

	assert_true(store_db_open(path, STORE_DB_WRITE, &db, &err));
	return db;
}

static int64_t version_of(struct store_db *db)
{
	int64_t version;
	struct error err;

	assert_true(store_db_number(db, "PRAGMA user_version", &version, &err));
	return version;
}

static bool try_open(const char *path, struct error *err)
{
	struct store_settings settings = {.sqlite = path,
					  .keep_incidents_ms = 86400000,
					  .keep_results_ms = 86400000};
	struct store *store = NULL;
	bool ok = store_open(&settings, "mx", clock_system(), &store, err);

	store_close(store);
	return ok;
}

static bool try_read(const char *path, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_reader *reader;
	bool ok = store_reader_open(mem, path, &reader, err);

	mem_free(mem);
	return ok;
}

static void fill(const struct place *place)
{
	struct store *store = open_store(place->path, DURABILITY_COMMIT);
	struct store_entry entry = example_incident("kept");

	assert_int_equal(store_record(store, &entry, 20000), STORE_COMMITTED);
	store_close(store);
}

/* The current schema and two steps more. */
static struct store_schema schema_after(const char *steps[16],
					const char *first, const char *second)
{
	size_t version = store_schema_current.version;

	assert_in_range(version, 1, 14);
	for (size_t i = 0; i < version; i++)
		steps[i] = store_schema_current.steps[i];
	steps[version] = first;
	steps[version + 1] = second;
	return (struct store_schema){steps, version + 2};
}

static const char *version_words(size_t version)
{
	static char words[32];

	(void)snprintf(words, sizeof words, "version %zu", version);
	return words;
}

static void migrates_forward_and_refuses_newer(void **state)
{
	const char *steps[16];
	const struct store_schema later =
	    schema_after(steps,
			 "ALTER TABLE incident ADD COLUMN later TEXT "
			 "NOT NULL DEFAULT ''",
			 "ALTER TABLE tuple ADD COLUMN later TEXT "
			 "NOT NULL DEFAULT ''");
	const char *version = version_words(store_schema_current.version + 2);
	struct place place = place_make();
	struct error err = {.words = ""};
	struct store_db *db;
	int64_t number;

	(void)state;
	fill(&place);
	db = open_db(place.path);
	assert_false(store_schema_check(db, &later, &err)); /* a reader */
	assert_non_null(strstr(err.words, "migrates"));
	assert_true(store_schema_migrate(db, &later, &err));
	assert_int_equal(version_of(db), store_schema_current.version + 2);
	assert_true(store_db_number(db,
				    "SELECT count(*) FROM incident "
				    "JOIN tuple USING (later)",
				    &number, &err));
	assert_int_equal(number, 1);
	assert_true(
	    store_schema_migrate(db, &later, &err)); /* again: nothing */
	store_db_close(db);
	assert_false(try_open(place.path, &err));
	assert_non_null(strstr(err.words, version));
	assert_false(try_read(place.path, &err));
	assert_non_null(strstr(err.words, version));
	place_remove(&place);
}

static void a_failed_migration_changes_nothing(void **state)
{
	const char *steps[16];
	const struct store_schema broken =
	    schema_after(steps, "ALTER TABLE incident ADD COLUMN later TEXT",
			 "SELECT nonsense");
	struct place place = place_make();
	struct store_filter all = {0};
	struct error err = {.words = ""};
	struct store_db *db;
	int64_t number;

	(void)state;
	fill(&place);
	db = open_db(place.path);
	assert_false(store_schema_migrate(db, &broken, &err));
	assert_non_null(
	    strstr(err.words, version_words(store_schema_current.version + 2)));
	assert_int_equal(version_of(db), store_schema_current.version);
	assert_false(
	    store_db_number(db, "SELECT later FROM incident", &number, &err));
	store_db_close(db);
	assert_int_equal(count_incidents(place.path, &all), 1);
	place_remove(&place);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* What the first version left: a row of each table, and the index that the
 * second version replaces. */
static const char first_version_rows[] =
    "PRAGMA application_id = 0x616c676e; PRAGMA user_version = 1;"
    "INSERT INTO tuple VALUES (1, 5, 'a.example', '', 'a.example',"
    " 'a.example', 'treewalk', 'v=DMARC1; p=reject', -1, '192.0.2.7', '',"
    " 'a.example', 'pass', 'a.example', 'mfrom', '[]', '{}', 'pass', 0, 1,"
    " 'none', 'reject', 'reject', 'none', '', '', '');"
    "INSERT INTO result VALUES (1777636800, 1, 3);"
    "INSERT INTO incident VALUES (7, 'elpmaxe.a.', 'K7QX-2M4D', 1777636800,"
    " '9F2C', 'mx', '192.0.2.7', '', 'helo', 'b@a.example', 'a.example', '',"
    " 'a.example', 'pass', 'other.example', '[]', 'fail', 'reject', 'reject',"
    " '', '', 'why', '550', '[]', '', '{}', '[]');";

static bool see_old(void *context, const struct store_incident *incident)
{
	assert_int_equal(incident->id, 7);
	assert_string_equal(incident->reference, "K7QX-2M4D");
	assert_string_equal(incident->queries, "[]");
	assert_string_equal(incident->indirect, "none");
	assert_string_equal(incident->list_id, "");
	++*(int *)context;
	return true;
}

static void takes_over_the_first_version(void **state)
{
	struct place place = place_make();
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_filter old = {.reference = "K7QX-2M4D"};
	struct error err = {.words = ""};
	struct store_acts_writer *writer;
	struct store_act act = {NOON_S, "ann", ACT_CONFIRM, ""};
	int seen = 0;

	(void)state;
	write_file(place.path, "");
	struct store_db *db = open_db(place.path);
	assert_true(store_db_run(db, store_schema_current.steps[0], &err));
	assert_true(store_db_run(db, first_version_rows, &err));
	store_db_close(db);
	/* Readers and acts leave the migration to the daemon. */
	assert_false(try_read(place.path, &err));
	assert_non_null(strstr(err.words, "start alignd once"));
	assert_false(store_acts_open(mem, place.path, &writer, &err));
	assert_non_null(strstr(err.words, "start alignd once"));
	store_close(open_store(place.path, DURABILITY_COMMIT));
	assert_true(store_incidents(open_reader(mem, place.path), &old, see_old,
				    &seen, &err));
	assert_int_equal(seen, 1);
	assert_int_equal(count_results(place.path).messages, 3);
	assert_true(store_acts_open(mem, place.path, &writer, &err));
	assert_true(store_acts_add(writer, 7, &act, &err));
	mem_free(mem);
	place_remove(&place);
}

/* What the eighth version left: none of it was imported. */
static const char eighth_version_rows[] =
    "PRAGMA application_id = 0x616c676e; PRAGMA user_version = 8;"
    "INSERT INTO tuple VALUES (1, 5, 'a.example', '', 'a.example',"
    " 'a.example', 'treewalk', 'v=DMARC1; p=reject', -1, '192.0.2.7', '',"
    " 'a.example', 'pass', 'a.example', 'mfrom', '[]', '{}', 'pass', 0, 1,"
    " 'none', 'reject', 'reject', 'none', '', '', '', 0);"
    "INSERT INTO result VALUES (1777636800, 1, 3);";

static void takes_over_the_eighth_version(void **state)
{
	struct place place = place_make();
	struct error err = {.words = ""};

	(void)state;
	write_file(place.path, "");
	struct store_db *db = open_db(place.path);
	for (size_t i = 0; i < 8; i++)
		assert_true(
		    store_db_run(db, store_schema_current.steps[i], &err));
	assert_true(store_db_run(db, eighth_version_rows, &err));
	store_db_close(db);
	store_close(open_store(place.path, DURABILITY_COMMIT));
	assert_int_equal(count_results(place.path).messages, 3);
	db = open_db(place.path);
	int64_t own;
	assert_true(store_db_number(
	    db, "SELECT count(*) FROM tuple WHERE imported = ''", &own, &err));
	assert_int_equal(own, 1);
	assert_true(
	    store_db_number(db, "SELECT count(*) FROM imported", &own, &err));
	assert_int_equal(own, 0);
	assert_int_equal(version_of(db), store_schema_current.version);
	store_db_close(db);
	place_remove(&place);
}

/* What the tenth version left: rows that are of no segment yet. */
static const char tenth_version_rows[] =
    "PRAGMA application_id = 0x616c676e; PRAGMA user_version = 10;"
    "PRAGMA journal_mode = WAL;"
    "INSERT INTO tuple (tuple_id, fingerprint, author_domain, author_error,"
    " policy_domain, org_domain, discovery, record, author_exists, client_ip,"
    " client_name, mail_from_domain, spf_result, spf_domain, spf_scope, dkim,"
    " arc, dmarc_result, is_dkim_aligned, is_spf_aligned, indirect, policy,"
    " asked, applied, override_type, override_comment, tls_version) VALUES"
    " (9, 5, 'a.example', '', 'a.example', 'a.example', 'treewalk',"
    " 'v=DMARC1; p=reject', -1, '192.0.2.7', '', 'a.example', 'pass',"
    " 'a.example', 'mfrom', '[]', '{}', 'pass', 0, 1, 'none', 'reject',"
    " 'reject', 'none', '', '', '');"
    "INSERT INTO result VALUES (1777636800, 9, 3), (1777640400, 9, 4);"
    "INSERT INTO incident VALUES (7, 'elpmaxe.a.', 'K7QX-2M4D', 1777636800,"
    " '9F2C', 'mx', '192.0.2.7', '', 'helo', 'b@a.example', 'a.example', '',"
    " 'a.example', 'pass', 'other.example', '[]', 'fail', 'reject', 'reject',"
    " '', '', 'why', '550', '[]', '', '{}', '[]', 'none', '');"
    "INSERT INTO act VALUES (2, 7, 1777636800, 'ann', 'confirm', 'x');"
    "INSERT INTO counted VALUES (3, 'CCCC-2M4D', 1777636800, '192.0.2.0/24',"
    " 'a.example', 1, 1777636800, 1777636801, 5, 0, 0, 0, 5, 0);";

static struct store_db *make_tenth(const char *path)
{
	struct error err = {.words = ""};

	write_file(path, "");
	struct store_db *db = open_db(path);
	for (size_t i = 0; i < 10; i++)
		assert_true(
		    store_db_run(db, store_schema_current.steps[i], &err));
	if (!store_db_run(db, tenth_version_rows, &err))
		fail_msg("%s", err.words);
	return db;
}

static int64_t ask_number(struct store_db *db, const char *sql)
{
	struct error err = {.words = ""};
	int64_t number = 0;

	if (!store_db_number(db, sql, &number, &err))
		fail_msg("%s", err.words);
	return number;
}

/* The rows are of segment 0, which nobody pushes; ids go on behind theirs, also
 * when they are gone. */
static void takes_over_the_tenth_version(void **state)
{
	struct place place = place_make();
	struct store_filter old = {.reference = "K7QX-2M4D"};
	TALLOC_CTX *mem = mem_context(NULL);
	struct error err = {.words = ""};
	int seen = 0;

	(void)state;
	store_db_close(make_tenth(place.path));
	store_close(open_store(place.path, DURABILITY_COMMIT));
	assert_int_equal(count_results(place.path).messages, 7);
	assert_true(store_incidents(open_reader(mem, place.path), &old, see_old,
				    &seen, &err));
	assert_int_equal(seen, 1);
	mem_free(mem);
	struct store_db *db = open_db(place.path);
	assert_int_equal(
	    ask_number(db, "SELECT sum(segment_id) FROM (SELECT segment_id "
			   "FROM result UNION ALL SELECT segment_id FROM "
			   "incident UNION ALL SELECT segment_id FROM act "
			   "UNION ALL SELECT segment_id FROM counted)"),
	    0);
	assert_int_equal(ask_number(db, "SELECT count(*) FROM segment"), 0);
	assert_int_equal(ask_number(db, "SELECT count(*) FROM "
					"pragma_integrity_check WHERE "
					"integrity_check <> 'ok'"),
			 0);
	/* Both by their indexes, in the order of a list. */
	assert_int_equal(
	    ask_number(db, "SELECT count(*) FROM incident WHERE from_address "
			   "<> '' OR sender_address <> ''"),
	    0);
	assert_int_equal(ask_number(db, "SELECT count(*) FROM sqlite_schema "
					"WHERE type = 'index' AND tbl_name = "
					"'incident' AND name IN "
					"('incident_from', 'incident_sender')"),
			 2);
	assert_true(store_db_run(db,
				 "DELETE FROM act; DELETE FROM incident; "
				 "DELETE FROM tuple; DELETE FROM result",
				 &err));
	store_db_close(db);
	fill(&place);
	db = open_db(place.path);
	assert_int_equal(ask_number(db, "SELECT incident_id FROM incident"), 8);
	assert_int_equal(ask_number(db, "SELECT tuple_id FROM tuple"), 10);
	store_db_close(db);
	place_remove(&place);
}

/* Whatever ends it in its middle: the file is the tenth version's, and the next
 * start migrates it. */
static void a_migration_that_is_cut_off(void **state)
{
	const char *steps[16];
	const struct store_schema broken =
	    schema_after(steps, "SELECT nonsense", "");
	struct place place = place_make();
	struct error err = {.words = ""};

	(void)state;
	struct store_db *db = make_tenth(place.path);
	assert_false(store_schema_migrate(db, &broken, &err));
	assert_int_equal(version_of(db), 10);
	assert_int_equal(ask_number(db, "SELECT count(*) FROM sqlite_schema "
					"WHERE name IN ('segment', "
					"'result_anew')"),
			 0);
	assert_int_equal(
	    ask_number(db, "SELECT count(*) FROM sqlite_schema WHERE name IN "
			   "('incident', 'tuple', 'act') AND sql LIKE "
			   "'%AUTOINCREMENT%'"),
	    0);
	store_db_close(db);
	store_close(open_store(place.path, DURABILITY_COMMIT));
	assert_int_equal(count_results(place.path).messages, 7);
	db = open_db(place.path);
	assert_int_equal(version_of(db), store_schema_current.version);
	store_db_close(db);
	place_remove(&place);
}

static int64_t number_of(const char *path, const char *sql)
{
	struct store_db *db = open_db(path);
	int64_t number;
	struct error err;

	assert_true(store_db_number(db, sql, &number, &err));
	store_db_close(db);
	return number;
}

static void record_tuple(const char *path, int times)
{
	struct store *store = open_store(path, DURABILITY_COMMIT);
	struct store_entry entry = example_entry();

	for (int i = 0; i < times; i++)
		assert_int_equal(store_record(store, &entry, 20000),
				 STORE_COMMITTED);
	store_close(store);
}

/* Who knows one store's numbers knows no other's. */
static void fingerprints_are_keyed(void **state)
{
	static const char get[] = "SELECT fingerprint FROM tuple";
	struct place one = place_make();
	struct place two = place_make();

	(void)state;
	record_tuple(one.path, 2);
	record_tuple(two.path, 1);
	record_tuple(one.path, 1); /* the key stays that of the file */
	assert_true(number_of(one.path, get) != number_of(two.path, get));
	assert_int_equal(number_of(one.path, "SELECT count(*) FROM tuple"), 1);
	assert_int_equal(count_results(one.path).messages, 3);
	place_remove(&one);
	place_remove(&two);
}

/* As after a migration: the tuple is there twice, and adds up. */
static void a_lost_key_is_made_anew(void **state)
{
	static const char *const harm[] = {
	    "DELETE FROM store_key",
	    "UPDATE store_key SET bytes = x'00'",
	};
	struct place place = place_make();
	struct error err;

	(void)state;
	record_tuple(place.path, 1);
	for (size_t i = 0; i < sizeof harm / sizeof harm[0]; i++) {
		struct store_db *db = open_db(place.path);
		assert_true(store_db_run(db, harm[i], &err));
		store_db_close(db);
		record_tuple(place.path, 1);
	}
	assert_int_equal(number_of(place.path, "SELECT count(*) FROM tuple"),
			 3);
	assert_int_equal(
	    number_of(place.path, "SELECT length(bytes) FROM store_key"), 16);
	assert_int_equal(count_results(place.path).messages, 3);
	place_remove(&place);
}

static void tells_what_is_wrong_with_the_file(void **state)
{
	struct place place = place_make();
	char beside[128];
	struct error err;
	struct store_db *db;

	(void)state;
	assert_false(try_read(place.path, &err));
	assert_non_null(strstr(err.words, "does not exist"));
	(void)snprintf(beside, sizeof beside, "%s/none/a.db", place.directory);
	assert_false(try_open(beside, &err));
	assert_non_null(strstr(err.words, "create it"));
	assert_false(try_open(place.directory, &err));
	assert_non_null(strstr(err.words, "no regular file"));
	assert_false(try_open("", &err));
	assert_int_equal(err.kind, ERROR_CONFIG);

	write_file(place.path, "From: a@example.com\n\nThis is a mail, which is"
			       " longer than the head of a database would be."
			       " And on it goes, to pass one hundred bytes.\n");
	assert_false(try_open(place.path, &err));
	assert_non_null(strstr(err.words, "not a SQLite database"));
	assert_false(try_read(place.path, &err));
	assert_non_null(strstr(err.words, "not a SQLite database"));

	write_file(place.path, "");
	assert_false(try_read(place.path, &err));
	assert_non_null(strstr(err.words, "version 0"));
	db = open_db(place.path);
	assert_true(store_db_run(db, "CREATE TABLE theirs (a)", &err));
	store_db_close(db);
	assert_false(try_open(place.path, &err));
	assert_non_null(strstr(err.words, "another program"));
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(migrates_forward_and_refuses_newer),
	    cmocka_unit_test(a_failed_migration_changes_nothing),
	    cmocka_unit_test(takes_over_the_first_version),
	    cmocka_unit_test(takes_over_the_eighth_version),
	    cmocka_unit_test(takes_over_the_tenth_version),
	    cmocka_unit_test(a_migration_that_is_cut_off),
	    cmocka_unit_test(fingerprints_are_keyed),
	    cmocka_unit_test(a_lost_key_is_made_anew),
	    cmocka_unit_test(tells_what_is_wrong_with_the_file),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
