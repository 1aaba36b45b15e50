/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_day.c - the results of one period by policy domain and record
 *
 * What other filters recorded is left out. Three passes: which tuples were
 * counted, under which policies, which tuple belongs to which. SQLite sorts
 * what does not fit its cache on disk. The names of temporary tables are fixed,
 * hence one period at a time. store_day_sql.h has what the engines differ in.
 * Tested by test_aggregate.
 */
#include "lib/store/store_day.h"

#include <stddef.h>

#include "lib/base/strbuf.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_day_sql.h"
#include "lib/store/store_query.h"
#include "lib/store/store_reader.h"
#include "lib/store/store_sums.h"

#define SQL_MAX 4096
#define DAY_S 86400
#define SHOWN(t, m)                                                            \
	{                                                                      \
		STORE_COLUMN(store_tuple, t, m)                                \
	}

/* In the order that rows are sorted by. */
static const struct store_column shown[] = {
    SHOWN(STORE_TEXT, client_ip),	 SHOWN(STORE_TEXT, author_domain),
    SHOWN(STORE_TEXT, mail_from_domain), SHOWN(STORE_TEXT, spf_result),
    SHOWN(STORE_TEXT, spf_domain),	 SHOWN(STORE_TEXT, spf_scope),
    SHOWN(STORE_TEXT, dmarc_result),	 SHOWN(STORE_FLAG, is_dkim_aligned),
    SHOWN(STORE_FLAG, is_spf_aligned),	 SHOWN(STORE_TEXT, policy),
    SHOWN(STORE_TEXT, applied),		 SHOWN(STORE_TEXT, override_type),
    SHOWN(STORE_TEXT, override_comment), SHOWN(STORE_OBJECTS, dkim),
    SHOWN(STORE_TEXT, rests_on),
};
static const struct store_columns shown_columns = {shown, COUNT_OF(shown)};

struct store_day {
	struct store_db *db;
	const struct store_day_sql *sql;
	struct store_statement *rows; /* prepared once for many reports */
};

/* A table that stays is dropped by the next day, or dies with the connection:
 * nothing follows from a failure here. */
static int close_day(struct store_day *day)
{
	struct error err;
	bool was_dropped;

	store_db_finish(day->rows);
	was_dropped = store_db_run(day->db, day->sql->close, &err);
	(void)was_dropped;
	return 0;
}

/* --- gathering --- */

static bool count_tuples(struct store_db *db, const struct store_day_sql *sql,
			 const struct store_day_choice *choice,
			 struct error *err)
{
	const struct store_value values[] = {
	    store_number(choice->since_s), store_number(choice->until_s),
	    store_number(choice->round), store_text(choice->policy_domain)};
	bool is_all = choice->policy_domain == NULL;

	return store_query_run(db, is_all ? sql->count_all : sql->count_domain,
			       values, is_all ? 3 : 4, err);
}

/* One transaction, so that all passes see the same commit; over the fleet it
 * holds the tables until the day is closed. */
static bool gather_day(struct store_db *db, const struct store_day_sql *sql,
		       const struct store_day_choice *choice, struct error *err)
{
	if ((sql->begin != NULL && !store_db_run(db, sql->begin, err)) ||
	    !store_db_run(db, "BEGIN", err))
		return false;
	bool ok =
	    store_db_run(db, sql->tables, err) &&
	    (sql == &store_day_fleet ||
	     store_sums_left_out(db, choice->since_s, choice->until_s, err)) &&
	    count_tuples(db, sql, choice, err) &&
	    store_db_run(db, sql->find_policies, err) &&
	    store_db_run(db, sql->assign_tuples, err) &&
	    store_db_run(db, sql->gathered, err);
	if (sql == &store_day_fleet && ok)
		return true;
	return store_query_end(db, ok, err);
}

static char *rows_sql(TALLOC_CTX *mem)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT min(tuple_id), sum(count), ");
	store_columns_names(&shown_columns, "", ", ", &sql);
	strbuf_add_text(&sql, " FROM day_tuple CROSS JOIN tuple"
			      " USING (tuple_id) WHERE number = ? GROUP BY ");
	store_columns_names(&shown_columns, "", ", ", &sql);
	strbuf_add_text(&sql, " ORDER BY ");
	store_columns_names(&shown_columns, "", ", ", &sql);
	return strbuf_text(&sql);
}

