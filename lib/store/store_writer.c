/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_writer.c - the writing connection: opened, used, opened again
 * Tested by test_store_faults.
 */
#include "lib/store/store_writer.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/store/store_clock.h"
#include "lib/store/store_counted.h"
#include "lib/store/store_file.h"
#include "lib/store/store_schema.h"

#define PURGE_EVERY_MS ((int64_t)3600000)
#define RETRY_EVERY_MS ((int64_t)60000) /* NTP may be late, or a lock held */
#define SIZE_EVERY_MS ((int64_t)60000)
#define PATHS_EVERY_MS ((int64_t)5000)
#define SETTLE_EVERY_MS ((int64_t)600000)
#define SEAL_EVERY_MS ((int64_t)15000) /* within a minute of the hour */
#define CONVERTED_MAX (INT64_C(64) << 20)

/* WAL with NORMAL survives a killed process, not a power loss. */
static const char *synchronous(int durability)
{
	return durability == DURABILITY_SYNC ? "PRAGMA synchronous = FULL"
					     : "PRAGMA synchronous = NORMAL";
}

/* After a long reading the -wal file shrinks to 64 MiB again. */
static bool set_pragmas(struct store_db *db, int durability, struct error *err)
{
	return store_db_run(db, "PRAGMA journal_mode = WAL", err) &&
	       store_db_run(db, synchronous(durability), err) &&
	       store_db_run(db, "PRAGMA journal_size_limit = 67108864", err);
}

/* What an earlier opening, or a copy of this file elsewhere, went on counting
 * with, is never gone on with here. */
static bool seal_left(struct store_writer *writer, struct error *err)
{
	return store_segment_seal_left(writer->db, writer->clock,
				       synchronous(writer->settings.durability),
				       err);
}

/* Before the first table is made; without effect on a file that has some. */
static bool begin_vacuum(struct store_writer *writer, struct error *err)
{
	return store_db_run(writer->db, "PRAGMA auto_vacuum = INCREMENTAL",
			    err);
}

/* A file of old is made anew where that takes no more than a second or so;
 * another, and one that somebody holds, keeps its free pages as before. */
static void convert_file(struct store_writer *writer)
{
	int64_t size = store_file_size(writer->path);
	int64_t mode;
	struct error ignored;

	if (!store_db_number(writer->db, "PRAGMA auto_vacuum", &mode,
			     &ignored) ||
	    mode != 0 || size > CONVERTED_MAX)
		return;
	bool is_made = store_db_run(writer->db,
				    "PRAGMA temp_store = MEMORY;"
				    "PRAGMA auto_vacuum = INCREMENTAL; VACUUM",
				    &ignored);
	(void)is_made;
}

static void close_database(struct store_writer *writer)
{
	store_rows_close(writer->rows);
	writer->rows = NULL;
	store_db_close(writer->db);
	writer->db = NULL;
}

/* What known paths are worth is found now and then. */
static void settle_paths(struct store_writer *writer)
{
	store_paths_settle(writer->paths, clock_now_s(writer->clock));
	writer->settle_due_ms =
	    clock_monotonic_ms(writer->clock) + SETTLE_EVERY_MS;
}

/* Purging a row deletes what hangs on it. */
static bool open_rows(struct store_writer *writer, struct error *err)
{
	store_db_enable_triggers(writer->db);
	if (!store_rows_open(writer->db, STORE_ROWS_OF_DAEMON, writer->clock,
			     writer->passed, writer->paths, &writer->rows, err))
		return false;
	writer->seal_due_ms = clock_monotonic_ms(writer->clock) + SEAL_EVERY_MS;
	/* A small table is there already. */
	bool is_loading =
	    store_path_rows_is_loading(store_rows_paths(writer->rows));
	writer->settle_due_ms = clock_monotonic_ms(writer->clock);
	writer->paths_due_ms =
	    writer->settle_due_ms + (is_loading ? 0 : SETTLE_EVERY_MS);
	if (!is_loading)
		settle_paths(writer);
	return true;
}

/* What an earlier process kept of this hour counts. */
static bool seed_budget(struct store_writer *writer, struct error *err)
{
	if (!writer->is_budget_seeded)
		writer->is_budget_seeded =
		    store_counted_seed(writer->db, writer->budget,
				       clock_now_s(writer->clock), err);
	return writer->is_budget_seeded;
}

