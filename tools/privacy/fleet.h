/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRIVACY_FLEET_H
#define TOOLS_PRIVACY_FLEET_H

/*
 * fleet - alignctl privacy export and erase with --fleet
 *
 * What the hosts' stores have is each host's own affair; here it is what
 * PostgreSQL has, whoever brought it and whether he is still there.
 */

#include "lib/fleet/pg.h"
#include "lib/store/store_erase.h"
#include "tools/tool.h"

/* The fleet, and whom one asks about. */
struct privacy_fleet {
	const struct config *config;
	struct pg *pg;
	const struct store_subject *subject;
};

/* By fleet.people; closed with the tool. */
bool privacy_fleet_open(struct tool *tool, const struct config *config,
			const struct store_subject *subject,
			struct privacy_fleet *fleet, struct error *err)
    __attribute__((warn_unused_result));

/* As store_erase_count(), store_erase() and store_export(). */
bool privacy_fleet_count(TALLOC_CTX *mem, const struct privacy_fleet *fleet,
			 struct store_erasure *erasure, struct error *err)
    __attribute__((warn_unused_result));
bool privacy_fleet_erase(TALLOC_CTX *mem, const struct privacy_fleet *fleet,
			 struct store_erasure *erasure, struct error *err)
    __attribute__((warn_unused_result));
bool privacy_fleet_export(const struct privacy_fleet *fleet,
			  bool (*seen)(void *context, const char *table,
				       const char *json),
			  void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
