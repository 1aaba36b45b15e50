/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_segment.c - which opening of the file counted what: the writer's part
 * Tested by test_store_segments, test_store_histories.
 */
#include "lib/store/store_segment.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_query.h"

enum statement { OPEN_SEGMENT, ASK_OPEN, SEAL_SEGMENT };

/* A purge of the newest rows must not let earlier ones be taken for its own:
 * ids only grow. */
static const char open_sql[] =
    "INSERT INTO segment (ident, hour_s, opened_s, first_incident) VALUES "
    "(?, max(?, 0), max(?, 0), ifnull((SELECT seq FROM sqlite_sequence WHERE "
    "name = "
    "'incident'), 0)) RETURNING segment_id";

/*
 * ?1: when; ?2: its incidents, where the writer knows them, else -1: segment_id
 * is the last column of a wide row, and an hour of a flood has 64 MB of them.
 * Counters are those of the hour; what is no counter (store_db.h) adds nothing.
 */
#define SEAL                                                                   \
	"UPDATE segment SET sealed_s = max(?1, 1), (results, messages) = "     \
	"(SELECT count(*), ifnull(sum(iif(" STORE_SQL_COUNT(                   \
	    "count") ", count, 0)), 0) FROM result WHERE "                     \
		     "result.hour_s = segment.hour_s AND "                     \
		     "result.segment_id = segment.segment_id), "               \
		     "incidents = iif(?2 >= 0, ?2, (SELECT count(*) FROM "     \
		     "incident WHERE incident_id > first_incident AND "        \
		     "incident.segment_id = segment.segment_id)), "            \
		     "counted = (SELECT ifnull(sum(iif(" STORE_SQL_COUNT(      \
			 "counted.messages") ", counted.messages, 0)), 0) "    \
					     "FROM counted WHERE "             \
					     "counted.segment_id = "           \
					     "segment.segment_id), "           \
					     "acts = (SELECT count(*) FROM "   \
					     "act WHERE act.segment_id = "     \
					     "segment.segment_id) WHERE "      \
					     "sealed_s = 0 AND "

static const char seal_sql[] = SEAL "segment_id = ?3";

/* A file that holds more of them than a program leaves is sealed by and by. */
#define LEFT_MAX "1000"
static const char seal_left_sql[] =
    SEAL "segment_id IN (SELECT segment_id FROM segment WHERE sealed_s = 0 "
	 "LIMIT " LEFT_MAX ")";

/* ?1: now, ?2: how long behind the hour. */
#define IS_OVER "sealed_s = 0 AND (hour_s <= ?1 - ?2 - 3600 OR hour_s > ?1)"
#define OVER_MAX 64

bool store_segment_begin(struct store_segment_writer *writer,
			 struct store_db *db, const struct clock *clock,
			 struct error *err)
{
	static const char *const sql[] = {
	    [OPEN_SEGMENT] = open_sql,
	    [ASK_OPEN] = "SELECT 1 FROM segment WHERE segment_id = ? AND "
			 "sealed_s = 0",
	    [SEAL_SEGMENT] = seal_sql,
	};
	struct store_statement **statements = writer->statements;

	*writer = (struct store_segment_writer){.db = db, .clock = clock};
	return store_db_prepare(db, sql[OPEN_SEGMENT],
				&statements[OPEN_SEGMENT], err) &&
	       store_db_prepare(db, sql[ASK_OPEN], &statements[ASK_OPEN],
				err) &&
	       store_db_prepare(db, sql[SEAL_SEGMENT],
				&statements[SEAL_SEGMENT], err);
}

void store_segment_end(struct store_segment_writer *writer)
{
	for (size_t i = 0; i < COUNT_OF(writer->statements); i++)
		store_db_finish(writer->statements[i]);
	heap_free(writer->open);
	*writer = (struct store_segment_writer){.db = NULL};
}

/* --- those that are open --- */

static void forget(struct store_segment_writer *writer, size_t at)
{
	memmove(&writer->open[at], &writer->open[at + 1],
		(writer->count - at - 1) * sizeof writer->open[0]);
	writer->count--;
}

static void put_first(struct store_segment_writer *writer,
		      struct store_segment_open segment, size_t from)
{
	memmove(&writer->open[1], &writer->open[0],
		from * sizeof writer->open[0]);
	writer->open[0] = segment;
}

