/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_acts.c - what operators did about incidents
 * Tested by test_store_review.
 */
#include "lib/store/store_acts.h"

#include "lib/store/store_columns.h"
#include "lib/store/store_file.h"
#include "lib/store/store_query.h"
#include "lib/store/store_reader.h"
#include "lib/store/store_schema.h"
#include "lib/store/store_segment.h"

#define ACT(t, m) STORE_COLUMN(store_act, t, m)

static const char *const kinds[] = {
    [ACT_RELEASE] = "release",
    [ACT_CONFIRM] = "confirm",
    [ACT_ALLOW] = "allow",
};

/* As the statements below have them. */
static const struct store_column act_items[] = {
    {ACT(STORE_TIME, time_s)},
    {ACT(STORE_TEXT, who)},
    {ACT(STORE_WORD, kind), STORE_WORDS(kinds)},
    {ACT(STORE_TEXT, note)},
};

static const struct store_columns act_columns = {act_items,
						 COUNT_OF(act_items)};

const char *store_act_kind_text(enum store_act_kind kind)
{
	return kinds[kind];
}

void store_act_read(struct store_statement *rows, int at, struct store_act *act)
{
	store_columns_read(&act_columns, rows, at, act);
}

struct store_acts_writer {
	struct store_db *db;
	char *path;
};

static int close_writer(struct store_acts_writer *writer)
{
	store_db_close(writer->db);
	return 0;
}

bool store_acts_open(TALLOC_CTX *mem, const char *path,
		     struct store_acts_writer **writer, struct error *err)
{
	struct store_acts_writer *made = mem_new(mem, struct store_acts_writer);

	made->path = mem_strdup(made, path);
	talloc_set_destructor(made, close_writer);
	if (store_file_readable(path, err) && store_file_prepare(path, err) &&
	    store_db_open(path, STORE_DB_WRITE, &made->db, err) &&
	    store_schema_check(made->db, &store_schema_current, err)) {
		*writer = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "cannot record what is done");
}

struct store_acts_writer *store_acts_over(TALLOC_CTX *mem, struct store_db *db,
					  const char *name)
{
	struct store_acts_writer *made = mem_new(mem, struct store_acts_writer);

	made->db = db;
	made->path = mem_strdup(made, name);
	talloc_set_destructor(made, close_writer);
	return made;
}

/* *added is 0 where the daemon has purged the incident meanwhile. */
static bool add_row(struct store_db *db, int64_t segment_id,
		    int64_t incident_id, const struct store_act *act,
		    int64_t *added, struct error *err)
{
	if (!store_query_run(
		db,
		"INSERT INTO act (incident_id, time_s, who, kind, note, "
		"segment_id) SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM incident "
		"WHERE incident_id = ?1",
		STORE_VALUES(store_number(incident_id),
			     store_number(act->time_s), store_text(act->who),
			     store_text(kinds[act->kind]),
			     store_text(act->note), store_number(segment_id)),
		err))
		return false;
	*added = store_db_changes(db);
	return true;
}

/* An act has a segment of its own, which is sealed with it (store_segment.h).
 */
static bool add_sealed(struct store_db *db, int64_t incident_id,
		       const struct store_act *act, int64_t *added,
		       struct error *err)
{
	const struct clock clock = clock_fixed(act->time_s);
	struct store_segment_writer segments;
	int64_t segment_id;
	bool ok = store_segment_begin(&segments, db, &clock, err) &&
		  store_segment_of(&segments, act->time_s, &segment_id, err) &&
		  add_row(db, segment_id, incident_id, act, added, err) &&
		  store_segment_settle(&segments, 0, err);

	store_segment_end(&segments);
	return ok;
}

static bool add_to_file(struct store_db *db, int64_t incident_id,
			const struct store_act *act, int64_t *added,
			struct error *err)
{
	if (!store_query_begin(db, err))
		return false;
	bool ok = add_sealed(db, incident_id, act, added, err);
	bool is_kept = store_query_end(db, ok && *added == 1, err);
	return ok && (is_kept || *added == 0);
}

/* Nobody writes a fleet's tables but by its functions. */
static bool add_to_fleet(struct store_db *db, int64_t incident_id,
			 const struct store_act *act, int64_t *added,
			 struct error *err)
{
	return store_query_number(
	    db, "SELECT alignd_push.add_act(?, ?, ?, ?, ?)",
	    STORE_VALUES(store_number(incident_id), store_number(act->time_s),
			 store_text(act->who), store_text(kinds[act->kind]),
			 store_text(act->note)),
	    0, added, err);
}

bool store_acts_add(struct store_acts_writer *writer, int64_t incident_id,
		    const struct store_act *act, struct error *err)
{
	bool is_of_fleet = store_db_kind(writer->db) == STORE_DB_POSTGRESQL;
	int64_t added = 0;

	if (!(is_of_fleet ? add_to_fleet : add_to_file)(writer->db, incident_id,
							act, &added, err))
		return error_wrap(err, "cannot record it in %.100s",
				  writer->path);
	if (added == 1)
		return true;
	return error_set(err, ERROR_STORE,
			 "cannot record it in %.100s: the incident was purged "
			 "meanwhile",
			 writer->path);
}

bool store_acts(struct store_reader *reader, int64_t incident_id,
		bool (*seen)(void *context, const struct store_act *act),
		void *context, struct error *err)
{
	struct store_statement *rows;
	struct store_act act;

	if (!store_query_open(reader->db,
			      "SELECT act_id, time_s, who, kind, note FROM act "
			      "WHERE incident_id = ? ORDER BY act_id",
			      STORE_VALUES(store_number(incident_id)), &rows,
			      err))
		return false;
	while (store_db_next(rows, err)) {
		store_act_read(rows, 1, &act);
		if (store_db_is_sound(rows, "act", 0) && !seen(context, &act))
			break;
	}
	return store_db_end(rows);
}
