/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_trial.c - can the store be written? By writing to it
 * Tested by test_alignctl_doctor.
 */
#include "lib/store/store_trial.h"

#include <stdio.h>

#include "lib/store/store_db.h"
#include "lib/store/store_schema.h"

static bool write_version(struct store_db *db, struct error *err)
{
	char sql[96];

	(void)snprintf(sql, sizeof sql,
		       "PRAGMA synchronous = FULL; BEGIN IMMEDIATE;"
		       "PRAGMA user_version = %zu; COMMIT",
		       store_schema_current.version);
	if (store_db_run(db, sql, err))
		return true;
	store_db_rollback(db);
	return false;
}

bool store_trial_write(const char *path, struct error *err)
{
	struct store_db *db = NULL;
	bool ok = store_db_open(path, STORE_DB_WRITE, &db, err) &&
		  store_schema_check(db, &store_schema_current, err) &&
		  write_version(db, err);

	store_db_close(db);
	return ok;
}
