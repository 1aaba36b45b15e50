/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_import.c - messages that another filter recorded, into the counters
 *
 * The daemon's own statements write them (store_rows.c), in groups.
 */
#include "lib/store/store_import.h"

#include "lib/store/store_file.h"
#include "lib/store/store_item.h"
#include "lib/store/store_rows.h"
#include "lib/store/store_schema.h"

#define GROUP 5000   /* items of a transaction: a tenth of a second */
#define BUSY_TRIES 5 /* each waits as long as SQLite does for a lock */

struct store_import {
	struct store_db *db;
	struct store_passed passed; /* read, and not learnt here */
	struct store_rows *rows;
	struct store_item *first;
	struct store_item *last;
	size_t waiting;
	struct store_import_counts counts;
};

static void drop_items(struct store_import *import)
{
	while (import->first != NULL) {
		struct store_item *item = import->first;
		import->first = item->next;
		store_item_free(item);
	}
	import->last = NULL;
	import->waiting = 0;
}

static int close_import(struct store_import *import)
{
	drop_items(import);
	store_rows_close(import->rows);
	store_passed_done(&import->passed);
	store_db_close(import->db);
	return 0;
}

/* Each group touches pages all over the indexes: brought into the database one
 * by one they would be written a hundred times. The log grows to 160 MB at
 * most. A group is sealed with its commit (store_segment.h) and may be with the
 * fleet the moment after: it waits for the disk, or a power loss would have it
 * counted again by the next import. What a statement changes is kept for its
 * undoing, in memory rather than in a file: that file would be written as much
 * as all else. */
static const char tune_sql[] = "PRAGMA synchronous = FULL;"
			       "PRAGMA wal_autocheckpoint = 40000;"
			       "PRAGMA cache_size = -131072;"
			       "PRAGMA temp_store = MEMORY;";

static bool open_all(struct store_import *import, const char *path,
		     struct error *err)
{
	return store_file_readable(path, err) &&
	       store_file_prepare(path, err) &&
	       store_db_open(path, STORE_DB_WRITE, &import->db, err) &&
	       store_schema_check(import->db, &store_schema_current, err) &&
	       store_db_run(import->db, tune_sql, err) &&
	       store_rows_open(import->db, STORE_ROWS_OF_IMPORT, clock_system(),
			       &import->passed, NULL, &import->rows, err);
}

bool store_import_open(TALLOC_CTX *mem, const char *path,
		       struct store_import **import, struct error *err)
{
	struct store_import *made = mem_new(mem, struct store_import);

	talloc_set_destructor(made, close_import);
	store_passed_init(&made->passed);
	if (open_all(made, path, err)) {
		*import = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "cannot import");
}

bool store_import_flush(struct store_import *import, struct error *err)
{
	enum store_fault fault = STORE_FAULT_BUSY;

	if (import->waiting == 0)
		return true;
	for (int i = 0; fault == STORE_FAULT_BUSY && i < BUSY_TRIES; i++)
		fault = store_rows_write(import->rows, import->first,
					 import->waiting, err);
	if (fault != STORE_FAULT_NONE)
		return error_wrap(err, "cannot import");
	for (const struct store_item *item = import->first; item != NULL;
	     item = item->next) {
		if (item->is_known)
			import->counts.known++;
		else
			import->counts.added++;
	}
	drop_items(import);
	return true;
}

bool store_import_add(struct store_import *import, const char *identity,
		      int64_t time_s, const struct store_tuple *tuple,
		      struct error *err)
{
	const struct store_entry entry = {.time_s = time_s, .tuple = *tuple};
	struct store_item *item = store_item_new(&entry, "");

	if (item == NULL)
		return error_set(err, ERROR_STORE,
				 "cannot import: a message is larger than the "
				 "store takes");
	item->identity = store_rows_identity(import->rows, identity);
	if (import->last == NULL)
		import->first = item;
	else
		import->last->next = item;
	import->last = item;
	import->waiting++;
	return import->waiting < GROUP || store_import_flush(import, err);
}

struct store_import_counts
store_import_counts(const struct store_import *import)
{
	return import->counts;
}
