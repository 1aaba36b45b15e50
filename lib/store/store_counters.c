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

/* Of so few tuples the counters are looked up one by one, and of more the hours
 * are read as they lie. */
#define FEW_TUPLES 5000
#define DAY_S 86400

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
 * for all tuples that are alike in them; and of hours by kinds. */
struct texts {
	const char *all;
	const char *some;
	const char *of_days; /* some, where most tuples have counters */
	const char *counters;
	const char *of_author;
};

static const struct texts file_texts = {
    .all = " FROM tuple WHERE ?1 <= ?2" OF_AUTHOR,
    .some = " FROM tuple WHERE tuple_id IN (SELECT tuple_id FROM result "
	    "WHERE hour_s >= ?1 AND hour_s < ?2)" OF_AUTHOR,
    .of_days = " FROM tuple WHERE EXISTS (SELECT 1 FROM result WHERE "
	       "result.tuple_id = tuple.tuple_id AND hour_s >= ?1 AND "
	       "hour_s < ?2)" OF_AUTHOR,
    .counters = "SELECT hour_s, tuple_id, count FROM result WHERE "
		"hour_s >= ? AND hour_s < ? ORDER BY hour_s, tuple_id",
    .of_author = "SELECT hour_s, tuple_id, count FROM result WHERE "
		 "+hour_s >= ?1 AND +hour_s < ?2 AND tuple_id IN "
		 "(SELECT tuple_id FROM tuple WHERE author_domain = ?3 OR "
		 "substr(author_domain, -1 - length(?3)) = '.' || ?3) "
		 "ORDER BY hour_s, tuple_id",
};

static const struct texts trait_texts = {
    .all = " FROM trait WHERE ?1 <= ?2" OF_AUTHOR,
    .some = " FROM trait WHERE tuple_id IN (SELECT tuple_id FROM "
	    "trait_result WHERE hour_s >= ?1 AND hour_s < ?2)" OF_AUTHOR,
    .counters = "SELECT hour_s, tuple_id, count FROM trait_result "
		"WHERE hour_s >= ? AND hour_s < ? ORDER BY hour_s",
};

static const struct texts kind_texts = {
    .all = " FROM kind WHERE ?1 <= ?2" OF_AUTHOR,
    .some = " FROM kind WHERE tuple_id IN (SELECT tuple_id FROM "
	    "kind_result WHERE hour_s >= ?1 AND hour_s < ?2)" OF_AUTHOR,
    .counters = "SELECT hour_s, tuple_id, count FROM kind_result "
		"WHERE hour_s >= ? AND hour_s < ? ORDER BY hour_s",
};

/* Where a sum of names comes from. */
static const char *const name_texts[] = {
    [STORE_COUNTERS_OF_DOMAINS] = " FROM domain_sums(?, ?)",
    [STORE_COUNTERS_OF_NETWORKS] = " FROM network_sums(?, ?)",
};

static const char *const first_texts[] = {
    [STORE_DB_SQLITE] = "SELECT coalesce(min(hour_s), 0) FROM result "
			"WHERE hour_s >= 0",
    [STORE_DB_POSTGRESQL] = "SELECT coalesce(min(hour_s), 0) FROM result_hour "
			    "WHERE hour_s >= 0",
};

static const struct texts *texts_of(const struct store_reader *reader,
				    enum store_counters_of of)
{
	if (store_reader_kind(reader) == STORE_DB_SQLITE)
		return &file_texts;
	return of == STORE_COUNTERS_OF_KINDS ? &kind_texts : &trait_texts;
}

/* A set of the tuples of an hour is small, and that of a week takes as long as
 * all of its counters do: then each tuple is asked for one. */
static const char *tuples_of(struct store_reader *reader,
			     const struct store_period *period,
			     const struct texts *texts)
{
	int64_t last_s = 0;
	struct error unused; /* what is read next has it */

	if (period->since_s <= 0 && period->until_s == 0)
		return texts->all;
	if (texts->of_days == NULL ||
	    !store_db_number(reader->db,
			     "SELECT ifnull(max(hour_s), 0) FROM result",
			     &last_s, &unused))
		return texts->some;
	if (period->until_s != 0 && period->until_s < last_s)
		last_s = period->until_s;
	return last_s - period->since_s < DAY_S ? texts->some : texts->of_days;
}

