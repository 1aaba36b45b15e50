/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_db.c - statements and their rows, whatever engine runs them
 *
 * What may stand in a column is decided here, so that the rows of each engine
 * are looked at alike: those of a file that anybody can write, and those that
 * come from another machine.
 * Tested by test_store_faults, test_store_schema.
 */
#include "lib/store/store_db.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/mem.h"
#include "lib/store/store_engine.h"

#define SHOWN_MAX 40 /* of a key or a value that is told of */

void store_db_close(struct store_db *db)
{
	if (db != NULL)
		db->engine->close(db);
}

enum store_db_kind store_db_kind(const struct store_db *db)
{
	return db->engine->kind;
}

bool store_db_run(struct store_db *db, const char *sql, struct error *err)
{
	return db->engine->run(db, sql, err);
}

bool store_db_number(struct store_db *db, const char *sql, int64_t *number,
		     struct error *err)
{
	struct store_statement *statement = NULL;

	if (!store_db_prepare(db, sql, &statement, err))
		return false;
	enum store_step step = store_db_step(statement, err);
	if (step == STORE_STEP_ROW)
		*number = store_db_column_number(statement, 0);
	else if (step == STORE_STEP_DONE)
		(void)error_set(err, ERROR_STORE, "no row for: %.100s", sql);
	store_db_finish(statement);
	return step == STORE_STEP_ROW;
}

bool store_db_is_busy(struct store_db *db)
{
	return db->engine->fault(db) == STORE_FAULT_BUSY;
}

bool store_db_is_corrupt(struct store_db *db)
{
	return db->engine->fault(db) == STORE_FAULT_CORRUPT;
}

bool store_db_is_refused(struct store_db *db)
{
	return db->engine->fault(db) == STORE_FAULT_REFUSED;
}

void store_db_rollback(struct store_db *db)
{
	db->engine->rollback(db);
}

void store_db_limit_time(struct store_db *db, int64_t ms)
{
	db->engine->limit_time(db, ms);
}

int64_t store_db_changes(struct store_db *db)
{
	return db->engine->changes(db);
}

bool store_db_prepare(struct store_db *db, const char *sql,
		      struct store_statement **statement, struct error *err)
{
	return db->engine->prepare(db, sql, statement, err);
}

void store_db_finish(struct store_statement *statement)
{
	if (statement != NULL)
		statement->engine->finish(statement);
}

void store_db_bind_text(struct store_statement *statement, int at,
			const char *text)
{
	statement->engine->bind_text(statement, at, text);
}

void store_db_bind_number(struct store_statement *statement, int at,
			  int64_t number)
{
	statement->engine->bind_number(statement, at, number);
}

void store_db_bind_bytes(struct store_statement *statement, int at,
			 struct span bytes)
{
	statement->engine->bind_bytes(statement, at, bytes);
}

enum store_step store_db_step(struct store_statement *statement,
			      struct error *err)
{
	enum store_step step = statement->engine->step(statement, err);

	statement->flaw[0] = '\0';
	statement->has_failed = step == STORE_STEP_FAILED;
	return step;
}

bool store_db_next(struct store_statement *statement, struct error *err)
{
	return store_db_step(statement, err) == STORE_STEP_ROW;
}

bool store_db_end(struct store_statement *statement)
{
	bool ok = statement != NULL && !statement->has_failed;

	store_db_finish(statement);
	return ok;
}

void store_db_reset(struct store_statement *statement)
{
	statement->engine->reset(statement);
}

bool store_db_execute(struct store_statement *statement, struct error *err)
{
	enum store_step step = store_db_step(statement, err);

	store_db_reset(statement);
	return step != STORE_STEP_FAILED;
}

/* --- the row at hand --- */

void store_db_column_refuse(struct store_statement *statement, int at,
			    const char *what)
{
	if (statement->flaw[0] == '\0') /* the first one is told */
		(void)snprintf(
		    statement->flaw, sizeof statement->flaw, "%.30s is %.120s",
		    statement->engine->column_name(statement, at), what);
}

/* The text of a column, with its length: it may hold NULs. */
static struct span read_text(struct store_statement *statement, int at)
{
	const struct store_engine *engine = statement->engine;
	struct span text = span_of("");