static bool open_database(struct store_writer *writer, struct error *err)
{
	writer->is_locked = false;
	writer->size = 0;
	writer->bounds.detail_done = 0; /* it may be another file */
	if (!store_file_prepare(writer->path, err))
		return false;
	/* The schema comes before WAL: a file that is refused stays as it
	 * was found. */
	bool ok =
	    store_db_open(writer->path, STORE_DB_WRITE, &writer->db, err) &&
	    begin_vacuum(writer, err) &&
	    store_schema_migrate(writer->db, &store_schema_current, err) &&
	    set_pragmas(writer->db, writer->settings.durability, err) &&
	    store_clock_begin(writer->db, err) && seal_left(writer, err) &&
	    open_rows(writer, err) && seed_budget(writer, err);
	if (ok) {
		convert_file(writer);
		return true;
	}
	writer->is_locked = writer->db != NULL && store_db_is_busy(writer->db);
	writer->is_damaged =
	    writer->db != NULL && store_db_is_corrupt(writer->db);
	close_database(writer);
	return error_wrap(err, "the store %.100s", writer->path);
}

void store_writer_init(struct store_writer *writer,
		       const struct store_settings *settings,
		       struct store_passed *passed, struct store_paths *paths,
		       struct store_budget *budget, const struct clock *clock)
{
	*writer = (struct store_writer){
	    .path = heap_strdup(settings->sqlite),
	    .settings = *settings,
	    .clock = clock,
	    .passed = passed,
	    .paths = paths,
	    .budget = budget,
	    .purge_due_ms = clock_monotonic_ms(clock),
	    .size_due_ms = clock_monotonic_ms(clock),
	    .paths_due_ms = clock_monotonic_ms(clock),
	    .seal_due_ms = clock_monotonic_ms(clock),
	    .is_for_fleet = store_is_of_fleet(settings),
	    .bounds = {.max_bytes = (int64_t)settings->max_size << 20,
		       .is_for_fleet = store_is_of_fleet(settings)},
	};
	writer->settings.sqlite = writer->path;
}

bool store_writer_open(struct store_writer *writer, struct error *err)
{
	return writer->db != NULL || open_database(writer, err);
}

void store_writer_done(struct store_writer *writer)
{
	close_database(writer);
	heap_free(writer->path);
	writer->path = NULL;
}

/* Rows written into a file that was renamed or deleted would be committed and
 * yet gone for every reader. What its -wal, left behind under the old name,
 * still holds goes into the file first: SQLite does not do so on closing a
 * moved one. */
static bool leave_moved_file(struct store_writer *writer, struct error *err)
{
	if (writer->db == NULL || !store_db_was_moved(writer->db))
		return false;
	store_db_checkpoint(writer->db, true);
	close_database(writer);
	(void)error_set(err, ERROR_STORE,
			"the store %.100s was moved or deleted while in use; a "
			"new file is begun",
			writer->path);
	return true;
}

/* --- a file that was cut short --- */

/* Somebody else's VACUUM makes it smaller too, and leaves it sound. */
static bool is_sound(const char *path)
{
	struct store_db *db = NULL;
	struct store_statement *statement = NULL;
	struct error err;
	bool ok =
	    store_db_open(path, STORE_DB_READ, &db, &err) &&
	    store_schema_check(db, &store_schema_current, &err) &&
	    store_db_prepare(db, "PRAGMA quick_check(1)", &statement, &err) &&
	    store_db_step(statement, &err) == STORE_STEP_ROW &&
	    strcmp(store_db_column_text(statement, 0), "ok") == 0;

	store_db_finish(statement);
	store_db_close(db);
	return ok;
}

/* The pages that the connection still knows would hide it for a while. */
static bool leave_cut_file(struct store_writer *writer, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *remains;
	int64_t size = store_file_size(writer->path);

	if (writer->db == NULL || size < 0 || size >= writer->size) {
		mem_free(mem);
		return false;
	}
	close_database(writer);
	bool was_cut = !is_sound(writer->path);
	if (was_cut &&
	    store_file_set_aside(mem, writer->path, clock_now_s(writer->clock),
				 &remains, err))
		(void)error_set(err, ERROR_STORE,
				"the store %.80s was cut short while in use; a "
				"new file is begun, the remains are %.100s",
				writer->path, remains);
	mem_free(mem);
	return was_cut;
}

/* At the start as at any time. A file that is not ours stays where it is: the
 * setting may name another program's. */
static bool leave_damaged_file(struct store_writer *writer, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *remains;
	bool was_left =
	    writer->is_damaged && !is_sound(writer->path) &&
	    store_file_is_ours(writer->path) &&
	    store_file_set_aside(mem, writer->path, clock_now_s(writer->clock),
				 &remains, err);

	writer->is_damaged = false;
	if (was_left)
		(void)error_set(err, ERROR_STORE,
				"the store %.80s is damaged; a new file is "
				"begun, the remains are %.100s",
				writer->path, remains);
	mem_free(mem);
	return was_left;
}

/* --- writing --- */

/* Once it was made to shrink, it ends shorter than it is now when its log is
 * written out, whoever does that. */
