/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_delivery.c - one report on its way to one address
 * Tested by test_store_report.
 */
#include "lib/store/store_delivery.h"

#include "lib/base/clock.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_query.h"

#define SQL_MAX 4096
#define ENDING_BATCH 200
#define DELIVERY(t, m) STORE_COLUMN(store_delivery, t, m)

static const char *const states[] = {
    [DELIVERY_UNCHECKED] = "unchecked",
    [DELIVERY_WAITING] = "waiting",
    [DELIVERY_SENT] = "sent",
    [DELIVERY_REFUSED] = "refused",
    [DELIVERY_GIVEN_UP] = "given-up",
    [DELIVERY_UNAUTHORISED] = "unauthorised",
    [DELIVERY_SKIPPED] = "skipped",
};

const char *store_delivery_state_text(enum store_delivery_state state)
{
	return states[state];
}

static const struct store_column delivery_items[] = {
    {DELIVERY(STORE_ID, report_id)},
    {DELIVERY(STORE_TEXT, address)},
    {DELIVERY(STORE_COUNT, position)},
    {DELIVERY(STORE_WORD, state), STORE_WORDS(states)},
    {DELIVERY(STORE_COUNT, tries)},
    {DELIVERY(STORE_TIME, next_try_s)},
    {DELIVERY(STORE_TIME, last_try_s)},
    {DELIVERY(STORE_TEXT, reply)},
    {DELIVERY(STORE_TEXT, owner)},
    {DELIVERY(STORE_TIME, lease_s)},
    {DELIVERY(STORE_COUNT, rank)},
};

static const struct store_columns delivery_columns = {delivery_items,
						      COUNT_OF(delivery_items)};

/* The states in which a delivery is not settled, as in the index. */
#define PENDING "state IN ('unchecked', 'waiting')"

/* Those of one rank that are due, as the index has them. */
#define DUE                                                                    \
	"d." PENDING " AND d.next_try_s <= ?3 AND d.owner = '' AND "           \
	"(?4 = '' OR r.policy_domain = ?4) AND (?5 = 0 OR r.begin_s = ?5) "    \
	"ORDER BY d.next_try_s, d.report_id, d.position"

static void *copy_row(TALLOC_CTX *mem, const struct store_columns *columns,
		      const void *row, size_t size)
{
	char *copy = mem_strndup(mem, row, size);
	size_t bytes = store_columns_bytes(columns, row);

	(void)store_columns_pack(columns, copy, mem_array(mem, char, bytes));
	return copy;
}

/* --- claims --- */

struct claiming {
	TALLOC_CTX *mem;
	struct store_db *db;
	const struct store_claim *claim;
	bool has_claimed; /* a row, though it may not be readable */
	struct store_delivery *delivery;
	struct store_report *report;
};

static bool keep_delivery(void *context, struct store_statement *statement)
{
	struct claiming *claiming = context;
	struct store_delivery row;

	claiming->has_claimed = true;
	store_columns_read(&delivery_columns, statement, 0, &row);
	if (store_db_is_pair_sound(statement, "report_destination", 0, 1))
		claiming->delivery = copy_row(claiming->mem, &delivery_columns,
					      &row, sizeof row);
	return true; /* RETURNING wants to be read to its end */
}

static bool keep_report(void *context, struct store_statement *statement)
{
	struct claiming *claiming = context;
	struct store_report row;

	store_columns_read(&store_report_columns, statement, 0, &row);
	if (store_db_is_sound(statement, "report", 0))
		claiming->report = copy_row(
		    claiming->mem, &store_report_columns, &row, sizeof row);
	return false;
}

static char *claim_sql(TALLOC_CTX *mem)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(
	    &sql,
	    "UPDATE report_destination SET owner = ?1, lease_s = ?2 "
	    "WHERE (report_id, address) IN (SELECT d.report_id, "
	    "d.address FROM report_destination d JOIN report r USING "
	    "(report_id) WHERE d.rank = ?6 AND " DUE " LIMIT 1) RETURNING ");
	store_columns_names(&delivery_columns, "", ", ", &sql);
	return strbuf_text(&sql);
}

static char *report_sql(TALLOC_CTX *mem)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT ");
	store_columns_names(&store_report_columns, "", ", ", &sql);
	strbuf_add_text(&sql, " FROM report WHERE report_id = ?");
	return strbuf_text(&sql);
}

