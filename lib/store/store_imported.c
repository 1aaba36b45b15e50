/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_imported.c - what another filter refused or held, from its counters
 * Tested by test_alignctl_import_history.
 */
#include "lib/store/store_imported.h"

#include "lib/store/store_db.h"

#define PASSED                                                                 \
	"passed AS MATERIALIZED (SELECT client_ip, author_domain, "            \
	"sum(count) AS messages FROM tuple JOIN result USING (tuple_id) "      \
	"WHERE dmarc_result = 'pass' AND client_ip <> '' "                     \
	"AND " STORE_SQL_COUNT("count") " GROUP BY client_ip, author_domain)"
#define CLIENTS                                                                \
	"clients AS MATERIALIZED (SELECT client_ip, count(*) AS authors "      \
	"FROM passed GROUP BY client_ip)"
/* ?1 and ?2: the time, ?3: the author domain or ''. */
#define STOPPED                                                                \
	"stopped AS MATERIALIZED (SELECT author_domain, client_ip, "           \
	"max(mail_from_domain) AS mail_from, sum(count) AS messages, "         \
	"sum(CASE WHEN applied = 'reject' THEN count ELSE 0 END) AS refused, " \
	"min(hour_s) AS first_s, max(hour_s) AS last_s, "                      \
	"sum(CASE WHEN spf_result = 'pass' THEN count ELSE 0 END) AS spf, "    \
	"sum(CASE WHEN instr(dkim, '\"result\":\"pass\"') > 0 THEN count "     \
	"ELSE 0 END) AS dkim "                                                 \
	"FROM tuple JOIN result USING (tuple_id) WHERE imported <> '' AND "    \
	"applied IN ('reject', 'quarantine') AND client_ip <> '' AND "         \
	"hour_s >= ?1 AND hour_s < ?2 AND "                                    \
	"(?3 = '' OR name_holds(?3, author_domain)) AND " STORE_SQL_COUNT(     \
	    "count") " AND " STORE_SQL_TIME("hour_s") " GROUP BY "             \
						      "author_domain, "        \
						      "client_ip)"

static const char sql[] =
    "WITH " PASSED ", " CLIENTS ", " STOPPED
    " SELECT * FROM (SELECT stopped.author_domain AS author, "
    "stopped.client_ip AS client, mail_from, "
    "stopped.messages AS messages, refused, first_s, last_s, spf, dkim, "
    "coalesce(passed.messages, 0) AS own, coalesce(authors, 0) - "
    "CASE WHEN passed.messages IS NULL THEN 0 ELSE 1 END AS others "
    "FROM stopped LEFT JOIN passed ON passed.client_ip = stopped.client_ip "
    "AND passed.author_domain = stopped.author_domain "
    "LEFT JOIN clients ON clients.client_ip = stopped.client_ip) AS found "
    "ORDER BY own > 0 DESC, others DESC, dkim > 0 DESC, spf > 0 DESC, "
    "messages DESC, author, client LIMIT ?4";

static struct store_imported read_row(struct store_statement *rows)
{
	return (struct store_imported){
	    .author_domain = store_db_column_text(rows, 0),
	    .client_ip = store_db_column_text(rows, 1),
	    .mail_from_domain = store_db_column_text(rows, 2),
	    .messages = store_db_column_number(rows, 3),
	    .refused = store_db_column_number(rows, 4),
	    .first_s = store_db_column_time(rows, 5),
	    .last_s = store_db_column_time(rows, 6),
	    .spf = store_db_column_number(rows, 7),
	    .dkim = store_db_column_number(rows, 8),
	    .passed = store_db_column_number(rows, 9),
	    .authors = store_db_column_number(rows, 10),
	};
}

static void bind_filter(struct store_statement *rows,
			const struct store_filter *filter)
{
	const char *author = filter->author_domain;

	store_db_bind_number(rows, 1, filter->since_s);
	store_db_bind_number(
	    rows, 2, filter->until_s == 0 ? INT64_MAX : filter->until_s);
	store_db_bind_text(rows, 3, author == NULL ? "" : author);
	store_db_bind_number(rows, 4,
			     filter->limit == 0 ? INT64_MAX : filter->limit);
}

bool store_imported_stopped(struct store_reader *reader,
			    const struct store_filter *filter,
			    bool (*seen)(void *context,
					 const struct store_imported *row),
			    void *context, struct error *err)
{
	struct store_statement *rows = NULL;

	if (!store_db_prepare(reader->db, sql, &rows, err))
		return false;
	bind_filter(rows, filter);
	while (store_db_next(rows, err)) {
		struct store_imported row = read_row(rows);
		if (store_db_is_sound(rows, "imported messages", 0) &&
		    !seen(context, &row))
			break;
	}
	return store_db_end(rows);
}

bool store_imported_is_any(struct store_reader *reader, bool *is_any,
			   struct error *err)
{
	int64_t found;

	if (!store_db_number(reader->db,
			     "SELECT EXISTS (SELECT 1 FROM imported)", &found,
			     err))
		return false;
	*is_any = found != 0;
	return true;
}
