/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_named.c - rows of the fleet's record that name somebody
 * Tested by test_fleet_privacy.
 */
#include "lib/fleet/fleet_named.h"

#include <assert.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/store/store_columns.h"

#define SQL_MAX 16384
#define COLUMNS_MAX 32 /* that are looked at, of one table */

/* A table: its rows as t, the number of one, and what is told of it. */
struct source {
	const char *table; /* of store_personal_columns */
	const char *from;  /* NULL: made by stray_incidents() */
	const char *number;
	const char *json; /* NULL: every column */
};

/* What is known by a text has a number for the time of one question. */
#define NUMBERED(table, by)                                                    \
	"(SELECT row_number() OVER (ORDER BY " by ") AS n, r.* FROM "          \
	"alignd_report." table " r)"

static const struct source sources[FLEET_NAMED_KINDS] = {
    [FLEET_NAMED_TUPLES] = {"tuple", "alignd_read.tuple", "tuple_id", NULL},
    [FLEET_NAMED_INCIDENTS] = {"incident", "alignd_read.incident",
			       "incident_id", NULL},
    [FLEET_NAMED_STRAY_INCIDENTS] = {"incident", NULL, "stray_no", NULL},
    [FLEET_NAMED_COUNTED] = {"counted", "alignd_read.counted", "counted_id",
			     NULL},
    [FLEET_NAMED_STRAY_COUNTED] = {"counted", "alignd.stray_counted",
				   "counted_no", NULL},
    [FLEET_NAMED_ACTS] = {"act", "alignd.act", "act_no", NULL},
    [FLEET_NAMED_PATHS] = {"path", "alignd.path",
			   "(host_no::bigint << 32) + place", NULL},
    [FLEET_NAMED_REPORTS] = {"report", NUMBERED("report", "report_id"), "n",
			     "to_jsonb(t) - 'n' || jsonb_build_object("
			     "'archive', length(archive))"},
    [FLEET_NAMED_DESTINATIONS] = {"report_destination",
				  NUMBERED("report_destination",
					   "report_id, address"),
				  "n", "to_jsonb(t) - 'n'"},
    [FLEET_NAMED_HEALTH] = {"report_health",
			    NUMBERED("report_health", "address, policy_domain"),
			    "n", "to_jsonb(t) - 'n'"},
};

const char *fleet_named_table(enum fleet_named_kind kind)
{
	return sources[kind].table;
}

/* Texts of which a part is looked at, as store_personal_columns has it for
 * SQLite; NULL: the fleet has no such column. */
static const struct {
	const char *column;
	const char *look;
} looks[] = {
    {"from_address", NULL}, /* a host's way to find what the verdict has */
    {"sender_address", NULL},
    {"verdict", "alignd_read.verdict_look(verdict)"},
    {"archive", "CASE kind WHEN 'failure' THEN encode(archive, 'escape') "
		"ELSE '' END"},
};

static const char *look_of(const struct store_personal *column)
{
	for (size_t i = 0; i < COUNT_OF(looks); i++) {
		if (strcmp(looks[i].column, column->column) == 0)
			return looks[i].look;
	}
	return column->column;
}

/* Of that table, and able to name such a subject. */
static size_t find_columns(const char *table,
			   const struct store_subject *subject,
			   const char *found[COLUMNS_MAX])
{
	size_t count = 0;

	for (const struct store_personal *it = store_personal_columns;
	     it->table != NULL && count < COLUMNS_MAX; it++) {
		if (strcmp(it->table, table) == 0 &&
		    (it->names & subject->kind) != 0 && look_of(it) != NULL)
			found[count++] = look_of(it);
	}
	return count;
}

/* --- the question --- */

/* Strays are kept as one document each. */
static void stray_incidents(struct strbuf *sql)
{
	const struct store_columns *columns = &store_incident_columns;

	strbuf_add_text(sql, "(SELECT s.stray_no, r.* FROM "
			     "alignd.stray_incident s, "
			     "jsonb_to_record(s.row) AS r (");
	for (size_t i = 0; i < columns->count; i++)
		strbuf_printf(
		    sql, "%s%s %s", i == 0 ? "" : ", ", columns->items[i].name,
		    store_column_is_text(&columns->items[i]) ? "text"
							     : "bigint");
	strbuf_add_text(sql, "))");
}

/* Names no more rows than there are, and rather too many. */
static void add_guess(struct strbuf *sql, const struct store_subject *subject,
		      const char *column)
{
	if (subject->kind == STORE_NAMES_CLIENT)
		strbuf_printf(sql,
			      "alignd_report.is_named($1::text::inet, '', %s)",
			      column);
	else
		strbuf_printf(sql, "alignd_read.may_name($1, %s)", column);
}

