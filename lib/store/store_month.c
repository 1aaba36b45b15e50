/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_month.c - reports that went and came in a period, as counts
 * Tested by test_alignctl_scorecard.
 */
#include "lib/store/store_month.h"

#include <string.h>

#include "lib/store/store_query.h"

static const char sent_sql[] =
    "SELECT 'sent ' || kind, count(*) FROM report WHERE state = 'sent' AND "
    "settled_s >= ?1 AND settled_s < ?2 GROUP BY kind";
static const char taken_sql[] =
    "SELECT 'taken ' || kind, count(*) FROM inbox_report WHERE state = 'kept' "
    "AND proof = 1 AND received_s >= ?1 AND received_s < ?2 GROUP BY kind "
    "UNION ALL SELECT 'unproved', count(*) FROM inbox_report WHERE state = "
    "'kept' AND proof <> 1 AND received_s >= ?1 AND received_s < ?2";

static int64_t *member(struct store_month *month, const char *name)
{
	const struct {
		const char *name;
		int64_t *member;
	} rows[] = {
	    {"sent aggregate", &month->aggregate_sent},
	    {"sent failure", &month->failure_sent},
	    {"taken dmarc", &month->dmarc_taken},
	    {"taken failure", &month->failure_taken},
	    {"taken tls", &month->tls_taken},
	    {"unproved", &month->unproved},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].member;
	}
	return NULL;
}

static bool read_counts(struct store_reader *reader, const char *sql,
			int64_t since_s, int64_t until_s,
			struct store_month *month, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(
		reader->db, sql,
		STORE_VALUES(store_number(since_s), store_number(until_s)),
		&rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const char *name = store_db_column_text(rows, 0);
		int64_t count = store_db_column_count(rows, 1);
		if (store_db_is_sound(rows, "reports of a month", 0) &&
		    member(month, name) != NULL)
			*member(month, name) = count;
	}
	return store_db_end(rows);
}

/* The fleet sends; what somebody received is in the file of who did. */
bool store_month_read(struct store_reader *reader, int64_t since_s,
		      int64_t until_s, struct store_month *month,
		      struct error *err)
{
	struct store_reader *own =
	    store_reader_kind(reader) == STORE_DB_SQLITE ? reader : reader->own;

	*month = (struct store_month){.aggregate_sent = 0};
	return read_counts(reader, sent_sql, since_s, until_s, month, err) &&
	       (own == NULL ||
		read_counts(own, taken_sql, since_s, until_s, month, err));
}