static struct store_segment_open *find_id(struct store_segment_writer *writer,
					  int64_t id)
{
	for (size_t i = 0; i < writer->count; i++) {
		if (writer->open[i].id == id)
			return &writer->open[i];
	}
	return NULL;
}

bool store_segment_look(struct store_segment_writer *writer, struct error *err)
{
	struct store_statement *statement = writer->statements[ASK_OPEN];

	for (size_t i = writer->count; i-- > 0;) {
		store_db_bind_number(statement, 1, writer->open[i].id);
		enum store_step step = store_db_step(statement, err);
		store_db_reset(statement);
		if (step == STORE_STEP_FAILED)
			return false;
		if (step == STORE_STEP_DONE)
			forget(writer, i);
	}
	return true;
}

/* --- sealing --- */

static bool seal_one(struct store_segment_writer *writer, int64_t id,
		     struct error *err)
{
	struct store_statement *statement = writer->statements[SEAL_SEGMENT];
	const struct store_segment_open *own = find_id(writer, id);

	store_db_bind_number(statement, 1, clock_now_s(writer->clock));
	store_db_bind_number(statement, 2,
			     own == NULL ? -1 : own->incidents + own->pending);
	store_db_bind_number(statement, 3, id);
	return store_db_execute(statement, err);
}

bool store_segment_settle(struct store_segment_writer *writer, size_t may_stay,
			  struct error *err)
{
	for (size_t i = may_stay; i < writer->count; i++) {
		if (!seal_one(writer, writer->open[i].id, err))
			return false;
		writer->open[i].is_sealed = true;
	}
	return true;
}

/* --- a segment for an hour --- */

static bool open_segment(struct store_segment_writer *writer, int64_t hour_s,
			 struct store_segment_open *opened, struct error *err)
{
	struct store_statement *statement = writer->statements[OPEN_SEGMENT];
	char ident[STORE_SEGMENT_IDENT];

	random_system()->fill(random_system(), ident, sizeof ident);
	store_db_bind_bytes(statement, 1, span_make(ident, sizeof ident));
	store_db_bind_number(statement, 2, hour_s);
	store_db_bind_number(statement, 3, clock_now_s(writer->clock));
	bool ok = store_db_step(statement, err) == STORE_STEP_ROW;
	if (ok)
		*opened = (struct store_segment_open){
		    .id = store_db_column_number(statement, 0),
		    .hour_s = hour_s,
		    .is_new = true};
	store_db_reset(statement);
	return ok;
}

static void make_room(struct store_segment_writer *writer)
{
	if (writer->count < writer->room)
		return;
	writer->room =
	    writer->room == 0 ? STORE_SEGMENTS_OPEN : writer->room * 2;
	writer->open =
	    heap_resized(writer->open, sizeof writer->open[0], writer->room);
}

bool store_segment_of(struct store_segment_writer *writer, int64_t time_s,
		      int64_t *id, struct error *err)
{
	int64_t hour_s = store_hour_of(time_s);
	struct store_segment_open opened;

	for (size_t i = 0; i < writer->count; i++) {
		if (writer->open[i].hour_s != hour_s)
			continue;
		if (i > 0)
			put_first(writer, writer->open[i], i);
		*id = writer->open[0].id;
		return true;
	}
	if (!open_segment(writer, hour_s, &opened, err))
		return false;
	make_room(writer);
	put_first(writer, opened, writer->count++);
	*id = opened.id;
	return true;
}

void store_segment_note_incident(struct store_segment_writer *writer,
				 int64_t id)
{
	struct store_segment_open *own = find_id(writer, id);

	if (own != NULL)
		own->pending++;
}

void store_segment_committed(struct store_segment_writer *writer)
{
	for (size_t i = writer->count; i-- > 0;) {
		struct store_segment_open *own = &writer->open[i];
		own->incidents += own->pending;
		own->pending = 0;
		own->is_new = false;
		if (own->is_sealed)
			forget(writer, i);
	}
}

void store_segment_undone(struct store_segment_writer *writer)
{
	for (size_t i = writer->count; i-- > 0;) {
		struct store_segment_open *own = &writer->open[i];
		own->pending = 0;
		own->is_sealed = false;
		if (own->is_new)
			forget(writer, i);
	}
}

