/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_CACHES_H
#define TESTS_UNIT_CACHES_H

/*
 * caches - which caches a suite runs with
 *
 * The environment variable ALIGND_CACHES, or caches_use(), says it: "off", no
 * cache at all; "tiny", DNS answers that stay until the next comes to their
 * part of the cache, and the key cache emptied for each engine; "on". Unset, a
 * suite has no DNS cache, as with a zone file in alignd.conf, and the key cache
 * its settings name.
 */

#include "lib/dns/dns.h"

enum caches {
	CACHES_UNSET,
	CACHES_OFF,
	CACHES_TINY,
	CACHES_ON,
	CACHES_HUGE, /* two million DNS answers; not by the environment */
};

/* From here on, whatever the environment says. */
void caches_use(enum caches caches);

/* Like dns_new_from_text(). */
bool caches_dns_new(const char *zone, struct dns **dns, struct error *err)
    __attribute__((warn_unused_result));

/* Is the key cache to be on? `otherwise` where nothing is said. */
bool caches_have_keys(bool otherwise);

#endif
