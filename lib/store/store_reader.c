/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_reader.c - incidents and results, read beside a running writer
 *
 * In WAL mode a reader sees the last commit before its first step and never
 * holds the writer up. Rows are handed on as they come; nothing is gathered.
 * Tested by test_store_review.
 */
#include "lib/store/store_reader.h"

#include <limits.h>
#include <string.h>

#include "lib/base/reference.h"
#include "lib/base/strbuf.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_file.h"
#include "lib/store/store_query.h"
#include "lib/store/store_question.h"
#include "lib/store/store_schema.h"

/* Rows that cannot be read do not count towards a limit, up to so many. */
#define FLAWED_AMONG 1000

static int close_reader(struct store_reader *reader)
{
	store_db_close(reader->db);
	return 0;
}

struct store_reader *store_reader_over(TALLOC_CTX *mem, struct store_db *db,
				       const char *name,
				       struct store_reader *own)
{
	struct store_reader *made = mem_new(mem, struct store_reader);

	made->path = mem_strdup(made, name);
	made->db = db;
	made->own = own;
	talloc_set_destructor(made, close_reader);
	return made;
}

bool store_reader_open(TALLOC_CTX *mem, const char *path,
		       struct store_reader **reader, struct error *err)
{
	if (!store_file_readable(path, err))
		return false;
	struct store_reader *made = mem_new(mem, struct store_reader);
	made->path = mem_strdup(made, path);
	talloc_set_destructor(made, close_reader);
	bool is_open = store_db_open(path, STORE_DB_READ, &made->db, err);
	if (is_open &&
	    store_schema_check(made->db, &store_schema_current, err) &&
	    store_question_functions(made->db, err)) {
		*reader = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "cannot %s %.100s", is_open ? "read" : "open",
			  path);
}

bool store_reader_begin_page(struct store_reader *reader, int64_t limit_ms,
			     struct error *err)
{
	store_db_limit_time(reader->db, limit_ms);
	reader->is_page = store_db_run(reader->db, "BEGIN", err);
	return reader->is_page;
}

enum store_db_kind store_reader_kind(const struct store_reader *reader)
{
	return store_db_kind(reader->db);
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

bool store_incidents(struct store_reader *reader,
		     const struct store_filter *filter,
		     bool (*seen)(void *context,
				  const struct store_incident *incident),
		     void *context, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_question question;
	struct store_statement *rows = NULL;
	struct store_incident incident;
	long left = filter->limit > 0 ? filter->limit : LONG_MAX;

	store_question_init(&question, mem);
	bool ok = build_question(&question, filter, err) &&
		  store_question_prepare(&question, reader->db, &rows, err);
	while (ok && left > 0 && store_db_next(rows, err)) {
		incident.id = store_db_column_number(rows, 0);
		store_columns_read(&store_incident_columns, rows, 1, &incident);
		if (!store_db_is_sound(rows, "incident", 0))
			continue;
		left--;
		if (!seen(context, &incident))
			break;
	}
	ok = store_db_end(rows);
	mem_free(mem);
	return ok;
}

/* The half of one that was typed, up to the hyphen: "K7QX-". */
#define HALF_LETTERS 5
/* Where a thousand million incidents are kept as many have the same half. */
#define OF_HALF_MAX 2000

/* The same by the words of each engine. */
static const char near_in_file[] =
    "SELECT incident_id, reference FROM incident WHERE reference IN "
    "(SELECT value FROM json_each('[\"' || replace(?1, ',', '\",\"') || "
    "'\"]')) UNION ALL SELECT counted_id, reference FROM counted WHERE "
    "reference IN (SELECT value FROM json_each('[\"' || "
    "replace(?1, ',', '\",\"') || '\"]')) UNION ALL "
    "SELECT incident_id, reference FROM (SELECT incident_id, reference FROM "
    "incident WHERE reference >= ?2 AND reference < ?3 LIMIT ?4)";
static const char near_in_fleet[] =
    "SELECT incident_id, reference FROM incident WHERE "
    "reference = ANY (string_to_array(?1, ',')) UNION ALL "
    "SELECT counted_id, reference FROM counted WHERE "
    "reference = ANY (string_to_array(?1, ',')) UNION ALL "
    "(SELECT incident_id, reference FROM incident WHERE "
    "reference >= ?2 AND reference < ?3 LIMIT ?4)";

static bool open_near_references(TALLOC_CTX *mem, struct store_reader *reader,
				 const char *typed,
				 struct store_statement **rows,
				 struct error *err)
{
	const char *from = mem_printf(mem, "%.*s", HALF_LETTERS, typed);
	char *to = mem_strdup(mem, from);

