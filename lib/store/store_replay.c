/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_replay.c - recorded results walked through once more
 *
 * A tuple is decided once, however many hours it was seen in, so SQL adds its
 * counts up first. What changed goes to a temporary table with the id of its
 * tuple and a key: a fingerprint of the columns that tuples and incidents have
 * in common, which leads from a change to its incidents.
 * Tested by test_whatif.
 */
#include "lib/store/store_replay.h"

#include <string.h>

#include "lib/base/random.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_db.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_query.h"
#include "lib/store/store_reader.h"
#include "lib/store/store_sums.h"

#define SHARED_COLUMNS_MAX 24 /* above what a tuple can share */
/* Incidents looked at for one change: those of a source that has several
 * outcomes lie among each other. */
#define INCIDENTS_LOOKED_AT 500

static const char schema[] = "CREATE TEMP TABLE outcome ("
			     " tuple_id INTEGER NOT NULL,"
			     " key INTEGER NOT NULL,"
			     " outcome TEXT NOT NULL,"
			     " messages INTEGER NOT NULL"
			     ") STRICT";

/* The columns that both have, in one order. */
struct shared_columns {
	struct store_column tuple[SHARED_COLUMNS_MAX];
	struct store_column incident[SHARED_COLUMNS_MAX];
	size_t count;
};

struct store_replay {
	struct store_reader *reader;
	struct store_db *db;
	int64_t since_s;
	int64_t until_s;
	struct shared_columns shared;
	struct siphash_key key;	     /* of this run's fingerprints */
	struct store_statement *add; /* a row of outcome */
	/* the tuple at hand */
	int64_t tuple_id;
	struct store_tuple tuple;
};

/* For "hour_s >= ? AND hour_s < ?"; 10:30 falls into the row of 10:00. */
#define PERIOD(since_s, until_s)                                               \
	STORE_VALUES(store_number(store_hour_of(since_s)),                     \
		     store_number((until_s) == 0 ? INT64_MAX : (until_s)))

/* A text is above every number, and its hour is none. */
#define RECORDED(table)                                                        \
	"SELECT count(*), min(hour_s), max(hour_s) FROM"                       \
	" (SELECT min(hour_s) AS hour_s FROM " table                           \
	"  WHERE hour_s >= max(?1, 0) AND hour_s < min(?2, 253402300799)"      \
	"  UNION ALL SELECT max(hour_s) FROM " table                           \
	"  WHERE hour_s >= max(?1, 0) AND hour_s < min(?2, 253402300799))"     \
	" AS ends WHERE hour_s IS NOT NULL"

/* Without the hint SQLite may walk the index of tuples and fetch every row of
 * it singly. A fleet has sums of whole days. */
static const struct {
	const char *recorded;
	const char *totals;
} texts[] = {
    [STORE_DB_SQLITE] =
	{.recorded = RECORDED("result"),
	 .totals = "WITH total AS MATERIALIZED (SELECT tuple_id, sum(count) AS"
		   " messages FROM result NOT INDEXED"
		   " WHERE hour_s >= ? AND hour_s < ? AND " STORE_SQL_COUNTED
		   " GROUP BY tuple_id) SELECT messages, tuple_id, "},
    [STORE_DB_POSTGRESQL] =
	{.recorded = RECORDED("result_hour"),
	 .totals = "WITH total AS (SELECT tuple_id, messages"
		   " FROM period_sums(?, ?)) SELECT messages, tuple_id, "},
};

bool store_recorded(struct store_reader *reader, int64_t since_s,
		    int64_t until_s, struct store_hours *period,
		    struct error *err)
{
	struct store_statement *row;

	*period = (struct store_hours){.is_empty = true};
	if (!store_query_open(reader->db,
			      texts[store_reader_kind(reader)].recorded,
			      PERIOD(since_s, until_s), &row, err))
		return false;
	if (store_db_next(row, err))
		*period = (struct store_hours){
		    .is_empty = store_db_column_number(row, 0) == 0,
		    .first_s = store_db_column_number(row, 1),
		    .last_s = store_db_column_number(row, 2),
		};
	return store_db_end(row);
}

/* --- begin and end --- */

