/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_DAY_SQL_H
#define STORE_STORE_DAY_SQL_H

/*
 * store_day_sql - how each engine gathers a day
 *
 * For store_day.c. SQLite keeps the order of joins that CROSS JOIN gives, and
 * its temporary tables live as long as the connection. PostgreSQL's stand in
 * one transaction, from open to close, so that a pooler may stand between; no
 * index of theirs holds a text that a stranger chose.
 */

/* What of a tuple answered with a temporary error comes again. */
#define STORE_DAY_COMES_AGAIN_NOT                                              \
	" AND NOT (applied = 'tempfail' AND"                                   \
	" (dmarc_result = 'temperror' OR rests_on <> ''))"

struct store_day_sql {
	const char *begin;	  /* before all; NULL: nothing is left over */
	const char *tables;	  /* day_count, day_policy, day_tuple */
	const char *count_all;	  /* since, until, round */
	const char *count_domain; /* since, until, round, domain */
	const char *find_policies;
	const char *assign_tuples;
	const char *gathered; /* the transaction's end; or what helps */
	const char *close;
};

extern const struct store_day_sql store_day_sqlite;
extern const struct store_day_sql store_day_fleet;

#endif
