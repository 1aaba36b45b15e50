/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_counted.c - incidents that were only counted, a row an hour and pair
 * Tested by test_store_budget.
 */
#include "lib/store/store_counted.h"

#include "lib/base/domain.h"
#include "lib/base/text.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_query.h"
#include "lib/store/store_question.h"
#include "lib/store/store_reader.h"

/* --- writing --- */

/* -1 where there is none, or another word than those. */
static int disposition_place(const char *applied)
{
	return text_place(store_dispositions, STORE_DISPOSITIONS, applied);
}

const char store_counted_sql[] =
    "INSERT INTO counted (reference, hour_s, network, "
    "author_domain, budget, first_s, last_s, messages, none, tag, "
    "quarantine, reject, tempfail, segment_id) "
    "VALUES (?, ?, ?, ?, ?, ?6, ?6, 1, ?7, ?8, ?9, ?10, ?11, ?12) "
    "ON CONFLICT (segment_id, reference) DO UPDATE SET "
    "first_s = min(first_s, excluded.first_s), "
    "last_s = max(last_s, excluded.last_s), "
    "messages = messages + 1, none = none + excluded.none, "
    "tag = tag + excluded.tag, "
    "quarantine = quarantine + excluded.quarantine, "
    "reject = reject + excluded.reject, "
    "tempfail = tempfail + excluded.tempfail";

bool store_counted_write(struct store_statement *statement,
			 const struct store_entry *entry, int64_t segment_id,
			 struct error *err)
{
	const struct store_place *place = &entry->place;
	int applied = disposition_place(entry->tuple.applied);

	store_query_bind(
	    statement,
	    STORE_VALUES(
		store_text(place->reference), store_number(place->hour_s),
		store_text(place->network), store_text(place->author_domain),
		store_number(place->budget), store_number(entry->time_s),
		store_number(applied == 0), store_number(applied == 1),
		store_number(applied == 2), store_number(applied == 3),
		store_number(applied == 4), store_number(segment_id)));
	bool ok = store_db_execute(statement, err);

	return ok ||
	       error_wrap(err, "counted incident %.40s", place->reference);
}

bool store_counted_seed(struct store_db *db, struct store_budget *budget,
			int64_t now_s, struct error *err)
{
	struct store_statement *rows;

	/* Beside the two long columns an incident has some 500 bytes. */
	if (!store_query_open(
		db,
		"SELECT incident_id, time_s, client_ip, author_domain, 500 + "
		"length(verdict) + length(queries) FROM incident WHERE "
		"time_s >= ?1 AND time_s < ?1 + 3600",
		STORE_VALUES(store_number(store_hour_of(now_s))), &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		int64_t time_s = store_db_column_time(rows, 1);
		const char *client_ip = store_db_column_text(rows, 2);
		const char *author_domain = store_db_column_text(rows, 3);
		int64_t bytes =
		    store_db_column_within(rows, 4, 0, STORE_TEXT_MAX);
		if (store_db_is_sound(rows, "incident", 0))
			store_budget_seed(budget, time_s, client_ip,
					  author_domain, (size_t)bytes);
	}
	return store_db_end(rows);
}

/* --- reading --- */

bool store_counted_knows(const struct store_filter *filter)
{
	return filter->client_name == NULL && filter->dmarc_result == NULL &&
	       filter->asked == NULL && filter->override_type == NULL &&
	       filter->reason == NULL && filter->host == NULL &&
	       filter->queue_id == NULL && filter->mail_from == NULL &&
	       filter->before_id == 0;
}

bool store_counted_read(struct store_statement *statement,
			struct store_counted *counted)
{
	*counted = (struct store_counted){
	    .reference = store_db_column_text(statement, 1),
	    .hour_s = store_db_column_time(statement, 2),
	    .network = store_db_column_text(statement, 3),
	    .author_domain = store_db_column_text(statement, 4),
	    .budget = store_db_column_count(statement, 5),
	    .first_s = store_db_column_time(statement, 6),
	    .last_s = store_db_column_time(statement, 7),
	    .messages = store_db_column_count(statement, 8),
	};
	for (int i = 0; i < STORE_DISPOSITIONS; i++)
		counted->applied[i] = store_db_column_count(statement, 9 + i);
	return store_db_is_sound(statement, "counted", 0);
}

/* The row holds the author's organization, the filter a domain at, above or
 * below it. */
static bool may_hold_author(const char *of_row, const char *wanted)
{
	return wanted == NULL || of_row[0] == '\0' ||
	       domain_equals(of_row, wanted) ||
	       domain_is_below(of_row, wanted) ||
	       domain_is_below(wanted, of_row);
}

static bool may_hold_client(const char *of_row, const char *wanted)
{
	struct net_block row;
	struct net_block block;
	struct error unused;

	if (wanted == NULL || of_row[0] == '\0')
		return true;
	return net_block_parse(of_row, &row, &unused) &&
	       net_block_parse(wanted, &block, &unused) &&
	       (net_block_contains(&row, &block.address) ||
		net_block_contains(&block, &row.address));
}

/* `applied` and `would` are the places of the filter's. What was let in may
 * have been so by monitor mode. */
static bool may_hold(const struct store_counted *counted,
		     const struct store_filter *filter, int applied, int would)
{
	return may_hold_author(counted->author_domain, filter->author_domain) &&
	       may_hold_client(counted->network, filter->client_ip) &&
	       (applied < 0 || counted->applied[applied] > 0) &&
	       (would < 0 || counted->applied[would] > 0 ||
		counted->applied[0] > 0);
}

/* A reference has a row in each segment that counted under it; usually there is
 * one, which is taken as it is, so that what is wrong with it is told. */
#define ADDED(column)                                                          \
	"CASE WHEN count(*) = 1 THEN max(" column                              \
	") ELSE sum(CASE WHEN " STORE_SQL_COUNT(column) " THEN " column        \
							" ELSE 0 END) END"
#define ALL_ADDED                                                              \
	ADDED("messages")                                                      \
	", " ADDED("none") ", " ADDED("tag") ", " ADDED(                       \
	    "quarantine") ", " ADDED("reject") ", " ADDED("tempfail")

/* Two hosts of a fleet may have given one reference to different pairs; and a
 * row has messages of the hour before its own, too. */
static const char counted_sql[] =
    "SELECT max(counted_id), reference, max(hour_s), network, author_domain, "
    "max(budget), min(first_s), max(last_s), " ALL_ADDED
    " FROM counted WHERE last_s >= ?1 AND first_s < ?2 "
    "AND hour_s > ?1 - 7200 AND hour_s < ?2 + 3600 "
    "AND (?3 = '' OR reference = ?3) "
    "GROUP BY reference, network, author_domain "
    "ORDER BY max(hour_s) DESC, max(counted_id) DESC";

bool store_counted(struct store_reader *reader,
		   const struct store_filter *filter,
		   bool (*seen)(void *context,
				const struct store_counted *counted),
		   void *context, struct error *err)
{
	int applied = disposition_place(filter->applied);
	int would = disposition_place(filter->would);
	int64_t until_s =
	    filter->until_s == 0 ? STORE_TIME_MAX : filter->until_s;
	struct store_statement *rows;
	struct store_counted counted;

	if (!store_counted_knows(filter))
		return true;
	if (!store_query_open(reader->db, counted_sql,
			      STORE_VALUES(store_number(filter->since_s),
					   store_number(until_s),
					   store_text(filter->reference)),
			      &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		if (store_counted_read(rows, &counted) &&
		    may_hold(&counted, filter, applied, would) &&
		    !seen(context, &counted))
			break;
	}
	return store_db_end(rows);
}
