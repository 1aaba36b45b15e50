/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_report_fleet.c - statements about reports, for the fleet
 *
 * A subselect that takes locks stands behind "=", not "IN": so it is run once.
 * Tested by test_fleet_reports.
 */
#include "lib/store/store_report_sql.h"

/* The counters of a day's round. */
#define OF_ROUND                                                               \
	"FROM alignd.segment s JOIN alignd.result c USING (segment_no) "       \
	"JOIN alignd.tuple t USING (tuple_no) WHERE s.hour_s >= ?1 "           \
	"AND s.hour_s < ?2 AND c.hour_s >= ?1 AND c.hour_s < ?2 "              \
	"AND NOT s.is_stray AND s.round = ?3 "

#define LOCK " FOR NO KEY UPDATE"

const struct store_report_sql store_report_fleet = {
    .stay = "SELECT alignd_report.must_stay()",
    .add = "INSERT INTO report (report_id, policy_domain, begin_s, end_s, "
	   "part, messages, state, note, created_s, give_up_s, settled_s, "
	   "submitter, file_name, record, archive, rank, round) VALUES "
	   "(?1, ?2, ?3, ?4, 0, ?5, 'collected', '', ?6, ?7, 0, '', '', ?8, "
	   "'', ?9, ?10) ON CONFLICT DO NOTHING",
    .collected = "report_id = ?4 AND policy_domain = ?1 AND begin_s = ?2 AND "
		 "record = ?3",
    .of_round = " AND (?6 = 0 OR round = ?6)",
    .new_tables =
	"CREATE TEMP TABLE report_owed (org_domain text COLLATE \"C\", "
	"policy_domain text COLLATE \"C\", record text COLLATE \"C\", "
	"rank bigint, messages bigint) ON COMMIT DROP;"
	"CREATE TEMP TABLE report_within (policy_domain text COLLATE \"C\", "
	"record text COLLATE \"C\") ON COMMIT DROP;"
	"CREATE INDEX ON report_within USING hash (policy_domain);"
	"CREATE TEMP TABLE report_ordinary (policy_domain text COLLATE \"C\", "
	"record text COLLATE \"C\", messages bigint) ON COMMIT DROP;"
	"CREATE INDEX ON report_ordinary USING hash (policy_domain);",
    .ordinary = "INSERT INTO report_ordinary SELECT t.policy_domain, t.record, "
		"sum(c.count) " OF_ROUND
		"AND t.is_report_mail = 0 GROUP BY t.policy_domain, t.record",
    /* A key is made for each domain, not for each counter. */
    .passed = "INSERT INTO report_passed AS p SELECT "
	      "alignd_report.key_of(d.policy_domain), ?2 FROM "
	      "(SELECT DISTINCT t.policy_domain " OF_ROUND
	      "AND t.dmarc_result = 'pass' AND ?4 = ?4) AS d "
	      "ON CONFLICT (domain_key) DO UPDATE SET last_s = "
	      "greatest(p.last_s, excluded.last_s)",
    .has_passed = "SELECT count(*) FROM report_passed WHERE domain_key = "
		  "alignd_report.key_of(?1) AND last_s >= ?2",
    .add_part =
	"INSERT INTO report (report_id, policy_domain, begin_s, end_s, part, "
	"messages, state, note, created_s, give_up_s, settled_s, submitter, "
	"file_name, record, archive, rank, round) SELECT ?2, policy_domain, "
	"begin_s, end_s, ?3, ?4, 'rendered', '', created_s, give_up_s, 0, ?7, "
	"?5, record, ?6, rank, round FROM report WHERE report_id = ?1 "
	"ON CONFLICT (report_id) DO UPDATE SET messages = excluded.messages, "
	"submitter = excluded.submitter, file_name = excluded.file_name, "
	"archive = excluded.archive WHERE NOT EXISTS (SELECT 1 FROM "
	"report_destination d WHERE d.report_id = report.report_id)",
    .retry_rounds =
	"UPDATE report_round r SET state = 'collected' WHERE r.state = "
	"'rendered' AND EXISTS (SELECT 1 FROM report i WHERE i.state = "
	"'invalid' AND i.settled_s = 0 AND i.begin_s = r.day_s AND i.round = "
	"r.round)",
    .claim = "UPDATE report_destination SET owner = ?1, lease_s = "
	     "alignd_report.now_s() + (?2 - ?3) WHERE (report_id, "
	     "address_key) = (SELECT d.report_id, d.address_key FROM "
	     "report_destination d JOIN report r USING (report_id) "
	     "WHERE d.rank = ?6 AND " STORE_SQL_DUE
	     " LIMIT 1 FOR UPDATE OF d SKIP LOCKED) RETURNING ",
    .release = "UPDATE report_destination SET owner = '' WHERE owner <> '' "
	       "AND lease_s < alignd_report.now_s() AND "
	       "state IN ('unchecked', 'waiting')",
    .lock_report = "SELECT 1 FROM report WHERE report_id = ?1" LOCK,
    .lock_row = "SELECT 1 FROM report WHERE rowid = ?1" LOCK,
    .lock_chosen = "SELECT 1 FROM report WHERE (?1 = '' OR report_id = ?1) "
		   "AND (?2 = '' OR policy_domain = ?2) "
		   "ORDER BY report_id" LOCK,
    .begin_mail = "SELECT alignd_report.begin_mail(?1, ?2, ?3, ?4, ?5, ?6)",
    .end_mail = "SELECT alignd_report.end_mail(?1, ?2, ?3 <> 0)",
    .sent_to = "SELECT mails FROM report_sent_to WHERE address_key = "
	       "alignd_report.key_of(lower(?1)) AND day_s >= ?2",
    .sent_since = "SELECT mails FROM report_sent WHERE day_s >= ?1",
    .set_health =
	"INSERT INTO report_health (address, policy_domain, last_ok_s, "
	"last_error_s, last_error, failures, suppressed_until_s, "
	"suppressed_why) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT "
	"(address_key, domain_key) DO UPDATE SET last_ok_s = "
	"excluded.last_ok_s, last_error_s = excluded.last_error_s, last_error "
	"= excluded.last_error, failures = excluded.failures, "
	"suppressed_until_s = excluded.suppressed_until_s, suppressed_why = "
	"excluded.suppressed_why",
    .purge = "SELECT alignd_report.purge(?1)",
};
