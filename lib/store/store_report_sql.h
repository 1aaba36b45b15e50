/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_REPORT_SQL_H
#define STORE_STORE_REPORT_SQL_H

/*
 * store_report_sql - the statements about reports in which the engines differ
 *
 * For store_report.c and its neighbours, whose other statements both engines
 * take as they stand. SQLite lets one process write at a time, so that what a
 * transaction reads holds until its end; over the fleet (PostgreSQL, schema
 * alignd_report, lib/fleet/sql/report.sql) rows are locked where that matters,
 * times are the server's, and a claim ends by its lease alone.
 *
 * Both texts of a statement have the same parameters. NULL: nothing is to be
 * done with that engine.
 */

/* What a claim takes, of one rank, as the index has them: ?3 the time, ?4 a
 * policy domain or "", ?5 a day or 0. */
#define STORE_SQL_DUE                                                          \
	"d.state IN ('unchecked', 'waiting') AND d.next_try_s <= ?3 AND "      \
	"d.owner = '' AND (?4 = '' OR r.policy_domain = ?4) AND "              \
	"(?5 = 0 OR r.begin_s = ?5) "                                          \
	"ORDER BY d.next_try_s, d.report_id, d.position"

/* The columns of report_destination that both engines have. */
#define STORE_SQL_DESTINATION                                                  \
	"(report_id, address, position, state, tries, next_try_s, "            \
	"last_try_s, reply, owner, lease_s, rank)"

struct store_report_sql {
	const char *stay; /* a transaction must not be forgotten */

	/* What is owed. */
	const char *add;	/* a report as of store_reports_add */
	const char *collected;	/* condition: domain, day, record, id */
	const char *of_round;	/* "AND ...": of the round ?6; 0: of any */
	const char *new_tables; /* temporary, for a day */
	const char *ordinary;	/* begin, end, round */
	const char *passed;	/* begin, end, round, since */
	const char *has_passed; /* domain, since */

	/* Rendered. */
	const char *add_part;
	const char *retry_rounds; /* before invalid reports are retried */

	/* Claims. */
	const char *claim;	 /* up to its RETURNING */
	const char *release;	 /* what is past its lease; NULL: by owner */
	const char *lock_report; /* id: its deliveries change */
	const char *lock_row;	 /* rowid: likewise */
	const char *lock_chosen; /* id, domain: likewise */

	/* Limits of a day. */
	const char *begin_mail; /* id, address, owner, seconds, two limits */
	const char *end_mail;	/* id, address, is it sent? */
	const char *count_day;	/* since */
	const char *count_sent; /* address */
	const char *sent_to;	/* address, since */
	const char *sent_since; /* since */

	const char *set_health;
	const char *purge; /* before: what reports leave beside them */
};

extern const struct store_report_sql store_report_sqlite;
extern const struct store_report_sql store_report_fleet;

#endif
