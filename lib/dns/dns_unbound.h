/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_UNBOUND_H
#define DNS_DNS_UNBOUND_H

/*
 * dns_unbound - questions carried by libunbound
 *
 * The only place that includes libunbound, which here forwards: it sends,
 * retries, falls back to TCP and caches packets. A second thread of ours
 * receives its answers. Nothing it does has a deadline: a question that nobody
 * waits for any more runs to its end.
 */

#include "lib/base/error.h"
#include "lib/base/text.h"
#include "lib/dns/dns_backend.h"

/*
 * Forwards to `servers`, at least one, each as dns_servers.h has it. An
 * `anchor_file` other than NULL turns DNSSEC validation on. Starts threads.
 */
bool dns_unbound_new(const struct text_list *servers, const char *anchor_file,
		     struct dns_backend **backend, struct error *err)
    __attribute__((warn_unused_result));

#endif