	if (*to != '\0')
		to[strlen(to) - 1]++;
	return store_query_open(
	    reader->db,
	    store_reader_kind(reader) == STORE_DB_SQLITE ? near_in_file
							 : near_in_fleet,
	    STORE_VALUES(store_text(reference_slips(mem, typed)),
			 store_text(from), store_text(to),
			 store_number(OF_HALF_MAX)),
	    rows, err);
}

static bool open_references(TALLOC_CTX *mem, struct store_reader *reader,
			    const char *typed, struct store_statement **rows,
			    struct error *err)
{
	if (store_reader_kind(reader) != STORE_DB_SQLITE || reader->is_page)
		return open_near_references(mem, reader, typed, rows, err);
	return store_db_prepare(
	    reader->db,
	    "SELECT incident_id, reference FROM incident UNION ALL "
	    "SELECT counted_id, reference FROM counted",
	    rows, err);
}

bool store_references(struct store_reader *reader, const char *typed,
		      bool (*seen)(void *context, const char *reference),
		      void *context, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_statement *rows = NULL;
	bool ok = open_references(mem, reader, typed, &rows, err);

	while (ok && store_db_next(rows, err)) {
		const char *reference = store_db_column_text(rows, 1);
		if (store_db_is_sound(rows, "incident", 0) &&
		    !seen(context, reference))
			break;
	}
	ok = store_db_end(rows);
	mem_free(mem);
	return ok;
}

/* --- tuples --- */

/* "SELECT tuple_id, HEAD, the columns of a tuple TAIL", handed on; the head is
 * an hour and a count. */
static bool
show_tuples(struct store_reader *reader, const char *head, const char *tail,
	    const struct store_value *values, size_t count,
	    bool (*seen)(void *context, int64_t hour_s, int64_t count,
			 const struct store_tuple *tuple),
	    void *context, struct error *err)
{
	struct store_statement *rows;
	struct store_tuple tuple;

	if (!store_query_open_columns(reader->db, head, &store_tuple_columns,
				      tail, values, count, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		int64_t hour_s = store_db_column_time(rows, 1);
		int64_t messages =
		    store_db_column_within(rows, 2, 0, INT64_MAX);
		store_columns_read(&store_tuple_columns, rows, 3, &tuple);
		if (store_db_is_sound(rows, "tuple", 0) &&
		    !seen(context, hour_s, messages, &tuple))
			break;
	}
	return store_db_end(rows);
}

bool store_passes(struct store_reader *reader, const char *author_domain,
		  long limit,
		  bool (*seen)(void *context, int64_t last_hour_s,
			       int64_t count, const struct store_tuple *tuple),
		  void *context, struct error *err)
{
	return show_tuples(
	    reader, "SELECT tuple_id, last_s, messages, ",
	    " FROM (SELECT tuple_id, max(hour_s) AS last_s, sum(count) AS "
	    "messages FROM result JOIN tuple USING (tuple_id) WHERE "
	    "author_domain = ? AND dmarc_result = 'pass' "
	    "AND " STORE_SQL_COUNTED " GROUP BY tuple_id) AS total "
	    "JOIN tuple USING (tuple_id) ORDER BY last_s DESC LIMIT ?",
	    STORE_VALUES(store_text(author_domain), store_number(limit)), seen,
	    context, err);
}

bool store_all_passes(struct store_reader *reader, long limit,
		      bool (*seen)(void *context, int64_t first_hour_s,
				   int64_t count,
				   const struct store_tuple *tuple),
		      void *context, struct error *err)
{
	return show_tuples(
	    reader, "SELECT tuple_id, first_s, messages, ",
	    " FROM (SELECT tuple_id, min(hour_s) AS first_s, max(hour_s) AS "
	    "last_s, sum(count) AS messages FROM result "
	    "JOIN tuple USING (tuple_id) WHERE dmarc_result = 'pass' "
	    "AND " STORE_SQL_COUNTED " GROUP BY tuple_id) AS total "
	    "JOIN tuple USING (tuple_id) ORDER BY last_s DESC LIMIT ?",
	    STORE_VALUES(store_number(limit)), seen, context, err);
}
