/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_report_sqlite.c - statements about reports, for a host's own store
 * Tested by test_store_report, test_aggregate.
 */
#include "lib/store/store_report_sql.h"

#include "lib/store/store_db.h"

#define ADD                                                                    \
	"INSERT INTO report (report_id, policy_domain, begin_s, end_s, part, " \
	"messages, state, note, created_s, give_up_s, settled_s, submitter, "  \
	"file_name, record, archive, rank) "

/* A host's own store knows no rounds: ?10 and ?6 are asked for nothing. */
const struct store_report_sql store_report_sqlite = {
    .add = ADD "SELECT ?1, ?2, ?3, ?4, 0, ?5, 'collected', '', ?6, ?7, 0, '', "
	       "'', ?8, x'', ?9 WHERE ?10 >= 0 ON CONFLICT DO NOTHING",
    .collected = "policy_domain = ?1 AND begin_s = ?2 AND record = ?3 AND "
		 "part = 0 AND ?4 = ?4",
    .of_round = " AND ?6 >= 0",
    .new_tables =
	"DROP TABLE IF EXISTS temp.report_ordinary;"
	"DROP TABLE IF EXISTS temp.report_passed;"
	"DROP TABLE IF EXISTS temp.report_owed;"
	"DROP TABLE IF EXISTS temp.report_within;"
	"CREATE TEMP TABLE report_owed (org_domain, policy_domain, record, "
	"rank, messages);"
	"CREATE TEMP TABLE report_within (policy_domain, record, "
	"PRIMARY KEY (policy_domain, record)) WITHOUT ROWID;"
	"CREATE TEMP TABLE report_ordinary (policy_domain, record, messages, "
	"PRIMARY KEY (policy_domain, record)) WITHOUT ROWID;"
	"CREATE TEMP TABLE report_passed (policy_domain PRIMARY KEY, messages) "
	"WITHOUT ROWID;",
    .ordinary = "INSERT INTO report_ordinary SELECT policy_domain, record, "
		"sum(count) FROM result JOIN tuple USING (tuple_id) "
		"WHERE hour_s >= ?1 AND hour_s < ?2 AND ?3 >= 0 "
		"AND is_report_mail = 0 AND typeof(policy_domain) = 'text' "
		"AND typeof(record) = 'text' AND " STORE_SQL_COUNTED
		" GROUP BY policy_domain, record",
    .passed = "INSERT INTO report_passed SELECT policy_domain, sum(count) "
	      "FROM result JOIN tuple USING (tuple_id) WHERE hour_s >= ?4 "
	      "AND dmarc_result = 'pass' AND ?1 <= ?2 AND ?3 >= 0 "
	      "AND typeof(policy_domain) = 'text' AND " STORE_SQL_COUNTED
	      " GROUP BY policy_domain",
    .has_passed = "SELECT messages FROM report_passed WHERE "
		  "policy_domain = ?1 AND ?2 = ?2",
    .add_part =
	"INSERT INTO report (report_id, policy_domain, begin_s, end_s, part, "
	"messages, state, note, created_s, give_up_s, settled_s, submitter, "
	"file_name, record, archive, rank) SELECT ?2, policy_domain, begin_s, "
	"end_s, ?3, ?4, 'rendered', '', created_s, give_up_s, 0, ?7, ?5, "
	"record, ?6, rank FROM report WHERE report_id = ?1 "
	"ON CONFLICT DO UPDATE SET messages = excluded.messages, "
	"submitter = excluded.submitter, file_name = excluded.file_name, "
	"archive = excluded.archive WHERE NOT EXISTS (SELECT 1 FROM "
	"report_destination d WHERE d.report_id = report.report_id)",
    .claim = "UPDATE report_destination SET owner = ?1, lease_s = ?2 "
	     "WHERE (report_id, address) IN (SELECT d.report_id, d.address "
	     "FROM report_destination d JOIN report r USING (report_id) "
	     "WHERE d.rank = ?6 AND " STORE_SQL_DUE " LIMIT 1) RETURNING ",
    .begin_mail = "SELECT CASE count(*) WHEN 0 THEN 'lost' ELSE 'go' END FROM "
		  "report_destination WHERE report_id = ?1 AND address = ?2 "
		  "AND owner = ?3 AND state IN ('unchecked', 'waiting') "
		  "AND ?4 = ?4 AND ?5 = ?5 AND ?6 = ?6",
    .count_day = "INSERT INTO report_sent SELECT lower(address), count(*) FROM "
		 "report_destination WHERE last_try_s >= ?1 AND state = 'sent' "
		 "GROUP BY lower(address)",
    .count_sent = "INSERT INTO report_sent VALUES (lower(?1), 1) "
		  "ON CONFLICT DO UPDATE SET count = count + 1",
    .sent_to = "SELECT count FROM report_sent WHERE address = lower(?1) AND "
	       "?2 = ?2",
    .sent_since = "SELECT count(*) FROM report_destination WHERE "
		  "last_try_s >= ?1 AND state = 'sent'",
    .set_health =
	"INSERT OR REPLACE INTO report_health (address, policy_domain, "
	"last_ok_s, last_error_s, last_error, failures, suppressed_until_s, "
	"suppressed_why) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
};
