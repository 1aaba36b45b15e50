/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_size.c - what goes before its time when the file has its size
 */
#include "lib/store/store_size.h"

#include <time.h>

#include "lib/store/store_file.h"
#include "lib/store/store_inbox_shed.h"
#include "lib/store/store_query.h"
#include "lib/store/store_schema.h"

#define BATCH 25 /* rows: a few milliseconds, at 32 KB each */
#define SHRINK_PAGES 64
#define INCREMENTAL 2  /* of PRAGMA auto_vacuum */
#define CUT_BYTES "64" /* what is no longer has no detail, or went already */

/* Free pages that stay for what comes next: one in so many. */
#define SPARE_SHARE 16

static bool read_numbers(struct store_db *db, int64_t *pages, int64_t *unused,
			 int64_t *page_bytes, struct error *err)
{
	return store_db_number(db, "PRAGMA page_count", pages, err) &&
	       store_db_number(db, "PRAGMA freelist_count", unused, err) &&
	       store_db_number(db, "PRAGMA page_size", page_bytes, err);
}

bool store_size_read(struct store_size *size, struct store_db *db,
		     struct error *err)
{
	int64_t pages;
	int64_t unused;
	int64_t page_bytes;
	int64_t mode;

	if (!read_numbers(db, &pages, &unused, &page_bytes, err) ||
	    !store_db_number(db, "PRAGMA auto_vacuum", &mode, err))
		return false;
	size->used_bytes = (pages - unused) * page_bytes;
	size->file_bytes = pages * page_bytes;
	size->can_shrink = mode == INCREMENTAL;
	return true;
}

/* --- what goes --- */

/* Numbers begin anew in a new file. */
static bool forget_done(struct store_size *size, struct store_db *db,
			struct error *err)
{
	int64_t last;

	if (!store_db_number(db,
			     "SELECT ifnull(max(incident_id), 0) FROM incident",
			     &last, err))
		return false;
	if (last < size->detail_done)
		size->detail_done = last;
	return true;
}

/* What went before an earlier start still says how long it was. */
static const char cut_detail_sql[] =
    "UPDATE incident SET verdict = iif(length(verdict) > " CUT_BYTES
    ", printf('{\"cut\":%d}', length(verdict)), verdict), "
    "queries = iif(length(queries) > " CUT_BYTES
    ", printf('[{\"cut\":%d}]', length(queries)), queries) "
    "WHERE incident_id > ? AND incident_id <= ? AND "
    "(length(verdict) > " CUT_BYTES " OR length(queries) > " CUT_BYTES ")";

/* Incidents are numbered as they came. *has_moved: some were looked at. */
static bool shed_detail(struct store_size *size, struct store_db *db,
			bool *has_moved, struct error *err)
{
	int64_t last;

	*has_moved = false;
	if (!forget_done(size, db, err) ||
	    !store_query_number(
		db,
		"SELECT max(incident_id) FROM (SELECT incident_id FROM "
		"incident WHERE incident_id > ? ORDER BY incident_id LIMIT ?)",
		STORE_VALUES(store_number(size->detail_done),
			     store_number(BATCH)),
		0, &last, err))
		return false;
	if (last == 0)
		return true;
	if (!store_query_run(db, cut_detail_sql,
			     STORE_VALUES(store_number(size->detail_done),
					  store_number(last)),
			     err))
		return false;
	size->detail_done = last;
	size->shed += (uint64_t)store_db_changes(db);
	*has_moved = true;
	return true;
}

#define FIRST_INCIDENTS "FROM incident ORDER BY incident_id LIMIT ?1"
#define UNNEEDED_RESULTS                                                       \
	"FROM result WHERE hour_s < ?2 ORDER BY hour_s LIMIT ?1"
#define FIRST_RESULTS "FROM result ORDER BY hour_s LIMIT ?1"
#define DELETE_RESULTS(which)                                                  \
	"DELETE FROM result WHERE (hour_s, tuple_id, segment_id) IN (SELECT "  \
	"hour_s, tuple_id, segment_id " which ") AND ?2 = ?2"
#define UNPUSHED_MESSAGES(which)                                               \
	"SELECT ifnull(sum(count), 0) FROM (SELECT segment_id, count " which   \
	") JOIN segment USING (segment_id) WHERE pushed_s = 0 AND ?2 = ?2 "    \
	"AND " STORE_SQL_COUNT("count")

