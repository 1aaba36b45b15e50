/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_db.c - PostgreSQL as an engine of lib/store's statements
 *
 * Rows are foreign: another machine sent them, and who may write there is that
 * machine's word. What may stand in a column is looked at by store_db.c, as
 * for a file.
 * Tested by test_fleet_reading.
 */
#include "lib/fleet/fleet_db.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/fleet/dialect.h"
#include "lib/fleet/pg.h"
#include "lib/fleet/schema.h"
#include "lib/store/store_engine.h"

#define BATCH_FIRST 32 /* rows; most lists want few */
#define BATCH_MAX 8192
#define BATCH_BYTES (512 * 1024) /* above it, the next one is no longer */

#define SAMPLE 16 /* rows of a batch that are weighed */

#define CURSOR_SQL 64
#define CONNECT_MS 10000
#define WAIT_MS 120000 /* for one call: sums over millions of rows */
#define END_MS 1000    /* for the end of what took all the time it had */

/* In which transaction the connection is. */
enum transaction {
	TRANSACTION_NONE,
	TRANSACTION_OWN,  /* of its one statement, or of all that is read */
	TRANSACTION_GIVEN /* somebody's BEGIN */
};

struct fleet_db {
	struct store_db db;
	TALLOC_CTX *mem; /* itself, and all that it has */
	struct pg *pg;
	enum store_db_mode mode;
	enum transaction transaction;
	int64_t until_ms; /* by the monotonic clock; 0: no end */
	unsigned cursors; /* made so far, each with a number of its own */
	unsigned open_cursors;
	enum store_fault fault;
	int64_t changes;
};

struct fleet_statement {
	struct store_statement statement;
	TALLOC_CTX *mem;
	const char *sql;
	bool is_select;
	bool has_begun;
	size_t count; /* parameters */
	struct pg_param parameters[DIALECT_PARAMETERS_MAX];
	/* the rows at hand */
	struct pg_result *rows;
	size_t at;
	unsigned cursor; /* 0: none */
	size_t batch;	 /* rows asked for */
	TALLOC_CTX *row; /* what was decoded of the row at hand */
};

static const struct store_engine fleet_engine;

static struct fleet_db *fleet_of(struct store_db *db)
{
	return (struct fleet_db *)db;
}

static struct fleet_statement *own(struct store_statement *statement)
{
	return (struct fleet_statement *)statement;
}

/* --- transactions --- */

