/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_remembered.c - what DNS said of domains whose mail passes
 */
#include "lib/store/store_remembered.h"

#include <string.h>

#include "lib/store/store_query.h"

#define DAY_S 86400
#define DAYS_MAX 65535

/* -- on its way --------------------------------------------------------- */

size_t store_remembered_bytes(const struct store_remembered *remembered)
{
	return strlen(remembered->policy_domain) + 1 +
	       strlen(remembered->gone) + 1 + remembered->answers.length;
}

static const char *place_bytes(char **room, const char *bytes, size_t length)
{
	char *start = *room;

	if (length > 0)
		memcpy(start, bytes, length);
	*room += length;
	return start;
}

void store_remembered_pack(struct store_remembered *remembered, char *room)
{
	struct store_remembered *row = remembered;

	row->policy_domain = place_bytes(&room, row->policy_domain,
					 strlen(row->policy_domain) + 1);
	row->gone = place_bytes(&room, row->gone, strlen(row->gone) + 1);
	row->answers.data =
	    place_bytes(&room, row->answers.data, row->answers.length);
}

/* -- rows --------------------------------------------------------------- */

bool store_remembered_write(struct store_db *db,
			    const struct store_remembered *remembered,
			    struct error *err)
{
	return (remembered->gone[0] == '\0' ||
		store_query_run(db,
				"DELETE FROM remembered WHERE policy_domain = "
				"?",
				STORE_VALUES(store_text(remembered->gone)),
				err)) &&
	       store_query_run(
		   db,
		   "INSERT OR REPLACE INTO remembered "
		   "(policy_domain, days, last_day, answers) "
		   "VALUES (?, ?, ?, ?)",
		   STORE_VALUES(store_text(remembered->policy_domain),
				store_number(remembered->days),
				store_number(remembered->last_day),
				store_bytes(remembered->answers)),
		   err);
}

bool store_remembered_purge(struct store_db *db, int64_t now_s,
			    struct error *err)
{
	return store_query_run(
	    db, "DELETE FROM remembered WHERE last_day < ?",
	    STORE_VALUES(store_number(now_s / DAY_S - STORE_REMEMBERED_DAYS)),
	    err);
}

static bool read_row(struct store_statement *rows, struct store_remembered *row)
{
	*row = (struct store_remembered){
	    .policy_domain = store_db_column_text(rows, 0),
	    .days = store_db_column_within(rows, 1, 1, DAYS_MAX),
	    .last_day = store_db_column_within(rows, 2, 0, DAYS_MAX),
	    .gone = "",
	    .answers = store_db_column_bytes(rows, 3, LIMIT_REMEMBERED_BYTES),
	};
	return store_db_is_sound(rows, "remembered", 0);
}

bool store_remembered_each(struct store_reader *reader,
			   bool (*seen)(void *context,
					const struct store_remembered *row),
			   void *context, struct error *err)
{
	struct store_remembered row;
	struct store_statement *rows;

	if (!store_query_open(
		reader->db,
		"SELECT policy_domain, days, last_day, answers FROM "
		"remembered ORDER BY days >= 2 DESC, last_day DESC LIMIT ?",
		STORE_VALUES(store_number(LIMIT_REMEMBERED_DOMAINS)), &rows,
		err))
		return false;
	while (store_db_next(rows, err)) {
		if (read_row(rows, &row) && !seen(context, &row))
			break;
	}
	return store_db_end(rows);
}