bool store_segment_waiting(struct store_db *db, int64_t *waiting,
			   int64_t *hour_s, struct error *err)
{
	struct store_statement *row;

	if (!store_db_prepare(db,
			      "SELECT count(*), ifnull(min(hour_s), 0) FROM "
			      "segment WHERE sealed_s > 0 AND (pushed_s = 0 OR "
			      "restated > restated_told)",
			      &row, err))
		return false;
	if (store_db_next(row, err)) {
		*waiting = store_db_column_number(row, 0);
		*hour_s = store_db_column_number(row, 1);
	}
	return store_db_end(row);
}

/* --- transactions of their own --- */

static bool seal_left(struct store_db *db, int64_t now_s, struct error *err)
{
	return store_query_begin(db, err) &&
	       store_query_end(db,
			       store_query_run(db, seal_left_sql,
					       STORE_VALUES(store_number(now_s),
							    store_number(-1)),
					       err),
			       err);
}

bool store_segment_seal_left(struct store_db *db, const struct clock *clock,
			     const char *synchronous, struct error *err)
{
	int64_t is_any;

	if (!store_db_number(
		db, "SELECT EXISTS (SELECT 1 FROM segment WHERE sealed_s = 0)",
		&is_any, err))
		return false;
	return is_any == 0 ||
	       (store_db_run(db, "PRAGMA synchronous = FULL", err) &&
		seal_left(db, clock_now_s(clock), err) &&
		store_db_run(db, synchronous, err));
}

/* The ids of those that are over; most times there is none. */
static bool find_over(struct store_db *db, int64_t now_s, int64_t grace_s,
		      int64_t ids[OVER_MAX], size_t *count, struct error *err)
{
	struct store_statement *rows;

	*count = 0;
	if (!store_query_open(
		db, "SELECT segment_id FROM segment WHERE " IS_OVER " LIMIT 64",
		STORE_VALUES(store_number(now_s), store_number(grace_s)), &rows,
		err))
		return false;
	while (*count < OVER_MAX && store_db_next(rows, err))
		ids[(*count)++] = store_db_column_number(rows, 0);
	return store_db_end(rows);
}

static bool seal_ids(struct store_segment_writer *writer, const int64_t *ids,
		     size_t count, struct error *err)
{
	bool ok = store_query_begin(writer->db, err);

	for (size_t i = 0; ok && i < count; i++)
		ok = seal_one(writer, ids[i], err);
	return store_query_end(writer->db, ok, err);
}

static bool seal_all(struct store_segment_writer *writer, const int64_t *ids,
		     size_t count, struct error *err)
{
	if (count == 0)
		return true;
	if (!seal_ids(writer, ids, count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct store_segment_open *own = find_id(writer, ids[i]);
		if (own != NULL)
			forget(writer, (size_t)(own - writer->open));
	}
	return true;
}

bool store_segment_seal_over(struct store_segment_writer *writer,
			     struct error *err)
{
	int64_t ids[OVER_MAX];
	size_t count;

	return find_over(writer->db, clock_now_s(writer->clock),
			 STORE_SEGMENT_GRACE_S, ids, &count, err) &&
	       seal_all(writer, ids, count, err);
}

bool store_segment_seal_unheld(struct store_db *db, int64_t now_s,
			       int64_t grace_s, int64_t *sealed,
			       struct error *err)
{
	const struct clock clock = clock_fixed(now_s);
	struct store_segment_writer writer;
	int64_t ids[OVER_MAX];
	size_t count = 0;
	bool ok = store_segment_begin(&writer, db, &clock, err) &&
		  find_over(db, now_s, grace_s, ids, &count, err) &&
		  seal_all(&writer, ids, count, err);

	store_segment_end(&writer);
	*sealed = ok ? (int64_t)count : 0;
	return ok;
}

bool store_segment_seal_own(struct store_segment_writer *writer,
			    struct error *err)
{
	int64_t ids[STORE_SEGMENTS_OPEN];
	size_t count = 0;

	while (count < COUNT_OF(ids) && count < writer->count) {
		ids[count] = writer->open[count].id;
		count++;
	}
	return seal_all(writer, ids, count, err);
}