static const char *const begin_words[] = {
    [STORE_DB_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ",
    [STORE_DB_WRITE] = "BEGIN",
};

/* What the statements of lib/store find by their bare names; that the server
 * does not go on for somebody who has left; that it sorts counters of
 * many hosts in memory; and that it compiles no machine code for a list, which
 * takes longer than the list. */
#define SETTINGS                                                               \
	"; SET LOCAL search_path = alignd_read, alignd_report, pg_catalog"     \
	"; SET LOCAL jit = off; SET LOCAL work_mem = '128MB'"                  \
	"; SET LOCAL statement_timeout = %" PRId64

/* Whoever has only so much time holds no rows for longer, whatever becomes of
 * him: also where he is stopped between two statements. */
#define SETTINGS_LIMITED                                                       \
	"; SET LOCAL idle_in_transaction_session_timeout = %" PRId64

/* States that pass when somebody else is done. */
static const char *const busy_states[] = {"40001", "40P01", "55P03"};

static bool note_outcome(struct fleet_db *db, enum pg_kind kind)
{
	const char *state = pg_sqlstate(db->pg);

	db->fault =
	    kind == PG_REFUSED ? STORE_FAULT_REFUSED : STORE_FAULT_OTHER;
	if (text_place(busy_states, COUNT_OF(busy_states), state) >= 0)
		db->fault = STORE_FAULT_BUSY;
	return kind == PG_DONE;
}

static bool run_plain(struct fleet_db *db, const char *sql, struct error *err)
{
	return note_outcome(db, pg_run(db->pg, sql, err));
}

/* What a call may take: all that it may, or what is left. */
static int64_t time_left(const struct fleet_db *db)
{
	int64_t left = db->until_ms - clock_monotonic_ms(clock_system());

	if (db->until_ms == 0 || left > WAIT_MS)
		return WAIT_MS;
	return left > 0 ? left : 1;
}

static void limit_time(struct store_db *of, int64_t ms)
{
	struct fleet_db *db = (struct fleet_db *)of;

	db->until_ms = clock_monotonic_ms(clock_system()) + ms;
}

static bool begin(struct fleet_db *db, enum transaction transaction,
		  struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	int64_t left_ms = time_left(db);
	const char *sql =
	    mem_printf(mem, "%s" SETTINGS, begin_words[db->mode], left_ms);

	if (db->until_ms != 0)
		sql = mem_printf(mem, "%s" SETTINGS_LIMITED, sql, left_ms);
	pg_set_wait(db->pg, left_ms);
	bool ok = run_plain(db, sql, err);
	if (ok)
		db->transaction = transaction;
	mem_free(mem);
	return ok;
}

static bool end(struct fleet_db *db, const char *sql, struct error *err)
{
	int64_t left_ms = time_left(db);

	db->transaction = TRANSACTION_NONE;
	pg_set_wait(db->pg, left_ms > END_MS ? left_ms : END_MS);
	return run_plain(db, sql, err);
}

static void roll_back(struct store_db *db)
{
	struct error unused;

	if (fleet_of(db)->open_cursors > 0)
		fleet_of(db)->transaction = TRANSACTION_OWN;
	else if (fleet_of(db)->transaction != TRANSACTION_NONE)
		(void)end(fleet_of(db), "ROLLBACK", &unused);
}

/* A statement ran in a transaction of its own. What failed leaves a reader's
 * too, which PostgreSQL would let do nothing else. */
static bool settle(struct fleet_db *db, bool ok, struct error *err)
{
	struct error unused;
	enum store_fault fault = db->fault;

	if (db->transaction != TRANSACTION_OWN)
		return ok;
	if (!ok) {
		(void)end(db, "ROLLBACK", &unused);
		db->fault = fault;
		return false;
	}
	return db->mode == STORE_DB_READ || end(db, "COMMIT", err);
}

static bool is_word(const char *sql, const char *word)
{
	return strncmp(sql, word, strlen(word)) == 0;
}

/* A reader's own transaction is as good as one that is asked for. */
static bool begin_given(struct fleet_db *db, struct error *err)
{
	if (db->transaction != TRANSACTION_OWN)
		return begin(db, TRANSACTION_GIVEN, err);
	db->transaction = TRANSACTION_GIVEN;
	return true;
}

static bool run_sql(struct store_db *of, const char *sql, struct error *err)
{
	struct fleet_db *db = fleet_of(of);

	if (is_word(sql, "BEGIN"))
		return begin_given(db, err);
	if (is_word(sql, "COMMIT"))
		return end(db, "COMMIT", err);
	if (is_word(sql, "ROLLBACK") && !is_word(sql, "ROLLBACK TO"))
		return end(db, "ROLLBACK", err);
	if (db->transaction == TRANSACTION_NONE &&
	    !begin(db, TRANSACTION_OWN, err))
		return false;
	TALLOC_CTX *mem = mem_context(NULL);
	size_t unused;
	bool ok = run_plain(db, dialect_statement(mem, sql, &unused), err);
	mem_free(mem);
	return settle(db, ok, err);
}

static enum store_fault last_fault(struct store_db *db)
{
	return fleet_of(db)->fault;
}

static int64_t changed_rows(struct store_db *db)
{
	return fleet_of(db)->changes;
}

static void close_db(struct store_db *db)
{
	roll_back(db);
	mem_free(fleet_of(db)->mem);
}

/* --- statements --- */

/* Such may have a cursor. What changes or locks rows ("WITH ... UPDATE", "FOR
 * UPDATE") does so at once. */
static bool is_reading(const char *sql)
{
	static const char *const changing[] = {"INSERT ", "UPDATE", "DELETE "};

	for (size_t i = 0; i < COUNT_OF(changing); i++) {
		if (strstr(sql, changing[i]) != NULL)
			return false;
	}
	return is_word(sql, "SELECT") || is_word(sql, "WITH");
}

static bool prepare(struct store_db *db, const char *sql,
		    struct store_statement **statement, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct fleet_statement *made = mem_new(mem, struct fleet_statement);

	(void)err; /* PostgreSQL reads it when it runs */
	made->statement.engine = &fleet_engine;
	made->statement.db = db;
	made->mem = mem;
	made->sql = dialect_statement(mem, sql, &made->count);
	made->is_select = is_reading(sql);
	*statement = &made->statement;
	return true;
}

static void free_rows(struct fleet_statement *statement)
{
	pg_result_free(statement->rows);
	statement->rows = NULL;
	statement->at = 0;
}

/* A cursor whose transaction has failed is gone already. */
static void close_cursor(struct fleet_statement *statement)
{
	struct fleet_db *db = fleet_of(statement->statement.db);
	char sql[CURSOR_SQL];
	struct error unused;

	if (statement->cursor == 0)
		return;
	db->open_cursors--;
	if (db->transaction != TRANSACTION_NONE &&
	    !statement->statement.has_failed) {
		(void)snprintf(sql, sizeof sql, "CLOSE alignd_%u",
			       statement->cursor);
		(void)run_plain(db, sql, &unused);
	}
	statement->cursor = 0;
}

static void rewind_rows(struct fleet_statement *statement)
{
	free_rows(statement);
	close_cursor(statement);
	statement->has_begun = false;
}

static void finish(struct store_statement *statement)
{
	rewind_rows(own(statement));
	mem_free(own(statement)->mem);
}

static void reset(struct store_statement *statement)
{
	rewind_rows(own(statement));
	memset(own(statement)->parameters, 0,
	       sizeof own(statement)->parameters);
}

static void bind(struct store_statement *statement, int at,
		 struct pg_param parameter)
{
	assert(at >= 1 && (size_t)at <= own(statement)->count);
	own(statement)->parameters[at - 1] = parameter;
}

static void bind_text(struct store_statement *statement, int at,
		      const char *text)
{
	bind(statement, at, pg_text(text));
}

static void bind_number(struct store_statement *statement, int at,
			int64_t number)
{
	bind(statement, at, pg_number(number));
}

static void bind_bytes(struct store_statement *statement, int at,
		       struct span bytes)
{
	bind(statement, at, pg_bytes(bytes));
}

/* --- steps --- */

/* Runs `sql` with the statement's parameters; its rows are those at hand. */
static bool ask(struct fleet_statement *statement, const char *sql,
		struct error *err)
{
	struct fleet_db *db = fleet_of(statement->statement.db);

	free_rows(statement);
	return note_outcome(db,
			    pg_exec(db->pg, sql, statement->parameters,
				    statement->count, &statement->rows, err));
}

/* Is the batch at hand, as far as its first rows tell, a light one? */
static bool is_light(const struct pg_result *rows)
{
	size_t weighed = pg_rows(rows) < SAMPLE ? pg_rows(rows) : SAMPLE;
	size_t bytes = 0;

	for (size_t row = 0; row < weighed; row++) {
		for (size_t at = 0; at < pg_columns(rows); at++)
			bytes += pg_value(rows, row, at).length;
	}
	return weighed == 0 || bytes / weighed * pg_rows(rows) < BATCH_BYTES;
}

static bool fetch(struct fleet_statement *statement, struct error *err)
{
	struct fleet_db *db = fleet_of(statement->statement.db);
	char sql[CURSOR_SQL];

	if (statement->batch == 0)
		statement->batch = BATCH_FIRST;
	else if (statement->batch < BATCH_MAX && is_light(statement->rows))
		statement->batch *= 4;
	(void)snprintf(sql, sizeof sql, "FETCH %zu FROM alignd_%u",
		       statement->batch, statement->cursor);
	free_rows(statement);
	return note_outcome(
	    db, pg_exec(db->pg, sql, NULL, 0, &statement->rows, err));
}

static bool open_cursor(struct fleet_statement *statement, struct error *err)
{
	struct fleet_db *db = fleet_of(statement->statement.db);
	unsigned number = ++db->cursors;
	TALLOC_CTX *mem = mem_context(NULL);
	bool ok =
	    ask(statement,
		mem_printf(mem, "DECLARE alignd_%u NO SCROLL CURSOR FOR %s",
			   number, statement->sql),
		err);

	mem_free(mem);
	free_rows(statement);
	if (!ok)
		return false;
	statement->cursor = number;
	statement->batch = 0;
	db->open_cursors++;
	return fetch(statement, err);
}

static bool run_whole(struct fleet_statement *statement, struct error *err)
{
	struct fleet_db *db = fleet_of(statement->statement.db);

	if (!ask(statement, statement->sql, err))
		return false;
	db->changes = pg_affected(statement->rows);
	return pg_rows(statement->rows) <= FLEET_ROWS_MAX ||
	       error_set(err, ERROR_STORE,
			 "over %d rows outside of a transaction",
			 FLEET_ROWS_MAX);
}

static bool begin_rows(struct fleet_statement *statement, struct error *err)
{
	struct fleet_db *db = fleet_of(statement->statement.db);

	if (db->transaction == TRANSACTION_NONE &&
	    !begin(db, TRANSACTION_OWN, err))
		return false;
	statement->has_begun = true;
	bool is_kept =
	    db->transaction == TRANSACTION_GIVEN || db->mode == STORE_DB_READ;
	bool ok = statement->is_select && is_kept ? open_cursor(statement, err)
						  : run_whole(statement, err);
	return settle(db, ok, err);
}

/* Is there a row at hand, or may more come? */
static bool has_more(const struct fleet_statement *statement)
{
	return statement->cursor != 0 &&
	       pg_rows(statement->rows) == statement->batch;
}

static enum store_step step(struct store_statement *of, struct error *err)
{
	struct fleet_statement *statement = own(of);
	bool ok = true;

	pg_set_wait(fleet_of(of->db)->pg, time_left(fleet_of(of->db)));
	mem_free(statement->row);
	statement->row = NULL;

	if (!statement->has_begun)
		ok = begin_rows(statement, err);
	else
		statement->at++;
	if (ok && statement->at >= pg_rows(statement->rows) &&
	    has_more(statement))
		ok = settle(fleet_of(of->db), fetch(statement, err), err);
	if (!ok)
		return STORE_STEP_FAILED;
	return statement->at < pg_rows(statement->rows) ? STORE_STEP_ROW
							: STORE_STEP_DONE;
}

/* --- the row at hand --- */

/* Types of columns, by PostgreSQL's fixed numbers (pg_type.dat). */
static const struct {
	unsigned oid;
	enum store_type type;
} types[] = {
    {16, STORE_TYPE_NUMBER},   /* boolean: what is compared, as SQLite has it */
    {17, STORE_TYPE_BYTES},    /* bytea */
    {20, STORE_TYPE_NUMBER},   /* bigint */
    {21, STORE_TYPE_NUMBER},   /* smallint */
    {23, STORE_TYPE_NUMBER},   /* integer */
    {25, STORE_TYPE_TEXT},     /* text */
    {1043, STORE_TYPE_TEXT},   /* character varying */
    {1700, STORE_TYPE_NUMBER}, /* numeric, where it is whole */
};

static struct span value_of(struct store_statement *statement, int at)
{
	return pg_value(own(statement)->rows, own(statement)->at, (size_t)at);
}

/* All 64 bits: the store has keyed numbers, and INT64_MAX for "for good". */
static bool read_number(struct span value, int64_t *number)
{
	char *end;

	if (span_equals(value, "t") || span_equals(value, "f")) {
		*number = value.data[0] == 't';
		return true;
	}
	errno = 0;
	int64_t read = strtoll(value.data, &end, 10);
	if (value.length == 0 || errno != 0 || *end != '\0')
		return false;
	*number = read;
	return true;
}

static enum store_type column_type(struct store_statement *statement, int at)
{
	const struct pg_result *rows = own(statement)->rows;
	int64_t unused;

	if (value_of(statement, at).data == NULL)
		return STORE_TYPE_NULL;
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		if (types[i].oid != pg_column_type(rows, (size_t)at))
			continue;
		return types[i].type == STORE_TYPE_NUMBER &&
			       !read_number(value_of(statement, at), &unused)
			   ? STORE_TYPE_OTHER
			   : types[i].type;
	}
	return STORE_TYPE_OTHER;
}

