/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_FLEET_PEOPLE_H
#define TOOLS_FLEET_PEOPLE_H

/*
 * people - the fleet's record, opened for a person's command
 */

#include "lib/fleet/pg.h"
#include "tools/tool.h"

/* By fleet.people, else store.postgresql; the connection is closed with the
 * tool. The words say what to do. */
bool fleet_people_open(struct tool *tool, const struct config *config,
		       struct pg **pg, struct error *err)
    __attribute__((warn_unused_result));

/* By the connection string of whoever may make roles, given as an operand, else
 * as above. */
bool fleet_admin_open(struct tool *tool, const struct config *config,
		      const char *conninfo, struct pg **pg, struct error *err)
    __attribute__((warn_unused_result));

/* Words about a call that did not go well; returns false. Of a right that the
 * role has not they say which one, and which setting names another role. */
bool fleet_people_failed(const struct config *config, enum pg_kind kind,
			 struct error *err);

#endif
