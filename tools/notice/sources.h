/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_NOTICE_SOURCES_H
#define TOOLS_NOTICE_SOURCES_H

/*
 * sources - what a digest and an alert read of: the store, the settings
 */

#include "lib/notice/gather.h"
#include "tools/report/fleet.h"
#include "tools/tool.h"

/* How the hosts of the fleet fare, below the tool; NULL without a connection
 * string. */
bool notice_hosts_read(struct tool *tool, const char *conninfo,
		       const struct fleet_host_list **hosts, struct error *err)
    __attribute__((warn_unused_result));

/* Opens the store for reading, below the tool. Mail, its counters and reports
 * are those of the fleet where there is one (else `fleet` is NULL); held mail,
 * known paths and received reports are this host's own. The fleet, its hosts
 * and posture were opened before, while the process might still connect. */
bool notice_sources_open(struct tool *tool, const struct config *config,
			 const struct report_fleet *fleet,
			 const struct fleet_host_list *hosts,
			 struct store_posture *posture,
			 struct notice_sources *sources, struct error *err)
    __attribute__((warn_unused_result));

#endif