struct shedding {
	const char *sql; /* ?1: how many, ?2: from when on reports need
			    counters */
	/* how many of them the fleet does not have: NULL: it takes none */
	const char *unpushed;
	bool is_messages; /* or incidents */
};

/* In their order. */
static const struct shedding sheddings[] = {
    {"UPDATE report SET archive = x'' WHERE report_id IN (SELECT report_id "
     "FROM report WHERE settled_s > 0 AND length(archive) > 0 "
     "ORDER BY settled_s LIMIT ?1) AND ?2 = ?2",
     NULL, false},
    {"DELETE FROM incident WHERE incident_id IN (SELECT "
     "incident_id " FIRST_INCIDENTS ") AND ?2 = ?2",
     "SELECT count(*) FROM (SELECT segment_id " FIRST_INCIDENTS
     ") JOIN segment USING (segment_id) WHERE pushed_s = 0 AND ?2 = ?2",
     false},
    {"DELETE FROM counted WHERE counted_id IN (SELECT counted_id "
     "FROM counted ORDER BY counted_id LIMIT ?1) AND ?2 = ?2",
     NULL, false},
    {DELETE_RESULTS(UNNEEDED_RESULTS), UNPUSHED_MESSAGES(UNNEEDED_RESULTS),
     true},
    {"DELETE FROM failure WHERE failure_id IN (SELECT failure_id "
     "FROM failure ORDER BY failure_id LIMIT ?1) AND ?2 = ?2",
     NULL, false},
    {DELETE_RESULTS(FIRST_RESULTS), UNPUSHED_MESSAGES(FIRST_RESULTS), true},
};

static bool count_unpushed(struct store_size *size, struct store_db *db,
			   const struct shedding *shedding, int64_t hold_s,
			   struct error *err)
{
	return !size->is_for_fleet || shedding->unpushed == NULL ||
	       store_purge_count(db, shedding->unpushed, BATCH, hold_s,
				 shedding->is_messages
				     ? &size->let_go.messages
				     : &size->let_go.incidents,
				 err);
}

static bool shed_rows(struct store_size *size, struct store_db *db,
		      const struct shedding *shedding, int64_t hold_s,
		      int64_t *changed, struct error *err)
{
	if (!count_unpushed(size, db, shedding, hold_s, err) ||
	    !store_query_run(
		db, shedding->sql,
		STORE_VALUES(store_number(BATCH), store_number(hold_s)), err))
		return false;
	*changed = store_db_changes(db);
	return true;
}

/* Known paths and remembered answers are what strangers can make many of, too:
 * each has a share of the file, beyond which those go first that are of one
 * day. A path takes PATH_BYTES where its names are as they usually are. */
#define KNOWN_SHARE 16
#define KNOWN_BATCH 200
#define PATH_BYTES "100"

struct known {
	const char *bytes; /* that the table takes */
	const char *fresh; /* deletes ?1 of them of one day, */
	const char *rest;  /* or of the others */
};

static const struct known knowns[] = {
    {"SELECT count(*) * " PATH_BYTES " FROM path",
     "DELETE FROM path WHERE number IN (SELECT number FROM path "
     "WHERE days < 2 LIMIT ?1)",
     "DELETE FROM path WHERE number IN (SELECT number FROM path LIMIT ?1)"},
    {"SELECT ifnull(sum(length(answers)), 0) FROM remembered",
     "DELETE FROM remembered WHERE policy_domain IN (SELECT policy_domain "
     "FROM remembered WHERE days < 2 LIMIT ?1)",
     "DELETE FROM remembered WHERE policy_domain IN (SELECT policy_domain "
     "FROM remembered ORDER BY last_day LIMIT ?1)"},
};

static bool delete_known(struct store_db *db, const char *sql, int64_t *changed,
			 struct error *err)
{
	if (!store_query_run(db, sql, STORE_VALUES(store_number(KNOWN_BATCH)),
			     err))
		return false;
	*changed = store_db_changes(db);
	return true;
}

static bool shed_known(struct store_size *size, struct store_db *db,
		       bool *has_moved, struct error *err)
{
	int64_t changed = 0;
	int64_t bytes;

	for (size_t i = 0; changed == 0 && i < COUNT_OF(knowns); i++) {
		if (!store_db_number(db, knowns[i].bytes, &bytes, err))
			return false;
		if (bytes <= size->max_bytes / KNOWN_SHARE)
			continue;
		if (!delete_known(db, knowns[i].fresh, &changed, err) ||
		    (changed == 0 &&
		     !delete_known(db, knowns[i].rest, &changed, err)))
			return false;
	}
	size->shed += (uint64_t)changed;
	*has_moved = changed > 0;
	return true;
}

