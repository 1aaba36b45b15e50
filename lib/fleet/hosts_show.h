/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_HOSTS_SHOW_H
#define FLEET_HOSTS_SHOW_H

/*
 * hosts_show - the hosts of a fleet as a table, for people and for programs
 *
 * What alignctl fleet status prints, and the desk's page of hosts has.
 */

#include <stdio.h>

#include "lib/fleet/fleet_hosts.h"
#include "lib/show/rows.h"

/* A row for each; to people also which overrides are the fleet's, and what
 * hosts purged unseen. They are written to `file`, or where `taker` is not NULL
 * handed to that one (taker.h). */
void fleet_hosts_write(const struct fleet_host_list *list, FILE *file,
		       enum show_form form, const struct show_taker *taker);

#endif
