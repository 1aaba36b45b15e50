/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_erase.c - what the store has of somebody, taken out
 *
 * Rows are looked for in a reading transaction, which keeps nobody from
 * writing; those that were found are changed in small ones, each looked at once
 * more. Tested by test_alignctl_privacy.
 */
#include "lib/store/store_erase.h"

#include <assert.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/store/store_ceiling.h"
#include "lib/store/store_file.h"
#include "lib/store/store_key.h"
#include "lib/store/store_pair.h"
#include "lib/store/store_query.h"
#include "lib/store/store_schema.h"
#include "lib/store/store_size.h"

#define SQL_MAX 16384
#define FOUND_MAX 20000 /* keys of rows held at a time */
#define TRUNCATE_TRIES 50
#define HELD_US (STORE_HELD_US / 2) /* of many batches one waits somewhere */

/* In which the daemon gets its turn: SQLite looks for the lock after 1, 2, 5,
 * 10 and 15 ms, and within the third or fourth of them it must be free. */
static const struct timespec pause = {.tv_nsec = 20000000};

/* The key of a row, of two texts at most. */
struct key {
	const char *first;
	const char *second;
};

struct eraser {
	TALLOC_CTX *mem;
	struct store_db *db;
	const struct store_subject *subject;
	struct siphash_key key; /* of the tuples' fingerprints */
};

/*
 * One kind of rows: `find` and, behind a condition on a row of `named`, `rest`
 * give their keys. `change` has the keys as ?1 and ?2, the subject as ?3; with
 * `checks` the condition stands behind it again.
 */
struct part {
	const char *table;
	const char *what;
	const char *find;
	const char *named;
	const char *rest;
	const char *restate; /* likewise: its segment says something else */
	const char *tell;    /* what of it the fleet has to know
				(store_segments.h): run first, as `change` is;
				NULL: nothing */
	const char *after;   /* run behind what changed, with the same keys;
				   NULL: nothing */
	const char *change;  /* NULL: rows of `table` are kept as they are */
	bool checks;
	bool (*run)(const struct eraser *eraser, const struct key *key,
		    int64_t *changed, struct error *err); /* instead */
};

/* --- tuples --- */

/* Rows of a segment that say something else than they did. */
#define RESTATED(which)                                                        \
	"UPDATE segment SET restated = restated + 1 WHERE segment_id IN "      \
	"(" which ")"

/* Names that an "others of its domain" keeps. */
static bool is_named_by_others(const struct store_subject *subject,
			       const struct store_tuple *tuple,
			       const char *author)
{
	return store_subject_is_in(subject, author) ||
	       store_subject_is_in(subject, tuple->policy_domain) ||
	       store_subject_is_in(subject, tuple->org_domain);
}

struct store_tuple store_erase_others(const struct store_tuple *tuple,
				      const struct store_subject *subject)
{
	struct store_pair pair =
	    store_pair(tuple->client_ip, tuple->author_domain);

	return store_ceiling_others(
	    tuple, pair.author,
	    is_named_by_others(subject, tuple, pair.author)
		? STORE_OTHERS
		: STORE_OTHERS_OF_DOMAIN);
}

static bool update_tuple(const struct eraser *eraser,
			 const struct store_tuple *others, const char *id,
			 struct error *err)
{
	TALLOC_CTX *mem = mem_context(eraser->mem);
	struct store_statement *statement = NULL;
	int count = (int)store_tuple_columns.count;
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "UPDATE tuple SET ");
	store_columns_names(&store_tuple_columns, "", " = ?, ", &sql);
	strbuf_add_text(&sql, " = ?, fingerprint = ? WHERE tuple_id = "
			      "CAST(? AS INTEGER)");
	bool ok =
	    store_db_prepare(eraser->db, strbuf_text(&sql), &statement, err);
	if (ok) {
		store_columns_bind(&store_tuple_columns, others, statement, 1);
		store_db_bind_number(
		    statement, count + 1,
		    (int64_t)store_columns_fingerprint(&store_tuple_columns,
						       others, &eraser->key));
		store_db_bind_text(statement, count + 2, id);
		ok = store_db_execute(statement, err);
	}
	store_db_finish(statement);
	mem_free(mem);
	return ok;
}

