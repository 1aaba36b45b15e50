/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_tuples.c - which row of tuple an entry is counted under
 * Tested by test_store, test_store_ceiling, test_store_schema.
 */
#include "lib/store/store_tuples.h"

#include "lib/base/mem.h"
#include "lib/base/strbuf.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_pair.h"

#define SQL_MAX 8192

/* --- statements --- */

/* The fingerprint finds, the columns decide. */
static char *find_tuple_sql(TALLOC_CTX *mem)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT tuple_id FROM tuple "
			      "WHERE fingerprint = ? AND ");
	store_columns_names(&store_tuple_columns, "", " = ? AND ", &sql);
	strbuf_add_text(&sql, " = ?");
	return strbuf_text(&sql);
}

static char *add_tuple_sql(TALLOC_CTX *mem)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "INSERT INTO tuple (fingerprint, ");
	store_columns_names(&store_tuple_columns, "", ", ", &sql);
	strbuf_add_text(&sql, ") VALUES (?");
	for (size_t i = 0; i < store_tuple_columns.count; i++)
		strbuf_add_text(&sql, ", ?");
	strbuf_add_text(&sql, ") RETURNING tuple_id");
	return strbuf_text(&sql);
}

static enum store_step read_key(struct store_db *db, struct siphash_key *key,
				struct error *err)
{
	struct store_statement *statement;

	if (!store_db_prepare(
		db,
		"SELECT bytes FROM store_key WHERE key_id = 1 AND "
		"typeof(bytes) = 'blob' AND length(bytes) = 16",
		&statement, err))
		return STORE_STEP_FAILED;
	enum store_step step = store_db_step(statement, err);
	if (step == STORE_STEP_ROW) {
		struct span bytes =
		    store_db_column_bytes(statement, 0, SIPHASH_KEY_BYTES);
		*key = siphash_key((const uint8_t *)bytes.data);
	}
	store_db_finish(statement);
	return step;
}

/* Somebody else may have taken it out, or put something else there. Under a new
 * one the old tuples are not found again, which is all. */
static bool learn_key(struct store_db *db, struct siphash_key *key,
		      struct error *err)
{
	enum store_step step = read_key(db, key, err);

	if (step == STORE_STEP_DONE &&
	    store_db_run(db,
			 "INSERT OR REPLACE INTO store_key VALUES "
			 "(1, randomblob(16))",
			 err))
		step = read_key(db, key, err);
	return step == STORE_STEP_ROW;
}

bool store_tuples_open(struct store_tuples *tuples, struct store_db *db,
		       struct store_passed *passed, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);

	store_ceiling_init(&tuples->ceiling);
	bool ok =
	    store_db_prepare(db, find_tuple_sql(mem), &tuples->find, err) &&
	    store_db_prepare(db, add_tuple_sql(mem), &tuples->add, err) &&
	    learn_key(db, &tuples->key, err) &&
	    store_passed_rows_open(&tuples->passed, db, passed, &tuples->key,
				   err);
	mem_free(mem);
	return ok;
}

void store_tuples_close(struct store_tuples *tuples)
{
	store_cache_clear(&tuples->cache);
	store_passed_rows_close(&tuples->passed);
	store_db_finish(tuples->find);
	store_db_finish(tuples->add);
}

void store_tuples_forget(struct store_tuples *tuples)
{
	store_cache_clear(&tuples->cache);
}

/* --- finding --- */

static enum store_step ask_tuple_id(struct store_statement *statement,
				    const struct store_item *item,
				    int64_t *tuple_id, struct error *err)
{
	/* SQLite's integers are signed; the bits are the same. */
	store_db_bind_number(statement, 1, (int64_t)item->fingerprint);
	store_columns_bind(&store_tuple_columns, &item->entry.tuple, statement,
			   2);
	enum store_step step = store_db_step(statement, err);
	if (step == STORE_STEP_ROW)
		*tuple_id = store_db_column_number(statement, 0);
	store_db_reset(statement);
	return step;
}

