/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_export.c - what the store has of somebody, row by row
 *
 * Whole rows, by the columns of the inventory. A counter says for how many
 * messages and when; an incident brings what was done about it.
 * Tested by test_alignctl_privacy.
 */
#include "lib/store/store_export.h"

#include <assert.h>
#include <string.h>

#include "lib/store/store_file.h"
#include "lib/store/store_query.h"
#include "lib/store/store_schema.h"

#define SQL_MAX 32768

/* What a table's rows say besides, and which of its rows belong to others'. */
struct extra {
	const char *table;
	const char *members;
	const char *owner; /* rows of this table have a part of theirs there */
	const char *link;  /* "X IN (SELECT X FROM owner WHERE" */
};

static const struct extra extras[] = {
    {.table = "tuple",
     .members = ", 'messages', (SELECT sum(count) FROM result WHERE "
		"result.tuple_id = tuple.tuple_id)"
		", 'first_hour_s', (SELECT min(hour_s) FROM result WHERE "
		"result.tuple_id = tuple.tuple_id)"
		", 'last_hour_s', (SELECT max(hour_s) FROM result WHERE "
		"result.tuple_id = tuple.tuple_id)"},
    {.table = "act",
     .members = "",
     .owner = "incident",
     .link = " OR incident_id IN (SELECT incident_id FROM incident WHERE "},
};

static const struct extra *find_extra(const char *table)
{
	for (size_t i = 0; i < COUNT_OF(extras); i++) {
		if (strcmp(extras[i].table, table) == 0)
			return &extras[i];
	}
	return NULL;
}

/* Bytes are told by their number. */
static void add_column(struct strbuf *sql, const struct store_personal *column)
{
	const char *name = column->column;

	strbuf_printf(sql, "'%s', ", name);
	if (column->is_json)
		strbuf_printf(sql, "iif(json_valid(%s), json(%s), %s)", name,
			      name, name);
	else
		strbuf_printf(sql, "iif(typeof(%s) = 'blob', length(%s), %s)",
			      name, name, name);
}

static char *export_sql(TALLOC_CTX *mem, const struct store_personal *first,
			const struct store_subject *subject)
{
	const char *table = first->table;
	const struct extra *extra = find_extra(table);
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT json_object(");
	for (const struct store_personal *it = first;
	     it->table != NULL && strcmp(it->table, table) == 0; it++) {
		strbuf_add_text(&sql, it == first ? "" : ", ");
		add_column(&sql, it);
	}
	strbuf_printf(&sql, "%s), %s FROM %s WHERE ",
		      extra == NULL ? "" : extra->members, first->column,
		      table);
	store_personal_condition(&sql, table, subject, 1);
	if (extra != NULL && extra->owner != NULL) {
		strbuf_add_text(&sql, extra->link);
		store_personal_condition(&sql, extra->owner, subject, 1);
		strbuf_add_text(&sql, ")");
	}
	assert(!strbuf_is_full(&sql));
	return strbuf_text(&sql);
}

static bool export_table(TALLOC_CTX *mem, struct store_db *db,
			 const struct store_personal *first,
			 const struct store_subject *subject,
			 bool (*seen)(void *context, const char *table,
				      const char *json),
			 void *context, bool *goes_on, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(db, export_sql(mem, first, subject),
			      STORE_VALUES(store_text(subject->text)), &rows,
			      err))
		return false;
	while (*goes_on && store_db_next(rows, err)) {
		const char *json = store_db_column_text(rows, 0);
		if (store_db_is_sound(rows, first->table, 1))
			*goes_on = seen(context, first->table, json);
	}
	return store_db_end(rows);
}

bool store_export(TALLOC_CTX *mem, const char *path,
		  const struct store_subject *subject,
		  struct store_flaws *flaws,
		  bool (*seen)(void *context, const char *table,
			       const char *json),
		  void *context, struct error *err)
{
	const struct store_personal *it = store_personal_columns;
	struct store_db *db = NULL;
	bool goes_on = true;
	bool ok = store_file_readable(path, err) &&
		  store_db_open(path, STORE_DB_READ, &db, err) &&
		  store_schema_check(db, &store_schema_current, err) &&
		  store_personal_functions(db, err);

	if (ok)
		store_db_list_flaws(db, flaws);
	while (ok && goes_on && it->table != NULL) {
		const char *table = it->table;
		ok = export_table(mem, db, it, subject, seen, context, &goes_on,
				  err);
		while (it->table != NULL && strcmp(it->table, table) == 0)
			it++;
	}
	store_db_close(db);
	return ok || error_wrap(err, "the store %.100s", path);
}
