/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_inbox.c - reports of others about our own domains, kept once
 * Tested by test_alignctl_inbox.
 */
#include "lib/store/store_inbox.h"

#include "lib/base/limits.h"
#include "lib/store/store_clock.h"
#include "lib/store/store_file.h"
#include "lib/store/store_inbox_shed.h"
#include "lib/store/store_inbox_size.h"
#include "lib/store/store_key.h"
#include "lib/store/store_query.h"
#include "lib/store/store_schema.h"

#define PURGE_REPORTS 20 /* at a time */
#define PARTIAL_S 86400	 /* nobody takes so long to write one */
#define BUSY_TRIES 5	 /* each waits as long as SQLite does for a lock */

enum statement {
	FIND_SOURCE,
	ADD_SOURCE,
	SEE_SOURCE,
	FIND_CAUSE,
	ADD_CAUSE,
	ADD_ROW,
	STATEMENT_COUNT
};

static const char *const statements_sql[STATEMENT_COUNT] = {
    [FIND_SOURCE] = "SELECT source_id FROM inbox_source WHERE domain = ? AND "
		    "address = ?",
    [ADD_SOURCE] = "INSERT INTO inbox_source (domain, address, first_s, "
		   "last_s) VALUES (?, ?, ?, ?) RETURNING source_id",
    [SEE_SOURCE] = "UPDATE inbox_source SET first_s = min(first_s, ?2), "
		   "last_s = max(last_s, ?2) WHERE source_id = ?1 AND "
		   "(first_s > ?2 OR last_s < ?2)",
    [FIND_CAUSE] = "SELECT cause_id FROM inbox_cause WHERE words = ?",
    [ADD_CAUSE] = "INSERT INTO inbox_cause (words) VALUES (?) "
		  "RETURNING cause_id",
    [ADD_ROW] = "INSERT INTO inbox_row (report_id, source_id, cause_id, dkim, "
		"spf, applied, messages) VALUES (?, ?, ?, ?, ?, ?, ?)",
};

struct store_inbox {
	struct store_db *db;
	/* of a writer */
	struct store_statement *statements[STATEMENT_COUNT];
	int64_t size;  /* of all that is kept, but what others add meanwhile */
	int64_t added; /* reports */
	struct siphash_key key;
};

static const char *const kind_words[] = {"dmarc", "tls", "failure"};
static const char *const state_words[] = {"kept", "failed", "differs",
					  "partial", "leaving"};

const char *store_inbox_kind_text(enum store_inbox_kind kind)
{
	return kind_words[kind];
}

const char *store_inbox_state_text(enum store_inbox_state state)
{
	return state_words[state];
}

struct store_db *store_inbox_db(struct store_inbox *inbox)
{
	return inbox->db;
}

/* --- opening --- */

static int close_inbox(struct store_inbox *inbox)
{
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		store_db_finish(inbox->statements[i]);
	store_db_close(inbox->db);
	return 0;
}

/* A report touches pages all over the indexes: brought into the database after
 * each they would be written many times. The log grows to 32 MB. */
static const char tune_sql[] = "PRAGMA synchronous = NORMAL;"
			       "PRAGMA wal_autocheckpoint = 8000;"
			       "PRAGMA cache_size = -16384;";

static bool sum_size(struct store_inbox *inbox, struct error *err)
{
	return store_query_number(inbox->db,
				  "SELECT CAST(total(size) AS INTEGER) FROM "
				  "inbox_report WHERE ?1",
				  STORE_VALUES(store_number(1)), 0,
				  &inbox->size, err);
}

static bool prepare_all(struct store_inbox *inbox, struct error *err)
{
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		if (!store_db_prepare(inbox->db, statements_sql[i],
				      &inbox->statements[i], err))
			return false;
	return store_db_run(inbox->db, tune_sql, err) &&
	       store_key_read(inbox->db, &inbox->key, err) &&
	       sum_size(inbox, err);
}