static bool read_tuples(struct store_reader *reader,
			const struct store_period *period,
			const struct store_value *values,
			const struct store_counters_part *part, size_t *count,
			struct error *err)
{
	const struct texts *texts = texts_of(reader, part->of);
	const struct store_counters_handler *handler = &part->handler;
	struct store_statement *rows;
	struct store_trait trait;

	if (!store_query_open_columns(reader->db, "SELECT tuple_id, ", &traits,
				      tuples_of(reader, period, texts), values,
				      3, &rows, err))
		return false;
	for (*count = 0; store_db_next(rows, err); ++*count) {
		store_columns_read(&traits, rows, 1, &trait);
		if (store_db_is_sound(rows, "tuple", 0))
			handler->tuple(handler->context,
				       store_db_column_number(rows, 0), &trait);
	}
	return store_db_end(rows);
}

static bool read_counters(struct store_reader *reader,
			  const struct store_value *values, bool has_few_tuples,
			  const struct store_counters_part *part,
			  struct error *err)
{
	const struct texts *texts = texts_of(reader, part->of);
	const struct store_counters_handler *handler = &part->handler;
	bool is_of_author = has_few_tuples && texts->of_author != NULL;
	struct store_statement *rows;

	if (!store_query_open(reader->db,
			      is_of_author ? texts->of_author : texts->counters,
			      values, is_of_author ? 3 : 2, &rows, err))
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

/* A row is a trait and its messages; numbers are given here. */
static bool read_names(struct store_reader *reader,
		       const struct store_value *hours,
		       const struct store_counters_part *part,
		       struct error *err)
{
	const struct store_counters_handler *handler = &part->handler;
	struct store_statement *rows;
	struct store_trait trait;
	int64_t number = 0;

	if (!store_query_open_columns(reader->db, "SELECT messages, ", &traits,
				      name_texts[part->of], hours, 2, &rows,
				      err))
		return false;
	while (store_db_next(rows, err)) {
		int64_t messages = store_db_column_number(rows, 0);
		store_columns_read(&traits, rows, 1, &trait);
		if (!store_db_is_sound(rows, "sum of", 0))
			continue;
		handler->tuple(handler->context, ++number, &trait);
		handler->counter(handler->context, 0, number, messages);
	}
	return store_db_end(rows);
}

static bool read_part(struct store_reader *reader,
		      const struct store_period *period,
		      const struct store_counters_part *part, struct error *err)
{
	bool has_author = part->of == STORE_COUNTERS_OF_TRAITS &&
			  period->author_domain != NULL;
	const struct store_value values[] = {
	    store_number(store_hour_of(period->since_s)),
	    store_number(period->until_s == 0 ? INT64_MAX : period->until_s),
	    store_text(has_author ? period->author_domain : "")};
	size_t tuples = 0;

	if (part->of == STORE_COUNTERS_OF_DOMAINS ||
	    part->of == STORE_COUNTERS_OF_NETWORKS)
		return read_names(reader, values, part, err);
	return read_tuples(reader, period, values, part, &tuples, err) &&
	       read_counters(reader, values, has_author && tuples <= FEW_TUPLES,
			     part, err);
}

bool store_counters_has_sums(const struct store_reader *reader)
{
	return store_reader_kind(reader) == STORE_DB_POSTGRESQL;
}

bool store_counters_parts(struct store_reader *reader,
			  const struct store_period *period,
			  const struct store_counters_part *parts, size_t count,
			  struct error *err)
{
	bool ok = true;

	if (!reader->is_page && !store_db_run(reader->db, "BEGIN", err))
		return false;
	for (size_t i = 0; ok && i < count; i++)
		ok = read_part(reader, period, &parts[i], err);
	if (!reader->is_page)
		store_db_rollback(reader->db);
	return ok;
}

bool store_counters(struct store_reader *reader,
		    const struct store_period *period,
		    const struct store_counters_handler *handler,
		    struct error *err)
{
	const struct store_counters_part part = {STORE_COUNTERS_OF_TRAITS,
						 *handler};

	return store_counters_parts(reader, period, &part, 1, err);
}

bool store_counters_first(struct store_reader *reader, int64_t *hour_s,
			  struct error *err)
{
	return store_db_number(
	    reader->db, first_texts[store_reader_kind(reader)], hour_s, err);
}