static char *named_sql(TALLOC_CTX *mem, const struct source *source,
		       const struct store_subject *subject,
		       const char *const *columns, size_t count)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_printf(&sql,
		      "DECLARE named NO SCROLL CURSOR FOR SELECT %s, "
		      "(%s)::text",
		      source->number,
		      source->json == NULL ? "to_jsonb(t)" : source->json);
	for (size_t i = 0; i < count; i++)
		strbuf_printf(&sql, ", %s", columns[i]);
	strbuf_add_text(&sql, " FROM ");
	if (source->from == NULL)
		stray_incidents(&sql);
	else
		strbuf_add_text(&sql, source->from);
	strbuf_printf(&sql, " AS t WHERE %s > $2 AND (", source->number);
	for (size_t i = 0; i < count; i++) {
		strbuf_add_text(&sql, i == 0 ? "" : " OR ");
		add_guess(&sql, subject, columns[i]);
	}
	strbuf_printf(&sql, ") ORDER BY %s", source->number);
	assert(!strbuf_is_full(&sql));
	return strbuf_text(&sql);
}

/* --- the answer --- */

static bool is_named(const struct pg_result *rows, size_t row, size_t columns,
		     const struct store_subject *subject)
{
	for (size_t i = 0; i < columns; i++) {
		struct span value = pg_value(rows, row, 2 + i);
		if (value.data != NULL &&
		    store_subject_is_in(subject, value.data))
			return true;
	}
	return false;
}

/* *goes_on: false where `seen` has enough, or there are no more. */
static enum pg_kind
fetch_some(struct pg *pg, const struct store_subject *subject, size_t columns,
	   bool (*seen)(void *context, const struct fleet_named_row *row),
	   void *context, bool *goes_on, struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind =
	    pg_exec(pg, "FETCH 200 FROM named", NULL, 0, &rows, err);

	if (kind != PG_DONE)
		return kind;
	*goes_on = pg_rows(rows) > 0;
	for (size_t row = 0; *goes_on && row < pg_rows(rows); row++) {
		struct span json = pg_value(rows, row, 1);
		const struct fleet_named_row found = {
		    .number = pg_value_number(rows, row, 0),
		    .json = json.data == NULL ? "{}" : json.data};
		if (is_named(rows, row, columns, subject))
			*goes_on = seen(context, &found);
	}
	pg_result_free(rows);
	return PG_DONE;
}

enum pg_kind
fleet_named_find(struct pg *pg, enum fleet_named_kind kind,
		 const struct store_subject *subject, int64_t after,
		 bool (*seen)(void *context, const struct fleet_named_row *row),
		 void *context, struct error *err)
{
	const struct source *source = &sources[kind];
	const char *columns[COLUMNS_MAX];
	size_t count = find_columns(source->table, subject, columns);
	bool goes_on = true;

	if (count == 0)
		return PG_DONE;
	TALLOC_CTX *mem = mem_context(NULL);
	enum pg_kind done = pg_run(pg, "BEGIN", err);
	if (done == PG_DONE)
		done =
		    pg_exec(pg, named_sql(mem, source, subject, columns, count),
			    PG_PARAMS(pg_text(subject->text), pg_number(after)),
			    NULL, err);
	while (done == PG_DONE && goes_on)
		done = fetch_some(pg, subject, count, seen, context, &goes_on,
				  err);
	mem_free(mem);
	if (done == PG_DONE)
		return pg_run(pg, "COMMIT", err);
	pg_rollback(pg);
	return done;
}

/* --- what belongs to them --- */

static const struct {
	const char *table;
	const char *sql;
} rests[FLEET_NAMED_KINDS] = {
    [FLEET_NAMED_TUPLES] =
	{"result",
	 "SELECT jsonb_build_object('tuple_id', c.tuple_no, 'messages', "
	 "sum(c.count), 'first_s', min(c.at_s), 'last_s', max(c.at_s))::text "
	 "FROM (SELECT tuple_no, count, day_s AS at_s FROM alignd.day_result "
	 "UNION ALL SELECT tuple_no, count, hour_s FROM alignd_read.unsummed "
	 "UNION ALL SELECT tuple_no, count, hour_s FROM alignd.stray_result) c "
	 "WHERE c.tuple_no = ANY ($1) GROUP BY c.tuple_no ORDER BY c.tuple_no"},
    [FLEET_NAMED_INCIDENTS] =
	{"act", "SELECT to_jsonb(a)::text FROM alignd_read.act a WHERE "
		"incident_id = ANY ($1) ORDER BY act_id"},
};

enum pg_kind fleet_named_rest(struct pg *pg, enum fleet_named_kind kind,
			      const int64_t *numbers, size_t count,
			      bool (*seen)(void *context, const char *table,
					   const char *json),
			      void *context, struct error *err)
{
	struct pg_result *rows;

	if (rests[kind].sql == NULL || count == 0)
		return PG_DONE;
	enum pg_kind done =
	    pg_exec(pg, rests[kind].sql, PG_PARAMS(pg_numbers(numbers, count)),
		    &rows, err);
	if (done != PG_DONE)
		return done;
	for (size_t row = 0; row < pg_rows(rows); row++) {
		if (!seen(context, rests[kind].table,
			  pg_value(rows, row, 0).data))
			break;
	}
	pg_result_free(rows);
	return PG_DONE;
}