bool store_inbox_open(TALLOC_CTX *mem, const char *path,
		      enum store_db_mode mode, struct store_inbox **inbox,
		      struct error *err)
{
	if (!store_file_readable(path, err))
		return false;
	struct store_inbox *made = mem_new(mem, struct store_inbox);
	talloc_set_destructor(made, close_inbox);
	if (store_db_open(path, mode, &made->db, err) &&
	    store_schema_check(made->db, &store_schema_current, err) &&
	    (mode == STORE_DB_READ || prepare_all(made, err))) {
		*inbox = made;
		return true;
	}
	mem_free(made);
	return error_wrap(err, "the store %.100s", path);
}

void store_inbox_list_flaws(struct store_inbox *inbox,
			    struct store_flaws *flaws)
{
	store_db_list_flaws(inbox->db, flaws);
}

/* --- transactions --- */

/* The daemon's are short. */
static bool begin(struct store_inbox *inbox, struct error *err)
{
	bool ok = false;

	for (int i = 0; !ok && i < BUSY_TRIES; i++) {
		ok = store_query_begin(inbox->db, err);
		if (!ok && !store_db_is_busy(inbox->db))
			return false;
	}
	return ok;
}

/* Lets others write in between, when they were kept waiting. */
static bool give_way(struct store_inbox *inbox, int64_t *end_us,
		     struct error *err)
{
	if (clock_monotonic_us() < *end_us)
		return true;
	if (!store_query_end(inbox->db, true, err) || !begin(inbox, err))
		return false;
	*end_us = clock_monotonic_us() + STORE_HELD_US;
	return true;
}

/* --- rows --- */

/* The id that the statement gives; 0: none. */
static bool step_id(struct store_statement *statement, int64_t *id,
		    struct error *err)
{
	enum store_step step = store_db_step(statement, err);

	*id = step == STORE_STEP_ROW ? store_db_column_number(statement, 0) : 0;
	store_db_reset(statement);
	return step != STORE_STEP_FAILED;
}

static bool see_source(struct store_inbox *inbox, int64_t id, int64_t day_s,
		       struct error *err)
{
	struct store_statement *see = inbox->statements[SEE_SOURCE];

	store_db_bind_number(see, 1, id);
	store_db_bind_number(see, 2, day_s);
	return store_db_execute(see, err);
}

static bool source_id(struct store_inbox *inbox,
		      const struct store_inbox_report *report,
		      const char *address, int64_t *id, struct error *err)
{
	struct store_statement *find = inbox->statements[FIND_SOURCE];
	struct store_statement *add = inbox->statements[ADD_SOURCE];

	store_db_bind_text(find, 1, report->domain);
	store_db_bind_text(find, 2, address);
	if (!step_id(find, id, err))
		return false;
	if (*id > 0)
		return see_source(inbox, *id, report->day_s, err);
	store_db_bind_text(add, 1, report->domain);
	store_db_bind_text(add, 2, address);
	store_db_bind_number(add, 3, report->day_s);
	store_db_bind_number(add, 4, report->day_s);
	return step_id(add, id, err);
}

static bool cause_id(struct store_inbox *inbox, const char *words, int64_t *id,
		     struct error *err)
{
	struct store_statement *find = inbox->statements[FIND_CAUSE];
	struct store_statement *add = inbox->statements[ADD_CAUSE];

	store_db_bind_text(find, 1, words);
	if (!step_id(find, id, err) || *id > 0)
		return *id > 0;
	store_db_bind_text(add, 1, words);
	return step_id(add, id, err);
}

static bool add_row(struct store_inbox *inbox, int64_t report_id,
		    const struct store_inbox_report *report,
		    const struct store_inbox_row *row, struct error *err)
{
	struct store_statement *add = inbox->statements[ADD_ROW];
	int64_t source;
	int64_t cause;

	if (!source_id(inbox, report, row->address, &source, err) ||
	    !cause_id(inbox, row->cause, &cause, err))
		return false;
	store_db_bind_number(add, 1, report_id);
	store_db_bind_number(add, 2, source);
	store_db_bind_number(add, 3, cause);
	store_db_bind_number(add, 4, row->is_dkim_aligned);
	store_db_bind_number(add, 5, row->is_spf_aligned);
	store_db_bind_number(add, 6, row->applied);
	store_db_bind_number(add, 7, row->messages);
	return store_db_execute(add, err);
}

