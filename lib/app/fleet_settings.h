/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_FLEET_SETTINGS_H
#define APP_FLEET_SETTINGS_H

/*
 * fleet_settings - the settings of section "fleet"
 *
 * What they are of, the hosts that share one record, is named by
 * store.postgresql. The snapshot carries the values; the daemon asks no
 * PostgreSQL.
 */

#include "lib/base/settings.h"

struct fleet_settings {
	const char *name; /* this host's in the fleet; "": the host's name */
	/* Connection strings with other rights than this host's, "": its own.
	 * They may hold passwords: secret_text.h. */
	const char *people;
	const char *sender;
	struct text_list addresses; /* this host's, to others of the fleet */
	int64_t keep_incidents_ms;
	int64_t keep_details_ms; /* of an incident: verdict and DNS answers */
};

extern const struct setting fleet_setting_rows[];

#endif