static const struct store_column *
column_named(const struct store_columns *columns, const char *name)
{
	for (size_t i = 0; i < columns->count; i++) {
		if (strcmp(columns->items[i].name, name) == 0)
			return &columns->items[i];
	}
	return NULL;
}

static struct shared_columns find_shared(void)
{
	struct shared_columns shared = {.count = 0};

	for (size_t i = 0; i < store_tuple_columns.count; i++) {
		const struct store_column *in_tuple =
		    &store_tuple_columns.items[i];
		const struct store_column *in_incident =
		    column_named(&store_incident_columns, in_tuple->name);
		if (in_incident == NULL || shared.count == SHARED_COLUMNS_MAX)
			continue;
		shared.tuple[shared.count] = *in_tuple;
		shared.incident[shared.count++] = *in_incident;
	}
	return shared;
}

static int64_t key_of(const struct store_replay *replay,
		      const struct store_column *columns, const void *row)
{
	struct store_columns list = {.items = columns,
				     .count = replay->shared.count};

	/* SQLite's integers are signed; the bits are the same. */
	return (int64_t)store_columns_fingerprint(&list, row, &replay->key);
}

static int close_replay(struct store_replay *replay)
{
	store_db_finish(replay->add);
	store_db_rollback(replay->db); /* and with it the temporary table */
	return 0;
}

bool store_replay_open(TALLOC_CTX *mem, struct store_reader *reader,
		       int64_t since_s, int64_t until_s,
		       struct store_replay **replay, struct error *err)
{
	struct store_replay *made = mem_new(mem, struct store_replay);
	uint8_t key[SIPHASH_KEY_BYTES];

	made->reader = reader;
	made->db = reader->db;
	made->since_s = since_s;
	made->until_s = until_s;
	made->shared = find_shared();
	random_system()->fill(random_system(), key, sizeof key);
	made->key = siphash_key(key);
	talloc_set_destructor(made, close_replay);
	if (!store_db_run(made->db, "BEGIN", err) ||
	    !store_db_run(made->db, schema, err) ||
	    !store_db_prepare(made->db,
			      "INSERT INTO temp.outcome VALUES (?, ?, ?, ?)",
			      &made->add, err)) {
		mem_free(made);
		return false;
	}
	*replay = made;
	return true;
}

/* --- walking through --- */

bool store_replay_tuples(struct store_replay *replay,
			 bool (*seen)(void *context, int64_t messages,
				      const struct store_tuple *tuple,
				      struct error *err),
			 void *context, struct error *err)
{
	struct store_statement *rows = NULL;
	bool ok =
	    store_sums_left_out(
		replay->db, store_hour_of(replay->since_s),
		replay->until_s == 0 ? INT64_MAX : replay->until_s, err) &&
	    store_query_open_columns(
		replay->db, texts[store_db_kind(replay->db)].totals,
		&store_tuple_columns,
		" FROM total CROSS JOIN tuple USING (tuple_id)",
		PERIOD(replay->since_s, replay->until_s), &rows, err);

	while (ok && store_db_next(rows, err)) {
		int64_t messages = store_db_column_number(rows, 0);
		replay->tuple_id = store_db_column_number(rows, 1);
		store_columns_read(&store_tuple_columns, rows, 2,
				   &replay->tuple);
		ok = !store_db_is_sound(rows, "tuple", 1) ||
		     seen(context, messages, &replay->tuple, err);
	}
	return store_db_end(rows) && ok &&
	       store_db_run(replay->db,
			    "CREATE INDEX temp.outcome_key ON outcome (key)",
			    err);
}

bool store_replay_note(struct store_replay *replay, const char *outcome,
		       int64_t messages, struct error *err)
{
	store_db_bind_number(replay->add, 1, replay->tuple_id);
	store_db_bind_number(
	    replay->add, 2,
	    key_of(replay, replay->shared.tuple, &replay->tuple));
	store_db_bind_text(replay->add, 3, outcome);
	store_db_bind_number(replay->add, 4, messages);
	return store_db_execute(replay->add, err);
}

/* --- what changed --- */

