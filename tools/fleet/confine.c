/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine.c - the forwarder gives up what it does not need
 *
 * As the daemon (milter/privileges.h): landlock and seccomp where the kernel has
 * them, unless "confine = no". What is left: the configuration, the store's
 * folder, PostgreSQL and the DNS; the process that keeps the fleet's tables, and
 * the signal that has alignd read what was brought. Files that a later
 * configuration names elsewhere, and another port, take a restart.
 * Tested by test_fleet_confined.
 */
#include "tools/fleet/forwarder.h"

#include "lib/app/confinement.h"
#include "lib/fleet/pg_confine.h"

void forward_confine(const struct forwarder *forwarder)
{
	const struct config *config = forwarder->config;
	struct confine_state state = {.landlock = 0};
	struct error err;

	if (!config->daemon.confine)
		return;
	struct confine_files *files = confine_files_new(NULL);
	confinement_allow_config(files, config, forwarder->tool->config_path);
	confinement_allow_store(files, config);
	pg_confine(files, config->store.postgresql);
	confine_signals(files);
	if (!confine_landlock(files, &state, &err) ||
	    !confine_seccomp(CONFINE_FORWARDER, &state, &err))
		forward_log("could not confine itself and goes on without: %s",
			    err.words);
	mem_free(files);
}
