/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_inbox_read.c - what the kept reports of others add up to
 *
 * total() and not sum(): what a stranger counted may be more than a number
 * holds, and sum() fails then.
 * Tested by test_alignctl_inbox.
 */
#include "lib/store/store_inbox_read.h"

#include "lib/base/limits.h"
#include "lib/store/store_query.h"

#define SUM_MAX "4000000000000000000"
#define SUM(what) "CAST(min(total(" what "), " SUM_MAX ") AS INTEGER)"
#define NOW(what) SUM("iif(day_s >= ?2, " what ", 0)")
#define IS_PROVED " (?6 = 0 OR proof = 1) "
#define BEFORE(what) SUM("iif(day_s < ?2, " what ", 0)")

static bool open_rows(struct store_inbox *inbox, const char *sql,
		      const struct store_inbox_period *period,
		      struct store_statement **rows, struct error *err)
{
	return store_query_open(store_inbox_db(inbox), sql,
				STORE_VALUES(store_number(period->before_s),
					     store_number(period->since_s),
					     store_number(period->until_s),
					     store_text(period->domain),
					     store_text(period->address),
					     store_number(period->is_proved)),
				rows, err);
}

static int64_t sum_at(struct store_statement *rows, int at)
{
	return store_db_column_within(rows, at, 0, INT64_MAX);
}

/* --- DMARC --- */

static const char sums_sql[] =
    "SELECT source_id, domain, address, words, messages, aligned, "
    "dkim_messages, spf_messages, quarantined, rejected, before, "
    "before_aligned, first_s, last_s FROM (SELECT source_id, cause_id, "
    NOW("w.messages") " AS messages, "
    NOW("w.messages * (dkim | spf)") " AS aligned, "
    NOW("w.messages * dkim") " AS dkim_messages, "
    NOW("w.messages * spf") " AS spf_messages, "
    NOW("w.messages * (applied = 1)") " AS quarantined, "
    NOW("w.messages * (applied = 2)") " AS rejected, "
    BEFORE("w.messages") " AS before, "
    BEFORE("w.messages * (dkim | spf)") " AS before_aligned "
    "FROM inbox_report CROSS JOIN inbox_row AS w USING (report_id) WHERE "
    "kind = 'dmarc' AND state = 'kept' AND day_s >= ?1 AND day_s < ?3 AND "
    IS_PROVED " AND (?5 = '' OR source_id IN (SELECT source_id FROM "
    "inbox_source WHERE address = ?5)) GROUP BY source_id, cause_id) JOIN "
    "inbox_source USING (source_id) JOIN inbox_cause USING (cause_id) WHERE "
    "?4 = '' OR domain = ?4 ORDER BY domain, source_id";

static void read_sum(struct store_statement *rows, struct store_inbox_sum *sum)
{
	*sum = (struct store_inbox_sum){
	    .domain = store_db_column_text(rows, 1),
	    .address = store_db_column_text(rows, 2),
	    .cause = store_db_column_text(rows, 3),
	    .messages = sum_at(rows, 4),
	    .aligned = sum_at(rows, 5),
	    .dkim_aligned = sum_at(rows, 6),
	    .spf_aligned = sum_at(rows, 7),
	    .quarantined = sum_at(rows, 8),
	    .rejected = sum_at(rows, 9),
	    .before = sum_at(rows, 10),
	    .before_aligned = sum_at(rows, 11),
	    .first_s = store_db_column_time(rows, 12),
	    .last_s = store_db_column_time(rows, 13),
	};
}

