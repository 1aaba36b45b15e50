/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_delivery.c - one report on its way to one address
 * Tested by test_store_report.
 */
#include "lib/store/store_delivery.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_query.h"
#include "lib/store/store_report_sql.h"

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

/* --- claims --- */

struct claiming {
	TALLOC_CTX *mem;
	struct store_db *db;
	const struct store_report_sql *sql;
	const struct store_claim *claim;
	bool has_claimed; /* a row, though it may not be readable */
	struct store_delivery *delivery;
	struct store_report *report;
};

static bool claim_delivery(struct claiming *claiming, int64_t rank,
			   struct error *err)
{
	const struct store_claim *claim = claiming->claim;
	struct store_statement *rows;
	struct store_delivery row;

	if (!store_query_open_columns(
		claiming->db, claiming->sql->claim, &delivery_columns, "",
		STORE_VALUES(store_text(claim->owner),
			     store_number(claim->lease_s),
			     store_number(claim->now_s),
			     store_text(claim->policy_domain),
			     store_number(claim->begin_s), store_number(rank)),
		&rows, err))
		return false;
	/* RETURNING wants to be read to its end. */
	while (store_db_next(rows, err)) {
		claiming->has_claimed = true;
		store_columns_read(&delivery_columns, rows, 0, &row);
		if (store_db_is_pair_sound(rows, "report_destination", 0, 1))
			claiming->delivery = store_columns_copy(
			    claiming->mem, &delivery_columns, &row, sizeof row);
	}
	return store_db_end(rows);
}

