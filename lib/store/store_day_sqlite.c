/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_day_sqlite.c - how a host's own store gathers a day
 *
 * It knows no rounds: ?3 is asked for nothing.
 * Tested by test_aggregate.
 */
#include "lib/store/store_day_sql.h"

#include "lib/store/store_db.h"

#define DROP                                                                   \
	"DROP TABLE IF EXISTS temp.day_count;"                                 \
	"DROP TABLE IF EXISTS temp.day_policy;"                                \
	"DROP TABLE IF EXISTS temp.day_tuple;"

const struct store_day_sql store_day_sqlite = {
    .begin = DROP,
    .tables = "CREATE TEMP TABLE day_count ("
	      " tuple_id INTEGER PRIMARY KEY, count INTEGER NOT NULL);"
	      "CREATE TEMP TABLE day_policy ("
	      " number INTEGER PRIMARY KEY, policy_domain TEXT NOT NULL,"
	      " record TEXT NOT NULL, discovery TEXT NOT NULL,"
	      " messages INTEGER NOT NULL, passed INTEGER NOT NULL,"
	      " refused INTEGER NOT NULL, others INTEGER NOT NULL,"
	      " UNIQUE (policy_domain, record));"
	      "CREATE TEMP TABLE day_tuple ("
	      " number INTEGER NOT NULL, tuple_id INTEGER NOT NULL,"
	      " count INTEGER NOT NULL, PRIMARY KEY (number, tuple_id)) "
	      "WITHOUT ROWID;",
    /* The hours of a day lie together in the primary key. */
    .count_all = "INSERT INTO day_count SELECT tuple_id, sum(count) FROM result"
		 " WHERE hour_s >= ?1 AND hour_s < ?2 AND ?3 = ?3"
		 " AND " STORE_SQL_COUNTED " AND typeof(tuple_id) = 'integer'"
		 " GROUP BY tuple_id",
    .count_domain =
	"INSERT INTO day_count SELECT tuple_id, sum(count)"
	" FROM tuple CROSS JOIN result USING (tuple_id)"
	" WHERE policy_domain = ?4 AND hour_s >= ?1 AND hour_s < ?2"
	" AND ?3 = ?3"
	" AND " STORE_SQL_COUNTED " AND typeof(tuple_id) = 'integer'"
	" GROUP BY tuple_id",
    .find_policies =
	"INSERT INTO day_policy"
	" SELECT NULL, policy_domain, record,"
	" CASE WHEN min(discovery) = max(discovery) THEN min(discovery)"
	" ELSE '' END, sum(count),"
	" sum(iif(dmarc_result = 'pass', count, 0)),"
	" sum(iif(applied = 'reject', count, 0)),"
	" sum(iif(client_ip = '', count, 0))"
	" FROM day_count CROSS JOIN tuple USING (tuple_id)"
	" WHERE typeof(policy_domain) = 'text' AND typeof(record) = 'text'"
	" AND policy_domain <> '' AND record <> '' AND imported = "
	"''" STORE_DAY_COMES_AGAIN_NOT " GROUP BY policy_domain, record"
	/* Others alone make no report: it would have no row. And an address
	 * that nobody but a remembered record names is not written to. */
	" HAVING sum(client_ip <> '') > 0 AND sum(rests_on <> 'remembered') > 0"
	" ORDER BY policy_domain, record",
    /* A tuple can be there twice: somebody else's table has no primary key. */
    .assign_tuples =
	"INSERT OR IGNORE INTO day_tuple SELECT number, tuple_id, "
	"count FROM day_count CROSS JOIN tuple USING (tuple_id)"
	" CROSS JOIN day_policy USING (policy_domain, record)"
	" WHERE client_ip <> ''" STORE_DAY_COMES_AGAIN_NOT " AND imported = ''",
    .gathered = "DROP TABLE temp.day_count",
    .close = DROP,
};
