/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_AHEAD_H
#define AUTH_SPF_AHEAD_H

/*
 * spf_ahead - an SPF record's names asked for the moment it arrives
 *
 * RFC 7208 checks term after term, and one include or mx after the other costs
 * a round trip each. Here all of them leave at once: the names of include,
 * redirect, a, mx and exists that have no macro, then those of the records so
 * found and the addresses of mx hosts. Left out is what the check cannot come
 * to, behind an ip4 or ip6 that holds the client or behind `all`.
 *
 * At most LIMIT_SPF_TERMS_AHEAD terms and LIMIT_SPF_HOSTS_AHEAD hosts in all,
 * at whatever depth: a record that includes itself ends there. Thread rule:
 * the session's.
 */

#include "lib/base/net.h"
#include "lib/dns/dns.h"

/* Asks ahead for the record at `domain` and all that follows from it for this
 * client. */
void spf_ahead_start(struct dns_session *session, const char *domain,
		     const struct net_address *client);

#endif
