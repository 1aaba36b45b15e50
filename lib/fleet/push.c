/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * push.c - a segment's rows into the fleet
 *
 * Tested by test_push.
 */
#include "lib/fleet/push.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/fleet/fleet_tuple.h"
#include "lib/fleet/schema.h"
#include "lib/store/store_columns.h"

#define SQL_MAX 1024
#define PARAMETERS_MAX 40
#define WORDS_MAX 200

struct fleet_push {
	struct pg *pg;
	uint8_t ident[FLEET_IDENT];
	int64_t aside;
	char aside_words[WORDS_MAX];
};

struct fleet_push *fleet_push_new(TALLOC_CTX *mem, struct pg *pg)
{
	struct fleet_push *push = mem_new(mem, struct fleet_push);

	push->pg = pg;
	return push;
}

int64_t fleet_push_aside(const struct fleet_push *push)
{
	return push->aside;
}

const char *fleet_push_aside_words(const struct fleet_push *push)
{
	return push->aside_words;
}

void fleet_push_abandon(struct fleet_push *push)
{
	pg_rollback(push->pg);
}

static enum pg_kind fail(struct fleet_push *push, enum pg_kind kind)
{
	pg_rollback(push->pg);
	return kind;
}

/* --- the transaction --- */

/* What the functions of push.sql answer. */
static const char *const wanted_words[] = {
    [FLEET_TAKES] = "take",	   [FLEET_TAKES_MORE] = "more",
    [FLEET_TAKES_AGAIN] = "again", [FLEET_TAKES_REST] = "rest",
    [FLEET_HAS] = "has",	   [FLEET_HAS_MORE] = "less",
    [FLEET_OPEN] = "open",	   [FLEET_SEALED] = "sealed",
    [FLEET_OTHERS] = "other",
};

static bool goes_on(enum fleet_wanted wanted)
{
	return wanted <= FLEET_TAKES_REST || wanted == FLEET_OPEN;
}

static enum pg_kind read_wanted(const struct pg_result *rows,
				enum fleet_wanted *wanted, struct error *err)
{
	for (size_t i = 0; i < COUNT_OF(wanted_words); i++) {
		if (pg_rows(rows) == 1 &&
		    span_equals(pg_value(rows, 0, 0), wanted_words[i])) {
			*wanted = (enum fleet_wanted)i;
			return PG_DONE;
		}
	}
	(void)error_set(err, ERROR_STORE,
			"PostgreSQL: an answer that this program does not "
			"know");
	return PG_SCHEMA;
}

static enum pg_kind begin(struct fleet_push *push, const char *sql,
			  const struct pg_param *params, size_t count,
			  enum fleet_wanted *wanted, struct error *err)
{
	struct pg_result *rows = NULL;
	enum fleet_wanted read = FLEET_HAS;
	enum pg_kind kind = pg_run(push->pg, "BEGIN", err);

	push->aside = 0;
	push->aside_words[0] = '\0';
	if (kind == PG_DONE)
		kind = pg_exec(push->pg, sql, params, count, &rows, err);
	if (kind == PG_DONE)
		kind = read_wanted(rows, &read, err);
	pg_result_free(rows);
	if (kind == PG_DONE && !goes_on(read))
		kind = pg_run(push->pg, "COMMIT", err);
	if (kind != PG_DONE)
		return fail(push, kind);
	*wanted = read;
	return PG_DONE;
}

enum pg_kind fleet_push_begin(struct fleet_push *push,
			      const struct fleet_segment *segment,
			      enum fleet_wanted *wanted, struct error *err)
{
	const struct fleet_sums *sums = &segment->sums;

	memcpy(push->ident, segment->ident, FLEET_IDENT);
	return begin(
	    push,
	    "SELECT alignd_push.segment_begin($1, $2, $3, $4, $5, "
	    "$6, $7, $8, $9, $10)",
	    PG_PARAMS(pg_number(FLEET_LAYOUT), pg_uuid(push->ident),
		      pg_number(segment->hour_s), pg_number(sums->results),
		      pg_number(sums->messages), pg_number(sums->incidents),
		      pg_number(sums->counted), pg_number(sums->acts),
		      pg_number(sums->restated), pg_number(segment->held)),
	    wanted, err);
}

enum pg_kind fleet_push_open(struct fleet_push *push,
			     const uint8_t ident[FLEET_IDENT], int64_t hour_s,
			     enum fleet_wanted *wanted, struct error *err)
{
	memcpy(push->ident, ident, FLEET_IDENT);
	return begin(push, "SELECT alignd_push.segment_open($1, $2, $3)",
		     PG_PARAMS(pg_number(FLEET_LAYOUT), pg_uuid(push->ident),
			       pg_number(hour_s)),
		     wanted, err);
}

