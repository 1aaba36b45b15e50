/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_segments.c - what the fleet takes of a store, segment by segment
 * Tested by test_store_segments, test_store_histories.
 */
#include "lib/store/store_segments.h"

#include <string.h>

#include "lib/store/store_columns.h"
#include "lib/store/store_counted.h"
#include "lib/store/store_file.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_query.h"
#include "lib/store/store_schema.h"

/* Behind an hour, until what a daemon would have sealed is sealed here. */
#define UNHELD_GRACE_S 300
/* An entry is told, and its hour closed, within that time. */
#define CLOSING_S 60

struct store_segments {
	struct store_db *db;
	char *path;
};

static int close_segments(struct store_segments *segments)
{
	store_db_close(segments->db);
	return 0;
}

bool store_segments_open(TALLOC_CTX *mem, const char *path,
			 struct store_segments **segments, struct error *err)
{
	struct store_segments *made = mem_new(mem, struct store_segments);

	made->path = mem_strdup(made, path);
	talloc_set_destructor(made, close_segments);
	if (store_file_readable(path, err) && store_file_prepare(path, err) &&
	    store_db_open(path, STORE_DB_WRITE, &made->db, err) &&
	    store_schema_check(made->db, &store_schema_current, err)) {
		*segments = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "the store %.100s", path);
}

bool store_segments_was_moved(struct store_segments *segments)
{
	return store_db_was_moved(segments->db);
}

/* --- which --- */

#define COLUMNS                                                                \
	"SELECT segment_id, ident, hour_s, opened_s, sealed_s, pushed_s, "     \
	"sent_incident, first_incident, restated, results, messages, "         \
	"incidents, counted, acts FROM segment "

static void read_ident(struct store_statement *rows, int at,
		       uint8_t ident[STORE_SEGMENT_IDENT])
{
	struct span bytes =
	    store_db_column_bytes(rows, at, STORE_SEGMENT_IDENT);

	memset(ident, 0, STORE_SEGMENT_IDENT);
	if (bytes.length == STORE_SEGMENT_IDENT)
		memcpy(ident, bytes.data, STORE_SEGMENT_IDENT);
	else
		store_db_column_refuse(rows, at, "no name of 16 bytes");
}

static int64_t read_sum(struct store_statement *rows, int at)
{
	return store_db_column_within(rows, at, 0, INT64_MAX);
}

static bool read_segment(struct store_statement *rows,
			 struct store_segment *segment)
{
	*segment = (struct store_segment){
	    .id = store_db_column_number(rows, 0),
	    .hour_s = store_db_column_time(rows, 2),
	    .opened_s = store_db_column_time(rows, 3),
	    .sealed_s = store_db_column_time(rows, 4),
	    .pushed_s = store_db_column_time(rows, 5),
	    .sent_incident = read_sum(rows, 6),
	    .first_incident = read_sum(rows, 7),
	    .restated = read_sum(rows, 8),
	    .sums = {.results = read_sum(rows, 9),
		     .messages = read_sum(rows, 10),
		     .incidents = read_sum(rows, 11),
		     .counted = read_sum(rows, 12),
		     .acts = read_sum(rows, 13)},
	};
	read_ident(rows, 1, segment->ident);
	return store_db_is_sound(rows, "segment", 0);
}