static int64_t column_number(struct store_statement *statement, int at)
{
	struct span value = value_of(statement, at);
	int64_t number = 0;

	return value.data != NULL && read_number(value, &number) ? number : 0;
}

static struct span column_text(struct store_statement *statement, int at)
{
	return value_of(statement, at);
}

/* "\x00ff"; what is not of that form gives nothing. */
static struct span column_bytes(struct store_statement *of, int at)
{
	struct fleet_statement *statement = own(of);
	struct span hex = value_of(of, at);
	size_t count = hex.length < 2 ? 0 : (hex.length - 2) / 2;

	if (statement->row == NULL)
		statement->row = mem_context(statement->mem);
	char *bytes = mem_array(statement->row, char, count + 1);
	for (size_t i = 0; i < count; i++) {
		int high = ascii_hex_value(hex.data[2 + 2 * i]);
		int low = ascii_hex_value(hex.data[3 + 2 * i]);
		if (high < 0 || low < 0)
			return span_make(bytes, 0);
		bytes[i] = (char)(high * 16 + low);
	}
	return span_make(bytes, count);
}

static const char *column_name(struct store_statement *statement, int at)
{
	return pg_column_name(own(statement)->rows, (size_t)at);
}

static const struct store_engine fleet_engine = {
    .kind = STORE_DB_POSTGRESQL,
    .close = close_db,
    .run = run_sql,
    .fault = last_fault,
    .rollback = roll_back,
    .changes = changed_rows,
    .limit_time = limit_time,
    .prepare = prepare,
    .finish = finish,
    .bind_text = bind_text,
    .bind_number = bind_number,
    .bind_bytes = bind_bytes,
    .step = step,
    .reset = reset,
    .column_type = column_type,
    .column_number = column_number,
    .column_text = column_text,
    .column_bytes = column_bytes,
    .column_name = column_name,
};

