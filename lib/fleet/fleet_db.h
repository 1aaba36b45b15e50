/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_FLEET_DB_H
#define FLEET_FLEET_DB_H

/*
 * fleet_db - PostgreSQL as an engine of lib/store's statements
 *
 * What is opened here goes where a connection to a file of SQLite goes:
 * store_reader_over(), store_reports_of_fleet(). alignctl and alignd-desk link
 * it.
 *
 * A connection for reading sees the fleet as it was at its first statement, in
 * one transaction (repeatable read) that ends with it; a BEGIN of its own
 * begins another one, so that what is read before and behind it may differ.
 * One for writing has a transaction for each statement that stands in none.
 * Nothing stays in the session, so that a pooler may stand between
 * (pgbouncer in transaction mode).
 *
 * Rows of a SELECT within a transaction come in batches of some hundred
 * kilobytes, and statements may run while others have rows left. Elsewhere
 * they come at once, at most FLEET_ROWS_MAX of them: a transaction is wanted
 * for more.
 */

#include "lib/fleet/pg.h"
#include "lib/store/store_db.h"

#define FLEET_ROWS_MAX 100000

/* Connects, by a connection string of libpq (pg.h), as a role that may read: of
 * one that may not, or a database that is no fleet's, the words say so. */
bool fleet_db_open(const char *conninfo, enum store_db_mode mode,
		   struct store_db **db, struct error *err)
    __attribute__((warn_unused_result));

/* Is it the database of a fleet that this program knows, and may the role read
 * there? `setting` is where people name another role. */
bool fleet_db_check(struct pg *pg, const char *setting, struct error *err)
    __attribute__((warn_unused_result));

/* By a connection that stays the caller's, was checked, and is in no
 * transaction: it is so again once this is closed. One at a time. */
struct store_db *fleet_db_over(struct pg *pg, enum store_db_mode mode);

#endif
