/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NOTICE_GATHER_H
#define NOTICE_GATHER_H

/*
 * gather - facts, out of the store
 *
 * Reads and changes nothing. What is found stands in the notice whether
 * somebody was told of it or not. A part of the store that cannot be read is an
 * error: half a digest would look like a quiet one.
 */

#include "lib/fleet/fleet_hosts.h"
#include "lib/notice/notice.h"
#include "lib/policy/override.h"
#include "lib/store/store.h"
#include "lib/store/store_inbox.h"
#include "lib/store/store_posture.h"
#include "lib/store/store_report.h"

struct notice_sources {
	struct store_reader *reader;	 /* of the fleet, where there is one */
	struct store_reader *own_reader; /* of this host: it has the paths */
	struct store_inbox *inbox;
	struct store_posture *posture;
	struct store_reports *reports;
	const char *store_path;
	const struct text_list *own;	      /* domains; empty: not named */
	const struct override_set *overrides; /* NULL: none */
	bool is_holding;   /* quarantined mail waits in the hold queue */
	bool is_reporting; /* reports are sent */
	const char *host;
	int64_t now_s;
	/* Of the fleet, by its own clock; NULL: the host is by itself. What
	 * waits for the fleet goes a week past `keep_s`. */
	const struct fleet_host_list *hosts;
	int64_t keep_s;
};

/* What changed since then, and what stands. */
bool notice_gather_digest(TALLOC_CTX *mem, const struct notice_sources *sources,
			  int64_t since_s, struct notice *notice,
			  struct error *err)
    __attribute__((warn_unused_result));

/*
 * What cannot wait:
 *
 *	held	on which nobody has acted for a day (NOTICE_HELD_S)
 *	wave	of mail that claims to be of an own domain and fails, within two
 *		hours: NOTICE_WAVE_LEAST messages, and NOTICE_WAVE_TIMES what
 *		two hours of the week before had
 *	path	by which mail used to pass, and that broke within a week
 *	source	of an own domain, of which NOTICE_SOURCE_LEAST messages of a
 *		week failed, as others report
 *	fleet	a host that is missing, is behind (NOTICE_BEHIND_S), let go what
 *		the fleet has not got, had rows refused, or has not the newest
 *		overrides (NOTICE_UNTAKEN_S after they were made)
 */
#define NOTICE_HELD_S 86400
#define NOTICE_WAVE_LEAST 50
#define NOTICE_WAVE_TIMES 5
#define NOTICE_SOURCE_LEAST 100
#define NOTICE_BEHIND_S (3 * 3600)
#define NOTICE_UNTAKEN_S 900
bool notice_gather_alarms(TALLOC_CTX *mem, const struct notice_sources *sources,
			  struct notice *notice, struct error *err)
    __attribute__((warn_unused_result));

#endif