/* Its counters stay with it; a second tuple of the same contents adds up with
 * the first wherever counters do. */
static bool make_others(const struct eraser *eraser, const struct key *key,
			int64_t *changed, struct error *err)
{
	struct store_statement *rows;
	struct store_tuple tuple;
	bool is_found = false;
	bool ok = true;

	if (!store_query_open_columns(
		eraser->db, "SELECT tuple_id, ", &store_tuple_columns,
		" FROM tuple WHERE tuple_id = CAST(?1 AS INTEGER)",
		STORE_VALUES(store_text(key->first)), &rows, err))
		return false;
	if (store_db_next(rows, err)) {
		store_columns_read(&store_tuple_columns, rows, 1, &tuple);
		is_found = store_db_is_sound(rows, "tuple", 0);
	}
	if (is_found) {
		struct store_tuple others =
		    store_erase_others(&tuple, eraser->subject);
		ok = update_tuple(eraser, &others, key->first, err) &&
		     store_query_run(
			 eraser->db,
			 RESTATED("SELECT segment_id FROM result WHERE "
				  "tuple_id = CAST(? AS INTEGER)"),
			 STORE_VALUES(store_text(key->first)), err);
	}
	*changed = is_found ? 1 : 0;
	return store_db_end(rows) && ok;
}

/* --- the parts --- */

/* Reports about a day on which the subject's mail was counted. */
#define REPORTS_OF_TUPLES                                                      \
	"WITH named AS (SELECT tuple_id, policy_domain AS domain FROM tuple "  \
	"WHERE "
#define WHOSE_DAY                                                              \
	") SELECT DISTINCT report_id, '' FROM named JOIN result "              \
	"USING (tuple_id) JOIN report ON report.policy_domain = domain AND "   \
	"hour_s >= begin_s AND hour_s < end_s WHERE kind = 'aggregate' AND "

/* That column, unless the subject is not in it. */
#define UNNAMED(column, instead)                                               \
	column " = iif(coalesce(has_mailbox(?3, " column                       \
	       "), has_domain(?3, " column "), has_client(?3, " column         \
	       ")) IS NULL, " column ", " instead ")"