/* What was claimed cannot be read, so it is named by its owner: the claimer
 * has no other one. It must not come up again. */
static bool skip_unreadable(struct claiming *claiming, struct error *err)
{
	claiming->delivery = NULL;
	claiming->report = NULL;
	if (!store_query_run(
		claiming->db,
		"UPDATE report_destination SET state = 'skipped', owner = '', "
		"reply = 'its row in the store cannot be read' "
		"WHERE " PENDING " AND owner = ?",
		STORE_VALUES(store_text(claiming->claim->owner)), err))
		return false;
	if (store_db_changes(claiming->db) > 0)
		return true;
	return error_set(err, ERROR_STORE,
			 "a report that is due cannot be read, nor set aside");
}

static bool claim_one(void *context, struct error *err)
{
	struct claiming *claiming = context;
	const struct store_claim *claim = claiming->claim;

	claiming->has_claimed = false;
	for (int64_t rank = 0;
	     rank < STORE_REPORT_RANKS && !claiming->has_claimed; rank++) {
		if (!store_query_each(
			claiming->db, claim_sql(claiming->mem),
			STORE_VALUES(store_text(claim->owner),
				     store_number(claim->lease_s),
				     store_number(claim->now_s),
				     store_text(claim->policy_domain),
				     store_number(claim->begin_s),
				     store_number(rank)),
			keep_delivery, claiming, err))
			return false;
	}
	if (claiming->delivery != NULL &&
	    !store_query_each(
		claiming->db, report_sql(claiming->mem),
		STORE_VALUES(store_text(claiming->delivery->report_id)),
		keep_report, claiming, err))
		return false;
	return !claiming->has_claimed || claiming->report != NULL ||
	       skip_unreadable(claiming, err);
}

bool store_reports_claim(TALLOC_CTX *mem, struct store_reports *reports,
			 const struct store_claim *claim,
			 struct store_delivery **delivery,
			 struct store_report **report, struct error *err)
{
	struct claiming claiming = {
	    .mem = mem, .db = store_reports_db(reports), .claim = claim};

	do {
		if (!store_query_transaction(claiming.db, claim_one, &claiming,
					     err))
			return false;
	} while (claiming.has_claimed && claiming.report == NULL);
	*delivery = claiming.delivery;
	*report = claiming.report;
	return true;
}

/* Claims of owners that are gone. */
struct claims {
	TALLOC_CTX *mem;
	size_t count;
	struct store_delivery *items;
	bool (*is_gone)(void *context, const char *owner, int64_t lease_s);
	void *context;
};

static bool ask_owner(void *context, struct store_statement *statement)
{
	struct claims *claims = context;
	struct store_delivery row;

	store_columns_read(&delivery_columns, statement, 0, &row);
	if (!store_db_is_pair_sound(statement, "claim of", 0, 1) ||
	    !claims->is_gone(claims->context, row.owner, row.lease_s))
		return true;
	claims->items = mem_resize(claims->mem, claims->items,
				   struct store_delivery, claims->count + 1);
	claims->items[claims->count++] = (struct store_delivery){
	    .report_id = mem_strdup(claims->mem, row.report_id),
	    .address = mem_strdup(claims->mem, row.address),
	    .owner = mem_strdup(claims->mem, row.owner),
	};
	return true;
}

static char *claims_sql(TALLOC_CTX *mem)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT ");
	store_columns_names(&delivery_columns, "", ", ", &sql);
	strbuf_add_text(&sql, " FROM report_destination WHERE " PENDING
			      " AND owner <> ''");
	return strbuf_text(&sql);
}

bool store_reports_release(struct store_reports *reports,
			   bool (*is_gone)(void *context, const char *owner,
					   int64_t lease_s),
			   void *context, struct error *err)
{
	struct store_db *db = store_reports_db(reports);
	TALLOC_CTX *mem = mem_context(NULL);
	struct claims claims = {
	    .mem = mem, .is_gone = is_gone, .context = context};
	bool ok = store_query_each(db, claims_sql(mem), NULL, 0, ask_owner,
				   &claims, err);

	for (size_t i = 0; ok && i < claims.count; i++) {
		const struct store_delivery *item = &claims.items[i];
		ok = store_query_run(
		    db,
		    "UPDATE report_destination SET owner = '' WHERE "
		    "report_id = ? AND address = ? AND owner = ? AND " PENDING,
		    STORE_VALUES(store_text(item->report_id),
				 store_text(item->address),
				 store_text(item->owner)),
		    err);
	}
	mem_free(mem);
	return ok;
}

