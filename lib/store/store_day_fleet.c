/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_day_fleet.c - how a day is gathered from the segments of the fleet
 *
 * A tuple comes under as many numbers as it has layouts; who shows rows groups
 * them by what they show.
 * Tested by test_fleet_reports.
 */
#include "lib/store/store_day_sql.h"

#define COUNT                                                                  \
	"INSERT INTO day_count SELECT c.tuple_no, sum(c.count) "               \
	"FROM alignd.segment s JOIN alignd.result c USING (segment_no) "
#define OF_ROUND                                                               \
	"s.hour_s >= ?1 AND s.hour_s < ?2 AND c.hour_s >= ?1 AND "             \
	"c.hour_s < ?2 AND NOT s.is_stray AND (?3 < 0 OR s.round = ?3) "

const struct store_day_sql store_day_fleet = {
    .tables = "CREATE TEMP TABLE day_count (tuple_id bigint, count bigint) "
	      "ON COMMIT DROP;"
	      "CREATE TEMP TABLE day_policy (number bigint PRIMARY KEY, "
	      "policy_domain text COLLATE \"C\", record text COLLATE \"C\", "
	      "discovery text COLLATE \"C\", messages bigint, passed bigint, "
	      "refused bigint, others bigint) ON COMMIT DROP;"
	      "CREATE TEMP TABLE day_tuple (number bigint, tuple_id bigint, "
	      "count bigint) ON COMMIT DROP;",
    .count_all = COUNT "WHERE " OF_ROUND "GROUP BY c.tuple_no",
    .count_domain =
	COUNT "JOIN alignd.tuple t USING (tuple_no) WHERE "
	      "t.policy_domain = ?4 AND " OF_ROUND "GROUP BY c.tuple_no",
    .find_policies =
	"ANALYZE day_count;"
	"INSERT INTO day_policy SELECT row_number() OVER "
	"(ORDER BY policy_domain, record), policy_domain, record, "
	"CASE WHEN min(discovery) = max(discovery) THEN min(discovery) "
	"ELSE '' END, sum(count), "
	"coalesce(sum(count) FILTER (WHERE dmarc_result = 'pass'), 0), "
	"coalesce(sum(count) FILTER (WHERE applied = 'reject'), 0), "
	"coalesce(sum(count) FILTER (WHERE client_ip = ''), 0) "
	"FROM day_count JOIN tuple USING (tuple_id) "
	"WHERE policy_domain <> '' AND record <> '' AND imported = "
	"''" STORE_DAY_COMES_AGAIN_NOT " GROUP BY policy_domain, record "
	"HAVING count(*) FILTER (WHERE client_ip <> '') > 0 AND "
	"count(*) FILTER (WHERE rests_on <> 'remembered') > 0",
    .assign_tuples =
	"INSERT INTO day_tuple SELECT number, tuple_id, count "
	"FROM day_count JOIN tuple USING (tuple_id) "
	"JOIN day_policy USING (policy_domain, record) "
	"WHERE client_ip <> ''" STORE_DAY_COMES_AGAIN_NOT " AND imported = ''",
    .gathered = "DROP TABLE day_count; "
		"CREATE INDEX ON day_tuple (number); ANALYZE day_tuple",
    .close = "COMMIT",
};