/* In their order: reports by the tuples, while those still say it. */
static const struct part parts[] = {
    {.table = "report",
     .what = "emptied: the bytes that were sent",
     .find = REPORTS_OF_TUPLES,
     .named = "tuple",
     .rest = WHOSE_DAY "settled_s > 0 AND length(archive) > 0",
     .change = "UPDATE report SET archive = x'' WHERE report_id = ?1 AND "
	       "settled_s > 0"},
    {.table = "report",
     .what = "not sent yet: run this again when they are",
     .find = REPORTS_OF_TUPLES,
     .named = "tuple",
     .rest = WHOSE_DAY "settled_s = 0"},
    {.table = "report",
     .what = "deleted, with where they went",
     .find = "SELECT report_id, '' FROM report WHERE "
	     "(settled_s > 0 OR kind = 'failure') AND ",
     .named = "report",
     .rest = "",
     .after = "DELETE FROM report_destination WHERE report_id = ?1",
     .change = "DELETE FROM report WHERE report_id = ?1 AND ",
     .checks = true},
    {.table = "report_destination",
     .what = "deleted",
     .find = "SELECT report_id, address FROM report_destination WHERE "
	     "report_id IN (SELECT report_id FROM report WHERE settled_s > 0) "
	     "AND ",
     .named = "report_destination",
     .rest = "",
     .change = "DELETE FROM report_destination WHERE report_id = ?1 AND "
	       "address = ?2"},
    {.table = "report_health",
     .what = "deleted",
     .find = "SELECT address, policy_domain FROM report_health WHERE "
	     "suppressed_why <> 'by the operator' AND ",
     .named = "report_health",
     .rest = "",
     .change = "DELETE FROM report_health WHERE address = ?1 AND "
	       "policy_domain = ?2"},
    {.table = "report_health",
     .what = "kept: you stopped reports there (report suppress)",
     .find = "SELECT address, policy_domain FROM report_health WHERE "
	     "suppressed_why = 'by the operator' AND ",
     .named = "report_health",
     .rest = ""},
    {.table = "failure",
     .what = "deleted",
     .find = "SELECT CAST(failure_id AS TEXT), '' FROM failure WHERE ",
     .named = "failure",
     .rest = "",
     .change = "DELETE FROM failure WHERE failure_id = CAST(?1 AS INTEGER)"},
    {.table = "failure_hour",
     .what = "deleted",
     .find = "SELECT CAST(hour_s AS TEXT), policy_domain FROM failure_hour "
	     "WHERE ",
     .named = "failure_hour",
     .rest = "",
     .change = "DELETE FROM failure_hour WHERE hour_s = CAST(?1 AS INTEGER) "
	       "AND policy_domain = ?2"},
    {.table = "counted",
     .what = "without the name",
     .find = "SELECT CAST(counted_id AS TEXT), '' FROM counted WHERE ",
     .named = "counted",
     .rest = "",
     .change = "UPDATE counted SET network = iif(has_client(?3, network) IS "
	       "NULL, network, ''), author_domain = iif(has_domain(?3, "
	       "author_domain) IS NULL, author_domain, '') WHERE counted_id = "
	       "CAST(?1 AS INTEGER)",
     .restate = RESTATED("SELECT segment_id FROM counted WHERE counted_id = "
			 "CAST(?1 AS INTEGER)")},
    {.table = "incident",
     .what = "deleted, with what was done about them",
     .find = "SELECT CAST(incident_id AS TEXT), '' FROM incident WHERE ",
     .named = "incident",
     .rest = "",
     .after = "DELETE FROM act WHERE incident_id = CAST(?1 AS INTEGER)",
     .tell = "INSERT INTO erased (ident, incident_id, time_s) SELECT ident, "
	     "incident_id, unixepoch() FROM incident JOIN segment USING "
	     "(segment_id) WHERE incident_id = CAST(?1 AS INTEGER) AND ",
     .restate = "UPDATE segment SET restated = restated + 1 FROM incident "
		"WHERE incident.segment_id = segment.segment_id AND "
		"incident_id = CAST(?1 AS INTEGER) AND ",
     .change = "DELETE FROM incident WHERE incident_id = CAST(?1 AS INTEGER) "
	       "AND ",
     .checks = true},
    {.table = "act",
     .what = "without name and note",
     .find = "SELECT CAST(act_id AS TEXT), '' FROM act WHERE ",
     .named = "act",
     .rest = "",
     .change = "UPDATE act SET who = 'erased', note = '' WHERE act_id = "
	       "CAST(?1 AS INTEGER)",
     .restate = RESTATED("SELECT segment_id FROM act WHERE act_id = CAST(?1 AS "
			 "INTEGER)")},
    {.table = "tuple",
     .what = "counted as others",
     .find = "SELECT CAST(tuple_id AS TEXT), '' FROM tuple WHERE ",
     .named = "tuple",
     .rest = "",
     .run = make_others},
    {.table = "remembered",
     .what = "deleted",
     .find = "SELECT policy_domain, '' FROM remembered WHERE ",
     .named = "remembered",
     .rest = "",
     .change = "DELETE FROM remembered WHERE policy_domain = ?1"},
    {.table = "path",
     .what = "deleted",
     .find = "SELECT CAST(number AS TEXT), '' FROM path WHERE ",
     .named = "path",
     .rest = "",
     .change = "DELETE FROM path WHERE number = CAST(?1 AS INTEGER)"},
    /* Reports of others count on, without the names: sums stay. Each is still
     * known by the number of its key, and what was set aside by its digest:
     * read again, they do not come back. */
    {.table = "inbox_source",
     .what = "counted on, without the name",
     .find = "SELECT CAST(source_id AS TEXT), '' FROM inbox_source WHERE ",
     .named = "inbox_source",
     .rest = "",
     .change = "UPDATE inbox_source SET " UNNAMED(
	 "address",
	 "'erased ' || source_id") ", " UNNAMED("domain", "'erased ' || "
							  "source_id") " WHERE "
								       "source_"
								       "id = "
								       "CAST(?"
								       "1 AS "
								       "INTEGER"
								       ")"},
    {.table = "inbox_cause",
     .what = "counted on, without the words",
     .find = "SELECT CAST(cause_id AS TEXT), '' FROM inbox_cause WHERE ",
     .named = "inbox_cause",
     .rest = "",
     .change = "UPDATE inbox_cause SET words = 'erased ' || cause_id WHERE "
	       "cause_id = CAST(?1 AS INTEGER)"},
    {.table = "inbox_report",
     .what = "counted on, without the reporter",
     .find = "SELECT CAST(report_id AS TEXT), '' FROM inbox_report WHERE ",
     .named = "inbox_report",
     .rest = "",
     .change =
	 "UPDATE inbox_report SET reporter = 'erased ' || report_id, ident = "
	 "'', sender = '', claim = '', notes = '', " UNNAMED(
	     "domain", "'erased ' || report_id") ", " UNNAMED("policy",
							      "''") " WHERE "
								    "report_id "
								    "= CAST(?1 "
								    "AS "
								    "INTEGER)"},
    {.table = "inbox_tls",
     .what = "counted on, without hosts",
     .find = "SELECT CAST(tls_id AS TEXT), '' FROM inbox_tls WHERE ",
     .named = "inbox_tls",
     .rest = "",
     .change = "UPDATE inbox_tls SET mx_hosts = '', " UNNAMED(
	 "domain",
	 "'erased ' || report_id") ", " UNNAMED("policy",
						"'erased'") " WHERE "
							    "tls_id "
							    "= "
							    "CAST(?1 "
							    "AS "
							    "INTEGER)"},
    {.table = "inbox_tls_failure",
     .what = "counted on, without host and address",
     .find = "SELECT CAST(failure_id AS TEXT), '' FROM inbox_tls_failure "
	     "WHERE ",
     .named = "inbox_tls_failure",
     .rest = "",
     .change = "UPDATE inbox_tls_failure SET mx = '', receiving_ip = '', "
	       "sending_ip = '', information = '', reason = '', " UNNAMED(
		   "type", "'erased'") " WHERE failure_id = CAST(?1 AS "
				       "INTEGER)"},
    {.table = "inbox_failure",
     .what = "counted on, without address and domains",
     .find = "SELECT CAST(report_id AS TEXT), '' FROM inbox_failure WHERE ",
     .named = "inbox_failure",
     .rest = "",
     .change = "UPDATE inbox_failure SET source_ip = '', mail_from_domain = "
	       "'', dkim_domain = '', dkim_selector = '', alignment = '', "
	       "delivery = '', " UNNAMED("auth_failure",
					 "'erased'") " WHERE report_id = "
						     "CAST(?1 AS INTEGER)"},
    {.table = "inbox_aside",
     .what = "emptied: known by a digest, if it comes again",
     .find = "SELECT CAST(aside_id AS TEXT), '' FROM inbox_aside WHERE ",
     .named = "inbox_aside",
     .rest = "",
     .change = "UPDATE inbox_aside SET is_erased = 1, name = '', sender = '', "
	       "bytes = x'', why = 'erased ' || aside_id WHERE aside_id = "
	       "CAST(?1 AS INTEGER)"},
};