enum finding { FOUND, NO_ROOM, FAILED };

/* The id of the item's tuple, where it is counted in this hour already or has
 * room; a tuple that is not there yet is added. */
static enum finding find_tuple(struct store_tuples *tuples,
			       const struct store_item *item,
			       const struct store_pair *pair, bool has_passed,
			       enum store_detail detail, int64_t *tuple_id,
			       struct error *err)
{
	int64_t time_s = item->entry.time_s;
	struct store_known *known = store_cache_find(&tuples->cache, item);
	enum store_step step = STORE_STEP_ROW;
	int64_t id = known == NULL ? 0 : known->tuple_id;

	if (known != NULL && known->hour_s == store_hour_of(time_s)) {
		*tuple_id = id;
		return FOUND;
	}
	if (known == NULL)
		step = ask_tuple_id(tuples->find, item, &id, err);
	if (step == STORE_STEP_FAILED)
		return FAILED;
	int64_t bytes = step == STORE_STEP_ROW
			    ? STORE_CEILING_COUNTER
			    : store_ceiling_cost(&item->entry.tuple);
	if (!store_ceiling_take(&tuples->ceiling, time_s, pair, has_passed,
				detail, bytes))
		return NO_ROOM;
	if (step == STORE_STEP_DONE &&
	    ask_tuple_id(tuples->add, item, &id, err) != STORE_STEP_ROW)
		return FAILED;
	if (known == NULL)
		store_cache_add(&tuples->cache, item, id,
				store_hour_of(time_s));
	else
		known->hour_s = store_hour_of(time_s);
	*tuple_id = id;
	return FOUND;
}

static void set_fingerprint(const struct store_tuples *tuples,
			    struct store_item *item)
{
	item->fingerprint = store_columns_fingerprint(
	    &store_tuple_columns, &item->entry.tuple, &tuples->key);
}

/* With as much detail as there is room for. */
static bool find_others(struct store_tuples *tuples, struct store_item *item,
			const struct store_pair *pair, int64_t *tuple_id,
			struct error *err)
{
	static const enum store_detail details[] = {STORE_OTHERS_OF_DOMAIN,
						    STORE_OTHERS};
	enum finding finding = NO_ROOM;

	item->is_other = true;
	for (size_t i = 0; finding == NO_ROOM && i < 2; i++) {
		struct store_item other = {
		    .entry = {.time_s = item->entry.time_s,
			      .tuple = store_ceiling_others(&item->entry.tuple,
							    pair->author,
							    details[i])}};
		set_fingerprint(tuples, &other);
		finding = find_tuple(tuples, &other, pair, false, details[i],
				     tuple_id, err);
	}
	return finding == FOUND;
}

bool store_tuples_find(struct store_tuples *tuples, struct store_item *item,
		       int64_t *tuple_id, struct error *err)
{
	const struct store_tuple *tuple = &item->entry.tuple;
	int64_t time_s = item->entry.time_s;

	set_fingerprint(tuples, item);
	const struct store_known *known =
	    store_cache_find(&tuples->cache, item);
	if (known != NULL && known->hour_s == store_hour_of(time_s)) {
		*tuple_id = known->tuple_id;
		return true;
	}
	struct store_pair pair =
	    store_pair(tuple->client_ip, tuple->author_domain);
	if (item->identity == 0 &&
	    !store_passed_rows_note(&tuples->passed, &item->entry, &pair, err))
		return false;
	bool has_passed =
	    store_passed_has(tuples->passed.passed, &pair, time_s);
	enum finding finding = find_tuple(tuples, item, &pair, has_passed,
					  STORE_WHOLE, tuple_id, err);
	return finding == NO_ROOM
		   ? find_others(tuples, item, &pair, tuple_id, err)
		   : finding == FOUND;
}
