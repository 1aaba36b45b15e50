/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_reader.c - incidents and results, read beside a running writer
 *
 * In WAL mode a reader sees the last commit before its first step and never
 * holds the writer up. Rows are handed on as they come; nothing is gathered.
 * Tested by test_store_review.
 */
#include "lib/store/store_reader.h"

#include "lib/base/strbuf.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_file.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_question.h"
#include "lib/store/store_schema.h"
#include "lib/store/store_sums.h"

#define SQL_MAX 8192
/* Rows that cannot be read do not count towards a limit, up to so many. */
#define FLAWED_AMONG 1000

static int close_reader(struct store_reader *reader)
{
	store_db_close(reader->db);
	return 0;
}

static bool open_database(struct store_reader *reader, struct error *err)
{
	if (!store_db_open(reader->path, STORE_DB_READ, &reader->db, err))
		return error_wrap(err, "cannot open %.100s", reader->path);
	if (!store_schema_check(reader->db, &store_schema_current, err) ||
	    !store_question_functions(reader->db, err))
		return error_wrap(err, "cannot read %.100s", reader->path);
	return true;
}

bool store_reader_open(TALLOC_CTX *mem, const char *path,
		       struct store_reader **reader, struct error *err)
{
	if (!store_file_readable(path, err))
		return false;
	struct store_reader *made = mem_new(mem, struct store_reader);
	made->path = mem_strdup(made, path);
	talloc_set_destructor(made, close_reader);
	if (!open_database(made, err)) {
		mem_free(made);
		return false;
	}
	*reader = made;
	return true;
}

void store_reader_list_flaws(struct store_reader *reader,
			     struct store_flaws *flaws)
{
	store_db_list_flaws(reader->db, flaws);
}

/* --- incidents --- */

static bool build_question(struct store_question *question,
			   const struct store_filter *filter, struct error *err)
{
	strbuf_add_text(&question->sql, "SELECT incident_id, ");
	store_columns_names(&store_incident_columns, "", ", ", &question->sql);
	strbuf_add_text(&question->sql, " FROM incident");
	if (!store_question_add_filter(question, filter, err))
		return false;
	strbuf_add_text(&question->sql,
			" ORDER BY time_s DESC, incident_id DESC");
	/* So that sorting keeps little more than is wanted. */
	if (filter->limit > 0)
		strbuf_printf(&question->sql, " LIMIT %ld",
			      filter->limit + FLAWED_AMONG);
	return true;
}

static bool is_full(const struct store_filter *filter, long count)
{
	return filter->limit > 0 && count >= filter->limit;
}

bool store_incidents(struct store_reader *reader,
		     const struct store_filter *filter,
		     bool (*seen)(void *context,
				  const struct store_incident *incident),
		     void *context, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_question question;
	struct store_statement *statement = NULL;
	enum store_step step = STORE_STEP_FAILED;
	struct store_incident incident;
	long count = 0;

	store_question_init(&question, mem);
	if (!build_question(&question, filter, err) ||
	    !store_question_prepare(&question, reader->db, &statement, err))
		goto out;
	while (!is_full(filter, count) &&
	       (step = store_db_step(statement, err)) == STORE_STEP_ROW) {
		incident.id = store_db_column_number(statement, 0);
		store_columns_read(&store_incident_columns, statement, 1,
				   &incident);
		if (!store_db_is_sound(statement, "incident", 0))
			continue;
		count++;
		if (!seen(context, &incident))
			break;
	}
out:
	store_db_finish(statement);
	mem_free(mem);
	return step != STORE_STEP_FAILED;
}

bool store_references(struct store_reader *reader,
		      bool (*seen)(void *context, const char *reference),
		      void *context, struct error *err)
{
	struct store_statement *statement;
	enum store_step step;

	if (!store_db_prepare(reader->db,
			      "SELECT incident_id, reference FROM incident "
			      "UNION ALL SELECT counted_id, reference "
			      "FROM counted",
			      &statement, err))
		return false;
	while ((step = store_db_step(statement, err)) == STORE_STEP_ROW) {
		const char *reference = store_db_column_text(statement, 1);
		if (store_db_is_sound(statement, "incident", 0) &&
		    !seen(context, reference))
			break;
	}
	store_db_finish(statement);
	return step != STORE_STEP_FAILED;
}

/* --- tuples --- */

typedef bool tuple_seen(void *context, int64_t hour_s, int64_t count,
			const struct store_tuple *tuple);

/* "SELECT tuple_id, HEAD, the columns of a tuple TAIL"; the head is an hour and
 * a count. */
static bool prepare_tuples(struct store_reader *reader, const char *head,
			   const char *tail, struct store_statement **statement,
			   struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_printf(&sql, "SELECT tuple_id, %s, ", head);
	store_columns_names(&store_tuple_columns, "tuple.", ", ", &sql);
	strbuf_printf(&sql, " FROM result JOIN tuple USING (tuple_id) %s",
		      tail);
	bool ok =
	    store_db_prepare(reader->db, strbuf_text(&sql), statement, err);
	mem_free(mem);
	return ok;
}

/* Hands the rows on, and ends the statement. */
static bool read_tuples(struct store_statement *statement, tuple_seen *seen,
			void *context, struct error *err)
{
	struct store_tuple tuple;
	enum store_step step;

	while ((step = store_db_step(statement, err)) == STORE_STEP_ROW) {
		int64_t hour_s = store_db_column_time(statement, 1);
		int64_t count =
		    store_db_column_within(statement, 2, 0, INT64_MAX);
		store_columns_read(&store_tuple_columns, statement, 3, &tuple);
		if (store_db_is_sound(statement, "tuple", 0) &&
		    !seen(context, hour_s, count, &tuple))
			break;
	}
	store_db_finish(statement);
	return step != STORE_STEP_FAILED;
}

bool store_passes(struct store_reader *reader, const char *author_domain,
		  long limit,
		  bool (*seen)(void *context, int64_t last_hour_s,
			       int64_t count, const struct store_tuple *tuple),
		  void *context, struct error *err)
{
	struct store_statement *statement;

	if (!prepare_tuples(reader, "max(hour_s), sum(count)",
			    "WHERE author_domain = ? "
			    "AND dmarc_result = 'pass' AND " STORE_SQL_COUNTED
			    " GROUP BY tuple_id ORDER BY 2 DESC LIMIT ?",
			    &statement, err))
		return false;
	store_db_bind_text(statement, 1, author_domain);
	store_db_bind_number(statement, 2, limit);
	return read_tuples(statement, seen, context, err);
}

bool store_all_passes(struct store_reader *reader, long limit,
		      bool (*seen)(void *context, int64_t first_hour_s,
				   int64_t count,
				   const struct store_tuple *tuple),
		      void *context, struct error *err)
{
	struct store_statement *statement;

	if (!prepare_tuples(reader, "min(hour_s), sum(count)",
			    "WHERE dmarc_result = 'pass' "
			    "AND " STORE_SQL_COUNTED
			    " GROUP BY tuple_id ORDER BY max(hour_s) DESC "
			    "LIMIT ?",
			    &statement, err))
		return false;
	store_db_bind_number(statement, 1, limit);
	return read_tuples(statement, seen, context, err);
}