bool store_inbox_sums(struct store_inbox *inbox,
		      const struct store_inbox_period *period,
		      bool (*seen)(void *context,
				   const struct store_inbox_sum *sum),
		      void *context, struct error *err)
{
	struct store_statement *rows;
	struct store_inbox_sum sum;

	if (!open_rows(inbox, sums_sql, period, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		read_sum(rows, &sum);
		if (store_db_is_sound(rows, "inbox_source", 0) &&
		    !seen(context, &sum))
			break;
	}
	return store_db_end(rows);
}

/* --- TLS --- */

#define TLS_FROM " FROM inbox_report JOIN inbox_tls AS t USING (report_id) "
/* The first or the last day with a failure; 0: none. */
#define FAILED_DAY(which)                                                      \
	", ifnull(" which "(iif(t.failed > 0, day_s, NULL)), 0)"
#define TLS_WHERE                                                              \
	" WHERE kind = 'tls' AND state = 'kept' AND day_s >= ?2 AND day_s < "  \
	"?3 AND ?1 = ?1 AND (?4 = '' OR t.domain = ?4) AND ?5 = ?5 AND "        \
	IS_PROVED

bool store_inbox_tls_sums(struct store_inbox *inbox,
			  const struct store_inbox_period *period,
			  bool (*seen)(void *context,
				       const struct store_inbox_tls_sum *sum),
			  void *context, struct error *err)
{
	static const char sql[] =
	    "SELECT min(tls_id), t.domain, reporter, t.policy, " SUM(
		"successful") ", " SUM("failed") FAILED_DAY("min") FAILED_DAY(
		"max") TLS_FROM TLS_WHERE
	    "GROUP BY t.domain, reporter, t.policy "
	    "ORDER BY t.domain, 6 DESC, reporter, "
	    "t.policy";
	struct store_statement *rows;

	if (!open_rows(inbox, sql, period, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const struct store_inbox_tls_sum sum = {
		    .domain = store_db_column_text(rows, 1),
		    .reporter = store_db_column_text(rows, 2),
		    .policy = store_db_column_text(rows, 3),
		    .successful = sum_at(rows, 4),
		    .failed = sum_at(rows, 5),
		    .first_s = store_db_column_time(rows, 6),
		    .last_s = store_db_column_time(rows, 7),
		};
		if (store_db_is_sound(rows, "inbox_tls", 0) &&
		    !seen(context, &sum))
			break;
	}
	return store_db_end(rows);
}

bool store_inbox_tls_details(
    struct store_inbox *inbox, const struct store_inbox_period *period,
    bool (*seen)(void *context, const struct store_inbox_tls_detail *detail),
    void *context, struct error *err)
{
	static const char sql[] =
	    "SELECT min(failure_id), t.domain, reporter, t.policy, type, mx, "
	    "receiving_ip, " SUM("sessions") ", min(day_s), max(day_s)" TLS_FROM
	    "JOIN inbox_tls_failure USING (tls_id) " TLS_WHERE
	    "GROUP BY t.domain, reporter, t.policy, type, mx, receiving_ip "
	    "ORDER BY t.domain, reporter, t.policy, 8 DESC, type";
	struct store_statement *rows;

	if (!open_rows(inbox, sql, period, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const struct store_inbox_tls_detail detail = {
		    .domain = store_db_column_text(rows, 1),
		    .reporter = store_db_column_text(rows, 2),
		    .policy = store_db_column_text(rows, 3),
		    .type = store_db_column_text(rows, 4),
		    .mx = store_db_column_text(rows, 5),
		    .receiving_ip = store_db_column_text(rows, 6),
		    .sessions = sum_at(rows, 7),
		    .first_s = store_db_column_time(rows, 8),
		    .last_s = store_db_column_time(rows, 9),
		};
		if (store_db_is_sound(rows, "inbox_tls_failure", 0) &&
		    !seen(context, &detail))
			break;
	}
	return store_db_end(rows);
}

/* --- whose reports they are --- */

bool store_inbox_reporters(
    struct store_inbox *inbox, const struct store_inbox_period *period,
    bool (*seen)(void *context, const struct store_inbox_reporter *reporter),
    void *context, struct error *err)
{
	static const char sql[] =
	    "SELECT min(report_id), kind, domain, reporter, claim, sender, "
	    "proof, count(*) FROM inbox_report WHERE kind IN ('dmarc', 'tls') "
	    "AND state = 'kept' AND day_s >= ?2 AND day_s < ?3 AND ?1 = ?1 AND "
	    "(?4 = '' OR domain = ?4) AND ?5 = ?5 AND " IS_PROVED
	    "GROUP BY kind, domain, reporter, claim, sender, proof ORDER BY "
	    "proof DESC, reporter, claim, sender, domain, kind";
	struct store_statement *rows;

	if (!open_rows(inbox, sql, period, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const struct store_inbox_reporter reporter = {
		    .kind = store_db_column_text(rows, 1),
		    .domain = store_db_column_text(rows, 2),
		    .reporter = store_db_column_text(rows, 3),
		    .claim = store_db_column_text(rows, 4),
		    .sender = store_db_column_text(rows, 5),
		    .proof = (enum store_inbox_proof)store_db_column_within(
			rows, 6, INBOX_PROOF_NONE, INBOX_PROOF_OTHER),
		    .reports = sum_at(rows, 7),
		};
		if (store_db_is_sound(rows, "inbox_report", 0) &&
		    !seen(context, &reporter))
			break;
	}
	return store_db_end(rows);
}

/* --- failure reports --- */

bool store_inbox_failures(
    struct store_inbox *inbox, const struct store_inbox_period *period,
    bool (*seen)(void *context, const struct store_inbox_failure_sum *sum),
    void *context, struct error *err)
{
	static const char sql[] =
	    "SELECT min(report_id), domain, source_ip, auth_failure, count(*), "
	    "max(received_s), (SELECT count(*) FROM incident WHERE client_ip = "
	    "source_ip AND author_domain = inbox_report.domain) FROM "
	    "inbox_report JOIN inbox_failure USING (report_id) WHERE kind = "
	    "'failure' AND state = 'kept' AND day_s >= ?2 AND day_s < ?3 AND "
	    "?1 = ?1 AND (?4 = '' OR domain = ?4) AND (?5 = '' OR source_ip = "
	    "?5) AND ?6 = ?6 GROUP BY domain, source_ip, auth_failure ORDER BY domain, 5 "
	    "DESC, source_ip";
	struct store_statement *rows;

	if (!open_rows(inbox, sql, period, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const struct store_inbox_failure_sum sum = {
		    .domain = store_db_column_text(rows, 1),
		    .source_ip = store_db_column_text(rows, 2),
		    .auth_failure = store_db_column_text(rows, 3),
		    .reports = sum_at(rows, 4),
		    .last_s = store_db_column_time(rows, 5),
		    .incidents = sum_at(rows, 6),
		};
		if (store_db_is_sound(rows, "inbox_failure", 0) &&
		    !seen(context, &sum))
			break;
	}
	return store_db_end(rows);
}

/* --- what counts nowhere --- */

bool store_inbox_apart(struct store_inbox *inbox,
		       const struct store_inbox_period *period,
		       bool (*seen)(void *context,
				    const struct store_inbox_apart *apart),
		       void *context, struct error *err)
{
	static const char sql[] =
	    "SELECT report_id, kind, state, reporter, ident, domain, sender, "
	    "received_s, messages FROM inbox_report WHERE state IN ('failed', "
	    "'differs') AND received_s >= ?2 AND received_s <= ?3 AND ?1 = ?1 "
	    "AND (?4 = '' OR domain = ?4) AND ?5 = ?5 AND ?6 = ?6 ORDER BY received_s "
	    "DESC, report_id DESC";
	struct store_statement *rows;

	if (!open_rows(inbox, sql, period, &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const struct store_inbox_apart apart = {
		    .kind = store_db_column_text(rows, 1),
		    .state = store_db_column_text(rows, 2),
		    .reporter = store_db_column_text(rows, 3),
		    .ident = store_db_column_text(rows, 4),
		    .domain = store_db_column_text(rows, 5),
		    .sender = store_db_column_text(rows, 6),
		    .received_s = store_db_column_time(rows, 7),
		    .messages = sum_at(rows, 8),
		};
		if (store_db_is_sound(rows, "inbox_report", 0) &&
		    !seen(context, &apart))
			break;
	}
	return store_db_end(rows);
}

bool store_inbox_asides(struct store_inbox *inbox,
			const struct store_inbox_period *period, int64_t id,
			bool (*seen)(void *context,
				     const struct store_inbox_aside *aside),
			void *context, struct error *err)
{
	static const char sql[] =
	    "SELECT aside_id, received_s, name, why, digest, sender, verdict, "
	    "size, bytes FROM inbox_aside WHERE (?3 = 0 AND received_s >= ?1 "
	    "AND received_s <= ?2) OR aside_id = ?3 ORDER BY aside_id DESC";
	struct store_statement *rows;

	if (!store_query_open(store_inbox_db(inbox), sql,
			      STORE_VALUES(store_number(period->since_s),
					   store_number(period->until_s),
					   store_number(id)),
			      &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		const struct store_inbox_aside aside = {
		    .id = store_db_column_number(rows, 0),
		    .received_s = store_db_column_time(rows, 1),
		    .name = store_db_column_text(rows, 2),
		    .why = store_db_column_text(rows, 3),
		    .digest = store_db_column_text(rows, 4),
		    .sender = store_db_column_text(rows, 5),
		    .verdict = store_db_column_text(rows, 6),
		    .size = sum_at(rows, 7),
		    .bytes =
			store_db_column_bytes(rows, 8, LIMIT_INBOX_ASIDE_BYTES),
		};
		if (store_db_is_sound(rows, "inbox_aside", 0) &&
		    !seen(context, &aside))
			break;
	}
	return store_db_end(rows);
}
