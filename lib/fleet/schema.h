/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_SCHEMA_H
#define FLEET_SCHEMA_H

/*
 * schema - the fleet's tables and functions in PostgreSQL, by version
 *
 * The texts stand in lib/fleet/sql. Tables are made version by version, and
 * columns are only added; functions, views and grants are replaced whole. All
 * of it is one transaction. Nobody but `alignctl fleet init` comes here: a
 * forwarder meets what there is, and says where it does not fit.
 */

#include "lib/fleet/pg.h"

/* The version of the tables, and the layout of what hosts push. */
#define FLEET_SCHEMA 1
#define FLEET_LAYOUT 1

/* What the database has; 0: no fleet. PG_DONE even so. */
enum pg_kind fleet_schema_version(struct pg *pg, int *version,
				  struct error *err)
    __attribute__((warn_unused_result));

/* Makes what is missing and brings the rest to this program's state. Tables of
 * an older version are changed only where `may_upgrade`; those of a newer one
 * never. *before: the version that was there. */
enum pg_kind fleet_schema_apply(struct pg *pg, bool may_upgrade, int *before,
				struct error *err)
    __attribute__((warn_unused_result));

#endif