static bool add_tls_failure(struct store_inbox *inbox, int64_t tls_id,
			    const struct store_inbox_tls_failure *failure,
			    struct error *err)
{
	return store_query_run(
	    inbox->db,
	    "INSERT INTO inbox_tls_failure (tls_id, type, mx, receiving_ip, "
	    "sending_ip, sessions, reason, information) VALUES "
	    "(?, ?, ?, ?, ?, ?, ?, ?)",
	    STORE_VALUES(
		store_number(tls_id), store_text(failure->type),
		store_text(failure->mx), store_text(failure->receiving_ip),
		store_text(failure->sending_ip),
		store_number(failure->sessions), store_text(failure->reason),
		store_text(failure->information)),
	    err);
}

static bool add_tls(struct store_inbox *inbox, int64_t report_id,
		    const struct store_inbox_tls *tls, int64_t *end_us,
		    struct error *err)
{
	int64_t id;

	if (!store_query_number(
		inbox->db,
		"INSERT INTO inbox_tls (report_id, policy, domain, mx_hosts, "
		"successful, failed) VALUES (?, ?, ?, ?, ?, ?) "
		"RETURNING tls_id",
		STORE_VALUES(store_number(report_id), store_text(tls->policy),
			     store_text(tls->domain), store_text(tls->mx_hosts),
			     store_number(tls->successful),
			     store_number(tls->failed)),
		0, &id, err))
		return false;
	for (size_t i = 0; i < tls->failure_count; i++)
		if (!add_tls_failure(inbox, id, &tls->failures[i], err) ||
		    !give_way(inbox, end_us, err))
			return false;
	return give_way(inbox, end_us, err);
}

static bool add_failure(struct store_inbox *inbox, int64_t report_id,
			const struct store_inbox_failure *failure,
			struct error *err)
{
	return store_query_run(
	    inbox->db,
	    "INSERT INTO inbox_failure (report_id, source_ip, auth_failure, "
	    "alignment, delivery, mail_from_domain, dkim_domain, "
	    "dkim_selector) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    STORE_VALUES(
		store_number(report_id), store_text(failure->source_ip),
		store_text(failure->auth_failure),
		store_text(failure->alignment), store_text(failure->delivery),
		store_text(failure->mail_from_domain),
		store_text(failure->dkim_domain),
		store_text(failure->dkim_selector)),
	    err);
}

static bool add_parts(struct store_inbox *inbox, int64_t report_id,
		      const struct store_inbox_report *report, int64_t *end_us,
		      struct error *err)
{
	for (size_t i = 0; i < report->row_count; i++)
		if (!add_row(inbox, report_id, report, &report->rows[i], err) ||
		    !give_way(inbox, end_us, err))
			return false;
	for (size_t i = 0; i < report->tls_count; i++)
		if (!add_tls(inbox, report_id, &report->tls[i], end_us, err))
			return false;
	return report->failure == NULL ||
	       add_failure(inbox, report_id, report->failure, err);
}

/* --- a report --- */

/* Of what makes a report the same: it stays where the texts were erased. */
static struct store_value fingerprint(const struct store_inbox *inbox,
				      const struct store_inbox_report *report)
{
	struct siphash hash;

	siphash_init(&hash, &inbox->key);
	siphash_add_text(&hash, kind_words[report->kind]);
	siphash_add_text(&hash, report->reporter);
	siphash_add_text(&hash, report->ident);
	siphash_add(&hash, &report->begin_s, sizeof report->begin_s);
	siphash_add(&hash, &report->end_s, sizeof report->end_s);
	siphash_add_text(&hash, report->domain);
	return store_number((int64_t)siphash_end(&hash));
}