enum pg_kind fleet_push_end(struct fleet_push *push, struct error *err)
{
	enum pg_kind kind = pg_run(push->pg, "COMMIT", err);

	return kind == PG_DONE ? PG_DONE : fail(push, kind);
}

/* --- rows, and those that are refused --- */

struct row_kind {
	const char *name;
	size_t size;
	int64_t (*id)(const void *row);
	enum pg_kind (*send)(struct fleet_push *push, const void *rows,
			     size_t count, struct error *err);
};

static enum pg_kind set_aside(struct fleet_push *push,
			      const struct row_kind *rows, const void *row,
			      struct error *err)
{
	(void)snprintf(push->aside_words, sizeof push->aside_words, "%.*s",
		       WORDS_MAX - 1, err->words);
	push->aside++;
	return pg_exec(push->pg,
		       "SELECT alignd_push.set_aside($1, $2, $3, $4, $5)",
		       PG_PARAMS(pg_number(FLEET_LAYOUT), pg_uuid(push->ident),
				 pg_text(rows->name), pg_number(rows->id(row)),
				 pg_text(push->aside_words)),
		       NULL, err);
}

/* In a transaction of its own within the segment's. */
static enum pg_kind try_rows(struct fleet_push *push,
			     const struct row_kind *rows, const void *first,
			     size_t count, struct error *err)
{
	struct error unused;
	enum pg_kind kind = pg_run(push->pg, "SAVEPOINT rows", err);

	if (kind != PG_DONE)
		return kind == PG_REFUSED ? PG_AWAY : kind;
	kind = rows->send(push, first, count, err);
	if (kind == PG_DONE)
		return pg_run(push->pg, "RELEASE rows", err);
	if (kind == PG_REFUSED && pg_run(push->pg,
					 "ROLLBACK TO rows; "
					 "RELEASE rows",
					 &unused) != PG_DONE)
		return PG_AWAY;
	return kind;
}

/* Of rows of which one is refused, each half by itself. */
static enum pg_kind push_part(struct fleet_push *push,
			      const struct row_kind *rows, const char *first,
			      size_t count, struct error *err)
{
	enum pg_kind kind = try_rows(push, rows, first, count, err);
	size_t half = count / 2;

	if (kind != PG_REFUSED)
		return kind;
	if (count == 1)
		return set_aside(push, rows, first, err);
	kind = push_part(push, rows, first, half, err);
	if (kind == PG_DONE)
		kind = push_part(push, rows, first + half * rows->size,
				 count - half, err);
	return kind;
}

static enum pg_kind push_rows(struct fleet_push *push,
			      const struct row_kind *rows, const void *first,
			      size_t count, struct error *err)
{
	assert(count <= FLEET_ROWS);
	if (count == 0)
		return PG_DONE;
	enum pg_kind kind = push_part(push, rows, first, count, err);
	return kind == PG_DONE ? PG_DONE : fail(push, kind);
}

/* --- columns as arrays --- */

/* "SELECT alignd_push.NAME($1, ... $count)" */
static char *call_sql(TALLOC_CTX *mem, const char *name, size_t count)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_printf(&sql, "SELECT alignd_push.%s(", name);
	for (size_t i = 0; i < count; i++)
		strbuf_printf(&sql, "%s$%zu", i == 0 ? "" : ", ", i + 1);
	strbuf_add_char(&sql, ')');
	return strbuf_text(&sql);
}

/* A column of `count` rows, which rows[i] points to. */
static struct pg_param column_of(TALLOC_CTX *mem,
				 const struct store_column *column,
				 const void *const *rows, size_t count)
{
	if (store_column_is_text(column)) {
		const char **texts = mem_array(mem, const char *, count);
		for (size_t i = 0; i < count; i++)
			texts[i] = store_column_text(column, rows[i]);
		return pg_texts(texts, count);
	}
	int64_t *numbers = mem_array(mem, int64_t, count);
	for (size_t i = 0; i < count; i++)
		numbers[i] = store_column_number(column, rows[i]);
	return pg_numbers(numbers, count);
}

static size_t add_columns(TALLOC_CTX *mem, const struct store_columns *columns,
			  const void *const *rows, size_t count,
			  struct pg_param *params)
{
	for (size_t i = 0; i < columns->count; i++)
		params[i] = column_of(mem, &columns->items[i], rows, count);
	return columns->count;
}

/* --- counters --- */

static int64_t counter_id(const void *row)
{
	return ((const struct fleet_counter *)row)->tuple_id;
}

static bool hash_all(const struct fleet_counter *rows, size_t count,
		     uint8_t *hashes, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (!fleet_tuple_hash(&rows[i].tuple,
				      hashes + i * PG_UUID_BYTES))
			return error_set(err, ERROR_SYSTEM,
					 "OpenSSL cannot make a SHA-256");
	}
	return true;
}