_Static_assert(COUNT_OF(parts) <= STORE_ERASED_MAX, "no room for a part");

static bool is_kept(const struct part *part)
{
	return part->change == NULL && part->run == NULL;
}

/* --- looking --- */

static char *find_sql(TALLOC_CTX *mem, const struct part *part,
		      const struct store_subject *subject, const char *before,
		      const char *after)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, before);
	strbuf_add_text(&sql, part->find);
	store_personal_condition(&sql, part->named, subject, 1);
	strbuf_add_text(&sql, part->rest);
	strbuf_add_text(&sql, after);
	assert(!strbuf_is_full(&sql));
	return strbuf_text(&sql);
}

/* Keys of as many as fit; below `mem`. */
static bool find_rows(const struct eraser *eraser, TALLOC_CTX *mem,
		      const struct part *part, struct key *found, size_t *count,
		      struct error *err)
{
	struct store_statement *rows;
	const char *sql = find_sql(mem, part, eraser->subject, "", " LIMIT ?2");

	*count = 0;
	if (!store_query_open(eraser->db, sql,
			      STORE_VALUES(store_text(eraser->subject->text),
					   store_number(FOUND_MAX)),
			      &rows, err))
		return false;
	while (*count < FOUND_MAX && store_db_next(rows, err))
		found[(*count)++] = (struct key){
		    mem_strdup(mem, store_db_column_text(rows, 0)),
		    mem_strdup(mem, store_db_column_text(rows, 1))};
	return store_db_end(rows);
}

