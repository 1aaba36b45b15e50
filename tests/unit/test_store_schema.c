/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_store_schema.c - versions, migrations, and files we cannot use
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

#define STEPS_MAX 20

/* The steps of today and two more. */
static struct store_schema further_steps(const char **steps, const char *first,
					 const char *second)
{
	size_t count = store_schema_current.version;

	assert_true(count + 2 <= STEPS_MAX);
	for (size_t i = 0; i < count; i++)
		steps[i] = store_schema_current.steps[i];
	steps[count] = first;
	steps[count + 1] = second;
	return (struct store_schema){steps, count + 2};
}

static void migrates_forward_and_refuses_newer(void **state)
{
	const char *steps[STEPS_MAX];
	const struct store_schema later = further_steps(
	    steps,
	    "ALTER TABLE incident ADD COLUMN later TEXT NOT NULL DEFAULT ''",
	    "ALTER TABLE tuple ADD COLUMN later TEXT NOT NULL DEFAULT ''");
	char version[32];
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
	assert_int_equal(version_of(db), later.version);
	assert_true(store_db_number(db,
				    "SELECT count(*) FROM incident "
				    "JOIN tuple USING (later)",
				    &number, &err));
	assert_int_equal(number, 1);
	assert_true(
	    store_schema_migrate(db, &later, &err)); /* again: nothing */
	store_db_close(db);
	assert_false(try_open(place.path, &err));
	(void)snprintf(version, sizeof version, "version %zu", later.version);
	assert_non_null(strstr(err.words, version));
	assert_false(try_read(place.path, &err));
	assert_non_null(strstr(err.words, version));
	place_remove(&place);
}

static void a_failed_migration_changes_nothing(void **state)
{
	const char *steps[STEPS_MAX];
	const struct store_schema broken = further_steps(
	    steps,
	    "ALTER TABLE incident ADD COLUMN later TEXT; SELECT nonsense",
	    "SELECT 1");
	char version[32];
	struct place place = place_make();
	struct store_filter all = {0};
	struct error err = {.words = ""};
	struct store_db *db;
	int64_t number;

	(void)state;
	fill(&place);
	db = open_db(place.path);
	assert_false(store_schema_migrate(db, &broken, &err));
	(void)snprintf(version, sizeof version, "version %zu",
		       broken.version - 1);
	assert_non_null(strstr(err.words, version));
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
	    cmocka_unit_test(tells_what_is_wrong_with_the_file),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