static enum pg_kind send_counts(struct fleet_push *push, TALLOC_CTX *mem,
				const struct fleet_counter *rows, size_t count,
				const uint8_t *hashes,
				struct pg_result **missing, struct error *err)
{
	int64_t *counts = mem_array(mem, int64_t, count);

	for (size_t i = 0; i < count; i++)
		counts[i] = rows[i].count;
	return pg_exec(push->pg,
		       "SELECT replace(m::text, '-', '') FROM "
		       "alignd_push.segment_results($1, $2, $3, $4) m",
		       PG_PARAMS(pg_number(FLEET_LAYOUT), pg_uuid(push->ident),
				 pg_uuids(hashes, count),
				 pg_numbers(counts, count)),
		       missing, err);
}

static bool is_hash(struct span text, const uint8_t *hash)
{
	if (text.length != 2 * PG_UUID_BYTES)
		return false;
	for (size_t i = 0; i < PG_UUID_BYTES; i++) {
		int high = ascii_hex_value(text.data[2 * i]);
		int low = ascii_hex_value(text.data[2 * i + 1]);
		if (high * 16 + low != hash[i])
			return false;
	}
	return true;
}

static bool is_missing(const struct pg_result *missing, const uint8_t *hash)
{
	for (size_t row = 0; row < pg_rows(missing); row++) {
		if (is_hash(pg_value(missing, row, 0), hash))
			return true;
	}
	return false;
}

enum pg_kind fleet_tuples_add(struct pg *pg, const void *const *tuples,
			      size_t count, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct pg_param params[PARAMETERS_MAX] = {pg_number(FLEET_LAYOUT)};
	size_t all = 1 + add_columns(mem, &store_tuple_columns, tuples, count,
				     params + 1);
	enum pg_kind kind = pg_exec(pg, call_sql(mem, "tuples_add", all),
				    params, all, NULL, err);

	mem_free(mem);
	return kind;
}

static enum pg_kind send_tuples(struct fleet_push *push, TALLOC_CTX *mem,
				const struct fleet_counter *rows, size_t count,
				const uint8_t *hashes,
				const struct pg_result *missing,
				struct error *err)
{
	const void **wanted = mem_array(mem, const void *, count);
	size_t filled = 0;

	for (size_t i = 0; i < count; i++) {
		if (is_missing(missing, hashes + i * PG_UUID_BYTES))
			wanted[filled++] = &rows[i].tuple;
	}
	return fleet_tuples_add(push->pg, wanted, filled, err);
}

/* What is missing the second time has another hash there than here. */
static enum pg_kind refuse_missing(struct pg_result *missing, struct error *err)
{
	size_t count = pg_rows(missing);

	pg_result_free(missing);
	if (count == 0)
		return PG_DONE;
	(void)error_set(err, ERROR_STORE,
			"PostgreSQL has other hashes for %zu tuples", count);
	return PG_REFUSED;
}

static enum pg_kind send_results(struct fleet_push *push, const void *first,
				 size_t count, struct error *err)
{
	const struct fleet_counter *rows = first;
	TALLOC_CTX *mem = mem_context(NULL);
	uint8_t *hashes = mem_array(mem, uint8_t, count * PG_UUID_BYTES);
	struct pg_result *missing = NULL;
	enum pg_kind kind = PG_AWAY;

	if (hash_all(rows, count, hashes, err))
		kind =
		    send_counts(push, mem, rows, count, hashes, &missing, err);
	if (kind == PG_DONE && pg_rows(missing) > 0) {
		kind =
		    send_tuples(push, mem, rows, count, hashes, missing, err);
		pg_result_free(missing);
		missing = NULL;
		if (kind == PG_DONE)
			kind = send_counts(push, mem, rows, count, hashes,
					   &missing, err);
	}
	if (kind == PG_DONE)
		kind = refuse_missing(missing, err);
	mem_free(mem);
	return kind;
}

enum pg_kind fleet_push_results(struct fleet_push *push,
				const struct fleet_counter *rows, size_t count,
				struct error *err)
{
	static const struct row_kind kind = {
	    "result", sizeof(struct fleet_counter), counter_id, send_results};

	return push_rows(push, &kind, rows, count, err);
}

/* --- what was only counted --- */

#define COUNTED(t, m) STORE_COLUMN(store_counted, t, m)
#define APPLIED(at)                                                            \
	{                                                                      \
		.name = "", .type = STORE_COUNT,                               \
		.offset = offsetof(struct store_counted, applied) +            \
			  (at) * sizeof(int64_t)                               \
	}

