/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_schema.c - the tables, and how an older file becomes a current one
 */
#include "lib/store/store_schema.h"

#include <stdio.h>

/* "algn": tells our file from another program's database. */
#define APPLICATION_ID 0x616c676e
#define STRINGIFY(x) #x
#define TEXT_OF(x) STRINGIFY(x)

static bool read_version(struct store_db *db, int64_t *version,
			 struct error *err)
{
	int64_t application;
	int64_t tables;
	int64_t found;

	if (!store_db_number(db, "PRAGMA application_id", &application, err) ||
	    !store_db_number(db, "SELECT count(*) FROM sqlite_schema", &tables,
			     err) ||
	    !store_db_number(db, "PRAGMA user_version", &found, err))
		return false;
	if (application != APPLICATION_ID &&
	    (application != 0 || tables != 0 || found != 0))
		return error_set(err, ERROR_STORE,
				 "a database of another program "
				 "(application_id %lld); move it away or name "
				 "another file in store.sqlite",
				 (long long)application);
	*version = found;
	return true;
}

static bool refuse_newer(int64_t found, const struct store_schema *schema,
			 struct error *err)
{
	return error_set(err, ERROR_STORE,
			 "its schema is version %lld, this program knows up to "
			 "%zu; run the newer alignd, or move the file away",
			 (long long)found, schema->version);
}

static bool run_steps(struct store_db *db, const struct store_schema *schema,
		      struct error *err)
{
	int64_t found;
	char stamp[96];

	/* Read again: another alignd may have migrated meanwhile. */
	if (!read_version(db, &found, err))
		return false;
	if (found < 0 || found > (int64_t)schema->version)
		return refuse_newer(found, schema, err);
	for (size_t i = (size_t)found; i < schema->version; i++) {
		if (!store_db_run(db, schema->steps[i], err))
			return error_wrap(err, "migrating it to version %zu",
					  i + 1);
	}
	(void)snprintf(stamp, sizeof stamp,
		       "PRAGMA application_id = " TEXT_OF(
			   APPLICATION_ID) ";"
					   "PRAGMA user_version = %zu;",
		       schema->version);
	return store_db_run(db, stamp, err);
}

bool store_schema_migrate(struct store_db *db,
			  const struct store_schema *schema, struct error *err)
{
	int64_t found;

	if (!read_version(db, &found, err))
		return false;
	if (found == (int64_t)schema->version)
		return true;
	if (found > (int64_t)schema->version)
		return refuse_newer(found, schema, err);
	if (!store_db_run(db, "BEGIN IMMEDIATE", err))
		return false;
	if (run_steps(db, schema, err) && store_db_run(db, "COMMIT", err))
		return true;
	store_db_rollback(db);
	return false;
}

bool store_schema_check(struct store_db *db, const struct store_schema *schema,
			struct error *err)
{
	int64_t found;

	if (!read_version(db, &found, err))
		return false;
	if (found > (int64_t)schema->version)
		return refuse_newer(found, schema, err);
	if (found < (int64_t)schema->version)
		return error_set(err, ERROR_STORE,
				 "its schema is version %lld, this program "
				 "needs %zu; start alignd once, which migrates "
				 "it",
				 (long long)found, schema->version);
	return true;
}