/* Its id; 0: it is not there. */
static bool find_report(struct store_inbox *inbox,
			const struct store_inbox_report *report, int64_t *id,
			struct error *err)
{
	return store_query_number(
	    inbox->db,
	    "SELECT report_id FROM inbox_report WHERE fingerprint = ?1 AND "
	    "digest = ?2",
	    STORE_VALUES(fingerprint(inbox, report),
			 store_text(report->digest)),
	    0, id, err);
}

/* The digest that is known is its last word: two that write one report at the
 * same time do not meet before. */
static bool insert_report(struct store_inbox *inbox,
			  const struct store_inbox_report *report, int64_t *id,
			  struct error *err)
{
	return store_query_number(
	    inbox->db,
	    "INSERT INTO inbox_report (fingerprint, kind, reporter, ident, "
	    "begin_s, end_s, domain, digest, state, day_s, received_s, "
	    "messages, size, "
	    "sender, verdict, claim, proof, policy, notes) VALUES (?, ?, ?, ?, "
	    "?, ?, ?, hex(randomblob(16)), 'partial', ?, ?, ?, ?, ?, ?, ?, ?, "
	    "?, ?) "
	    "RETURNING report_id",
	    STORE_VALUES(
		fingerprint(inbox, report),
		store_text(kind_words[report->kind]),
		store_text(report->reporter), store_text(report->ident),
		store_number(report->begin_s), store_number(report->end_s),
		store_text(report->domain), store_number(report->day_s),
		store_number(report->received_s),
		store_number(report->messages),
		store_number(store_inbox_size(report)),
		store_text(report->sender), store_text(report->verdict),
		store_text(report->claim), store_number(report->proof),
		store_text(report->policy), store_text(report->notes)),
	    0, id, err);
}

static bool set_state(struct store_inbox *inbox, int64_t id,
		      enum store_inbox_state state, struct error *err)
{
	return store_query_run(
	    inbox->db, "UPDATE inbox_report SET state = ? WHERE report_id = ?",
	    STORE_VALUES(store_text(state_words[state]), store_number(id)),
	    err);
}

/* Which of those under one key counts? */
static bool choose_state(struct store_inbox *inbox,
			 const struct store_inbox_report *report,
			 enum store_inbox_state *state, struct error *err)
{
	int64_t other;
	int64_t unproved;
	bool is_proved = span_equals(span_of(report->verdict), "pass");

	*state = report->state;
	if (report->state != INBOX_KEPT)
		return true;
	if (!store_query_number(inbox->db,
				"SELECT report_id FROM inbox_report WHERE "
				"state = 'kept' AND fingerprint = ?",
				STORE_VALUES(fingerprint(inbox, report)), 0,
				&other, err) ||
	    !store_query_number(inbox->db,
				"SELECT report_id FROM inbox_report WHERE "
				"report_id = ? AND verdict <> 'pass'",
				STORE_VALUES(store_number(other)), 0, &unproved,
				err))
		return false;
	if (other == 0)
		return true;
	if (unproved > 0 && is_proved)
		return set_state(inbox, other, INBOX_DIFFERS, err);
	*state = INBOX_DIFFERS;
	return true;
}

static bool finish_report(struct store_inbox *inbox, int64_t id,
			  const struct store_inbox_report *report,
			  enum store_inbox_outcome *outcome, struct error *err)
{
	enum store_inbox_state state;
	int64_t known;

	if (!find_report(inbox, report, &known, err))
		return false;
	*outcome = INBOX_KNOWN; /* by another, meanwhile: ours stays partial */
	if (known > 0)
		return true;
	if (!choose_state(inbox, report, &state, err) ||
	    !store_query_run(
		inbox->db,
		"UPDATE inbox_report SET digest = ? WHERE report_id = ?",
		STORE_VALUES(store_text(report->digest), store_number(id)),
		err))
		return false;
	*outcome = state == INBOX_DIFFERS ? INBOX_FLAGGED : INBOX_ADDED;
	return set_state(inbox, id, state, err);
}

static bool add_report(struct store_inbox *inbox,
		       const struct store_inbox_report *report,
		       enum store_inbox_outcome *outcome, struct error *err)
{
	int64_t end_us = clock_monotonic_us() + STORE_HELD_US;
	int64_t id = 0;