/* --- what became of it --- */

struct change {
	struct store_reports *reports;
	struct store_db *db;
	const struct store_delivery *delivery;
	const struct text_list *instead;
	const struct store_attempt *attempt;
	int64_t now_s;
};

/* A report whose deliveries are all settled is settled itself. One that was
 * sent to somebody is sent, whatever the others said. */
static bool settle_report(struct store_db *db, const char *report_id,
			  int64_t now_s, struct error *err)
{
	return store_query_run(
	    db,
	    "UPDATE report SET settled_s = ?2, state = (SELECT CASE "
	    "WHEN sum(state = 'sent') > 0 THEN 'sent' "
	    "WHEN sum(state = 'refused') > 0 THEN 'refused' "
	    "WHEN sum(state = 'given-up') > 0 THEN 'given-up' "
	    "ELSE 'skipped' END "
	    "FROM report_destination WHERE report_id = ?1) "
	    "WHERE report_id = ?1 AND settled_s = 0 AND NOT EXISTS (SELECT 1 "
	    "FROM report_destination WHERE report_id = ?1 AND " PENDING ")",
	    STORE_VALUES(store_text(report_id), store_number(now_s)), err);
}

static bool replace_address(void *context, struct error *err)
{
	const struct change *change = context;
	const struct store_delivery *delivery = change->delivery;
	bool is_kept = false;

	for (size_t i = 0; i < change->instead->count; i++) {
		if (text_equals_nocase(change->instead->items[i],
				       delivery->address))
			is_kept = true;
		else if (!store_query_run(
			     change->db,
			     "INSERT OR IGNORE INTO report_destination VALUES "
			     "(?, ?, ?, 'waiting', 0, ?, 0, '', '', 0, ?)",
			     STORE_VALUES(store_text(delivery->report_id),
					  store_text(change->instead->items[i]),
					  store_number(delivery->position),
					  store_number(change->now_s),
					  store_number(delivery->rank)),
			     err))
			return false;
	}
	return store_query_run(
	    change->db,
	    "UPDATE report_destination SET state = ?4, "
	    "reply = ?5, owner = '' WHERE report_id = ?1 "
	    "AND address = ?2 AND owner = ?3",
	    STORE_VALUES(store_text(delivery->report_id),
			 store_text(delivery->address),
			 store_text(delivery->owner),
			 store_text(is_kept ? "waiting" : "skipped"),
			 store_text(is_kept ? ""
					    : "replaced by "
					      "the rua of "
					      "its host")),
	    err);
}

bool store_reports_authorised(struct store_reports *reports,
			      const struct store_delivery *delivery,
			      const struct text_list *instead, int64_t now_s,
			      struct error *err)
{
	struct change change = {.db = store_reports_db(reports),
				.delivery = delivery,
				.instead = instead,
				.now_s = now_s};

	if (instead->count > 0)
		return store_query_transaction(change.db, replace_address,
					       &change, err);
	return store_query_run(change.db,
			       "UPDATE report_destination SET state = "
			       "'waiting' WHERE report_id = ? AND address = ? "
			       "AND owner = ?",
			       STORE_VALUES(store_text(delivery->report_id),
					    store_text(delivery->address),
					    store_text(delivery->owner)),
			       err);
}

static bool update_delivery(const struct change *change, struct error *err)
{
	const struct store_attempt *attempt = change->attempt;

	return store_query_run(
	    change->db,
	    "UPDATE report_destination SET state = ?3, reply = ?4, tries = "
	    "tries + ?5, next_try_s = ?6, owner = '', last_try_s = CASE "
	    "WHEN ?5 THEN ?7 ELSE last_try_s END "
	    "WHERE report_id = ?1 AND address = ?2 AND owner = ?8",
	    STORE_VALUES(
		store_text(change->delivery->report_id),
		store_text(change->delivery->address),
		store_text(states[attempt->state]), store_text(attempt->reply),
		store_number(attempt->is_counted),
		store_number(attempt->next_try_s), store_number(attempt->now_s),
		store_text(change->delivery->owner)),
	    err);
}

