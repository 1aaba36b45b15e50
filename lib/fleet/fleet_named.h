/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_FLEET_NAMED_H
#define FLEET_FLEET_NAMED_H

/*
 * fleet_named - rows of the fleet's record that name somebody
 *
 * By the columns of a host's inventory (store_personal.h), in the fleet's
 * tables: PostgreSQL says which rows may name him, and each of these is looked
 * at here by the rules of a host's store. Reads all of a table where nothing
 * else finds it: minutes, for what is rare. By a reader's role.
 */

#include "lib/fleet/pg.h"
#include "lib/store/store_personal.h"

enum fleet_named_kind {
	FLEET_NAMED_TUPLES,
	FLEET_NAMED_INCIDENTS,
	FLEET_NAMED_STRAY_INCIDENTS, /* of hours that no clock can mean */
	FLEET_NAMED_COUNTED,
	FLEET_NAMED_STRAY_COUNTED,
	FLEET_NAMED_ACTS,
	FLEET_NAMED_PATHS,
	FLEET_NAMED_REPORTS,
	FLEET_NAMED_DESTINATIONS,
	FLEET_NAMED_HEALTH,
	FLEET_NAMED_KINDS,
};

/* Of which table of a host's store they are. */
const char *fleet_named_table(enum fleet_named_kind kind);

struct fleet_named_row {
	int64_t number;	  /* by which functions of erase.sql know it */
	const char *json; /* all of it, as an object; stays for the call */
};

/* Calls `seen` with those above the number `after`, in their order, until it
 * returns false; in a transaction of its own. */
enum pg_kind
fleet_named_find(struct pg *pg, enum fleet_named_kind kind,
		 const struct store_subject *subject, int64_t after,
		 bool (*seen)(void *context, const struct fleet_named_row *row),
		 void *context, struct error *err)
    __attribute__((warn_unused_result));

/* What belongs to such rows and does not name him: the counters of tuples, the
 * acts on incidents. Of other kinds there is nothing. */
enum pg_kind fleet_named_rest(struct pg *pg, enum fleet_named_kind kind,
			      const int64_t *numbers, size_t count,
			      bool (*seen)(void *context, const char *table,
					   const char *json),
			      void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
