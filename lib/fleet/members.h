/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_MEMBERS_H
#define FLEET_MEMBERS_H

/*
 * members - which hosts a fleet has, and by which role each is known
 *
 * By whoever may make roles, behind `alignctl fleet init` and `remove`. A role
 * belongs to one host: what it does is done in that host's name.
 */

#include "lib/fleet/pg.h"

/* Makes the role where there is none, lets it push, and enters the host; one
 * that left comes back. *made: the role is new, and has no password. A role
 * that may more than a host's should, or is another host's, is not taken. */
enum pg_kind fleet_member_add(struct pg *pg, const char *name, const char *role,
			      bool *made, struct error *err)
    __attribute__((warn_unused_result));

/* Takes the host out: its role may push no more, what is in no report's round
 * is left to the host. Its record stays. *role: below `mem`; NULL: there is no
 * such host. *reported_until_s: days before it the fleet has reported, which the
 * host has to be told; 0: none of them. */
enum pg_kind fleet_member_remove(TALLOC_CTX *mem, struct pg *pg,
				 const char *name, const char **role,
				 int64_t *reported_until_s, struct error *err)
    __attribute__((warn_unused_result));

/* How long the fleet keeps counters, incidents, and most of an incident. */
struct fleet_keep {
	int64_t results_s;
	int64_t incidents_s;
	int64_t details_s;
};
enum pg_kind fleet_keep_set(struct pg *pg, const struct fleet_keep *keep,
			    struct error *err)
    __attribute__((warn_unused_result));

/* What each of the fleet's groups may: its name, and in words what. Of this
 * database as it is, whoever granted it. */
enum pg_kind fleet_grants(struct pg *pg,
			  bool (*seen)(void *context, const char *role,
				       const char *what),
			  void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