static bool read_report(struct claiming *claiming, struct error *err)
{
	const char *report_id = claiming->delivery->report_id;
	struct store_statement *rows;
	struct store_report row;

	if (!store_query_open_columns(
		claiming->db, "SELECT ", &store_report_columns,
		" FROM report WHERE report_id = ?",
		STORE_VALUES(store_text(report_id)), &rows, err))
		return false;
	if (store_db_next(rows, err)) {
		store_columns_read(&store_report_columns, rows, 0, &row);
		if (store_db_is_sound(rows, "report", 0))
			claiming->report = store_columns_copy(
			    claiming->mem, &store_report_columns, &row,
			    sizeof row);
	}
	return store_db_end(rows);
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

static bool claim_one(struct claiming *claiming, struct error *err)
{
	claiming->has_claimed = false;
	for (int64_t rank = 0;
	     rank < STORE_REPORT_RANKS && !claiming->has_claimed; rank++) {
		if (!claim_delivery(claiming, rank, err))
			return false;
	}
	if (claiming->delivery != NULL && !read_report(claiming, err))
		return false;
	return !claiming->has_claimed || claiming->report != NULL ||
	       skip_unreadable(claiming, err);
}

bool store_reports_claim(TALLOC_CTX *mem, struct store_reports *reports,
			 const struct store_claim *claim,
			 struct store_delivery **delivery,
			 struct store_report **report, struct error *err)
{
	struct store_db *db = store_reports_db(reports);
	struct claiming claiming = {.mem = mem,
				    .db = db,
				    .sql = store_reports_sql(reports),
				    .claim = claim};

	do {
		if (!store_reports_begin(reports, err) ||
		    !store_query_end(db, claim_one(&claiming, err), err))
			return false;
	} while (claiming.has_claimed && claiming.report == NULL);
	*delivery = claiming.delivery;
	*report = claiming.report;
	return true;
}

static bool release_claim(struct store_db *db,
			  const struct store_delivery *item, struct error *err)
{
	return store_query_run(
	    db,
	    "UPDATE report_destination SET owner = '' WHERE "
	    "report_id = ? AND address = ? AND owner = ? AND " PENDING,
	    STORE_VALUES(store_text(item->report_id), store_text(item->address),
			 store_text(item->owner)),
	    err);
}

/* Looked for before anything is written. */
bool store_reports_release(struct store_reports *reports,
			   bool (*is_gone)(void *context, const char *owner,
					   int64_t lease_s),
			   void *context, struct error *err)
{
	struct store_db *db = store_reports_db(reports);
	const char *by_lease = store_reports_sql(reports)->release;
	TALLOC_CTX *mem = NULL;
	struct store_statement *rows = NULL;
	struct store_delivery row;
	struct store_delivery **gone = NULL;
	size_t count = 0;

	if (by_lease != NULL)
		return store_query_run(db, by_lease, NULL, 0, err);
	mem = mem_context(NULL);
	bool ok = store_query_open_columns(
	    db, "SELECT ", &delivery_columns,
	    " FROM report_destination WHERE " PENDING " AND owner <> ''", NULL,
	    0, &rows, err);

	while (ok && store_db_next(rows, err)) {
		store_columns_read(&delivery_columns, rows, 0, &row);
		if (!store_db_is_pair_sound(rows, "claim of", 0, 1) ||
		    !is_gone(context, row.owner, row.lease_s))
			continue;
		gone =
		    mem_resize(mem, gone, struct store_delivery *, count + 1);
		gone[count++] = store_columns_copy(mem, &delivery_columns, &row,
						   sizeof row);
	}
	ok = store_db_end(rows);
	for (size_t i = 0; ok && i < count; i++)
		ok = release_claim(db, gone[i], err);
	mem_free(mem);
	return ok;
}

/* --- the mail --- */

static const char *const leaves[] = {
    [STORE_MAIL_GO] = "go",
    [STORE_MAIL_LOST] = "lost",
    [STORE_MAIL_DAY_FULL] = "day",
    [STORE_MAIL_ADDRESS_FULL] = "address",
};

static bool ask_leave(struct store_reports *reports,
		      const struct store_delivery *delivery,
		      const struct store_mail_limits *limits,
		      enum store_mail_leave *leave, struct error *err)
{
	struct store_statement *rows;

	*leave = STORE_MAIL_LOST;
	if (!store_query_open(store_reports_db(reports),
			      store_reports_sql(reports)->begin_mail,
			      STORE_VALUES(store_text(delivery->report_id),
					   store_text(delivery->address),
					   store_text(delivery->owner),
					   store_number(limits->lease_s),
					   store_number(limits->per_day),
					   store_number(limits->per_address)),
			      &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const char *word = store_db_column_text(rows, 0);
		for (size_t i = 0; i < COUNT_OF(leaves); i++) {
			if (strcmp(word, leaves[i]) == 0)
				*leave = (enum store_mail_leave)i;
		}
	}
	return store_db_end(rows);
}

bool store_reports_begin_mail(struct store_reports *reports,
			      const struct store_delivery *delivery,
			      const struct store_mail_limits *limits,
			      enum store_mail_leave *leave, struct error *err)
{
	enum store_mail_leave found;

	if (!store_reports_begin(reports, err) ||
	    !store_query_end(store_reports_db(reports),
			     ask_leave(reports, delivery, limits, &found, err),
			     err))
		return false;
	*leave = found;
	return true;
}

/* --- what became of it --- */

/* A report whose deliveries are all settled is settled itself. One that was
 * sent to somebody is sent, whatever the others said. */
static bool settle_report(struct store_db *db, const char *report_id,
			  int64_t now_s, struct error *err)
{
	return store_query_run(
	    db,
	    "UPDATE report SET settled_s = ?2, state = (SELECT CASE "
	    "WHEN count(*) FILTER (WHERE state = 'sent') > 0 THEN 'sent' "
	    "WHEN count(*) FILTER (WHERE state = 'refused') > 0 "
	    "THEN 'refused' "
	    "WHEN count(*) FILTER (WHERE state = 'given-up') > 0 "
	    "THEN 'given-up' "
	    "ELSE 'skipped' END "
	    "FROM report_destination WHERE report_id = ?1) "
	    "WHERE report_id = ?1 AND settled_s = 0 AND NOT EXISTS (SELECT 1 "
	    "FROM report_destination WHERE report_id = ?1 AND " PENDING ")",
	    STORE_VALUES(store_text(report_id), store_number(now_s)), err);
}

static bool replace_address(struct store_db *db,
			    const struct store_delivery *delivery,
			    const struct text_list *instead, int64_t now_s,
			    struct error *err)
{
	bool is_kept = false;

	for (size_t i = 0; i < instead->count; i++) {
		if (text_equals_nocase(instead->items[i], delivery->address))
			is_kept = true;
		else if (!store_query_run(
			     db,
			     "INSERT INTO "
			     "report_destination " STORE_SQL_DESTINATION
			     " VALUES (?, ?, ?, 'waiting', 0, ?, 0, '', '', 0, "
			     "?) ON CONFLICT DO NOTHING",
			     STORE_VALUES(store_text(delivery->report_id),
					  store_text(instead->items[i]),
					  store_number(delivery->position),
					  store_number(now_s),
					  store_number(delivery->rank)),
			     err))
			return false;
	}
	return store_query_run(
	    db,
	    "UPDATE report_destination SET state = ?4, "
	    "reply = ?5, owner = '' WHERE report_id = ?1 "
	    "AND address = ?2 AND owner = ?3",
	    STORE_VALUES(store_text(delivery->report_id),
			 store_text(delivery->address),
			 store_text(delivery->owner),
			 store_text(is_kept ? "waiting" : "skipped"),
			 store_text(is_kept ? ""
					    : "replaced by the rua of its "
					      "host")),
	    err);
}

bool store_reports_authorised(struct store_reports *reports,
			      const struct store_delivery *delivery,
			      const struct text_list *instead, int64_t now_s,
			      struct error *err)
{
	struct store_db *db = store_reports_db(reports);

	if (instead->count > 0)
		return store_reports_begin(reports, err) &&
		       store_query_end(
			   db,
			   replace_address(db, delivery, instead, now_s, err),
			   err);
	return store_query_run(db,
			       "UPDATE report_destination SET state = "
			       "'waiting' WHERE report_id = ? AND address = ? "
			       "AND owner = ?",
			       STORE_VALUES(store_text(delivery->report_id),
					    store_text(delivery->address),
					    store_text(delivery->owner)),
			       err);
}

/* What is known of an address, and of its domain; NULL: nothing new. */
static bool set_health(struct store_reports *reports,
		       const struct store_health *health,
		       const struct store_health *whole, struct error *err)
{
	return (health == NULL || store_health_set(reports, health, err)) &&
	       (whole == NULL || store_health_set(reports, whole, err));
}

/* *is_ours is false when the claim was lost. */
static bool end_claim(struct store_db *db,
		      const struct store_delivery *delivery,
		      const struct store_attempt *attempt, bool *is_ours,
		      struct error *err)
{
	/* That it was sent is a fact, whoever has the claim now. */
	const char *whose = attempt->state == DELIVERY_SENT ? "1" : "0";

	if (!store_query_run(
		db,
		"UPDATE report_destination SET state = ?3, reply = ?4, "
		"tries = tries + ?5, next_try_s = ?6, owner = '', "
		"last_try_s = CASE WHEN ?5 <> 0 THEN ?7 ELSE last_try_s END "
		"WHERE report_id = ?1 AND address = ?2 AND " PENDING
		" AND (owner = ?8 OR ?9 = '1')",
		STORE_VALUES(store_text(delivery->report_id),
			     store_text(delivery->address),
			     store_text(states[attempt->state]),
			     store_text(attempt->reply),
			     store_number(attempt->is_counted),
			     store_number(attempt->next_try_s),
			     store_number(attempt->now_s),
			     store_text(delivery->owner), store_text(whose)),
		err))
		return false;
	*is_ours = store_db_changes(db) > 0;
	return true;
}

static bool note_deferred(struct store_db *db, const char *report_id,
			  struct error *err)
{
	return store_query_run(
	    db,
	    "UPDATE report SET state = 'deferred' WHERE report_id = ? AND "
	    "settled_s = 0 AND EXISTS (SELECT 1 FROM report_destination d "
	    "WHERE d.report_id = report.report_id AND d.tries > 0 AND "
	    "d." PENDING ")",
	    STORE_VALUES(store_text(report_id)), err);
}

static bool lock_report(struct store_reports *reports, const char *report_id,
			struct error *err)
{
	return store_reports_run(reports,
				 store_reports_sql(reports)->lock_report,
				 STORE_VALUES(store_text(report_id)), err);
}

/* The report is locked first: of two addresses that are settled at once, the
 * second one sees the first, and settles the report. */
static bool apply_attempt(struct store_reports *reports,
			  const struct store_delivery *delivery,
			  const struct store_attempt *attempt,
			  struct error *err)
{
	struct store_db *db = store_reports_db(reports);
	const char *report_id = delivery->report_id;
	bool is_ours = false;

	if (!lock_report(reports, report_id, err) ||
	    !end_claim(db, delivery, attempt, &is_ours, err))
		return false;
	if (!is_ours)
		return true;
	return store_reports_run(
		   reports, store_reports_sql(reports)->end_mail,
		   STORE_VALUES(store_text(report_id),
				store_text(delivery->address),
				store_number(attempt->state == DELIVERY_SENT)),
		   err) &&
	       set_health(reports, attempt->health, attempt->whole, err) &&
	       (!attempt->is_counted || note_deferred(db, report_id, err)) &&
	       settle_report(db, report_id, attempt->now_s, err);
}

bool store_reports_attempted(struct store_reports *reports,
			     const struct store_delivery *delivery,
			     const struct store_attempt *attempt,
			     struct error *err)
{
	struct store_db *db = store_reports_db(reports);

	return store_reports_begin(reports, err) &&
	       store_query_end(
		   db, apply_attempt(reports, delivery, attempt, err), err);
}

/* Reports whose time is over, a few at a time: found without keeping others
 * from writing. */
struct ending {
	struct store_reports *reports;
	struct store_db *db;
	int64_t now_s;
	int64_t given_up; /* deliveries */
	size_t count;
	int64_t rows[ENDING_BATCH]; /* of report: an id may be unreadable */
	int64_t last_row;
};

static bool give_up_one(struct ending *ending, int64_t row, struct error *err)
{
	if (!store_reports_run(ending->reports,
			       store_reports_sql(ending->reports)->lock_row,
			       STORE_VALUES(store_number(row)), err) ||
	    !store_query_run(
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

static bool give_up_some(struct ending *ending, struct error *err)
{
	int64_t end_us = clock_monotonic_us() + STORE_HELD_US;

	do {
		if (!give_up_one(ending, ending->rows[--ending->count], err))
			return false;
	} while (ending->count > 0 && clock_monotonic_us() < end_us);
	return true;
}

static bool find_ended(struct ending *ending, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(
		ending->db,
		"SELECT rowid FROM report WHERE settled_s = 0 AND "
		"give_up_s <= ? AND rowid > ? ORDER BY rowid LIMIT ?",
		STORE_VALUES(store_number(ending->now_s),
			     store_number(ending->last_row),
			     store_number(ENDING_BATCH)),
		&rows, err))
		return false;
	while (ending->count < ENDING_BATCH && store_db_next(rows, err)) {
		ending->last_row = store_db_column_number(rows, 0);
		ending->rows[ending->count++] = ending->last_row;
	}
	return store_db_end(rows);
}

/* Who is being tried at this moment is left to his owner. */
bool store_reports_give_up(struct store_reports *reports, int64_t now_s,
			   int64_t *count, struct error *err)
{
	struct ending ending = {.reports = reports,
				.db = store_reports_db(reports),
				.now_s = now_s,
				.last_row = INT64_MIN};
	bool has_more = true;
	bool ok = true;

	while (ok && has_more) {
		ok = find_ended(&ending, err);
		has_more = ending.count == ENDING_BATCH;
		while (ok && ending.count > 0)
			ok = store_query_begin(ending.db, err) &&
			     store_query_end(ending.db,
					     give_up_some(&ending, err), err);
	}
	if (ok)
		*count = ending.given_up;
	return ok;
}

/* --- by hand --- */

#define CHOSEN                                                                 \
	"SELECT report_id FROM report WHERE length(archive) > 0 AND "          \
	"state <> 'invalid' AND (?1 = '' OR report_id = ?1) AND "              \
	"(?2 = '' OR policy_domain = ?2)"

static bool begin_anew(struct store_reports *reports, const char *report_id,
		       const char *policy_domain, int64_t now_s,
		       int64_t give_up_s, int64_t *count, struct error *err)
{
	struct store_db *db = store_reports_db(reports);

	if (!store_reports_run(
		reports, store_reports_sql(reports)->lock_chosen,
		STORE_VALUES(store_text(report_id), store_text(policy_domain)),
		err) ||
	    !store_query_run(
		db,
		"UPDATE report_destination SET state = 'unchecked', tries = 0, "
		"next_try_s = ?3, reply = '' WHERE owner = '' AND state <> "
		"'skipped' AND report_id IN (" CHOSEN ")",
		STORE_VALUES(store_text(report_id), store_text(policy_domain),
			     store_number(now_s)),
		err))
		return false;
	*count = store_db_changes(db);
	return store_query_run(
	    db,
	    "UPDATE report SET state = 'rendered', settled_s = 0, give_up_s = "
	    "?3 WHERE report_id IN (" CHOSEN ") AND EXISTS (SELECT 1 FROM "
	    "report_destination d WHERE d.report_id = report.report_id AND "
	    "d." PENDING ")",
	    STORE_VALUES(store_text(report_id), store_text(policy_domain),
			 store_number(give_up_s)),
	    err);
}

bool store_reports_resend(struct store_reports *reports, const char *report_id,
			  const char *policy_domain, int64_t now_s,
			  int64_t give_up_s, int64_t *count, struct error *err)
{
	struct store_db *db = store_reports_db(reports);
	int64_t changed = 0;

	if (!store_query_begin(db, err) ||
	    !store_query_end(db,
			     begin_anew(reports, report_id, policy_domain,
					now_s, give_up_s, &changed, err),
			     err))
		return false;
	*count = changed;
	return true;
}

bool store_deliveries_list(struct store_reports *reports, const char *id_begins,
			   bool (*seen)(void *context,
					const struct store_delivery *delivery),
			   void *context, struct error *err)
{
	struct store_statement *rows;
	struct store_delivery row;

	/* Ids have digits and a to f; a range uses the key. */
	if (!store_query_open_columns(
		store_reports_db(reports), "SELECT ", &delivery_columns,
		" FROM report_destination WHERE report_id >= ?1 "
		"AND report_id < ?1 || 'g' "
		"ORDER BY report_id, position, address",
		STORE_VALUES(store_text(id_begins)), &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		store_columns_read(&delivery_columns, rows, 0, &row);
		if (store_db_is_pair_sound(rows, "report_destination", 0, 1) &&
		    !seen(context, &row))
			break;
	}
	return store_db_end(rows);
}

bool store_reports_sent_since(struct store_reports *reports, int64_t since_s,
			      int64_t *count, struct error *err)
{
	return store_query_number(
	    store_reports_db(reports), store_reports_sql(reports)->sent_since,
	    STORE_VALUES(store_number(since_s)), 0, count, err);
}

/* Over the fleet they are counted as they are sent. */
bool store_reports_count_day(struct store_reports *reports, int64_t since_s,
			     struct error *err)
{
	const char *count_day = store_reports_sql(reports)->count_day;

	return count_day == NULL ||
	       (store_db_run(store_reports_db(reports),
			     "DROP TABLE IF EXISTS temp.report_sent;"
			     "CREATE TEMP TABLE report_sent (address TEXT "
			     "PRIMARY KEY, count INTEGER) WITHOUT ROWID;",
			     err) &&
		store_query_run(store_reports_db(reports), count_day,
				STORE_VALUES(store_number(since_s)), err));
}

bool store_reports_count_sent(struct store_reports *reports,
			      const char *address, struct error *err)
{
	return store_reports_run(reports,
				 store_reports_sql(reports)->count_sent,
				 STORE_VALUES(store_text(address)), err);
}

bool store_reports_sent_to(struct store_reports *reports, const char *address,
			   int64_t since_s, int64_t *count, struct error *err)
{
	return store_query_number(
	    store_reports_db(reports), store_reports_sql(reports)->sent_to,
	    STORE_VALUES(store_text(address), store_number(since_s)), 0, count,
	    err);
}

/* Those of a rank; *left counts down to the limit. */
static bool show_due(struct store_db *db, const struct store_claim *claim,
		     int64_t rank, long *left,
		     bool (*seen)(void *context, const char *policy_domain,
				  const char *address),
		     void *context, struct error *err)
{
	struct store_statement *rows;

	if (!store_query_open(
		db,
		"SELECT r.policy_domain, d.address FROM "
		"report_destination d JOIN report r USING (report_id) "
		"WHERE d.rank = ?6 AND d.state = 'unchecked' "
		"AND " STORE_SQL_DUE,
		STORE_VALUES(store_text(""), store_number(0),
			     store_number(claim->now_s),
			     store_text(claim->policy_domain),
			     store_number(claim->begin_s), store_number(rank)),
		&rows, err))
		return false;
	while (*left > 0 && store_db_next(rows, err)) {
		const char *policy_domain = store_db_column_text(rows, 0);
		const char *address = store_db_column_text(rows, 1);
		if (!store_db_is_pair_sound(rows, "report_destination", 0, 1))
			continue;
		--*left;
		if (!seen(context, policy_domain, address))
			break;
	}
	return store_db_end(rows);
}

/* Those that store_reports_claim would take next. */
bool store_reports_due(struct store_reports *reports,
		       const struct store_claim *claim, long limit,
		       bool (*seen)(void *context, const char *policy_domain,
				    const char *address),
		       void *context, struct error *err)
{
	for (int64_t rank = 0; rank < STORE_REPORT_RANKS && limit > 0; rank++) {
		if (!show_due(store_reports_db(reports), claim, rank, &limit,
			      seen, context, err))
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

static bool note_bounce(struct store_reports *reports, const char *report_id,
			const char *address, const char *words, bool *is_new,
			struct error *err)
{
	struct store_db *db = store_reports_db(reports);

	if (!lock_report(reports, report_id, err) ||
	    !store_query_run(
		db,
		"UPDATE report_destination SET state = 'refused', reply = ?3 "
		"WHERE report_id = ?1 AND address = ?2 AND state = 'sent'",
		STORE_VALUES(store_text(report_id), store_text(address),
			     store_text(words)),
		err))
		return false;
	*is_new = store_db_changes(db) > 0;
	return !*is_new ||
	       store_query_run(
		   db,
		   "UPDATE report SET state = 'refused' WHERE report_id = ?1 "
		   "AND state = 'sent' AND NOT EXISTS (SELECT 1 FROM "
		   "report_destination WHERE report_id = ?1 AND state = "
		   "'sent')",
		   STORE_VALUES(store_text(report_id)), err);
}

bool store_reports_bounced(struct store_reports *reports, const char *report_id,
			   const char *address,
			   const struct store_health *health,
			   const struct store_health *whole, const char *words,
			   bool *is_new, struct error *err)
{
	struct store_db *db = store_reports_db(reports);
	bool has_changed = false;

	if (!store_query_begin(db, err))
		return false;
	bool ok = note_bounce(reports, report_id, address, words, &has_changed,
			      err) &&
		  (!has_changed || set_health(reports, health, whole, err));
	if (!store_query_end(db, ok, err))
		return false;
	*is_new = has_changed;
	return true;
}
