/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_FLEET_FILES_H
#define APP_FLEET_FILES_H

/*
 * fleet_files - what the forwarder brings from the fleet, and tells of itself
 *
 * Files beside the store, where it may write and nobody else but alignd:
 *
 *   alignd.db.fleet-overrides.conf  the fleet's overrides (override_file.h),
 *                                   behind a comment with their version
 *   alignd.db.fleet-hosts.conf      the fleet's hosts (fleet_hosts.h)
 *   alignd.db.fleet                 how the forwarder fares
 *                                   (lib/app/fleet_state.h)
 *
 * Each is replaced as a whole. They are read where store.postgresql is set: a
 * host that left its fleet is bound by nothing of it.
 */

#include "lib/base/mem.h"
#include "lib/store/store_settings.h"

/* The paths, below `mem`; NULL where there is no store, or no fleet. */
const char *fleet_overrides_path(TALLOC_CTX *mem,
				 const struct store_settings *store);
const char *fleet_hosts_path(TALLOC_CTX *mem,
			     const struct store_settings *store);
const char *fleet_state_path(TALLOC_CTX *mem,
			     const struct store_settings *store);

#endif