static bool show_segments(struct store_segments *segments, const char *sql,
			  const struct store_value *values, size_t count,
			  bool (*seen)(void *context,
				       const struct store_segment *segment),
			  void *context, struct error *err)
{
	struct store_statement *rows;
	struct store_segment segment;

	if (!store_query_open(segments->db, sql, values, count, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		if (read_segment(rows, &segment) && !seen(context, &segment))
			break;
	}
	return store_db_end(rows);
}

bool store_segments_waiting(struct store_segments *segments, long limit,
			    bool (*seen)(void *context,
					 const struct store_segment *segment),
			    void *context, struct error *err)
{
	return show_segments(
	    segments,
	    COLUMNS "WHERE sealed_s > 0 AND (pushed_s = 0 OR restated > "
		    "restated_told) ORDER BY hour_s, segment_id LIMIT ?",
	    STORE_VALUES(store_number(limit)), seen, context, err);
}

bool store_segments_unsealed(struct store_segments *segments,
			     bool (*seen)(void *context,
					  const struct store_segment *segment),
			     void *context, struct error *err)
{
	return show_segments(segments,
			     COLUMNS "WHERE sealed_s = 0 AND ?1 = ?1 "
				     "ORDER BY hour_s, segment_id",
			     STORE_VALUES(store_number(0)), seen, context, err);
}

bool store_segments_ledger(struct store_segments *segments, int64_t since_s,
			   int64_t after_id, long limit,
			   bool (*seen)(void *context,
					const struct store_segment *segment),
			   void *context, struct error *err)
{
	return show_segments(
	    segments,
	    COLUMNS "WHERE sealed_s > 0 AND hour_s >= ? AND segment_id > ? "
		    "ORDER BY segment_id LIMIT ?",
	    STORE_VALUES(store_number(since_s), store_number(after_id),
			 store_number(limit)),
	    seen, context, err);
}

bool store_segments_closed_below(struct store_segments *segments, int64_t now_s,
				 int64_t *hour_s, struct error *err)
{
	int64_t now_hour_s = store_hour_of(now_s - CLOSING_S);

	return store_query_number(segments->db,
				  "SELECT min(ifnull(min(hour_s), ?1), ?1) "
				  "FROM segment WHERE sealed_s = 0",
				  STORE_VALUES(store_number(now_hour_s)),
				  now_hour_s, hour_s, err);
}

/* --- what one has --- */

bool store_segments_held(struct store_segments *segments,
			 const struct store_segment *segment, int64_t *messages,
			 struct error *err)
{
	return store_query_number(
	    segments->db,
	    "SELECT ifnull(sum(count), 0) FROM result WHERE hour_s = ? AND "
	    "segment_id = ? AND " STORE_SQL_COUNT("count"),
	    STORE_VALUES(store_number(segment->hour_s),
			 store_number(segment->id)),
	    0, messages, err);
}

bool store_segments_results(struct store_segments *segments,
			    const struct store_segment *segment,
			    int64_t after_tuple_id, long limit,
			    bool (*seen)(void *context, int64_t tuple_id,
					 int64_t count,
					 const struct store_tuple *tuple),
			    void *context, int64_t *unsound, struct error *err)
{
	struct store_statement *rows;
	struct store_tuple tuple;

	if (!store_query_open_columns(
		segments->db, "SELECT tuple_id, count, ", &store_tuple_columns,
		" FROM result CROSS JOIN tuple USING (tuple_id) WHERE "
		"hour_s = ? AND segment_id = ? AND tuple_id > ? "
		"ORDER BY tuple_id LIMIT ?",
		STORE_VALUES(store_number(segment->hour_s),
			     store_number(segment->id),
			     store_number(after_tuple_id), store_number(limit)),
		&rows, err))
		return false;
	while (store_db_next(rows, err)) {
		int64_t tuple_id = store_db_column_number(rows, 0);
		int64_t count = store_db_column_count(rows, 1);
		store_columns_read(&store_tuple_columns, rows, 2, &tuple);
		if (!store_db_is_sound(rows, "tuple", 0))
			++*unsound;
		else if (!seen(context, tuple_id, count, &tuple))
			break;
	}
	return store_db_end(rows);
}

bool store_segments_counted(struct store_segments *segments,
			    const struct store_segment *segment,
			    bool (*seen)(void *context,
					 const struct store_counted *counted),
			    void *context, int64_t *unsound, struct error *err)
{
	struct store_statement *rows;
	struct store_counted counted;

	if (!store_query_open(segments->db,
			      "SELECT " STORE_COUNTED_COLUMNS " FROM counted "
			      "WHERE segment_id = ? ORDER BY reference",
			      STORE_VALUES(store_number(segment->id)), &rows,
			      err))
		return false;
	while (store_db_next(rows, err)) {
		if (!store_counted_read(rows, &counted))
			++*unsound;
		else if (!seen(context, &counted))
			break;
	}
	return store_db_end(rows);
}

bool store_segments_incidents(
    struct store_segments *segments, const struct store_segment *segment,
    int64_t after_id, long limit,
    bool (*seen)(void *context, const struct store_incident *incident),
    void *context, int64_t *unsound, struct error *err)
{
	int64_t first = after_id > segment->first_incident
			    ? after_id
			    : segment->first_incident;
	struct store_statement *rows;
	struct store_incident incident;

	if (!store_query_open_columns(
		segments->db, "SELECT incident_id, ", &store_incident_columns,
		" FROM incident WHERE incident_id > ? AND segment_id = ? "
		"ORDER BY incident_id LIMIT ?",
		STORE_VALUES(store_number(first), store_number(segment->id),
			     store_number(limit)),
		&rows, err))
		return false;
	while (store_db_next(rows, err)) {
		store_columns_read(&store_incident_columns, rows, 1, &incident);
		incident.id = store_db_column_number(rows, 0);
		if (!store_db_is_sound(rows, "incident", 0))
			++*unsound;
		else if (!seen(context, &incident))
			break;
	}
	return store_db_end(rows);
}

static void read_act(struct store_statement *rows,
		     struct store_segment_act *act)
{
	*act = (struct store_segment_act){
	    .id = store_db_column_number(rows, 0),
	    .incident_id = store_db_column_number(rows, 2),
	};
	read_ident(rows, 1, act->incident_ident);
	store_act_read(rows, 3, &act->act);
}

bool store_segments_acts(struct store_segments *segments,
			 const struct store_segment *segment,
			 bool (*seen)(void *context,
				      const struct store_segment_act *act),
			 void *context, int64_t *unsound, struct error *err)
{
	struct store_statement *rows;
	struct store_segment_act act;

	if (!store_query_open(
		segments->db,
		"SELECT act_id, ifnull(ident, zeroblob(16)), act.incident_id, "
		"act.time_s, who, kind, note FROM act LEFT JOIN incident ON "
		"incident.incident_id = act.incident_id LEFT JOIN segment ON "
		"segment.segment_id = incident.segment_id WHERE "
		"act.segment_id = ? ORDER BY act_id",
		STORE_VALUES(store_number(segment->id)), &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		read_act(rows, &act);
		if (!store_db_is_sound(rows, "act", 0))
			++*unsound;
		else if (!seen(context, &act))
			break;
	}
	return store_db_end(rows);
}

/* --- marks --- */

static struct store_value name_of(const struct store_segment *segment)
{
	return store_bytes(
	    span_make((const char *)segment->ident, STORE_SEGMENT_IDENT));
}

/* A file that was played back, and has more of it than was read, keeps it
 * waiting. */
bool store_segments_mark_pushed(struct store_segments *segments,
				const struct store_segment *segment,
				int64_t now_s, struct error *err)
{
	return store_query_run(
	    segments->db,
	    "UPDATE segment SET pushed_s = max(?1, 1), restated_told = ?2 "
	    "WHERE ident = ?3 AND sealed_s > 0 AND messages <= ?4 AND "
	    "incidents <= ?5 AND counted <= ?6",
	    STORE_VALUES(store_number(now_s), store_number(segment->restated),
			 name_of(segment), store_number(segment->sums.messages),
			 store_number(segment->sums.incidents),
			 store_number(segment->sums.counted)),
	    err);
}

bool store_segments_mark_lost(struct store_segments *segments,
			      const struct store_segment *segment,
			      struct error *err)
{
	return store_query_run(segments->db,
			       "UPDATE segment SET pushed_s = 0, "
			       "sent_incident = 0 WHERE ident = ?",
			       STORE_VALUES(name_of(segment)), err);
}

bool store_segments_mark_sent(struct store_segments *segments,
			      const struct store_segment *segment,
			      int64_t incident_id, struct error *err)
{
	return store_query_run(
	    segments->db,
	    "UPDATE segment SET sent_incident = ? WHERE ident = ?",
	    STORE_VALUES(store_number(incident_id), name_of(segment)), err);
}

bool store_segments_seal(struct store_segments *segments, int64_t now_s,
			 int64_t *sealed, struct error *err)
{
	return store_segment_seal_unheld(segments->db, now_s, UNHELD_GRACE_S,
					 sealed, err);
}

/* --- erasures --- */

bool store_segments_erased(
    struct store_segments *segments, int64_t after_id, bool untold, long limit,
    bool (*seen)(void *context, const struct store_erased_incident *erased),
    void *context, struct error *err)
{
	struct store_statement *rows;
	struct store_erased_incident erased;

	if (!store_query_open(
		segments->db,
		"SELECT erased_id, ident, incident_id FROM erased WHERE "
		"erased_id > ? AND (told_s = 0 OR ? = 0) ORDER BY erased_id "
		"LIMIT ?",
		STORE_VALUES(store_number(after_id), store_number(untold),
			     store_number(limit)),
		&rows, err))
		return false;
	while (store_db_next(rows, err)) {
		erased.id = store_db_column_number(rows, 0);
		erased.incident_id = store_db_column_number(rows, 2);
		read_ident(rows, 1, erased.ident);
		if (store_db_is_sound(rows, "erased", 0) &&
		    !seen(context, &erased))
			break;
	}
	return store_db_end(rows);
}

bool store_segments_mark_erased(struct store_segments *segments, int64_t id,
				int64_t now_s, struct error *err)
{
	return store_query_run(
	    segments->db,
	    "UPDATE erased SET told_s = max(?, 1) WHERE "
	    "erased_id <= ? AND told_s = 0",
	    STORE_VALUES(store_number(now_s), store_number(id)), err);
}

/* --- how it stands --- */

static const char unsent_sql[] =
    "SELECT ifnull(sum(max((SELECT ifnull(max(incident_id), 0) FROM incident) "
    "- max(first_incident, sent_incident), 0)), 0) FROM segment WHERE "
    "sealed_s = 0";

bool store_segments_lag(struct store_segments *segments,
			struct store_segments_lag *lag, struct error *err)
{
	struct store_segments_lag found;

	if (!store_segment_waiting(segments->db, &found.waiting,
				   &found.oldest_hour_s, err) ||
	    !store_db_number(segments->db, unsent_sql, &found.unsent, err) ||
	    !store_db_number(segments->db,
			     "SELECT ifnull(sum(messages + incidents), 0) "
			     "FROM let_go",
			     &found.let_go, err))
		return false;
	*lag = found;
	return true;
}
