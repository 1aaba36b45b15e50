/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_backup.c - a copy of the store as it is at one moment
 * Tested by test_alignctl_store.
 */
#include "lib/store/store_backup.h"

#include "lib/store/store_draft.h"
#include "lib/store/store_file.h"
#include "lib/store/store_query.h"
#include "lib/store/store_schema.h"

/* A file of old, which cannot give free pages back, can do so in the copy.
 * Where the store can, the same words would be a change of it. */
static bool choose_vacuum(struct store_db *db, struct error *err)
{
	int64_t mode;

	return store_db_number(db, "PRAGMA auto_vacuum", &mode, err) &&
	       (mode != 0 ||
		store_db_run(db, "PRAGMA auto_vacuum = INCREMENTAL", err));
}

/* Root's connection follows no link, in no part of a path: the place of the
 * draft is named without. */
static bool write_copy(TALLOC_CTX *mem, const char *path, const char *draft,
		       struct error *err)
{
	const char *place = store_file_place(mem, draft);
	struct store_db *db = NULL;
	bool ok = store_db_open(path, STORE_DB_READ, &db, err) &&
		  store_schema_check(db, &store_schema_current, err) &&
		  choose_vacuum(db, err) &&
		  store_query_run(db, "VACUUM INTO ?",
				  STORE_VALUES(store_text(place)), err);

	store_db_close(db);
	return ok || error_wrap(err, "the store %.100s", path);
}

bool store_backup(TALLOC_CTX *mem, const char *path, const char *copy,
		  struct error *err)
{
	const char *draft;

	return store_file_readable(path, err) &&
	       store_draft_begin(mem, copy, &draft, err) &&
	       store_draft_end(mem, draft, copy,
			       write_copy(mem, path, draft, err), err);
}
