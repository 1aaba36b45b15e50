/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_counters.c - the hourly counters, fast enough to add up a year
 *
 * Two statements within one read transaction, which in WAL mode holds nobody
 * up. Joining every counter to its tuple would read each wide tuple once for
 * each hour it was seen in; this way it is read once.
 */
#include "lib/store/store_counters.h"

#include "lib/store/store_columns.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_query.h"
#include "lib/store/store_reader.h"

#define TRAIT(m) STORE_COLUMN(store_trait, STORE_TEXT, m)

/* In the order of the table: SQLite reads a row from its front. */
static const struct store_column trait_columns[] = {
    {TRAIT(author_domain)}, {TRAIT(author_error)},
    {TRAIT(client_ip)},	    {TRAIT(client_name)},
    {TRAIT(dmarc_result)},  {TRAIT(policy)},
    {TRAIT(asked)},	    {TRAIT(applied)},
    {TRAIT(override_type)}, {TRAIT(override_comment)},
    {TRAIT(tls_version)},   {TRAIT(iprev)},
    {TRAIT(lookalike)},
};

static const struct store_columns traits = {trait_columns,
					    COUNT_OF(trait_columns)};

#define OF_AUTHOR                                                              \
	" AND (?3 = '' OR author_domain = ?3 OR "                              \
	"substr(author_domain, -1 - length(?3)) = '.' || ?3) ORDER BY "        \
	"tuple_id"

/* A tuple without counters does not exist, so that all of them are wanted when
 * the period is: `all`. A fleet has sums of hours by traits, and of these one
 * for all tuples that are alike in them. */
static const struct {
	const char *all;
	const char *some;
	const char *counters;
	const char *first;
} texts[] = {
    [STORE_DB_SQLITE] =
	{.all = " FROM tuple WHERE ?1 <= ?2" OF_AUTHOR,
	 .some = " FROM tuple WHERE tuple_id IN (SELECT tuple_id FROM result "
		 "WHERE hour_s >= ?1 AND hour_s < ?2)" OF_AUTHOR,
	 .counters = "SELECT hour_s, tuple_id, count FROM result WHERE "
		     "hour_s >= ? AND hour_s < ? ORDER BY hour_s, tuple_id",
	 .first = "SELECT coalesce(min(hour_s), 0) FROM result "
		  "WHERE hour_s >= 0"},
    [STORE_DB_POSTGRESQL] =
	{.all = " FROM trait WHERE ?1 <= ?2" OF_AUTHOR,
	 .some = " FROM trait WHERE tuple_id IN (SELECT tuple_id FROM "
		 "trait_result WHERE hour_s >= ?1 AND hour_s < ?2)" OF_AUTHOR,
	 .counters = "SELECT hour_s, tuple_id, count FROM trait_result "
		     "WHERE hour_s >= ? AND hour_s < ? ORDER BY hour_s",
	 .first = "SELECT coalesce(min(hour_s), 0) FROM result_hour "
		  "WHERE hour_s >= 0"},
};

static bool read_tuples(struct store_reader *reader,
			const struct store_period *period,
			const struct store_value *hours,
			const struct store_counters_handler *handler,
			struct error *err)
{
	enum store_db_kind kind = store_reader_kind(reader);
	bool is_all = period->since_s <= 0 && period->until_s == 0;
	const struct store_value values[] = {hours[0], hours[1],
					     store_text(period->author_domain)};
	struct store_statement *rows;
	struct store_trait trait;

	if (!store_query_open_columns(reader->db, "SELECT tuple_id, ", &traits,
				      is_all ? texts[kind].all
					     : texts[kind].some,
				      values, 3, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		store_columns_read(&traits, rows, 1, &trait);
		if (store_db_is_sound(rows, "tuple", 0))
			handler->tuple(handler->context,
				       store_db_column_number(rows, 0), &trait);
	}
	return store_db_end(rows);
}

static bool read_counters(struct store_reader *reader,
			  const struct store_value *hours,
			  const struct store_counters_handler *handler,
			  struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(reader->db,
			      texts[store_reader_kind(reader)].counters, hours,
			      2, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		int64_t hour_s = store_db_column_time(rows, 0);
		int64_t count = store_db_column_count(rows, 2);
		if (store_db_is_pair_sound(rows, "result", 0, 1))
			handler->counter(handler->context, hour_s,
					 store_db_column_number(rows, 1),
					 count);
	}
	return store_db_end(rows);
}

bool store_counters(struct store_reader *reader,
		    const struct store_period *period,
		    const struct store_counters_handler *handler,
		    struct error *err)
{
	if (!reader->is_page && !store_db_run(reader->db, "BEGIN", err))
		return false;
	const struct store_value hours[] = {
	    store_number(store_hour_of(period->since_s)),
	    store_number(period->until_s == 0 ? INT64_MAX : period->until_s)};
	bool ok = read_tuples(reader, period, hours, handler, err) &&
		  read_counters(reader, hours, handler, err);
	if (!reader->is_page)
		store_db_rollback(reader->db);
	return ok;
}

bool store_counters_first(struct store_reader *reader, int64_t *hour_s,
			  struct error *err)
{
	return store_db_number(
	    reader->db, texts[store_reader_kind(reader)].first, hour_s, err);
}