bool store_day_open(TALLOC_CTX *mem, struct store_reader *reader,
		    const struct store_day_choice *choice,
		    struct store_day **day, struct error *err)
{
	struct store_day *made = mem_new(mem, struct store_day);

	made->db = reader->db;
	made->sql = store_reader_kind(reader) == STORE_DB_SQLITE
			? &store_day_sqlite
			: &store_day_fleet;
	talloc_set_destructor(made, close_day);
	if (gather_day(reader->db, made->sql, choice, err) &&
	    store_db_prepare(reader->db, rows_sql(made), &made->rows, err)) {
		*day = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "cannot read %.100s", reader->path);
}

/* --- reading --- */

bool store_day_policies(struct store_day *day,
			bool (*seen)(void *context,
				     const struct store_policy *policy),
			void *context, struct error *err)
{
	struct store_statement *rows;

	if (!store_db_prepare(day->db,
			      "SELECT number, policy_domain, record, "
			      "discovery, messages, passed, refused, others "
			      "FROM day_policy ORDER BY number",
			      &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const struct store_policy policy = {
		    .number = store_db_column_number(rows, 0),
		    .policy_domain = store_db_column_text(rows, 1),
		    .record = store_db_column_text(rows, 2),
		    .discovery = store_db_column_text(rows, 3),
		    .messages = store_db_column_number(rows, 4),
		    .passed = store_db_column_number(rows, 5),
		    .refused = store_db_column_number(rows, 6),
		    .others = store_db_column_number(rows, 7),
		};
		if (store_db_is_sound(rows, "policy", 1) &&
		    !seen(context, &policy))
			break;
	}
	return store_db_end(rows);
}

bool store_day_rows(struct store_day *day, int64_t number,
		    bool (*seen)(void *context, int64_t tuple_id, int64_t count,
				 const struct store_tuple *tuple),
		    void *context, struct error *err)
{
	struct store_statement *statement = day->rows;
	struct store_tuple tuple = {.record = NULL};
	enum store_step step;

	store_db_bind_number(statement, 1, number);
	while ((step = store_db_step(statement, err)) == STORE_STEP_ROW) {
		int64_t tuple_id = store_db_column_number(statement, 0);
		int64_t count = store_db_column_number(statement, 1);
		store_columns_read(&shown_columns, statement, 2, &tuple);
		if (store_db_is_sound(statement, "tuple", 0) &&
		    !seen(context, tuple_id, count, &tuple))
			break;
	}
	store_db_reset(statement);
	return step != STORE_STEP_FAILED;
}

/* --- days --- */

/* Of one policy domain: as many rows as it ever had tuples. */
static bool days_of_domain(struct store_reader *reader,
			   const char *policy_domain,
			   bool (*seen)(void *context, int64_t day_s),
			   void *context, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(
		reader->db,
		"SELECT DISTINCT hour_s - hour_s % 86400 AS day_s"
		" FROM tuple CROSS JOIN result USING (tuple_id)"
		" WHERE policy_domain = ? AND imported = ''"
		" AND " STORE_SQL_TIME("hour_s") " ORDER BY day_s",
		STORE_VALUES(store_text(policy_domain)), &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		if (!seen(context, store_db_column_number(rows, 0)))
			break;
	}
	return store_db_end(rows);
}

/* From day to day by the primary key, whatever a day holds. */
static bool days_of_all(struct store_reader *reader,
			bool (*seen)(void *context, int64_t day_s),
			void *context, struct error *err)
{
	struct store_statement *first;
	int64_t next_s = 0;

	if (!store_db_prepare(
		reader->db,
		"SELECT hour_s FROM result WHERE hour_s >= ?"
		" AND " STORE_SQL_TIME("hour_s") " ORDER BY hour_s LIMIT 1",
		&first, err))
		return false;
	for (;;) {
		store_db_bind_number(first, 1, next_s);
		if (!store_db_next(first, err))
			break;
		int64_t hour_s = store_db_column_number(first, 0);
		store_db_reset(first);
		next_s = hour_s - hour_s % DAY_S + DAY_S;
		if (!seen(context, next_s - DAY_S))
			break;
	}
	return store_db_end(first);
}

bool store_days(struct store_reader *reader, const char *policy_domain,
		bool (*seen)(void *context, int64_t day_s), void *context,
		struct error *err)
{
	bool ok =
	    policy_domain == NULL
		? days_of_all(reader, seen, context, err)
		: days_of_domain(reader, policy_domain, seen, context, err);

	return ok || error_wrap(err, "cannot read %.100s", reader->path);
}