static void note_size(struct store_writer *writer)
{
	struct error ignored;

	writer->size = store_file_size(writer->path);
	if (writer->has_shrunk &&
	    store_size_read(&writer->bounds, writer->db, &ignored) &&
	    writer->bounds.file_bytes < writer->size)
		writer->size = writer->bounds.file_bytes;
}

/* What was counted is written soon, or at once where there is much. */
static void expect_paths(struct store_writer *writer)
{
	int64_t now_ms = clock_monotonic_ms(writer->clock);
	struct store_paths *paths = writer->paths;
	bool is_much = paths->dirty_count > STORE_PATHS_DIRTY / 2 ||
		       paths->change_count > STORE_PATHS_CHANGES / 2;
	int64_t due_ms = is_much ? now_ms : now_ms + PATHS_EVERY_MS;

	if ((paths->dirty_count > 0 || paths->change_count > 0) &&
	    due_ms < writer->paths_due_ms)
		writer->paths_due_ms = due_ms;
}

static enum store_fault write_once(struct store_writer *writer,
				   struct store_item *items, size_t count,
				   uint64_t *groups, struct error *err)
{
	if (!store_writer_open(writer, err))
		return writer->is_locked ? STORE_FAULT_BUSY : STORE_FAULT_STORE;
	enum store_fault fault =
	    store_rows_write(writer->rows, items, count, err);
	if (fault == STORE_FAULT_NONE) {
		note_size(writer);
		expect_paths(writer);
		(*groups)++;
		return fault;
	}
	(void)error_wrap(err, "the store %.100s", writer->path);
	/* Whatever it was, a damaged file or a full disk, the next try begins
	 * with a connection that knows nothing of it. */
	writer->is_damaged = store_db_is_corrupt(writer->db);
	if (writer->is_damaged)
		fault = STORE_FAULT_STORE;
	if (fault != STORE_FAULT_BUSY)
		close_database(writer);
	return fault;
}

static void set_outcomes(struct store_item *items, enum store_outcome outcome)
{
	for (; items != NULL; items = items->next)
		items->outcome = outcome;
}

/* A row that is refused must not take its neighbours along. Those that found
 * the lock held, and what follows; NULL when none did. */
static struct store_item *write_each(struct store_writer *writer,
				     struct store_item *items, uint64_t *groups,
				     struct error *err)
{
	for (; items != NULL; items = items->next) {
		enum store_fault fault =
		    write_once(writer, items, 1, groups, err);
		if (fault == STORE_FAULT_BUSY)
			return items;
		if (fault == STORE_FAULT_STORE) {
			set_outcomes(items, STORE_LOST);
			return NULL;
		}
		items->outcome =
		    fault == STORE_FAULT_NONE ? STORE_COMMITTED : STORE_LOST;
	}
	return NULL;
}

void store_writer_lose(struct store_item *items)
{
	set_outcomes(items, STORE_LOST);
}

bool store_writer_write(struct store_writer *writer, struct store_item *items,
			uint64_t *groups, struct store_item **left,
			struct error *err)
{
	bool was_left = leave_moved_file(writer, err) ||
			leave_cut_file(writer, err) ||
			leave_damaged_file(writer, err);
	struct error first;
	size_t count = 0;

	for (struct store_item *item = items; item != NULL; item = item->next)
		count++;
	enum store_fault fault =
	    write_once(writer, items, count, groups, &first);
	if (fault == STORE_FAULT_STORE) {
		was_left = leave_damaged_file(writer, err) || was_left;
		fault = write_once(writer, items, count, groups, &first);
	}
	*left = fault == STORE_FAULT_BUSY ? items : NULL;
	if (fault == STORE_FAULT_NONE) {
		set_outcomes(items, STORE_COMMITTED);
		return !was_left;
	}
	*err = first;
	if (fault == STORE_FAULT_ROW)
		*left = write_each(writer, items, groups, err);
	else if (fault == STORE_FAULT_STORE)
		set_outcomes(items, STORE_LOST);
	return false;
}

/* --- upkeep --- */

int64_t store_writer_upkeep_in_ms(const struct store_writer *writer)
{
	const int64_t dues_ms[] = {writer->purge_due_ms, writer->size_due_ms,
				   writer->seal_due_ms};
	int64_t due_ms = writer->paths_due_ms;

	for (size_t i = 0; i < COUNT_OF(dues_ms); i++) {
		if (dues_ms[i] < due_ms)
			due_ms = dues_ms[i];
	}
	int64_t left = due_ms - clock_monotonic_ms(writer->clock);

	return left > 0 ? left : 0;
}

/* May its word delete anything? A clock that was given is a test's. A doubt is
 * no failure. */
