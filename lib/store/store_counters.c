/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_counters.c - the hourly counters, fast enough to add up a year
 *
 * Two statements within one read transaction, which in WAL mode holds nobody
 * up. Joining every counter to its tuple would read each wide tuple once for
 * each hour it was seen in; this way it is read once.
 */
#include "lib/store/store_counters.h"

#include "lib/base/strbuf.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_reader.h"

#define SQL_MAX 2048
#define TRAIT(m) STORE_COLUMN(store_trait, STORE_TEXT, m)

/* In the order of the table: SQLite reads a row from its front. */
static const struct store_column trait_columns[] = {
    {TRAIT(author_domain)}, {TRAIT(client_ip)},	    {TRAIT(client_name)},
    {TRAIT(dmarc_result)},  {TRAIT(policy)},	    {TRAIT(asked)},
    {TRAIT(applied)},	    {TRAIT(override_type)}, {TRAIT(override_comment)},
    {TRAIT(tls_version)},
};

static const struct store_columns traits = {trait_columns,
					    COUNT_OF(trait_columns)};

/* A tuple without counters does not exist, so that all of them are wanted when
 * the period is. */
static char *tuples_sql(TALLOC_CTX *mem, const struct store_period *period)
{
	bool is_all = period->since_s <= 0 && period->until_s == 0;
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT tuple_id, ");
	store_columns_names(&traits, "", ", ", &sql);
	strbuf_add_text(&sql, " FROM tuple WHERE ");
	strbuf_add_text(&sql, is_all ? "?1 <= ?2"
				     : "tuple_id IN (SELECT tuple_id "
				       "FROM result WHERE hour_s >= ?1 "
				       "AND hour_s < ?2)");
	if (period->author_domain != NULL)
		strbuf_add_text(&sql, " AND (author_domain = ?3 OR "
				      "substr(author_domain, "
				      "-1 - length(?3)) = '.' || ?3)");
	strbuf_add_text(&sql, " ORDER BY tuple_id");
	return strbuf_text(&sql);
}

static void bind_period(struct store_statement *statement,
			const struct store_period *period)
{
	store_db_bind_number(statement, 1, store_hour_of(period->since_s));
	store_db_bind_number(
	    statement, 2, period->until_s == 0 ? INT64_MAX : period->until_s);
}

static bool read_tuples(struct store_reader *reader,
			const struct store_period *period,
			const struct store_counters_handler *handler,
			struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_statement *statement = NULL;
	struct store_trait trait;
	enum store_step step;

	bool ok = store_db_prepare(reader->db, tuples_sql(mem, period),
				   &statement, err);
	mem_free(mem);
	if (!ok)
		return false;
	bind_period(statement, period);
	if (period->author_domain != NULL)
		store_db_bind_text(statement, 3, period->author_domain);
	while ((step = store_db_step(statement, err)) == STORE_STEP_ROW) {
		store_columns_read(&traits, statement, 1, &trait);
		if (store_db_is_sound(statement, "tuple", 0))
			handler->tuple(handler->context,
				       store_db_column_number(statement, 0),
				       &trait);
	}
	store_db_finish(statement);
	return step != STORE_STEP_FAILED;
}

static bool read_counters(struct store_reader *reader,
			  const struct store_period *period,
			  const struct store_counters_handler *handler,
			  struct error *err)
{
	struct store_statement *statement;
	enum store_step step;

	if (!store_db_prepare(reader->db,
			      "SELECT hour_s, tuple_id, count FROM result "
			      "WHERE hour_s >= ? AND hour_s < ? "
			      "ORDER BY hour_s, tuple_id",
			      &statement, err))
		return false;
	bind_period(statement, period);
	while ((step = store_db_step(statement, err)) == STORE_STEP_ROW) {
		int64_t hour_s = store_db_column_time(statement, 0);
		int64_t count = store_db_column_count(statement, 2);
		if (store_db_is_pair_sound(statement, "result", 0, 1))
			handler->counter(handler->context, hour_s,
					 store_db_column_number(statement, 1),
					 count);
	}
	store_db_finish(statement);
	return step != STORE_STEP_FAILED;
}

bool store_counters(struct store_reader *reader,
		    const struct store_period *period,
		    const struct store_counters_handler *handler,
		    struct error *err)
{
	if (!store_db_run(reader->db, "BEGIN", err))
		return false;
	bool ok = read_tuples(reader, period, handler, err) &&
		  read_counters(reader, period, handler, err);
	store_db_rollback(reader->db);
	return ok;
}