	*outcome = INBOX_KNOWN;
	if (!find_report(inbox, report, &id, err) || id > 0)
		return id > 0;
	return insert_report(inbox, report, &id, err) &&
	       add_parts(inbox, id, report, &end_us, err) &&
	       finish_report(inbox, id, report, outcome, err);
}

static bool delete_report(struct store_inbox *inbox, int64_t id,
			  struct error *err);

/* What came first in a mail that fails DMARC counts once it comes in one that
 * does not. */
static bool drop_failed(struct store_inbox *inbox,
			const struct store_inbox_report *report,
			struct error *err)
{
	int64_t id = 0;

	if (report->state != INBOX_KEPT)
		return true;
	return store_query_number(
		   inbox->db,
		   "SELECT report_id FROM inbox_report WHERE state = 'failed' "
		   "AND fingerprint = ? AND digest = ?",
		   STORE_VALUES(fingerprint(inbox, report),
				store_text(report->digest)),
		   0, &id, err) &&
	       (id == 0 || delete_report(inbox, id, err));
}

/* A commit that is waited for takes those before it along. */
bool store_inbox_sync(struct store_inbox *inbox, int64_t now_s,
		      struct error *err)
{
	struct error unused;

	if (!store_db_run(inbox->db, "PRAGMA synchronous = FULL", err) ||
	    !begin(inbox, err))
		return false;
	bool ok = store_query_end(
	    inbox->db,
	    store_query_run(inbox->db,
			    "INSERT OR REPLACE INTO inbox_state VALUES (1, ?)",
			    STORE_VALUES(store_number(now_s)), err),
	    err);
	return store_db_run(inbox->db, "PRAGMA synchronous = NORMAL",
			    ok ? err : &unused) &&
	       ok;
}

/* --- what is no report --- */

bool store_inbox_count_aside(struct store_inbox *inbox, const char *digest,
			     const char *why, int64_t *count, struct error *err)
{
	return store_query_number(
	    inbox->db,
	    "SELECT count(*) FROM inbox_aside WHERE digest = ?1 AND "
	    "substr(why, 1, length(?2)) = ?2",
	    STORE_VALUES(store_text(digest), store_text(why)), 0, count, err);
}

bool store_inbox_set_aside(struct store_inbox *inbox,
			   const struct store_inbox_aside *aside,
			   struct error *err)
{
	if (!begin(inbox, err))
		return false;
	bool ok =
	    store_query_run(
		inbox->db,
		"INSERT OR IGNORE INTO inbox_aside (received_s, name, why, "
		"digest, sender, verdict, size, bytes) SELECT "
		"?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (SELECT 1 "
		"FROM inbox_aside WHERE digest = ?4 AND is_erased = 1)",
		STORE_VALUES(
		    store_number(aside->received_s), store_text(aside->name),
		    store_text(aside->why), store_text(aside->digest),
		    store_text(aside->sender), store_text(aside->verdict),
		    store_number(aside->size), store_bytes(aside->bytes)),
		err) &&
	    store_query_run(inbox->db,
			    "DELETE FROM inbox_aside WHERE aside_id IN (SELECT "
			    "aside_id FROM inbox_aside ORDER BY aside_id DESC "
			    "LIMIT -1 OFFSET ?)",
			    STORE_VALUES(store_number(LIMIT_INBOX_ASIDE)), err);
	return store_query_end(inbox->db, ok, err);
}

/* --- an end --- */

/* Nobody sums it from the first transaction on. */
static bool delete_report(struct store_inbox *inbox, int64_t id,
			  struct error *err)
{
	bool is_gone = false;
	bool ok = true;

	while (ok && !is_gone)
		ok = begin(inbox, err) &&
		     store_query_end(
			 inbox->db,
			 store_inbox_shed_part(inbox->db, id, &is_gone, err),
			 err);
	return ok;
}

/* Those whose time has come, and parts of ones that nobody writes any more. */
static const char old_sql[] =
    "SELECT report_id, size FROM inbox_report WHERE received_s < ?1 "
    "UNION SELECT report_id, size FROM inbox_report WHERE state = 'leaving' OR "
    "(state = 'partial' AND received_s < ?2) LIMIT ?3";