/* As segment_counted() has them. */
static const struct store_column counted_items[] = {
    {COUNTED(STORE_TEXT, reference)},
    {COUNTED(STORE_TEXT, network)},
    {COUNTED(STORE_TEXT, author_domain)},
    {COUNTED(STORE_COUNT, budget)},
    {COUNTED(STORE_TIME, first_s)},
    {COUNTED(STORE_TIME, last_s)},
    {COUNTED(STORE_COUNT, messages)},
    APPLIED(0),
    APPLIED(1),
    APPLIED(2),
    APPLIED(3),
    APPLIED(4),
};
static const struct store_columns counted_columns = {counted_items,
						     COUNT_OF(counted_items)};

/* Pointers to rows that lie one behind the other. */
static const void **each_of(TALLOC_CTX *mem, const void *first, size_t size,
			    size_t count)
{
	const void **rows = mem_array(mem, const void *, count);

	for (size_t i = 0; i < count; i++)
		rows[i] = (const char *)first + i * size;
	return rows;
}

static int64_t no_id(const void *row)
{
	(void)row;
	return 0;
}

static enum pg_kind send_counted(struct fleet_push *push, const void *first,
				 size_t count, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct pg_param params[PARAMETERS_MAX] = {pg_number(FLEET_LAYOUT),
						  pg_uuid(push->ident)};
	size_t all =
	    2 + add_columns(
		    mem, &counted_columns,
		    each_of(mem, first, sizeof(struct store_counted), count),
		    count, params + 2);
	enum pg_kind kind =
	    pg_exec(push->pg, call_sql(mem, "segment_counted", all), params,
		    all, NULL, err);

	mem_free(mem);
	return kind;
}

enum pg_kind fleet_push_counted(struct fleet_push *push,
				const struct store_counted *rows, size_t count,
				struct error *err)
{
	static const struct row_kind kind = {
	    "counted", sizeof(struct store_counted), no_id, send_counted};

	return push_rows(push, &kind, rows, count, err);
}

/* --- incidents --- */

static int64_t incident_id(const void *row)
{
	return ((const struct store_incident *)row)->id;
}

static enum pg_kind send_incidents(struct fleet_push *push, const void *first,
				   size_t count, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const void **rows =
	    each_of(mem, first, sizeof(struct store_incident), count);
	int64_t *ids = mem_array(mem, int64_t, count);
	struct pg_param params[PARAMETERS_MAX] = {pg_number(FLEET_LAYOUT),
						  pg_uuid(push->ident)};

	for (size_t i = 0; i < count; i++)
		ids[i] = incident_id(rows[i]);
	params[2] = pg_numbers(ids, count);
	size_t all = 3 + add_columns(mem, &store_incident_columns, rows, count,
				     params + 3);
	enum pg_kind kind =
	    pg_exec(push->pg, call_sql(mem, "segment_incidents", all), params,
		    all, NULL, err);
	mem_free(mem);
	return kind;
}

enum pg_kind fleet_push_incidents(struct fleet_push *push,
				  const struct store_incident *rows,
				  size_t count, struct error *err)
{
	static const struct row_kind kind = {"incident",
					     sizeof(struct store_incident),
					     incident_id, send_incidents};

	return push_rows(push, &kind, rows, count, err);
}

/* --- acts --- */

static int64_t act_id(const void *row)
{
	return ((const struct fleet_act *)row)->id;
}

static enum pg_kind send_acts(struct fleet_push *push, const void *first,
			      size_t count, struct error *err)
{
	const struct fleet_act *acts = first;
	TALLOC_CTX *mem = mem_context(NULL);
	int64_t *numbers = mem_array(mem, int64_t, 3 * count);
	const char **texts = mem_array(mem, const char *, 3 * count);
	uint8_t *idents = mem_array(mem, uint8_t, count * FLEET_IDENT);

	for (size_t i = 0; i < count; i++) {
		numbers[i] = acts[i].id;
		numbers[count + i] = acts[i].incident_id;
		numbers[2 * count + i] = acts[i].time_s;
		texts[i] = acts[i].who;
		texts[count + i] = acts[i].kind;
		texts[2 * count + i] = acts[i].note;
		memcpy(idents + i * FLEET_IDENT, acts[i].incident_ident,
		       FLEET_IDENT);
	}
	enum pg_kind kind = pg_exec(
	    push->pg, call_sql(mem, "segment_acts", 9),
	    PG_PARAMS(pg_number(FLEET_LAYOUT), pg_uuid(push->ident),
		      pg_numbers(numbers, count), pg_uuids(idents, count),
		      pg_numbers(numbers + count, count),
		      pg_numbers(numbers + 2 * count, count),
		      pg_texts(texts, count), pg_texts(texts + count, count),
		      pg_texts(texts + 2 * count, count)),
	    NULL, err);
	mem_free(mem);
	return kind;
}

enum pg_kind fleet_push_acts(struct fleet_push *push,
			     const struct fleet_act *rows, size_t count,
			     struct error *err)
{
	static const struct row_kind kind = {"act", sizeof(struct fleet_act),
					     act_id, send_acts};

	return push_rows(push, &kind, rows, count, err);
}