static bool count_part(struct store_db *db, const struct part *part,
		       const struct store_subject *subject, int64_t *rows,
		       struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool ok = store_query_number(
	    db, find_sql(mem, part, subject, "SELECT count(*) FROM (", ")"),
	    STORE_VALUES(store_text(subject->text)), 0, rows, err);

	mem_free(mem);
	return ok;
}

/* --- changing --- */

static char *change_sql(TALLOC_CTX *mem, const struct part *part,
			const char *text, const struct store_subject *subject)
{
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, text);
	if (part->checks)
		store_personal_condition(&sql, part->named, subject, 3);
	return strbuf_text(&sql);
}

/* Every parameter is in use, whether the change needs it or not. */
static bool run_change(const struct eraser *eraser, TALLOC_CTX *mem,
		       const char *sql, const struct key *key,
		       struct error *err)
{
	return store_query_run(
	    eraser->db, mem_printf(mem, "%s AND ?2 = ?2 AND ?3 = ?3", sql),
	    STORE_VALUES(store_text(key->first), store_text(key->second),
			 store_text(eraser->subject->text)),
	    err);
}

static bool run_text(const struct eraser *eraser, TALLOC_CTX *mem,
		     const struct part *part, const char *text,
		     const struct key *key, struct error *err)
{
	return text == NULL ||
	       run_change(eraser, mem,
			  change_sql(mem, part, text, eraser->subject), key,
			  err);
}

static bool change_row(const struct eraser *eraser, TALLOC_CTX *mem,
		       const struct part *part, const struct key *key,
		       int64_t *changed, struct error *err)
{
	if (part->run != NULL)
		return part->run(eraser, key, changed, err);
	if (!run_text(eraser, mem, part, part->tell, key, err) ||
	    !run_text(eraser, mem, part, part->restate, key, err) ||
	    !run_text(eraser, mem, part, part->change, key, err))
		return false;
	*changed = store_db_changes(eraser->db);
	return part->after == NULL || *changed == 0 ||
	       run_change(eraser, mem, part->after, key, err);
}

/* Until the time is over that others may be kept waiting. */
static bool change_some(const struct eraser *eraser, const struct part *part,
			const struct key *found, size_t *count,
			int64_t *changed, struct error *err)
{
	int64_t end_us = clock_monotonic_us() + HELD_US;
	bool ok = store_query_begin(eraser->db, err);
	int64_t sum = 0;

	while (ok && *count > 0 && clock_monotonic_us() < end_us) {
		TALLOC_CTX *mem = mem_context(NULL);
		int64_t one = 0;
		ok = change_row(eraser, mem, part, &found[--*count], &one, err);
		sum += one;
		mem_free(mem);
	}
	if (!store_query_end(eraser->db, ok, err))
		return false;
	*changed += sum;
	return true;
}