/* The first that has something left; what strangers sent before all else. */
static bool shed_oldest(struct store_size *size, struct store_db *db,
			int64_t hold_s, bool *has_moved, struct error *err)
{
	int64_t changed = 0;

	*has_moved = false;
	if (!store_inbox_shed_first(db, has_moved, err))
		return false;
	size->shed += *has_moved;
	if (!*has_moved && !shed_known(size, db, has_moved, err))
		return false;
	if (!*has_moved && !shed_detail(size, db, has_moved, err))
		return false;
	for (size_t i = 0; !*has_moved && i < COUNT_OF(sheddings); i++) {
		if (!shed_rows(size, db, &sheddings[i], hold_s, &changed, err))
			return false;
		*has_moved = changed > 0;
	}
	size->shed += (uint64_t)changed;
	return true;
}

bool store_size_shed(struct store_size *size, struct store_db *db,
		     int64_t hold_s, bool *has_more, struct error *err)
{
	bool has_moved;

	size->is_full = false;
	if (!store_size_read(size, db, err))
		return false;
	if (size->max_bytes == 0 || size->used_bytes <= size->max_bytes)
		return true;
	const struct store_size before = *size;
	if (!store_db_run(db, "BEGIN IMMEDIATE", err))
		return false;
	if (!shed_oldest(size, db, hold_s, &has_moved, err) ||
	    !store_purge_note(db, &before.let_go, &size->let_go, err) ||
	    !store_db_run(db, "COMMIT", err)) {
		store_db_rollback(db);
		*size = before;
		return false;
	}
	size->is_full = !has_moved;
	if (has_moved)
		*has_more = true;
	return true;
}

bool store_size_shrink(struct store_size *size, struct store_db *db,
		       bool *has_more, struct error *err)
{
	int64_t unused = size->file_bytes - size->used_bytes;
	const int64_t step = INT64_C(4096) * SHRINK_PAGES;

	if (!size->can_shrink || unused <= step ||
	    unused <= size->file_bytes / SPARE_SHARE)
		return true;
	if (!store_db_run(db, "PRAGMA incremental_vacuum(64)", err))
		return false;
	int64_t before = size->file_bytes;
	if (!store_size_read(size, db, err))
		return false;
	/* The file ends where it should when the log of it is written out. */
	store_db_checkpoint(db, false);
	if (size->file_bytes < before)
		*has_more = true;
	return true;
}

/* --- beside the daemon --- */

/* In which the daemon gets its turn: SQLite looks for the lock after 1, 2, 5
 * and 10 ms, and by then it must have been free. */
static const struct timespec pause = {.tv_nsec = 10000000};

static bool give_all_back(struct store_db *db, struct error *err)
{
	int64_t unused;

	for (;;) {
		if (!store_db_number(db, "PRAGMA freelist_count", &unused, err))
			return false;
		if (unused == 0)
			break;
		if (!store_db_run(db, "PRAGMA incremental_vacuum(64)", err))
			return false;
		(void)nanosleep(&pause, NULL);
	}
	store_db_checkpoint(db, false);
	return true;
}

static bool require_shrinkable(const struct store_size *size, struct error *err)
{
	return size->can_shrink ||
	       error_set(
		   err, ERROR_STORE,
		   "it was made by a version that gave no space back; "
		   "\"alignctl store backup NEW\" makes a small copy: stop "
		   "alignd, and put that in its place");
}

bool store_size_shrink_file(const char *path, int64_t *before, int64_t *after,
			    struct error *err)
{
	struct store_size size = {0};
	struct store_db *db = NULL;
	bool ok = store_file_readable(path, err) &&
		  store_db_open(path, STORE_DB_WRITE, &db, err) &&
		  store_schema_check(db, &store_schema_current, err) &&
		  store_size_read(&size, db, err) &&
		  require_shrinkable(&size, err);

	*before = size.file_bytes;
	ok = ok && give_all_back(db, err) && store_size_read(&size, db, err);
	*after = size.file_bytes;
	store_db_close(db);
	return ok || error_wrap(err, "the store %.100s", path);
}
