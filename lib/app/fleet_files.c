/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_files.c - what the forwarder brings from the fleet, and tells of itself
 * Tested by test_config.
 */
#include "lib/app/fleet_files.h"

static const char *beside_store(TALLOC_CTX *mem,
				const struct store_settings *store,
				const char *name)
{
	if (store->sqlite[0] == '\0' || !store_is_of_fleet(store))
		return NULL;
	return mem_printf(mem, "%s.%s", store->sqlite, name);
}

const char *fleet_overrides_path(TALLOC_CTX *mem,
				 const struct store_settings *store)
{
	return beside_store(mem, store, "fleet-overrides.conf");
}

const char *fleet_hosts_path(TALLOC_CTX *mem,
			     const struct store_settings *store)
{
	return beside_store(mem, store, "fleet-hosts.conf");
}

const char *fleet_state_path(TALLOC_CTX *mem,
			     const struct store_settings *store)
{
	return beside_store(mem, store, "fleet");
}
