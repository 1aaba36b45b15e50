/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_FLEET_UPKEEP_H
#define FLEET_FLEET_UPKEEP_H

/*
 * fleet_upkeep - does anything keep the fleet's tables from being tidied?
 *
 * By a reader's role. Hosts' own sessions are ended by the hosts that are well
 * (sql/sessions.sql); what is told here is what they may not end, or have not
 * ended yet. Roles are foreign texts; below `mem`.
 */

#include "lib/fleet/pg.h"

/* Days that are over, and in no sum so long after: nobody does the upkeep. */
#define FLEET_UNSUMMED_S ((int64_t)3 * 86400)

/* One whose transaction idles or is open for too long. */
struct fleet_session {
	int64_t pid; /* of PostgreSQL's process */
	const char *role;
	int64_t since_s; /* when its transaction began */
	bool is_host;	 /* the role is a host's */
	bool may_end;	 /* the hosts that are well end it */
};

struct fleet_upkeep {
	int64_t now_s;
	int64_t unsummed_s; /* the first hour that is in no sum; 0: none */
	size_t count;
	struct fleet_session *items; /* the longest first */
};

enum pg_kind fleet_upkeep_read(TALLOC_CTX *mem, struct pg *pg,
			       struct fleet_upkeep *upkeep, struct error *err)
    __attribute__((warn_unused_result));

#endif