static bool apply_attempt(void *context, struct error *err)
{
	const struct change *change = context;
	const struct store_attempt *attempt = change->attempt;
	const char *report_id = change->delivery->report_id;

	if (!update_delivery(change, err))
		return false;
	if ((attempt->health != NULL &&
	     !store_health_set(change->reports, attempt->health, err)) ||
	    (attempt->whole != NULL &&
	     !store_health_set(change->reports, attempt->whole, err)))
		return false;
	if (attempt->is_counted &&
	    !store_query_run(change->db,
			     "UPDATE report SET state = 'deferred' WHERE "
			     "report_id = ? AND settled_s = 0 AND EXISTS "
			     "(SELECT 1 FROM report_destination d WHERE "
			     "d.report_id = report.report_id AND d.tries > 0 "
			     "AND d." PENDING ")",
			     STORE_VALUES(store_text(report_id)), err))
		return false;
	return settle_report(change->db, report_id, attempt->now_s, err);
}

bool store_reports_attempted(struct store_reports *reports,
			     const struct store_delivery *delivery,
			     const struct store_attempt *attempt,
			     struct error *err)
{
	struct change change = {.reports = reports,
				.db = store_reports_db(reports),
				.delivery = delivery,
				.attempt = attempt};

	return store_query_transaction(change.db, apply_attempt, &change, err);
}

/* Reports whose time is over, a few at a time: found without keeping others
 * from writing. */
struct ending {
	struct store_db *db;
	int64_t now_s;
	int64_t given_up; /* deliveries */
	size_t count;
	int64_t rows[ENDING_BATCH]; /* of report: an id may be unreadable */
	int64_t last_row;
};

static bool keep_ended(void *context, struct store_statement *statement)
{
	struct ending *ending = context;

	ending->last_row = store_db_column_number(statement, 0);
	ending->rows[ending->count++] = ending->last_row;
	return true;
}

static bool give_up_one(struct ending *ending, int64_t row, struct error *err)
{
	if (!store_query_run(
		ending->db,
		"UPDATE report_destination SET state = 'given-up' WHERE "
		"report_id = (SELECT report_id FROM report WHERE rowid = ?) "
		"AND owner = '' AND " PENDING,
		STORE_VALUES(store_number(row)), err))
		return false;
	ending->given_up += store_db_changes(ending->db);
	return store_query_run(
	    ending->db,
	    "UPDATE report SET settled_s = ?2, state = CASE WHEN EXISTS "
	    "(SELECT 1 FROM report_destination d WHERE d.report_id = "
	    "report.report_id AND d.state = 'sent') THEN 'sent' ELSE "
	    "'given-up' END WHERE rowid = ?1 AND settled_s = 0 AND NOT "
	    "EXISTS (SELECT 1 FROM report_destination d WHERE d.report_id = "
	    "report.report_id AND d." PENDING ")",
	    STORE_VALUES(store_number(row), store_number(ending->now_s)), err);
}

static bool give_up_some(void *context, struct error *err)
{
	struct ending *ending = context;
	int64_t end_us = clock_monotonic_us() + STORE_HELD_US;

	do {
		if (!give_up_one(ending, ending->rows[--ending->count], err))
			return false;
	} while (ending->count > 0 && clock_monotonic_us() < end_us);
	return true;
}

/* Who is being tried at this moment is left to his owner. */
bool store_reports_give_up(struct store_reports *reports, int64_t now_s,
			   int64_t *count, struct error *err)
{
	struct ending ending = {.db = store_reports_db(reports),
				.now_s = now_s,
				.last_row = INT64_MIN};
	bool has_more = true;
	bool ok = true;

	while (ok && has_more) {
		ok = store_query_each(
		    ending.db,
		    "SELECT rowid FROM report WHERE settled_s = 0 AND "
		    "give_up_s <= ? AND rowid > ? ORDER BY rowid LIMIT ?",
		    STORE_VALUES(store_number(now_s),
				 store_number(ending.last_row),
				 store_number(ENDING_BATCH)),
		    keep_ended, &ending, err);
		has_more = ending.count == ENDING_BATCH;
		while (ok && ending.count > 0)
			ok = store_query_transaction(ending.db, give_up_some,
						     &ending, err);
	}
	if (ok)
		*count = ending.given_up;
	return ok;
}

/* --- by hand --- */

