/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_passed_rows.c - the pairs of which mail passed, as rows of the file
 * Tested by test_store_budget.
 */
#include "lib/store/store_passed_rows.h"

#include <string.h>

#include "lib/store/store_query.h"

#define DAY_S 86400

/* --- reading --- */

static uint16_t read_small(struct store_statement *statement, int at)
{
	return (uint16_t)store_db_column_within(statement, at, 0, UINT16_MAX);
}

static void load_pair(struct store_passed_rows *rows,
		      struct store_statement *statement)
{
	const struct store_passed_pair pair = {
	    .number = (uint64_t)store_db_column_within(statement, 0, INT64_MIN,
						       INT64_MAX),
	    .network = read_small(statement, 1),
	    .author = read_small(statement, 2),
	    .first_day = read_small(statement, 3),
	    .last_day = read_small(statement, 4),
	    .days = read_small(statement, 5),
	};

	if (store_db_is_sound(statement, "passed", 0))
		store_passed_load(rows->passed, &pair);
}

static bool load_all(struct store_passed_rows *rows,
		     const struct siphash_key *key, struct error *err)
{
	struct store_statement *statement;

	store_passed_clear(rows->passed, key);
	if (!store_db_prepare(rows->db,
			      "SELECT pair, network_slot, author_slot, "
			      "first_day, last_day, days FROM passed",
			      &statement, err))
		return false;
	while (store_db_next(statement, err))
		load_pair(rows, statement);
	return store_db_end(statement);
}

bool store_passed_rows_open(struct store_passed_rows *rows, struct store_db *db,
			    struct store_passed *passed,
			    const struct siphash_key *key, struct error *err)
{
	*rows = (struct store_passed_rows){.db = db, .passed = passed};
	return store_db_prepare(db,
				"INSERT OR REPLACE INTO passed (pair, "
				"network_slot, author_slot, first_day, "
				"last_day, days) VALUES (?, ?, ?, ?, ?, ?)",
				&rows->keep, err) &&
	       store_db_prepare(db, "DELETE FROM passed WHERE pair = ?",
				&rows->drop, err) &&
	       load_all(rows, key, err);
}

void store_passed_rows_close(struct store_passed_rows *rows)
{
	store_db_finish(rows->keep);
	store_db_finish(rows->drop);
	*rows = (struct store_passed_rows){.db = NULL};
}

/* --- writing --- */

static bool keep_pair(struct store_passed_rows *rows,
		      const struct store_passed_pair *pair, struct error *err)
{
	struct store_statement *statement = rows->keep;

	store_db_bind_number(statement, 1, (int64_t)pair->number);
	store_db_bind_number(statement, 2, pair->network);
	store_db_bind_number(statement, 3, pair->author);
	store_db_bind_number(statement, 4, pair->first_day);
	store_db_bind_number(statement, 5, pair->last_day);
	store_db_bind_number(statement, 6, pair->days);
	return store_db_execute(statement, err);
}

bool store_passed_rows_note(struct store_passed_rows *rows,
			    const struct store_entry *entry,
			    const struct store_pair *pair, struct error *err)
{
	struct store_passed_pair kept;
	uint64_t gone;

	if (strcmp(entry->tuple.dmarc_result, "pass") != 0 ||
	    !store_passed_note(rows->passed, pair, entry->time_s, &kept, &gone))
		return true;
	if (gone != 0) {
		store_db_bind_number(rows->drop, 1, (int64_t)gone);
		if (!store_db_execute(rows->drop, err))
			return false;
	}
	return keep_pair(rows, &kept, err);
}

bool store_passed_rows_purge(struct store_db *db, int64_t now_s,
			     struct error *err)
{
	return store_query_run(
	    db, "DELETE FROM passed WHERE last_day < ?",
	    STORE_VALUES(store_number(now_s / DAY_S - STORE_PASSED_DAYS)), err);
}
