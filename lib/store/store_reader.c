/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_reader.c - incidents and results, read beside a running writer
 *
 * In WAL mode a reader sees the last commit before its first step and never
 * holds the writer up. Rows are handed on as they come; nothing is gathered.
 */
#include <string.h>

#include "lib/base/net.h"
#include "lib/base/strbuf.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_file.h"
#include "lib/store/store_reader.h"
#include "lib/store/store_schema.h"

#define SQL_MAX 8192
#define PARAMETERS_MAX 8

static int close_reader(struct store_reader *reader)
{
	store_db_close(reader->db);
	return 0;
}

static bool open_database(struct store_reader *reader, struct error *err)
{
	if (!store_db_open(reader->path, STORE_DB_READ, &reader->db, err))
		return error_wrap(err, "cannot open %.100s", reader->path);
	if (!store_schema_check(reader->db, &store_schema_current, err))
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

/* --- incidents --- */

/* One condition of the WHERE clause and what it is compared with. */
struct parameter {
	const char *text; /* NULL: the number */
	int64_t number;
};

struct question {
	struct strbuf sql;
	struct parameter parameters[PARAMETERS_MAX];
	size_t count;
	bool has_network;
	struct net_block network;
};

static void add_condition(struct question *question, const char *condition,
			  struct parameter parameter)
{
	strbuf_printf(&question->sql, " %s %s",
		      question->count == 0 ? "WHERE" : "AND", condition);
	question->parameters[question->count++] = parameter;
}

static void add_text(struct question *question, const char *condition,
		     const char *text)
{
	if (text != NULL)
		add_condition(question, condition,
			      (struct parameter){.text = text});
}

static void add_time(struct question *question, const char *condition,
		     int64_t time_s)
{
	if (time_s != 0)
		add_condition(question, condition,
			      (struct parameter){.number = time_s});
}

/* "." is followed by "/": [moc.elpmaxe. , moc.elpmaxe/) holds the domain and
 * all below it, and neither "notexample.com" nor "example.community". */
static void add_author_domain(struct question *question, const char *domain)
{
	if (domain == NULL)
		return;
	char *key = store_author_key(question->sql.mem, domain);
	char *end = mem_strdup(question->sql.mem, key);
	end[strlen(end) - 1] = '/';
	add_text(question, "author_key >= ?", key);
	add_text(question, "author_key < ?", end);
}

static unsigned whole_prefix(const struct net_address *address)
{
	return address->family == NET_IPV4 ? 32 : 128;
}

/* An address uses the index; a network is compared row by row. */
static bool add_client(struct question *question, const char *client_ip,
		       struct error *err)
{
	char *text = mem_zeroed(question->sql.mem, NET_ADDRESS_TEXT, 1, "ip");

	if (client_ip == NULL)
		return true;
	if (!net_block_parse(client_ip, &question->network, err))
		return false;
	question->has_network =
	    question->network.prefix < whole_prefix(&question->network.address);
	if (!question->has_network)
		add_text(question, "client_ip = ?",
			 net_address_text(&question->network.address, text));
	return true;
}

static bool build_question(TALLOC_CTX *mem, const struct store_filter *filter,
			   struct question *question, struct error *err)
{
	*question = (struct question){.count = 0};
	strbuf_init(&question->sql, mem, SQL_MAX);
	strbuf_add_text(&question->sql, "SELECT ");
	store_columns_names(&store_incident_columns, "", ", ", &question->sql);
	strbuf_add_text(&question->sql, " FROM incident");
	add_time(question, "time_s >= ?", filter->since_s);
	add_time(question, "time_s < ?", filter->until_s);
	add_author_domain(question, filter->author_domain);
	add_text(question, "applied = ?", filter->applied);
	add_text(question, "reference = ?", filter->reference);
	if (!add_client(question, filter->client_ip, err))
		return false;
	strbuf_add_text(&question->sql,
			" ORDER BY time_s DESC, incident_id DESC");
	/* So that sorting keeps no more than is wanted. */
	if (filter->limit > 0 && !question->has_network)
		strbuf_printf(&question->sql, " LIMIT %ld", filter->limit);
	return true;
}

static void bind_parameters(struct sqlite3_stmt *statement,
			    const struct question *question)
{
	for (size_t i = 0; i < question->count; i++) {
		const struct parameter *parameter = &question->parameters[i];
		if (parameter->text != NULL)
			store_db_bind_text(statement, (int)i + 1,
					   parameter->text);
		else
			store_db_bind_number(statement, (int)i + 1,
					     parameter->number);
	}
}

static bool is_wanted(const struct question *question,
		      const struct store_incident *incident)
{
	struct net_address client;

	return !question->has_network ||
	       (net_address_parse(incident->client_ip, &client) &&
		net_block_contains(&question->network, &client));
}

bool store_incidents(struct store_reader *reader,
		     const struct store_filter *filter,
		     bool (*seen)(void *context,
				  const struct store_incident *incident),
		     void *context, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct question question;
	struct sqlite3_stmt *statement = NULL;
	enum store_step step = STORE_STEP_FAILED;
	struct store_incident incident;
	long left = filter->limit;

	if (!build_question(mem, filter, &question, err) ||
	    !store_db_prepare(reader->db, strbuf_text(&question.sql),
			      &statement, err))
		goto out;
	bind_parameters(statement, &question);
	while ((step = store_db_step(statement, err)) == STORE_STEP_ROW) {
		store_columns_read(&store_incident_columns, statement, 0,
				   &incident);
		if (!is_wanted(&question, &incident))
			continue;
		if (!seen(context, &incident) || --left == 0)
			break;
	}
out:
	store_db_finish(statement);
	mem_free(mem);
	return step != STORE_STEP_FAILED;
}

/* --- results --- */

static char *results_sql(TALLOC_CTX *mem)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT hour_s, count, ");
	store_columns_names(&store_tuple_columns, "tuple.", ", ", &sql);
	strbuf_add_text(&sql, " FROM result JOIN tuple USING (tuple_id)"
			      " WHERE hour_s >= ? AND hour_s < ?"
			      " ORDER BY hour_s, tuple_id");
	return strbuf_text(&sql);
}

bool store_results(struct store_reader *reader, int64_t since_s,
		   int64_t until_s,
		   bool (*seen)(void *context, int64_t hour_s, int64_t count,
				const struct store_tuple *tuple),
		   void *context, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct sqlite3_stmt *statement;
	struct store_tuple tuple;
	enum store_step step;

	bool ok =
	    store_db_prepare(reader->db, results_sql(mem), &statement, err);
	mem_free(mem);
	if (!ok)
		return false;
	/* 10:30 falls into the row of 10:00. */
	store_db_bind_number(statement, 1, since_s - since_s % STORE_HOUR_S);
	store_db_bind_number(statement, 2, until_s == 0 ? INT64_MAX : until_s);
	while ((step = store_db_step(statement, err)) == STORE_STEP_ROW) {
		int64_t hour_s = store_db_column_number(statement, 0);
		int64_t count = store_db_column_number(statement, 1);
		store_columns_read(&store_tuple_columns, statement, 2, &tuple);
		if (!seen(context, hour_s, count, &tuple))
			break;
	}
	store_db_finish(statement);
	return step != STORE_STEP_FAILED;
}