struct resending {
	struct store_db *db;
	const char *report_id;
	const char *policy_domain;
	int64_t now_s;
	int64_t give_up_s;
	int64_t count;
};

#define CHOSEN                                                                 \
	"SELECT report_id FROM report WHERE length(archive) > 0 AND "          \
	"state <> 'invalid' AND (?1 = '' OR report_id = ?1) AND "              \
	"(?2 = '' OR policy_domain = ?2)"

static bool resend(void *context, struct error *err)
{
	struct resending *again = context;

	if (!store_query_run(
		again->db,
		"UPDATE report_destination SET state = 'unchecked', tries = 0, "
		"next_try_s = ?3, reply = '' WHERE owner = '' AND state <> "
		"'skipped' AND report_id IN (" CHOSEN ")",
		STORE_VALUES(store_text(again->report_id),
			     store_text(again->policy_domain),
			     store_number(again->now_s)),
		err))
		return false;
	again->count = store_db_changes(again->db);
	return store_query_run(
	    again->db,
	    "UPDATE report SET state = 'rendered', settled_s = 0, give_up_s = "
	    "?3 WHERE report_id IN (" CHOSEN ") AND EXISTS (SELECT 1 FROM "
	    "report_destination d WHERE d.report_id = report.report_id AND "
	    "d." PENDING ")",
	    STORE_VALUES(store_text(again->report_id),
			 store_text(again->policy_domain),
			 store_number(again->give_up_s)),
	    err);
}

bool store_reports_resend(struct store_reports *reports, const char *report_id,
			  const char *policy_domain, int64_t now_s,
			  int64_t give_up_s, int64_t *count, struct error *err)
{
	struct resending again = {.db = store_reports_db(reports),
				  .report_id = report_id,
				  .policy_domain = policy_domain,
				  .now_s = now_s,
				  .give_up_s = give_up_s};

	if (!store_query_transaction(again.db, resend, &again, err))
		return false;
	*count = again.count;
	return true;
}

struct listing {
	bool (*seen)(void *context, const struct store_delivery *delivery);
	void *context;
};

static bool tell_row(void *context, struct store_statement *statement)
{
	const struct listing *listing = context;
	struct store_delivery row;

	store_columns_read(&delivery_columns, statement, 0, &row);
	return !store_db_is_pair_sound(statement, "report_destination", 0, 1) ||
	       listing->seen(listing->context, &row);
}

bool store_deliveries_list(struct store_reports *reports, const char *id_begins,
			   bool (*seen)(void *context,
					const struct store_delivery *delivery),
			   void *context, struct error *err)
{
	struct listing listing = {seen, context};
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf sql;

	/* Ids have digits and a to f; a range uses the key. */
	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "SELECT ");
	store_columns_names(&delivery_columns, "", ", ", &sql);
	strbuf_add_text(&sql, " FROM report_destination WHERE report_id >= ?1 "
			      "AND report_id < ?1 || 'g' "
			      "ORDER BY report_id, position, address");
	bool ok = store_query_each(store_reports_db(reports), strbuf_text(&sql),
				   STORE_VALUES(store_text(id_begins)),
				   tell_row, &listing, err);
	mem_free(mem);
	return ok;
}

bool store_reports_sent_since(struct store_reports *reports, int64_t since_s,
			      int64_t *count, struct error *err)
{
	return store_query_number(
	    store_reports_db(reports),
	    "SELECT count(*) FROM report_destination WHERE last_try_s >= ? AND "
	    "state = 'sent'",
	    STORE_VALUES(store_number(since_s)), 0, count, err);
}

struct due {
	bool (*seen)(void *context, const char *policy_domain,
		     const char *address);
	void *context;
	long left;
};

static bool show_due(void *context, struct store_statement *statement)
{
	struct due *due = context;
	const char *policy_domain = store_db_column_text(statement, 0);
	const char *address = store_db_column_text(statement, 1);

	if (!store_db_is_pair_sound(statement, "report_destination", 0, 1))
		return true;
	return due->seen(due->context, policy_domain, address) &&
	       --due->left > 0;
}

bool store_reports_count_day(struct store_reports *reports, int64_t since_s,
			     struct error *err)
{
	struct store_db *db = store_reports_db(reports);