static const char surplus_sql[] =
    "SELECT report_id, size FROM inbox_report WHERE ?1 = ?1 AND ?2 = ?2 "
    "AND " STORE_INBOX_FIRST " LIMIT ?3";

struct leaving {
	size_t count;
	int64_t ids[PURGE_REPORTS];
	int64_t sizes[PURGE_REPORTS];
};

static bool find_leaving(struct store_inbox *inbox, const char *sql,
			 int64_t first, int64_t second, struct leaving *found,
			 struct error *err)
{
	struct store_statement *rows;

	found->count = 0;
	if (!store_query_open(inbox->db, sql,
			      STORE_VALUES(store_number(first),
					   store_number(second),
					   store_number(PURGE_REPORTS)),
			      &rows, err))
		return false;
	while (found->count < PURGE_REPORTS && store_db_next(rows, err)) {
		found->ids[found->count] = store_db_column_number(rows, 0);
		found->sizes[found->count++] =
		    store_db_column_within(rows, 1, 0, LIMIT_INBOX_BYTES);
	}
	return store_db_end(rows);
}

/* Twice as many as came, and some: what is old gets less whatever comes. */
static bool purge_old(struct store_inbox *inbox, int64_t before_s,
		      int64_t partial_s, struct error *err)
{
	int64_t most = PURGE_REPORTS + 2 * inbox->added;
	struct leaving found = {.count = PURGE_REPORTS};

	while (most > 0 && found.count == PURGE_REPORTS) {
		if (!find_leaving(inbox, old_sql, before_s, partial_s, &found,
				  err))
			return false;
		for (size_t i = 0; i < found.count && most > 0; i++, most--)
			if (!delete_report(inbox, found.ids[i], err))
				return false;
	}
	return true;
}

/* Until it is no more than is allowed. */
static bool shed_surplus(struct store_inbox *inbox, struct error *err)
{
	struct leaving found = {.count = 1};

	while (inbox->size > LIMIT_INBOX_BYTES && found.count > 0) {
		if (!find_leaving(inbox, surplus_sql, 0, 0, &found, err))
			return false;
		for (size_t i = 0;
		     i < found.count && inbox->size > LIMIT_INBOX_BYTES; i++) {
			if (!delete_report(inbox, found.ids[i], err))
				return false;
			inbox->size -= found.sizes[i];
		}
	}
	return true;
}

bool store_inbox_purge(struct store_inbox *inbox, const struct clock *clock,
		       int64_t before_s, struct error *err)
{
	struct clock_facts facts;

	if (!store_clock_facts(inbox->db, clock, &facts, err))
		return false;
	if (clock_trust(&facts) == CLOCK_AGREES &&
	    !(purge_old(inbox, before_s, facts.now_s - PARTIAL_S, err) &&
	      store_query_run(inbox->db,
			      "DELETE FROM inbox_aside WHERE received_s < ?",
			      STORE_VALUES(store_number(before_s)), err)))
		return false;
	inbox->added = 0;
	return sum_size(inbox, err) && shed_surplus(inbox, err);
}

/* --- a report and its room --- */

static bool add_whole(struct store_inbox *inbox,
		      const struct store_inbox_report *report,
		      enum store_inbox_outcome *outcome, struct error *err)
{
	return drop_failed(inbox, report, err) && begin(inbox, err) &&
	       store_query_end(inbox->db,
			       add_report(inbox, report, outcome, err), err);
}

/* After each one: a mailbox has a hundred thousand. */
bool store_inbox_add(struct store_inbox *inbox,
		     const struct store_inbox_report *report,
		     enum store_inbox_outcome *outcome, struct error *err)
{
	if (!add_whole(inbox, report, outcome, err))
		return false;
	if (*outcome == INBOX_KNOWN)
		return true;
	inbox->size += store_inbox_size(report);
	inbox->added++;
	return shed_surplus(inbox, err);
}