/* --- opening --- */

/* What PostgreSQL itself says of a schema without rights is that nothing is
 * there. */
static bool check_rights(struct pg *pg, const char *setting, struct error *err)
{
	struct pg_result *rows;

	if (pg_exec(pg,
		    "SELECT CASE WHEN to_regnamespace('alignd_read') IS NULL "
		    "THEN 0 WHEN has_schema_privilege('alignd_read', 'USAGE') "
		    "THEN 2 ELSE 1 END, current_user",
		    NULL, 0, &rows, err) != PG_DONE)
		return false;
	int64_t found = pg_value_number(rows, 0, 0);
	if (found == 0)
		(void)error_set(err, ERROR_STORE,
				"PostgreSQL: the database has no schema of a "
				"fleet: alignctl fleet init makes it");
	else if (found == 1)
		(void)error_set(err, ERROR_STORE,
				"PostgreSQL: role %.60s may not read: name in "
				"%s one of a person, to which "
				"alignd_reader was granted",
				pg_value(rows, 0, 1).data, setting);
	pg_result_free(rows);
	return found == 2;
}

/* A newer one has all that an older one has. */
static bool check_version(struct pg *pg, struct error *err)
{
	int version = 0;

	if (fleet_schema_version(pg, &version, err) != PG_DONE)
		return false;
	return version >= FLEET_SCHEMA ||
	       error_set(err, ERROR_STORE,
			 "the fleet's schema has version %d, this program "
			 "reads %d: alignctl fleet init --upgrade makes it",
			 version, FLEET_SCHEMA);
}

bool fleet_db_check(struct pg *pg, const char *setting, struct error *err)
{
	return check_rights(pg, setting, err) && check_version(pg, err);
}

struct store_db *fleet_db_over(struct pg *pg, enum store_db_mode mode)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct fleet_db *made = mem_new(mem, struct fleet_db);

	made->db.engine = &fleet_engine;
	made->mem = mem;
	made->mode = mode;
	made->pg = pg;
	return &made->db;
}

bool fleet_db_open(const char *conninfo, enum store_db_mode mode,
		   struct store_db **db, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct pg *pg;

	if (pg_connect(mem, conninfo, CONNECT_MS, &pg, err) != PG_DONE ||
	    !fleet_db_check(pg, "fleet.people", err)) {
		mem_free(mem);
		return false;
	}
	pg_set_wait(pg, WAIT_MS);
	*db = fleet_db_over(pg, mode);
	(void)talloc_steal(fleet_of(*db)->mem, mem);
	return true;
}