static bool change_all(const struct eraser *eraser, const struct part *part,
		       const struct key *found, size_t count, int64_t *changed,
		       struct error *err)
{
	while (count > 0) {
		if (!change_some(eraser, part, found, &count, changed, err))
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return true;
}

/* What is left behind a pass that changed nothing cannot be read. */
static bool erase_part(const struct eraser *eraser, const struct part *part,
		       int64_t *rows, struct error *err)
{
	bool has_more = true;
	bool ok = true;

	while (ok && has_more) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct key *found = mem_array(mem, struct key, FOUND_MAX);
		int64_t changed = 0;
		size_t count;
		ok = find_rows(eraser, mem, part, found, &count, err) &&
		     change_all(eraser, part, found, count, &changed, err);
		has_more = ok && count == FOUND_MAX && changed > 0;
		*rows += changed;
		mem_free(mem);
	}
	return ok;
}

/* --- the whole --- */

static struct store_erased *begin_part(struct store_erasure *erasure,
				       const struct part *part)
{
	struct store_erased *told = &erasure->parts[erasure->count++];

	*told = (struct store_erased){
	    .table = part->table, .what = part->what, .is_kept = is_kept(part)};
	return told;
}

bool store_erase_count(TALLOC_CTX *mem, const char *path,
		       const struct store_subject *subject,
		       struct store_erasure *erasure, struct error *err)
{
	struct store_db *db = NULL;
	bool ok = store_file_readable(path, err) &&
		  store_db_open(path, STORE_DB_READ, &db, err) &&
		  store_schema_check(db, &store_schema_current, err) &&
		  store_personal_functions(db, err);

	(void)mem;
	*erasure = (struct store_erasure){.count = 0};
	for (size_t i = 0; ok && i < COUNT_OF(parts); i++) {
		struct store_erased *told = begin_part(erasure, &parts[i]);
		ok = count_part(db, &parts[i], subject, &told->rows, err);
		if (!told->is_kept)
			erasure->total += told->rows;
	}
	store_db_close(db);
	return ok || error_wrap(err, "the store %.100s", path);
}

/* The log keeps what it had until it is begun anew, which only somebody who
 * reads from it prevents. */
static bool clear_log(struct store_db *db)
{
	store_db_checkpoint(db, false);
	for (int i = 0; i < TRUNCATE_TRIES; i++) {
		if (store_db_truncate_log(db))
			return true;
		(void)nanosleep(&pause, NULL);
		store_db_checkpoint(db, false);
	}
	return false;
}

static bool erase_parts(const struct eraser *eraser,
			struct store_erasure *erasure, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < COUNT_OF(parts); i++) {
		struct store_erased *told = begin_part(erasure, &parts[i]);
		if (told->is_kept) {
			ok = count_part(eraser->db, &parts[i], eraser->subject,
					&told->rows, err);
			continue;
		}
		ok = erase_part(eraser, &parts[i], &told->rows, err);
		erasure->total += told->rows;
	}
	return ok;
}

bool store_erase(TALLOC_CTX *mem, const char *path,
		 const struct store_subject *subject,
		 struct store_erasure *erasure, struct error *err)
{
	struct eraser eraser = {.mem = mem, .subject = subject};
	struct error unshrinkable;
	int64_t before;
	int64_t after;
	bool ok = store_file_readable(path, err) &&
		  store_file_prepare(path, err) &&
		  store_db_open(path, STORE_DB_WRITE, &eraser.db, err) &&
		  store_schema_check(eraser.db, &store_schema_current, err) &&
		  store_personal_functions(eraser.db, err) &&
		  store_db_run(eraser.db, "PRAGMA secure_delete = ON", err) &&
		  store_key_read(eraser.db, &eraser.key, err);

	*erasure = (struct store_erasure){.count = 0};
	ok = ok && erase_parts(&eraser, erasure, err);
	if (ok) {
		erasure->is_space_given = store_size_shrink_file(
		    path, &before, &after, &unshrinkable);
		erasure->is_log_clear = clear_log(eraser.db);
	}
	store_db_close(eraser.db);
	return ok || error_wrap(err, "the store %.100s", path);
}