static const char *changes_sql(enum store_change_group group)
{
	if (group == CHANGES_BY_DOMAIN)
		return "SELECT author_domain, '', '', applied, outcome,"
		       " sum(messages) AS number, count(DISTINCT client_ip)"
		       " FROM temp.outcome CROSS JOIN tuple USING (tuple_id)"
		       " GROUP BY author_domain, applied, outcome"
		       " ORDER BY number DESC, author_domain, applied, outcome";
	return "SELECT author_domain, client_ip, max(client_name), applied,"
	       " outcome, sum(messages) AS number, 1"
	       " FROM temp.outcome CROSS JOIN tuple USING (tuple_id)"
	       " GROUP BY author_domain, client_ip, applied, outcome"
	       " ORDER BY number DESC, author_domain, client_ip, applied,"
	       " outcome";
}

static struct store_change read_change(struct store_statement *statement)
{
	return (struct store_change){
	    .author_domain = store_db_column_text(statement, 0),
	    .client_ip = store_db_column_text(statement, 1),
	    .client_name = store_db_column_text(statement, 2),
	    .applied = store_db_column_text(statement, 3),
	    .outcome = store_db_column_text(statement, 4),
	    .messages = store_db_column_number(statement, 5),
	    .sources = store_db_column_number(statement, 6),
	};
}

bool store_replay_changes(struct store_replay *replay,
			  enum store_change_group group, long limit,
			  void (*seen)(void *context,
				       const struct store_change *change),
			  void *context, long *left_out, struct error *err)
{
	struct store_statement *rows;
	long count = 0;

	if (!store_db_prepare(replay->db, changes_sql(group), &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		if (count++ < limit) {
			struct store_change change = read_change(rows);
			if (store_db_is_sound(rows, "tuples of", 0))
				seen(context, &change);
		}
	}
	if (!store_db_end(rows))
		return false;
	*left_out = count > limit ? count - limit : 0;
	return true;
}

/* --- the incidents behind it --- */

struct search {
	TALLOC_CTX *mem;
	struct store_replay *replay;
	const struct store_change *change;
	struct store_statement *find; /* by key and outcome */
	size_t limit;
	struct text_list found;
	struct error *err;
	bool has_failed;
};

/* The filter by domain takes those below it as well; the key does not. */
static bool on_incident(void *context, const struct store_incident *incident)
{
	struct search *search = context;
	const struct store_replay *replay = search->replay;

	store_db_bind_number(search->find, 1,
			     key_of(replay, replay->shared.incident, incident));
	store_db_bind_text(search->find, 2, search->change->outcome);
	enum store_step step = store_db_step(search->find, search->err);
	store_db_reset(search->find);
	search->has_failed = step == STORE_STEP_FAILED;
	if (step == STORE_STEP_ROW)
		search->found.items[search->found.count++] =
		    mem_strdup(search->mem, incident->reference);
	return !search->has_failed && search->found.count < search->limit;
}

bool store_replay_references(TALLOC_CTX *mem, struct store_replay *replay,
			     const struct store_change *change, size_t limit,
			     struct text_list *references, struct error *err)
{
	bool has_domain = change->author_domain[0] != '\0';
	bool has_address = strcmp(change->client_ip, "unknown") != 0;
	struct store_filter filter = {
	    .since_s = store_hour_of(replay->since_s),
	    .until_s = replay->until_s,
	    .author_domain = has_domain ? change->author_domain : NULL,
	    .client_ip = has_address ? change->client_ip : NULL,
	    .applied = change->applied,
	    .limit = INCIDENTS_LOOKED_AT,
	};
	struct search search = {
	    .mem = mem,
	    .replay = replay,
	    .change = change,
	    .limit = limit,
	    .found = {.items = mem_array(mem, const char *, limit)},
	    .err = err,
	};

	if (!store_db_prepare(replay->db,
			      "SELECT 1 FROM temp.outcome "
			      "WHERE key = ? AND outcome = ?",
			      &search.find, err))
		return false;
	bool ok =
	    store_incidents(replay->reader, &filter, on_incident, &search, err);
	store_db_finish(search.find);
	if (!ok || search.has_failed)
		return false;
	*references = search.found;
	return true;
}