	if (engine->column_type(statement, at) != STORE_TYPE_TEXT)
		store_db_column_refuse(statement, at, "no text");
	else
		text = engine->column_text(statement, at);
	if (text.data == NULL)
		return span_of("");
	if (text.length <= STORE_TEXT_MAX)
		return text;
	store_db_column_refuse(statement, at, "a text above 1 MiB");
	return span_of("");
}

static const char not_clean[] = "a text with control characters, or no UTF-8";

const char *store_db_column_text(struct store_statement *statement, int at)
{
	struct span text = read_text(statement, at);

	if (text_is_line(text))
		return text.data;
	store_db_column_refuse(statement, at, not_clean);
	return "";
}

const char *store_db_column_lines(struct store_statement *statement, int at)
{
	struct span text = read_text(statement, at);
	size_t from = 0;

	for (size_t i = 0; i <= text.length; i++) {
		if (i < text.length && text.data[i] != '\n' &&
		    text.data[i] != '\t')
			continue;
		if (!text_is_line(span_make(text.data + from, i - from))) {
			store_db_column_refuse(statement, at, not_clean);
			return "";
		}
		from = i + 1;
	}
	return text.data;
}

int64_t store_db_column_within(struct store_statement *statement, int at,
			       int64_t min, int64_t max)
{
	const struct store_engine *engine = statement->engine;
	int64_t number = engine->column_number(statement, at);
	char what[STORE_FLAW_WORDS];

	if (engine->column_type(statement, at) != STORE_TYPE_NUMBER) {
		store_db_column_refuse(statement, at, "no whole number");
		return 0;
	}
	if (number >= min && number <= max)
		return number;
	(void)snprintf(what, sizeof what,
		       "%" PRId64 " (from %" PRId64 " to %" PRId64 ")", number,
		       min, max);
	store_db_column_refuse(statement, at, what);
	return 0;
}

int64_t store_db_column_time(struct store_statement *statement, int at)
{
	return store_db_column_within(statement, at, 0, STORE_TIME_MAX);
}

int64_t store_db_column_count(struct store_statement *statement, int at)
{
	return store_db_column_within(statement, at, 0, STORE_COUNT_MAX);
}

struct span store_db_column_bytes(struct store_statement *statement, int at,
				  size_t max)
{
	const struct store_engine *engine = statement->engine;
	struct span bytes = span_make(NULL, 0);

	if (engine->column_type(statement, at) != STORE_TYPE_BYTES)
		store_db_column_refuse(statement, at, "no bytes");
	else
		bytes = engine->column_bytes(statement, at);
	if (bytes.length <= max)
		return bytes;
	store_db_column_refuse(statement, at, "longer than alignd writes");
	return span_of("");
}

/* The key is as foreign as the rest of the row. */
static const char *show_key(TALLOC_CTX *mem, struct store_statement *statement,
			    int at)
{
	const struct store_engine *engine = statement->engine;

	switch (engine->column_type(statement, at)) {
	case STORE_TYPE_NUMBER:
		return mem_printf(mem, "%" PRId64,
				  engine->column_number(statement, at));
	case STORE_TYPE_TEXT:
		return text_escape(mem, engine->column_text(statement, at),
				   SHOWN_MAX, true);
	default:
		return "(no name)";
	}
}

static void list_flaw(struct store_statement *statement, const char *table,
		      int first_at, int second_at)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *key = show_key(mem, statement, first_at);

	if (second_at >= 0)
		key = mem_printf(mem, "%s %s", key,
				 show_key(mem, statement, second_at));
	store_flaws_add(statement->db->flaws, table, key, statement->flaw);
	mem_free(mem);
}

bool store_db_is_pair_sound(struct store_statement *statement,
			    const char *table, int first_at, int second_at)
{
	if (statement->flaw[0] == '\0')
		return true;
	if (statement->db->flaws != NULL)
		list_flaw(statement, table, first_at, second_at);
	statement->flaw[0] = '\0';
	return false;
}

bool store_db_is_sound(struct store_statement *statement, const char *table,
		       int key_at)
{
	return store_db_is_pair_sound(statement, table, key_at, -1);
}

void store_db_list_flaws(struct store_db *db, struct store_flaws *flaws)
{
	db->flaws = flaws;
}

bool store_db_lists_flaws(const struct store_db *db)
{
	return db->flaws != NULL;
}

int64_t store_db_column_number(struct store_statement *statement, int at)
{
	return statement->engine->column_number(statement, at);
}