static bool judge_clock(struct store_writer *writer, struct error *err)
{
	struct clock_facts facts;

	if (clock_is_fixed(writer->clock))
		return true;
	if (!store_clock_facts(writer->db, writer->clock, &facts, err))
		return false;
	writer->is_clock_doubted = clock_trust(&facts) != CLOCK_AGREES;
	writer->clock_doubt = (struct error){.kind = ERROR_NONE};
	if (!writer->is_clock_doubted)
		return store_clock_believe(writer->db, facts.now_s, err);
	TALLOC_CTX *mem = mem_context(NULL);
	(void)error_set(&writer->clock_doubt, ERROR_STORE,
			"nothing is purged: %s",
			clock_trust_words(mem, &facts));
	mem_free(mem);
	return true;
}

static bool purge_old(struct store_writer *writer, bool *has_more,
		      struct error *err)
{
	int64_t now_s = clock_now_s(writer->clock);
	const struct store_settings *keep = &writer->settings;
	const struct store_purge_times times = {
	    .now_s = now_s,
	    .incidents_before_s = now_s - keep->keep_incidents_ms / 1000,
	    .results_before_s = now_s - keep->keep_results_ms / 1000,
	    .is_for_fleet = writer->is_for_fleet,
	};

	if (!judge_clock(writer, err))
		return false;
	return writer->is_clock_doubted ||
	       store_rows_purge(writer->rows, &times, has_more, &writer->let_go,
				err);
}

/* Which results reports still need is asked of a clock that is believed; by
 * any other they need all. */
static bool find_report_hold(struct store_writer *writer, int64_t *hold_s,
			     struct error *err)
{
	*hold_s = 0;
	return writer->is_clock_doubted ||
	       store_purge_report_hold(writer->db, clock_now_s(writer->clock),
				       hold_s, err);
}

/* What the forwarder has to take yet. */
static bool look_at_fleet(struct store_writer *writer, struct error *err)
{
	return !writer->is_for_fleet ||
	       store_segment_waiting(writer->db, &writer->waiting,
				     &writer->waiting_hour_s, err);
}

static bool keep_size(struct store_writer *writer, bool *has_more,
		      struct error *err)
{
	int64_t before = writer->bounds.file_bytes;
	int64_t hold_s;
	/* One part a turn: messages wait for it. */
	bool ok = look_at_fleet(writer, err) &&
		  find_report_hold(writer, &hold_s, err) &&
		  store_size_shed(&writer->bounds, writer->db, hold_s, has_more,
				  err) &&
		  (*has_more || store_size_shrink(&writer->bounds, writer->db,
						  has_more, err));

	if (ok && writer->bounds.file_bytes < before) {
		writer->has_shrunk = true;
		note_size(writer);
	}
	return ok;
}

/* Reads or writes a part, and finds now and then what they are worth. */
static bool keep_paths(struct store_writer *writer, bool *has_more,
		       struct error *err)
{
	struct store_path_rows *rows = store_rows_paths(writer->rows);
	int64_t now_ms = clock_monotonic_ms(writer->clock);

	if (!store_path_rows_step(rows, err))
		return false;
	*has_more = store_path_rows_is_loading(rows) ||
		    store_path_rows_has_changes(rows);
	if (!*has_more && writer->settle_due_ms <= now_ms)
		settle_paths(writer);
	return true;
}

static bool finish_all(struct store_writer *writer, struct error *err)
{
	bool has_more = true;

	while (has_more) {
		if (!keep_paths(writer, &has_more, err))
			return false;
	}
	return store_segment_seal_own(store_rows_segments(writer->rows), err);
}

bool store_writer_finish(struct store_writer *writer, struct error *err)
{
	return writer->db == NULL || finish_all(writer, err) ||
	       error_wrap(err, "the store %.100s", writer->path);
}

bool store_writer_upkeep(struct store_writer *writer, struct error *err)
{
	int64_t now_ms = clock_monotonic_ms(writer->clock);
	bool has_more = false;
	bool ok = store_writer_open(writer, err);

	if (writer->paths_due_ms <= now_ms) {
		ok = ok && keep_paths(writer, &has_more, err);
		if (!has_more || !ok)
			writer->paths_due_ms =
			    now_ms + (ok ? SETTLE_EVERY_MS : PATHS_EVERY_MS);
	} else if (writer->seal_due_ms <= now_ms) {
		ok = ok && store_segment_seal_over(
			       store_rows_segments(writer->rows), err);
		writer->seal_due_ms = now_ms + SEAL_EVERY_MS;
	} else if (writer->purge_due_ms <= now_ms) {
		ok = ok && purge_old(writer, &has_more, err);
		if (!has_more)
			writer->purge_due_ms =
			    now_ms + (!ok || writer->is_clock_doubted
					  ? RETRY_EVERY_MS
					  : PURGE_EVERY_MS);
	} else {
		ok = ok && keep_size(writer, &has_more, err);
		if (!has_more)
			writer->size_due_ms = now_ms + SIZE_EVERY_MS;
	}
	return ok;
}