	return store_db_run(db,
			    "DROP TABLE IF EXISTS temp.report_sent;"
			    "CREATE TEMP TABLE report_sent (address TEXT "
			    "PRIMARY KEY, count INTEGER) WITHOUT ROWID;",
			    err) &&
	       store_query_run(
		   db,
		   "INSERT INTO report_sent SELECT lower(address), count(*) "
		   "FROM report_destination WHERE last_try_s >= ? AND state = "
		   "'sent' GROUP BY lower(address)",
		   STORE_VALUES(store_number(since_s)), err);
}

bool store_reports_count_sent(struct store_reports *reports,
			      const char *address, struct error *err)
{
	return store_query_run(store_reports_db(reports),
			       "INSERT INTO report_sent VALUES (lower(?), 1) "
			       "ON CONFLICT DO UPDATE SET count = count + 1",
			       STORE_VALUES(store_text(address)), err);
}

bool store_reports_sent_to(struct store_reports *reports, const char *address,
			   int64_t *count, struct error *err)
{
	return store_query_number(
	    store_reports_db(reports),
	    "SELECT count FROM report_sent WHERE address = lower(?)",
	    STORE_VALUES(store_text(address)), 0, count, err);
}

/* Those that store_reports_claim would take next. */
bool store_reports_due(struct store_reports *reports,
		       const struct store_claim *claim, long limit,
		       bool (*seen)(void *context, const char *policy_domain,
				    const char *address),
		       void *context, struct error *err)
{
	struct due due = {seen, context, limit};

	for (int64_t rank = 0; rank < STORE_REPORT_RANKS && due.left > 0;
	     rank++) {
		if (!store_query_each(
			store_reports_db(reports),
			"SELECT r.policy_domain, d.address FROM "
			"report_destination d JOIN report r USING (report_id) "
			"WHERE d.rank = ?6 AND d.state = 'unchecked' AND " DUE,
			STORE_VALUES(store_text(""), store_number(0),
				     store_number(claim->now_s),
				     store_text(claim->policy_domain),
				     store_number(claim->begin_s),
				     store_number(rank)),
			show_due, &due, err))
			return false;
	}
	return true;
}

bool store_reports_next_try(struct store_reports *reports, int64_t *time_s,
			    struct error *err)
{
	return store_query_number(
	    store_reports_db(reports),
	    "SELECT min(next_try_s) FROM report_destination WHERE " PENDING
	    " AND " STORE_SQL_TIME("next_try_s"),
	    NULL, 0, 0, time_s, err);
}

/* --- a bounce --- */

struct bouncing {
	struct store_reports *reports;
	struct store_db *db;
	const char *report_id;
	const char *address;
	const struct store_health *health;
	const struct store_health *whole;
	const char *words;
	bool is_new;
};

static bool note_bounce(void *context, struct error *err)
{
	struct bouncing *bouncing = context;

	if (!store_query_run(
		bouncing->db,
		"UPDATE report_destination SET state = 'refused', reply = ?3 "
		"WHERE report_id = ?1 AND address = ?2 AND state = 'sent'",
		STORE_VALUES(store_text(bouncing->report_id),
			     store_text(bouncing->address),
			     store_text(bouncing->words)),
		err))
		return false;
	bouncing->is_new = store_db_changes(bouncing->db) > 0;
	if (!bouncing->is_new)
		return true;
	return store_query_run(
		   bouncing->db,
		   "UPDATE report SET state = 'refused' WHERE report_id = ?1 "
		   "AND state = 'sent' AND NOT EXISTS (SELECT 1 FROM "
		   "report_destination WHERE report_id = ?1 AND state = "
		   "'sent')",
		   STORE_VALUES(store_text(bouncing->report_id)), err) &&
	       (bouncing->health == NULL ||
		store_health_set(bouncing->reports, bouncing->health, err)) &&
	       (bouncing->whole == NULL ||
		store_health_set(bouncing->reports, bouncing->whole, err));
}

bool store_reports_bounced(struct store_reports *reports, const char *report_id,
			   const char *address,
			   const struct store_health *health,
			   const struct store_health *whole, const char *words,
			   bool *is_new, struct error *err)
{
	struct bouncing bouncing = {.reports = reports,
				    .db = store_reports_db(reports),
				    .report_id = report_id,
				    .address = address,
				    .health = health,
				    .whole = whole,
				    .words = words};

	if (!store_query_transaction(bouncing.db, note_bounce, &bouncing, err))
		return false;
	*is_new = bouncing.is_new;
	return true;
}
